"""Two servers to measure the relay by: one without its database, one that only reads what comes.

python -m tests.benchmarks.relay_without_database serve …   the relay; nothing is kept
python -m tests.benchmarks.relay_without_database bare      the same HTTP server, bare
"""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any
from unittest import mock

import uvicorn

from telesales_desktop.relay import cli
from telesales_desktop.relay.sqlite_store import SqliteStore


async def _bare(scope: Any, receive: Any, send: Any) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"kept\n"})


async def _keep_nothing(*_words: Any, **_options: Any) -> bool:
    await asyncio.sleep(0)
    return True


def _serve_bare() -> int:
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"hooks http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        _bare, http="httptools", loop="uvloop", ws="none", lifespan="off", log_config=None,
        access_log=False, server_header=False,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def main() -> int:
    if sys.argv[1:] == ["bare"]:
        return _serve_bare()
    with mock.patch.object(SqliteStore, "append", _keep_nothing):
        return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
