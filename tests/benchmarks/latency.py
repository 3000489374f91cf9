"""How long from Affirm's webhook to a row that shows it, and from "confirmed" to "authorized"?

    python -m tests.benchmarks.latency [--rounds K] [--first]

By turns: a signed POST to the relay program, until the real window has painted the order's new state
(the relay syncs it, the desk keeps it, verifies it and reads Affirm before it believes); and the same
POST to a server that only appends, syncs and wakes, until a bare table has painted it. Judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QTableView, QWidget

from telesales_desktop.demo.customer import SimulatedCustomer
from telesales_desktop.demo.headless import open_session, stage_request
from telesales_desktop.demo.stage import Stage
from telesales_desktop.domain.details import Address, Customer, LineItem, OrderDetails
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.simulator.webhook_message import SIGNATURE_HEADER, sign
from telesales_desktop.window import Shell, WindowSession, open_shell, run_in
from tests.benchmarks.bare_window import Rows
from tests.benchmarks.pairs import Way, go_first, measure_async, report
from tests.benchmarks.programs import ROOT

LONGEST_S = 30.0
ADDRESS = Address("325 Pacific Ave", "", "San Francisco", "CA", "94111", Country.US)
CUSTOMER = Customer("Marie", "Tremblay", "+14155552222", "marie@example.com", ADDRESS)
OPTIONS = argparse.Namespace(
    public_key="", affirm_url="", relay_listen="", hook_listen="", hook_path="", country="US",
    language="en_US",
)  # fmt: skip


class Shown(QObject):
    """When a widget was first painted while something was true."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._is_true: Callable[[], bool] = lambda: False
        self._seen: asyncio.Future[float] | None = None
        widget.installEventFilter(self)

    def watch(self, is_true: Callable[[], bool]) -> asyncio.Future[float]:
        self._is_true = is_true
        self._seen = asyncio.get_running_loop().create_future()
        return self._seen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_paint = event.type() is QEvent.Type.Paint
        if is_paint and self._seen is not None and not self._seen.done() and self._is_true():
            self._seen.set_result(time.perf_counter())
        return False


def post(address: str, body: bytes, headers: dict[str, str]) -> float:
    """Send one POST from a thread, as another machine would; the time just before it."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=LONGEST_S)
    connection.connect()
    started = time.perf_counter()
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200, answer.status
    return started


class RealWay:
    """The program's own way, from the relay's address to the painted row."""

    def __init__(self, session: WindowSession, stage: Stage, customer: SimulatedCustomer) -> None:
        self._session, self._stage, self._customer = session, stage, customer
        self._orders = session.presenter.window.orders
        self._shown = Shown(self._orders.view.viewport())
        self._made = 0

    async def webhook(self) -> dict[str, float]:
        checkout_id, order_id = await self._send()
        await self._customer.act(checkout_id, "open")  # its own webhook is lost, by our wish
        at = datetime.now(UTC)
        instant = at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        fields = {"checkout_token": checkout_id, "event": "opened", "event_timestamp": instant}
        body = urlencode({**fields, "created": instant, "order_id": order_id}).encode()
        key = self._stage.credentials.private_key
        headers = {SIGNATURE_HEADER: sign(body, key, int(at.timestamp()))}
        seen = self._until(order_id, OrderState.OPENED)
        started = await asyncio.to_thread(post, self._stage.hook_url, body, headers)
        return {"painted_ms": (await asyncio.wait_for(seen, LONGEST_S) - started) * 1e3}

    async def confirm(self) -> dict[str, float]:
        """From the customer's click to "authorized" on the screen; the simulator sends the webhook."""
        checkout_id, order_id = await self._send()
        for step in ("open", "approve"):
            await self._customer.act(checkout_id, step)
        seen = self._until(order_id, OrderState.AUTHORIZED)
        started = time.perf_counter()
        await self._customer.act(checkout_id, "confirm")
        return {"painted_ms": (await asyncio.wait_for(seen, LONGEST_S) - started) * 1e3}

    async def _send(self) -> tuple[str, str]:
        self._made += 1
        order_id = f"L-{self._made:05d}"
        items = (LineItem("TENT-4", "Four-season tent", 124_900, 1),)
        details = OrderDetails(order_id, CUSTOMER, items, total_cents=124_900)
        file = await self._session.desk.send(details, draft_id="")
        assert file.order.checkout is not None
        await asyncio.wait_for(self._until(order_id, OrderState.LINK_SENT), LONGEST_S)
        return file.order.checkout.checkout_id, order_id

    def _until(self, order_id: str, state: OrderState) -> asyncio.Future[float]:
        def is_there() -> bool:
            row = self._orders.model.row(order_id)
            return row is not None and row.state is state

        seen = self._shown.watch(is_there)
        self._orders.view.viewport().update()
        return seen


class FloorWay:
    """Raw primitives: POST, sync, wake, paint."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._texts: list[tuple[str, ...]] = [("none",) * 7]
        self._table = QTableView()
        self._table.resize(900, 640)
        self._table.show()
        self._shown = Shown(self._table.viewport())
        self._polling = asyncio.get_running_loop().create_task(self._poll())
        self._made = 0

    async def _poll(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while True:
            writer.write(b"GET / HTTP/1.1\r\nHost: raw\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(head.split(b"Length: ")[1]))
            self._texts = [(body.decode()[-24:],) * 7]
            self._table.setModel(Rows(self._texts))

    async def webhook(self) -> dict[str, float]:
        self._made += 1
        wanted = f"event={self._made:06d}"
        seen = self._shown.watch(lambda: self._texts[0][0].endswith(wanted))
        body = (f"checkout_token={'x' * 150}&" + wanted).encode()
        address = f"http://127.0.0.1:{self._port}/"
        started = await asyncio.to_thread(post, address, body, {})
        return {"painted_ms": (await asyncio.wait_for(seen, LONGEST_S) - started) * 1e3}

    async def close(self) -> None:
        self._polling.cancel()
        with suppress(asyncio.CancelledError):
            await self._polling
        self._table.close()


async def measure(shell: Shell, rounds: int) -> int:
    stage = Stage(stage_request(OPTIONS, ""))
    shell.data_dir = stage.folder
    with tempfile.TemporaryDirectory() as folder:
        raw = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.benchmarks.raw_relay", str(Path(folder) / "log"),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert raw.stdout is not None
        floor = FloorWay(int(await raw.stdout.readline()))
        try:
            session = await open_session(shell, stage, OPTIONS)
            customer = SimulatedCustomer(stage.simulator_url)
            try:
                real = RealWay(session, stage, customer)
                confirmed = [Way("confirmed -> authorized", real.confirm)]
                await measure_async(confirmed, rounds)
                await customer.lose_webhooks()
                ways = [
                    Way("raw POST, sync, wake, paint", floor.webhook),
                    Way("webhook -> row", real.webhook, "raw POST, sync, wake, paint"),
                ]
                await measure_async(ways, rounds)
                print("\n".join(report("latency", [*ways, *confirmed])))
            finally:
                await customer.close()
                await session.close()
        finally:
            await floor.close()
            raw.kill()
            await raw.wait()
            await stage.clear()
    return 0


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0; 2 for usage."""
    parser = argparse.ArgumentParser(prog="latency", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--first", action="store_true", help="run before all else (superuser)")
    wanted = parser.parse_args(argv)
    if wanted.rounds < 1:
        parser.error("--rounds is at least 1")
    if wanted.first and not go_first():
        parser.error("--first needs Linux and the superuser")
    shell = open_shell()
    return run_in(shell, lambda: measure(shell, wanted.rounds))


if __name__ == "__main__":
    sys.exit(main())
