"""What does the window ask of the program, and what is it told?

The one facade between widgets and use cases. Every method is a coroutine that runs on the window's
own loop and never blocks it. Methods that act on an order return the order as it stands once
Affirm has answered *or the answer is known to be lost*: the order says which, so a refusal of
Affirm's and an unknown outcome are not exceptions. Exceptions are ``TelesalesError``s:
``CommandRefusedError`` (nothing was sent), ``InputError`` (names the field), ``JournalError`` and
``CredentialsError``; the window can word every other one too. Units: ``amount_cents`` cents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.floor_values import Person, SharedOrder
from telesales_desktop.application.ports import Draft, OrderFile, SearchQuery
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import Notice, TimelineEntry


class DeskListener(Protocol):
    """Who is told of changes. Called on the loop's thread; must return at once."""

    def order_changed(self, file: OrderFile) -> None:
        """The order is new or differs from what was told before, whoever caused it."""
        ...

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None:
        """News that deserves a person's eye: goes to the inbox and sounds softly."""
        ...

    def connection_changed(self, status: ConnectionStatus) -> None:
        """Told once at subscription and whenever something in it changes."""
        ...


class Desk(Protocol):
    """One merchant's orders at this workstation."""

    def subscribe(self, listener: DeskListener) -> Callable[[], None]:
        """Tell ``listener`` from now on; call the returned function to stop."""
        ...

    def subscribe_floor(self, shared_changed: Callable[[SharedOrder], None]) -> Callable[[], None]:
        """Tell of every order whose place on the floor is new or differs, also of those held here.

        Follows ``order_changed`` where both are told. One whose ``file.order.archived`` is true
        leaves the lists. Call the returned function to stop.
        """
        ...

    def now(self) -> datetime:
        """Aware UTC, corrected by servers' dates where known."""
        ...

    # --- what there is ---------------------------------------------------------------------

    async def open_orders(self) -> Sequence[OrderFile]:
        """Every order that is not archived, newest first."""
        ...

    async def search(self, query: SearchQuery) -> Sequence[OrderFile]:
        """Orders of the whole history, newest first."""
        ...

    async def timeline(self, order_id: str) -> Sequence[TimelineEntry]:
        """All that happened to the order, oldest first."""
        ...

    # --- the floor: orders that several desks share -------------------------------------------

    async def shared_orders(self) -> Sequence[SharedOrder]:
        """Every order that this person may see and that is not archived, newest first.

        An agent's own, a supervisor's the whole merchant's: also those that another desk holds.
        Without a relay: the orders of this desk.
        """
        ...

    async def people(self) -> Sequence[Person]:
        """Everybody of this merchant, by name. Errors: ``RelayError``."""
        ...

    async def take_over(self, order_id: str) -> OrderFile:
        """Act on the order from here: claim it at the relay, then read Affirm before anything else.

        Errors: ``CommandRefusedError`` ``held_elsewhere`` (somebody else was faster),
        ``own_command_open`` (a command of this desk's has no verdict yet), ``not_shared``,
        ``no_such_order``, ``record_does_not_fit``; ``RelayError``.
        """
        ...

    async def hand_over(self, order_id: str, person_id: str) -> SharedOrder:
        """Give the order to a colleague, for good; it is released if nothing of it is open here.

        Errors: ``CommandRefusedError`` ``not_shared``, ``no_such_person``, ``no_such_order``,
        ``not_yours``, ``order_moved`` (somebody changed it meanwhile); ``RelayError``.
        """
        ...

    # --- drafts ----------------------------------------------------------------------------

    async def drafts(self) -> Sequence[Draft]: ...

    async def save_draft(self, draft: Draft) -> None: ...

    async def delete_draft(self, draft_id: str) -> None: ...

    # --- one order -------------------------------------------------------------------------

    async def send(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Keep the order, then ask Affirm to send the link; drops the draft once it is kept.

        The same order number again is a new attempt, allowed while no link of it is open.
        ``draft_id`` is "" when the form was never saved.
        """
        ...

    async def correct(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Supersede the order's open link, then send a new one for these details."""
        ...

    async def keep(self, details: OrderDetails, *, draft_id: str) -> OrderFile:
        """Keep an order that is paid another way; nothing is ever sent."""
        ...

    async def send_again(self, order_id: str) -> OrderFile:
        """A new link for the same details, after a lost answer, a refusal or an ended link."""
        ...

    async def resend(self, order_id: str) -> OrderFile:
        """Ask Affirm to send the same link again."""
        ...

    async def supersede(self, order_id: str) -> OrderFile:
        """Never accept the links sent so far; they still open."""
        ...

    async def refresh(self, order_id: str) -> OrderFile:
        """Read Affirm now."""
        ...

    async def authorize(self, order_id: str) -> OrderFile:
        """The customer says it is done: authorize with the saved checkout id."""
        ...

    async def capture(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        """Take the held money; None takes all of it."""
        ...

    async def refund(self, order_id: str, *, amount_cents: int | None) -> OrderFile:
        """Give money back; None gives back all that is left."""
        ...

    async def void(self, order_id: str) -> OrderFile: ...

    async def update_shipping(
        self, order_id: str, *, carrier: str, confirmation: str
    ) -> OrderFile: ...

    async def cancel_planned(self, order_id: str) -> OrderFile:
        """Drop the order's command that has never left this machine."""
        ...

    # --- a supervisor ------------------------------------------------------------------------

    async def lift_freeze(self, order_id: str) -> OrderFile:
        """Decide that the order may go on."""
        ...

    async def raise_generation(self, order_id: str) -> OrderFile:
        """Allow a new key after a definitive refusal."""
        ...

    async def give_verdict(
        self, order_id: str, operation_id: str, *, took_effect: bool
    ) -> OrderFile:
        """Close a command whose outcome is unknown, after a look at Affirm's portal."""
        ...
