"""How long does a new desk need until it has every order of its merchant?

    python -m tests.benchmarks.relay_catch_up [--orders 100000] [--bytes 1500] [--postgres]

The orders' records are put into the database as the relay keeps them; then a supervisor's new desk
reads them page by page over HTTP, and the feed from the cursor that came with the first page. Beside
it, in the same run: the same number of bytes read as one file over HTTP from a plain server. Judges nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import http.server
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from telesales_desktop.relay import databases, postgres_connection, sqlite_file
from tests.campaigns import relay_desk, relay_sealing
from tests.campaigns.relay_forked import ForkedRelay
from tests.campaigns.relay_sealing import Sealing
from tests.relay import postgres_cluster

_AT_ONCE = 5000
_ORDER = (
    "INSERT INTO orders (merchant, order_key, seq, version, environment, owner, holder,"
    " holder_name, former, claim, claim_until_us, put_us, changed_us, sealed)"
    " VALUES ('main', ?, ?, 1, 'sandbox', 'paaaaaaaaaaaaaaa', NULL, '', NULL, NULL, 0, 1, 1, ?)"
)
_CHANGE = "INSERT INTO changes (merchant, seq, chain, at_us) VALUES ('main', ?, ?, ?)"


def fill(database: databases.Address, orders: int, size: int) -> None:
    """Orders as the relay keeps them; all of one owner."""
    if isinstance(database, str):
        db: Any = postgres_connection.PostgresConnection(database)
    else:
        db = sqlite_file.open_file(database)
    now_us = time.time_ns() // 1000
    db.execute("BEGIN")
    for start in range(0, orders, _AT_ONCE):
        numbers = range(start + 1, min(orders, start + _AT_ONCE) + 1)
        db.executemany(_ORDER, [(f"{n:032x}", n, b"\x01" + os.urandom(size)) for n in numbers])
        db.executemany(_CHANGE, [(n, n.to_bytes(8), now_us) for n in numbers])
    db.execute(
        "UPDATE merchants SET seq = ?, chain = ? WHERE merchant = 'main'",
        (orders, orders.to_bytes(8)),
    )
    db.execute("UPDATE orders SET put_us = ?, changed_us = ?", (now_us, now_us))
    db.execute("COMMIT")
    db.close()


def catch_up(port: int, token: str) -> tuple[int, int]:
    """Every order, then the feed: how many orders, in how many bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"authorization": f"Bearer {token}"}
    orders = octets = 0
    after, cursor = "", ""
    with contextlib.closing(connection):
        while True:
            query = f"limit=500&after={after}" if after else "limit=500"
            page, size = _get(connection, f"/v1/orders?{query}", headers)
            orders, octets = orders + len(page["orders"]), octets + size
            cursor = cursor or page["cursor"]
            after = page["next"]
            if not after:
                break
        _get(connection, f"/v1/changes?after={cursor}&limit=500", headers)
    return orders, octets


def _get(connection: Any, path: str, headers: dict[str, str]) -> tuple[Any, int]:

    while True:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status == 429:
            time.sleep(float(answer.getheader("retry-after")))
            continue
        assert answer.status == 200, told[:200]
        return json.loads(told), len(told)


@contextlib.contextmanager
def plain_server(octets: int) -> Iterator[int]:
    """A server that answers with so many bytes."""
    content = os.urandom(octets)

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="relay_catch_up", description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=1500, help="of each sealed record")
    parser.add_argument("--postgres", action="store_true")
    wanted = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=relay_sealing.disk())))
        database: databases.Address = folder / "relay.db"
        if wanted.postgres:
            cluster = stack.enter_context(postgres_cluster.running(relay_sealing.disk()))
            cluster.sql("CREATE DATABASE relay")
            database = cluster.url("relay")
        sealing = Sealing()
        sealing.init(str(database), "/hooks/affirm/benchmark-hook-secret")
        fill(database, wanted.orders, wanted.bytes)
        code = sealing.code(str(database))
        relay = ForkedRelay(str(database), str(folder / "log"), ("--spool", str(folder / "spool")))
        stack.callback(relay.kill)
        token = relay_desk.enrol(relay.desks, code)
        started = time.perf_counter()
        orders, octets = catch_up(relay.desks, token)
        took = time.perf_counter() - started
        with plain_server(octets) as port:
            started = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/")
            connection.getresponse().read()
            plain = time.perf_counter() - started
            connection.close()
    print(
        f"{orders} orders, {octets / 1e6:.0f} MB: {took:.1f} s, {orders / took:.0f} orders a second"
    )
    print(f"as many bytes from a plain server: {plain:.2f} s, ratio {took / plain:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
