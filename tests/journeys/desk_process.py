"""A desk in a process of its own, to be killed: `python -m tests.journeys.desk_process DIR send|watch`.

Prints a line for each state that the order comes to, with its checkout id and version.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.demo.hands import Hands
from telesales_desktop.demo.witness import Witness
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.order_state import order_state
from telesales_desktop.window import Shell, WindowSession, open_shell, run_in
from tests.journeys.floor import LONG_S, Seat


class Crier:
    """Says on standard output what the window is told."""

    def order_changed(self, file: OrderFile) -> None:
        checkout_id = file.order.checkout.checkout_id if file.order.checkout else ""
        state = order_state(file.order, datetime.now(UTC)).value
        print(state, checkout_id or "-", file.order.version, flush=True)

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None:
        pass

    def connection_changed(self, status: ConnectionStatus) -> None:
        pass


async def run(shell: Shell, what: str) -> int:
    assert shell.data_dir is not None
    profile = ProfileFiles(shell.data_dir / "config").load("journey")
    session = WindowSession(shell, profile, chime=lambda: None)
    witness = Witness()
    session.desk.subscribe(witness)
    session.desk.subscribe(Crier())
    session.show()
    deadline = time.monotonic() + 2 * LONG_S
    hands = Hands(session.presenter.window, screenshots=None, deadline=deadline)
    await hands.come_forward()
    if what == "send":
        await Seat(session, hands, witness).send()
    await asyncio.sleep(4 * LONG_S)  # until killed
    return 1


if __name__ == "__main__":
    the_shell = open_shell(data_dir=Path(sys.argv[1]))
    sys.exit(run_in(the_shell, lambda: run(the_shell, sys.argv[2])))
