"""Which orders does the whole floor see, who acts on each, and what is stuck since when?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from telesales_desktop.application.floor_values import (
    FloorCommand,
    Holding,
    SharedOrder,
)
from telesales_desktop.application.listeners import Listeners
from telesales_desktop.application.merging import is_under_way
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.application.sharing_ports import Identity, SharedPerson
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import OrderState, order_state, since

STUCK_AFTER = timedelta(minutes=1)
"""What the program does by itself takes seconds: longer than this, a person should know."""

_AT_ONCE = 200

_STUCK = frozenset({OrderState.FROZEN, OrderState.AUTHORIZE_REFUSED, OrderState.UNRECOGNIZED})
_SLOW = frozenset(
    {
        OrderState.SENDING,
        OrderState.CONFIRMED,
        OrderState.AUTHORIZING,
        OrderState.OPERATION_RUNNING,
        OrderState.OUTCOME_UNKNOWN,
    }
)


class Floor:
    """Records of other desks beside the orders of this one. Holds no truth about money."""

    def __init__(self, profile: Profile, book: OrderBook, clock: Clock) -> None:
        self._profile = profile
        self._book = book
        self._clock = clock
        self._records: dict[str, SeenRecord] = {}
        self._keys: dict[str, str] = {}  # order key of an order id
        self._checkouts: dict[str, str] = {}  # order key of a checkout id
        self._former: dict[str, OrderFile] = {}  # as they were when this desk lost them
        self._confirmed: dict[str, datetime] = {}
        self._names: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._waiting: frozenset[str] = frozenset()
        self._not_looked_up: set[str] = set()
        self._listeners: Listeners[Callable[[SharedOrder], None]] = Listeners()
        self.me: Identity | None = None
        self.own_tokens: frozenset[str] = frozenset()
        """Of everybody who works, or has worked, at this workstation: they share its journal."""

    def subscribe(self, listener: Callable[[SharedOrder], None]) -> Callable[[], None]:
        """Tell ``listener`` of changes from now on; call the result to stop."""
        return self._listeners.add(listener)

    async def all(self) -> list[SharedOrder]:
        """Every order that is not archived, newest first.

        A few at a time, for a merchant may have many: who listens hears of what changes meanwhile.
        """
        ids = {file.order.order_id for file in self._book.files()}
        ids.update(self._keys, self._former)
        live = []
        for number, order_id in enumerate(ids):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            shared = self.shared(order_id)
            if shared is not None and not shared.file.order.archived:
                live.append(shared)
        return sorted(live, key=lambda shared: shared.file.order.created_at, reverse=True)

    def records(self) -> tuple[SeenRecord, ...]:
        """Every record in memory."""
        return tuple(self._records.values())

    def record(self, order_key: str) -> SeenRecord | None:
        """The newest record of one order, if it is in memory."""
        return self._records.get(order_key)

    def record_named(self, order_id: str) -> SeenRecord | None:
        """The newest record of the order of that number."""
        file = self._book.file(order_id) or self._former.get(order_id)
        key = self._keys.get(order_id) if file is None else file.order.order_key
        return None if key is None else self._records.get(key)

    def key_of(self, order_keys: Iterable[str], checkout_id: str) -> str:
        """The order key of the record that news is about; empty if there is none."""
        for key in order_keys:
            if key in self._records:
                return key
        return self._checkouts.get(checkout_id, "")

    # --- what is told ------------------------------------------------------------------------

    def put(self, record: SeenRecord) -> None:
        """Keep a record; one whose order is archived leaves with a last word."""
        before = self._records.get(record.order_key)
        self._records[record.order_key] = record
        self._name_checkouts(before, record)
        if record.file is None:
            if before is not None and before.file is not None:
                self._leaves(before.file)
            self._tell_record(record)
            return
        order = record.file.order
        self._keys[order.order_id] = record.order_key
        if _is_authorized(order):
            self._confirmed.pop(record.order_key, None)
        self._tell(order.order_id)
        if order.archived:
            self._records.pop(record.order_key)
            self._keys.pop(order.order_id)
            self._name_checkouts(record, None)

    def _name_checkouts(self, before: SeenRecord | None, now: SeenRecord | None) -> None:
        """By these news is found without a look through all records: much of it is nobody's."""
        for checkout_id, key in _checkouts(before).items():
            if self._checkouts.get(checkout_id) == key:
                del self._checkouts[checkout_id]
        self._checkouts |= _checkouts(now)

    def _leaves(self, file: OrderFile) -> None:
        """Its content is not shown any more: it is held here now, or somebody else's."""
        order_id = file.order.order_id
        self._keys.pop(order_id, None)
        if self.shared(order_id) is None:
            gone = OrderFile(replace(file.order, archived=True), file.details)
            shared = SharedOrder(gone, Holding.ELSEWHERE)
            self._listeners.tell(lambda listener: listener(shared))

    def confirmed(self, order_key: str, at: datetime) -> None:
        """The customer of another desk's order is done."""
        record = self._records.get(order_key)
        if record is not None and record.file is not None and not _is_authorized(record.file.order):
            self._confirmed.setdefault(order_key, at)
            self._tell(record.file.order.order_id)

    def changed(self, file: OrderFile) -> None:
        """An order of this desk's has changed, or was lost to another one."""
        order_id = file.order.order_id
        if self._book.is_lost(order_id):
            self._former[order_id] = file
        else:
            self._former.pop(order_id, None)
        self._tell(order_id)

    def _tell_record(self, record: SeenRecord) -> None:
        if record.file is not None:
            self._tell(record.file.order.order_id)
            return
        own = self._book.file_by_key(record.order_key)
        former = (f for f in self._former.values() if f.order.order_key == record.order_key)
        for file in former if own is None else (own,):
            self._tell(file.order.order_id)

    def waiting(self, order_ids: frozenset[str]) -> None:
        """These orders wait to be uploaded."""
        moved, self._waiting = self._waiting ^ order_ids, order_ids
        for order_id in moved:
            self._tell(order_id)

    def not_looked_up(self, order_id: str) -> None:
        """The relay could not tell whether another desk has the number: it can at the upload."""
        self._not_looked_up.add(order_id)
        self._tell(order_id)

    def staff(self, people: Iterable[SharedPerson]) -> None:
        """Who works for this merchant, and where."""
        people = tuple(people)
        unknown = {p.person_id for p in people if self._names.get(p.person_id) != p.name}
        for person in people:
            self._names[person.person_id] = person.name
            self._places.update({key.token_id: key.workstation for key in person.keys})
        for record in tuple(self._records.values()):
            if record.owner in unknown:
                self._tell_record(record)

    def knows(self, person_id: str) -> bool:
        """Whether this desk has heard of the person."""
        return person_id in self._names

    def _tell(self, order_id: str) -> None:
        def tell(listener: Callable[[SharedOrder], None]) -> None:
            shared = self.shared(order_id)
            if shared is not None:
                listener(shared)

        self._listeners.tell(tell)

    # --- one order ---------------------------------------------------------------------------

    def shared(self, order_id: str) -> SharedOrder | None:
        """The order as the floor sees it; None for one that nobody here knows."""
        own, record = self._book.file(order_id), self.record_named(order_id)
        if own is not None and not self._book.is_lost(order_id):
            return self._here(own, record)
        former = own or self._former.get(order_id)
        file = former if record is None or record.file is None else record.file
        if file is None:
            return None
        return self._elsewhere(file, record, own)

    def _here(self, file: OrderFile, record: SeenRecord | None) -> SharedOrder:
        order, me = file.order, self.me
        confirmed_at = self._confirmed.get(order.order_key)
        # What is begun here is settled here first.
        may_be_given = record is not None and not is_under_way(order)
        return SharedOrder(
            file=file,
            holding=Holding.HERE,
            version=0 if record is None else record.version,
            owner_id=self._owner(record),
            owner_name=self._owner_name(record, order),
            holder_name=self._profile.agent if me is None else me.name,
            workstation="" if me is None else me.workstation,
            seen_at=order.updated_at,
            stuck_since=stuck_since(order, self._clock.now()),
            confirmed_at=None if _is_authorized(order) else confirmed_at,
            waits_to_upload=order.order_id in self._waiting,
            not_looked_up=record is None and order.order_id in self._not_looked_up,
            allowed=frozenset({FloorCommand.HAND_OVER}) if may_be_given else frozenset(),
        )

    def _elsewhere(
        self, file: OrderFile, record: SeenRecord | None, own: OrderFile | None
    ) -> SharedOrder:
        order = file.order
        is_mine = self.me is not None and self._owner(record) == self.me.person_id
        may_act = is_mine or self._profile.role is Role.SUPERVISOR
        why_not = "" if may_act else "not_yours"
        if self._profile.looks_only:
            may_act, why_not = False, "looks_only"
        if own is not None and is_under_way(own.order):
            why_not = "own_command_open"
        allowed = {FloorCommand.HAND_OVER} if may_act else set()
        if not why_not and record is not None:
            allowed.add(FloorCommand.TAKE_OVER)
        confirmed_at = self._confirmed.get(order.order_key)
        holder = "" if record is None else record.holder
        return SharedOrder(
            file=file,
            holding=Holding.ELSEWHERE if holder or record is None else Holding.NOBODY,
            version=0 if record is None else record.version,
            owner_id=self._owner(record),
            owner_name=self._owner_name(record, order),
            holder_name="" if record is None or not holder else record.holder_name,
            workstation=self._places.get(holder, "" if record is None else record.workstation),
            seen_at=None if record is None else record.seen_at,
            stuck_since=confirmed_at or stuck_since(order, self._clock.now()),
            confirmed_at=confirmed_at,
            allowed=frozenset(allowed),
            why_not_taken=why_not,
        )

    def _owner(self, record: SeenRecord | None) -> str:
        if record is not None:
            return record.owner
        return "" if self.me is None else self.me.person_id

    def _owner_name(self, record: SeenRecord | None, order: Order) -> str:
        return self._names.get(self._owner(record), order.agent)


def _checkouts(record: SeenRecord | None) -> dict[str, str]:
    """The order key by checkout id, as far as the record's content is known."""
    if record is None or record.file is None:
        return {}
    ids = (checkout.checkout_id for checkout in record.file.order.checkouts)
    return dict.fromkeys(filter(None, ids), record.order_key)


def _is_authorized(order: Order) -> bool:
    return order.transaction is not None


def stuck_since(order: Order, at: datetime) -> datetime | None:
    """Since when the order does not move although it should; None for what moves."""
    state = order_state(order, at)
    began = since(order)
    if state in _STUCK or order.alerts:
        return began
    return began if state in _SLOW and at - began > STUCK_AFTER else None
