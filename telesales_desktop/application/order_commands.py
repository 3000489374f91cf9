"""What may a person ask for of one order? Each command, from the wish to what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from uuid import uuid4

from telesales_desktop.application.floor import Floor
from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.new_orders import new_order
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.order_checks import check_for_keeping, check_for_sending
from telesales_desktop.application.performing import Performer
from telesales_desktop.application.ports import Clock, OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.application.sharing import Sharing
from telesales_desktop.domain import events
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.errors import (
    AffirmUnreachableError,
    CommandRefusedError,
    TelesalesError,
)
from telesales_desktop.domain.order import Order

log = logging.getLogger(__name__)

TIME_PATIENCE_S = 5.0
"""How long a command waits to be planned by the right time. It leaves by no other in any case."""

_OF_WEIGHT = (
    events.SendRequested,
    events.AuthorizeRequested,
    events.CaptureRequested,
    events.RefundRequested,
    events.VoidRequested,
    events.VerdictGiven,
)


class OrderCommands:
    """The part of a desk that acts on orders; errors and units: see ``ui.desk``."""

    _profile: Profile
    _clock: Clock
    _book: OrderBook
    _performer: Performer
    _floor: Floor
    _sharing: Sharing | None
    _make_order_key: Callable[[str], str]

    # --- one order -------------------------------------------------------------------------

    async def send(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Keep the order, then ask Affirm to send the link."""
        return await self._send(details, (self._send_requested(),), draft_id=draft_id)

    async def correct(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Supersede the order's open link, then send a new one for these details: both or none."""
        superseded = events.SupersedeRequested(self._profile.agent)
        given = (superseded, self._send_requested())
        return await self._send(details, given, draft_id=draft_id)

    async def send_again(self, order_id: str) -> OrderFile:
        """A new link for the same details, after a lost answer, a refusal or an ended link."""
        return await self._do(order_id, self._send_requested())

    async def keep(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Keep an order that is paid another way; nothing is ever sent."""
        self._refuse_where_one_only_looks()
        check_for_keeping(details)
        is_looked_up = await self._stop_duplicates(details.order_id)
        order = self._new_order(details)
        file = await self._book.submit_with_details(order, details, (), draft_id=draft_id)
        if not is_looked_up:
            self._floor.not_looked_up(details.order_id)
        return file

    async def resend(self, order_id: str) -> OrderFile:
        """Ask Affirm to send the same link again."""
        return await self._do(order_id, events.ResendRequested(self._profile.agent))

    async def refresh(self, order_id: str) -> OrderFile:
        """Read Affirm now."""
        return await self._do(order_id, events.RefreshRequested(self._profile.agent))

    async def authorize(self, order_id: str) -> OrderFile:
        """The customer says it is done: authorize with the saved checkout id."""
        event = events.AuthorizeRequested(
            self._profile.agent, by_supervisor=self._profile.role is Role.SUPERVISOR
        )
        return await self._do(order_id, event)

    async def capture(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        """Take the held money; None takes all of it."""
        event = events.CaptureRequested(
            self._profile.agent, uuid4().hex, str(uuid4()), amount_cents
        )
        return await self._do(order_id, event)

    async def refund(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        """Give money back; None gives back all that is left."""
        event = events.RefundRequested(self._profile.agent, uuid4().hex, str(uuid4()), amount_cents)
        return await self._do(order_id, event)

    async def void(self, order_id: str) -> OrderFile:
        """Release the hold."""
        event = events.VoidRequested(
            self._profile.agent, by_supervisor=self._profile.role is Role.SUPERVISOR
        )
        return await self._do(order_id, event)

    async def update_shipping(self, order_id: str, *, carrier: str, confirmation: str) -> OrderFile:
        """Tell Affirm the carrier and the shipment's number."""
        event = events.UpdateRequested(
            self._profile.agent, uuid4().hex, str(uuid4()), carrier, confirmation
        )
        return await self._do(order_id, event)

    async def supersede(self, order_id: str) -> OrderFile:
        """Never accept the links sent so far."""
        return await self._do(order_id, events.SupersedeRequested(self._profile.agent))

    async def cancel_planned(self, order_id: str, operation_id: str = "") -> OrderFile:
        """Drop a command that has never left this machine; the open one if none is named."""
        chosen = operation_id or await self._open_operation(order_id)
        return await self._do(order_id, events.CancelPlannedRequested(self._profile.agent, chosen))

    async def lift_freeze(self, order_id: str) -> OrderFile:
        """A supervisor decides that the order may go on."""
        self._supervisors_only()
        return await self._do(order_id, events.FreezeLifted(self._profile.agent))

    async def raise_generation(self, order_id: str) -> OrderFile:
        """A supervisor allows a new key after a definitive refusal."""
        self._supervisors_only()
        return await self._do(order_id, events.GenerationRaised(self._profile.agent))

    async def give_verdict(
        self, order_id: str, operation_id: str = "", *, took_effect: bool
    ) -> OrderFile:
        """A supervisor who looked at Affirm's portal closes an unknown outcome.

        It is the open command's if none is named. Errors: ``AffirmUnreachableError`` when nobody
        told the time: whether a command can still arrive goes by it.
        """
        self._supervisors_only()
        if not took_effect and not await self._know_the_time():
            raise AffirmUnreachableError
        chosen = operation_id or await self._open_operation(order_id)
        event = events.VerdictGiven(self._profile.agent, chosen, took_effect)
        return await self._do(order_id, event)

    # --- inside ----------------------------------------------------------------------------

    def _refuse_where_one_only_looks(self) -> None:
        if self._profile.looks_only:
            raise CommandRefusedError("looks_only")

    async def _do(self, order_id: str, event: events.Command) -> OrderFile:
        self._refuse_where_one_only_looks()
        if isinstance(event, _OF_WEIGHT):
            await self._know_the_time()
        try:
            await self._book.submit(order_id, event)
        except CommandRefusedError as refused:
            is_elsewhere = self._floor.record_named(order_id) is not None
            if refused.reason == "no_such_order" and is_elsewhere:
                raise CommandRefusedError("held_elsewhere") from refused
            raise
        return await self._when_quiet(order_id)

    async def _know_the_time(self) -> bool:
        """Ask for it if it is not known, for a moment: what is planned by a wrong one is stale."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIME_PATIENCE_S):
                return await self._performer.time.is_told()
        return False

    async def _when_quiet(self, order_id: str) -> OrderFile:
        await self._performer.until_quiet(order_id)
        file = await self._book.find(order_id)
        assert file is not None
        return file

    async def _send(
        self, details: OrderDetails, given: Sequence[events.Command], *, draft_id: str
    ) -> OrderFile:
        self._refuse_where_one_only_looks()
        check_for_sending(details, self._profile)
        is_looked_up = await self._stop_duplicates(details.order_id)
        await self._know_the_time()
        order = self._new_order(details)
        await self._book.submit_with_details(order, details, given, draft_id=draft_id)
        if not is_looked_up:
            self._floor.not_looked_up(details.order_id)
        return await self._when_quiet(details.order_id)

    async def _stop_duplicates(self, order_id: str) -> bool:
        """Refuse a number that another desk's order has; false where the relay could not tell."""
        shared = self._floor.shared(order_id)
        if shared is not None and shared.holding is not Holding.HERE:
            raise CommandRefusedError("held_elsewhere")
        if self._sharing is None or await self._book.find(order_id) is not None:
            return True
        try:
            found = await self._sharing.somebody_has(order_id)
        except TelesalesError as error:
            log.info("nobody could tell whether a colleague has the number: %s", error.code)
            return False
        if found is None:
            return True
        me = self._floor.me
        if not found.owner_name or (me is not None and found.owner_name == me.name):
            raise CommandRefusedError("number_taken_elsewhere")
        raise CommandRefusedError("number_taken", name=found.owner_name)

    def _send_requested(self) -> events.SendRequested:
        return events.SendRequested(self._profile.agent)

    async def _open_operation(self, order_id: str) -> str:
        file = await self._book.find(order_id)
        operation = file.order.open_operation if file is not None else None
        return operation.operation_id if operation is not None else ""

    def _supervisors_only(self) -> None:
        if self._profile.role is not Role.SUPERVISOR:
            raise CommandRefusedError("supervisors_only")

    def _new_order(self, details: OrderDetails) -> Order:
        key = self._make_order_key(details.order_id)
        return new_order(details, self._profile, order_key=key, at=self._clock.now())
