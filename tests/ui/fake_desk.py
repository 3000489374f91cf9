"""A desk that behaves: it keeps orders and drafts, answers after a moment, and tells its listener."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.floor_values import FloorCommand, Holding, Person, SharedOrder
from telesales_desktop.application.ports import Draft, OrderFile, SearchQuery
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.order import OperationKind, OperationState, SendState
from telesales_desktop.ui.desk import DeskListener
from tests.ui import samples


class FakeDesk:
    """``calls`` names what was asked; ``fail_next`` is raised by the next command."""

    def __init__(self, files: Sequence[OrderFile] = (), now: datetime = samples.NOW) -> None:
        self.files = {file.order.order_id: file for file in files}
        self.history: list[OrderFile] = []
        self.stored_drafts: dict[str, Draft] = {}
        self.calls: list[tuple[str, str, object]] = []
        self.status = ConnectionStatus()
        self.listener: DeskListener | None = None
        self.floor: Callable[[SharedOrder], None] | None = None
        self.shared: dict[str, SharedOrder] = {}  # of the orders that are not simply held here
        self.persons: list[Person] = []
        self.fail_next: TelesalesError | None = None
        self.refuse_send: tuple[str, str] | None = None
        self.gate: asyncio.Event | None = None
        self._now = now

    def now(self) -> datetime:
        return self._now

    def subscribe(self, listener: DeskListener) -> Callable[[], None]:
        self.listener = listener
        listener.connection_changed(self.status)

        def stop() -> None:
            self.listener = None

        return stop

    def subscribe_floor(self, shared_changed: Callable[[SharedOrder], None]) -> Callable[[], None]:
        self.floor = shared_changed

        def stop() -> None:
            self.floor = None

        return stop

    async def shared_orders(self) -> Sequence[SharedOrder]:
        await self._answer("shared_orders", "")
        own = {o: SharedOrder(f, Holding.HERE) for o, f in self.files.items()}
        return list((own | self.shared).values())

    async def people(self) -> Sequence[Person]:
        await self._answer("people", "")
        return self.persons

    async def take_over(self, order_id: str) -> OrderFile:
        await self._answer("take_over", order_id)
        was = self.shared[order_id]
        allowed = frozenset({FloorCommand.HAND_OVER})
        self.tell_shared(replace(was, holding=Holding.HERE, allowed=allowed))
        return self._put(was.file)

    async def hand_over(self, order_id: str, person_id: str) -> SharedOrder:
        await self._answer("hand_over", order_id, person_id)
        name = next(p.name for p in self.persons if p.person_id == person_id)
        file = self.files[order_id]
        given = SharedOrder(
            file, Holding.NOBODY, owner_id=person_id, owner_name=name, seen_at=self._now
        )
        self.tell_shared(given)
        return given

    def tell_shared(self, shared: SharedOrder) -> None:
        self.shared[shared.order_id] = shared
        if self.floor is not None:
            self.floor(shared)

    async def open_orders(self) -> Sequence[OrderFile]:
        await self._answer("open_orders", "")
        return list(self.files.values())

    async def search(self, query: SearchQuery) -> Sequence[OrderFile]:
        await self._answer("search", query.text)
        return [f for f in self.history if query.text.lower() in f.order.order_id.lower()]

    async def timeline(self, order_id: str) -> Sequence[TimelineEntry]:
        file = self.files.get(order_id) or self.shared[order_id].file
        return samples.timeline_of(file)

    async def drafts(self) -> Sequence[Draft]:
        return list(self.stored_drafts.values())

    async def save_draft(self, draft: Draft) -> None:
        self.stored_drafts[draft.draft_id] = draft

    async def delete_draft(self, draft_id: str) -> None:
        self.stored_drafts.pop(draft_id, None)

    async def send(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        return await self._send("send", details, draft_id)

    async def correct(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        return await self._send("correct", details, draft_id)

    async def keep(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        await self._answer("keep", details.order_id)
        self.stored_drafts.pop(draft_id, None)
        order = samples.blank_order(1, details, now=self._now)
        return self._put(OrderFile(replace(order, is_affirm=False), details))

    async def send_again(self, order_id: str) -> OrderFile:
        return await self._send("send_again", self.files[order_id].details, "")

    async def resend(self, order_id: str) -> OrderFile:
        return await self._touch("resend", order_id)

    async def supersede(self, order_id: str) -> OrderFile:
        return await self._touch("supersede", order_id)

    async def refresh(self, order_id: str) -> OrderFile:
        return await self._touch("refresh", order_id)

    async def authorize(self, order_id: str) -> OrderFile:
        return await self._touch("authorize", order_id)

    async def capture(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        await self._answer("capture", order_id, amount_cents)
        file = self.files[order_id]
        held = file.order.transaction
        assert held is not None
        taken = replace(held, word="captured", captured_cents=held.amount_cents)
        done = samples.operation(file.order, OperationKind.CAPTURE, OperationState.DONE)
        changed = replace(file.order, transaction=taken, operations=(done,))
        return self._put(OrderFile(changed, file.details))

    async def refund(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        return await self._touch("refund", order_id, amount_cents)

    async def void(self, order_id: str) -> OrderFile:
        return await self._touch("void", order_id)

    async def update_shipping(self, order_id: str, *, carrier: str, confirmation: str) -> OrderFile:
        return await self._touch("update_shipping", order_id, (carrier, confirmation))

    async def cancel_planned(self, order_id: str) -> OrderFile:
        return await self._touch("cancel_planned", order_id)

    async def lift_freeze(self, order_id: str) -> OrderFile:
        return await self._touch("lift_freeze", order_id)

    async def raise_generation(self, order_id: str) -> OrderFile:
        return await self._touch("raise_generation", order_id)

    async def give_verdict(
        self, order_id: str, operation_id: str, *, took_effect: bool
    ) -> OrderFile:
        return await self._touch("give_verdict", order_id, (operation_id, took_effect))

    # --- inside ------------------------------------------------------------------------------

    async def _answer(self, call: str, subject: str, value: object = None) -> None:
        self.calls.append((call, subject, value))
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error

    async def _send(self, call: str, details: OrderDetails, draft_id: str) -> OrderFile:
        await self._answer(call, details.order_id)
        self.stored_drafts.pop(draft_id, None)
        order = samples.blank_order(1, details, now=self._now)
        sent = samples.checkout(order)
        if self.refuse_send is not None:
            reason, field = self.refuse_send
            sent = replace(
                sent,
                state=SendState.REFUSED,
                checkout_id="",
                refusal=reason,
                refusal_field=field,
            )
        return self._put(OrderFile(replace(order, checkouts=(sent,)), details))

    async def _touch(self, call: str, order_id: str, value: object = None) -> OrderFile:
        await self._answer(call, order_id, value)
        return self._put(self.files[order_id])

    def _put(self, file: OrderFile) -> OrderFile:
        self.files[file.order.order_id] = file
        if self.listener is not None:
            self.listener.order_changed(file)
        return file
