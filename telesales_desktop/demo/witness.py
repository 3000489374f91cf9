"""What did the order go through? Heard from the desk, as the window hears it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.demo.customer import Choice
from telesales_desktop.domain.effects import Notice, TimelineEntry
from telesales_desktop.domain.order_state import OrderState, order_state

GOALS = {
    Choice.APPROVE: OrderState.CAPTURED,
    Choice.DECLINE: OrderState.NOT_APPROVED,
    Choice.MORE_INFORMATION: OrderState.MORE_INFORMATION_NEEDED,
    Choice.ABANDON: OrderState.OPENED,
}
"""Where the customer's choice leads."""

_DEAD_ENDS = frozenset(
    {
        OrderState.SEND_REFUSED,
        OrderState.NOT_APPROVED,
        OrderState.FROZEN,
        OrderState.AUTHORIZE_REFUSED,
        OrderState.CLOSED,
        OrderState.VOIDED,
        OrderState.REFUNDED,
        OrderState.AUTH_EXPIRED,
        OrderState.UNRECOGNIZED,
    }
)


class Witness:
    """Listens to the desk and remembers the newest of the order."""

    def __init__(self) -> None:
        self.file: OrderFile | None = None
        self.state = OrderState.DRAFT
        self.since_s = time.monotonic()
        self._changed = asyncio.Event()

    def order_changed(self, file: OrderFile) -> None:
        """The order has news."""
        self.file = file
        state = order_state(file.order, datetime.now(UTC))
        if state is not self.state:
            self.state, self.since_s = state, time.monotonic()
        self._changed.set()

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None:
        """Nothing to remember: the state tells."""

    def connection_changed(self, status: ConnectionStatus) -> None:
        """Nothing to remember."""

    async def until(self, *wanted: OrderState, deadline: float) -> bool:
        """Wait for one of ``wanted``; false as soon as the order ended elsewhere.

        Errors: ``TimeoutError`` at ``deadline`` (``time.monotonic`` seconds).
        """
        while self.state not in wanted:
            if self.state in _DEAD_ENDS:
                return False
            self._changed.clear()
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                await self._changed.wait()
        return True

    async def unchanged(self, state: OrderState, *, patience_s: float) -> bool:
        """Whether the order stays in ``state`` for that long. Units: seconds."""
        end = self.since_s + patience_s
        while self.state is state and time.monotonic() < end:
            self._changed.clear()
            try:
                async with asyncio.timeout(end - time.monotonic()):
                    await self._changed.wait()
            except TimeoutError:
                break
        return self.state is state


_WORDS = {
    "send_asked": "sending",
    "link_sent": "sent",
    "link_resent": "sent",
    "may_have_been_sent": "may_have_been_sent",
    "send_refused": "send_refused",
    "authorize_done": "authorized",
    "authorized_elsewhere": "authorized",
    "capture_done": "captured",
    "void_done": "voided",
    "refund_done": "refunded",
}


def timeline_lines(
    file: OrderFile, entries: Sequence[TimelineEntry], *, as_json: bool
) -> list[str]:
    """The timeline, a line each. ``status`` is Affirm's word where the entry names one."""
    lines = []
    order = file.order
    checkout_id = order.checkout.checkout_id if order.checkout else ""
    authorized = False
    for entry in entries:
        word = str(entry.params.get("word") or _WORDS.get(entry.kind, entry.kind))
        named = str(entry.params.get("checkout_id") or "")
        authorized = authorized or word == "authorized"
        known = entry.kind not in ("send_asked", "send_refused", "may_have_been_sent")
        transaction = order.transaction.transaction_id if order.transaction else ""
        told = {
            "at": entry.at.isoformat(),
            "order_id": order.order_id,
            "checkout_id": named or (checkout_id if known else ""),
            "transaction_id": transaction if authorized else "",
            "status": word,
            "source": entry.source.value,
        }
        if as_json:
            lines.append(json.dumps(told, ensure_ascii=False))
        else:
            local = entry.at.astimezone().strftime("%H:%M:%S")
            lines.append(f"{local}  {word:<28}{entry.source.value}")
    return lines
