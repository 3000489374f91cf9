"""A relay in the campaign's own process, asked without a socket."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telesales_desktop.relay import serve
from tests.campaigns.relay_sealing import Sealing

HOOK = "/hooks/affirm/campaign-hook-secret"
Relay = serve.Relay
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


def new_database(folder: Path) -> Sealing:
    """A relay's database, as ``init`` makes it, and the key that opens what it seals."""
    sealing = Sealing()
    sealing.init(str(folder / "relay.db"), HOOK)
    return sealing


@asynccontextmanager
async def relay(database: Path) -> AsyncIterator[Relay]:
    async with serve.relay(database) as running:
        yield running


async def call(
    application: Any,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Any = (),
    asker: str = "127.0.0.1",
) -> tuple[int, bytes]:
    """One request to an ASGI application: the status and the body of its answer."""
    target, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers],
        "client": (asker, 50000),
        "server": ("127.0.0.1", 80),
    }
    told: list[Any] = []
    came = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return came.pop() if came else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    await application(scope, receive, send)
    content = b"".join(part.get("body", b"") for part in told[1:])
    return told[0]["status"], content


async def post(running: Relay, path: str, body: bytes) -> int:
    """One webhook; the status of its answer."""
    status, _ = await call(running.hooks, "POST", path, body)
    return status


async def bodies_of(database: Path, sealing: Sealing) -> list[bytes]:
    """What a relay that starts anew has in its log, once its spool is empty."""
    async with serve.relay(database) as running:
        while running.intake.spool_waits:
            await asyncio.sleep(0.05)
        page = await running.store.read("main", 0, 10_000, 1 << 30, None)
    bodies = []
    for entry in page.entries:
        told = json.loads(entry.content)
        received_at = _1970 + timedelta(microseconds=entry.received_us)
        sealed = base64.b64decode(told["sealed"])
        bodies.append(sealing.content(sealed, told["delivery_id"], received_at).body)
    return bodies
