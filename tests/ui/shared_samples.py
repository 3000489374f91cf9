"""A floor of several desks, as a supervisor sees it on a busy morning. Pure values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from telesales_desktop.application.floor_values import FloorCommand, Holding, Person, SharedOrder
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import Alert, SendState
from telesales_desktop.domain.order_state import OrderState
from tests.ui import samples

PEOPLE = (
    Person("p-dana", "Dana R.", "supervisor", proven=True, is_me=True),
    Person("p-emilie", "Émilie Gagnon", "agent", proven=True),
    Person("p-sam", "Sam K.", "agent", proven=True),
    Person("p-tom", "Tom Alvarez", "supervisor", proven=True),
)
DESKS = {"p-emilie": "FLOOR-11", "p-sam": "FLOOR-07", "p-tom": "DESK-TOM", "p-dana": "FLOOR-02"}
NAMES = {person.person_id: person.name for person in PEOPLE}
STORES = ("Phone floor", "Outlet Laval")

_FLOOR: tuple[tuple[OrderState, str, int], ...] = (
    (OrderState.LINK_SENT, "p-emilie", 42),
    (OrderState.CONFIRMED, "p-sam", 190),
    (OrderState.OPENED, "p-sam", 75),
    (OrderState.AUTHORIZED, "p-emilie", 260),
    (OrderState.OUTCOME_UNKNOWN, "p-sam", 1500),
    (OrderState.APPROVED, "p-dana", 130),
    (OrderState.FROZEN, "p-emilie", 2700),
    (OrderState.CAPTURED, "p-tom", 5400),
    (OrderState.MORE_INFORMATION_NEEDED, "p-emilie", 330),
    (OrderState.NOT_APPROVED, "p-sam", 840),
    (OrderState.AUTHORIZING, "p-tom", 3),
    (OrderState.CAPTURED, "p-emilie", 9000),
    (OrderState.LINK_SENT, "p-tom", 420),
    (OrderState.AUTHORIZED, "p-sam", 12_000),
    (OrderState.MAY_HAVE_BEEN_SENT, "p-sam", 610),
    (OrderState.REFUNDED, "p-tom", 15_000),
)


def shared(
    file: OrderFile,
    owner: str,
    *,
    holding: Holding = Holding.ELSEWHERE,
    allowed: frozenset[FloorCommand] | None = None,
) -> SharedOrder:
    """The order as a supervisor's desk is told of it."""
    if allowed is None:
        here = holding is Holding.HERE
        allowed = frozenset({FloorCommand.HAND_OVER} if here else FloorCommand)
    nobody = holding is Holding.NOBODY
    return SharedOrder(
        replace(file, order=replace(file.order, agent=NAMES[owner])),
        holding,
        version=3,
        owner_id=owner,
        owner_name=NAMES[owner],
        holder_name="" if nobody else NAMES[owner],
        workstation="" if nobody else DESKS[owner],
        seen_at=samples.NOW - timedelta(seconds=8),
        allowed=allowed,
    )


def floor(
    environment: Environment = Environment.SANDBOX, country: Country = Country.US
) -> tuple[SharedOrder, ...]:
    """Sixteen orders of four people; two are stuck in ways that the state does not tell."""
    found = []
    for number, (state, owner, age_s) in enumerate(_FLOOR):
        file = samples.file_in(
            state, number, environment=environment, country=country, age=timedelta(seconds=age_s)
        )
        store = replace(file.details, store=STORES[number % 5 == 4])
        file = replace(file, details=store)
        here = owner == "p-dana"
        found.append(shared(file, owner, holding=Holding.HERE if here else Holding.ELSEWHERE))
    found[3] = _changed(found[3], alerts=(Alert.SECOND_CONFIRMATION,))
    found[4] = _changed(found[4], alerts=(Alert.UNKNOWN_TOO_LONG,))
    held = found[13].file.order.transaction
    assert held is not None
    ends = samples.NOW + timedelta(hours=5, minutes=20)
    found[13] = _changed(found[13], transaction=replace(held, authorization_expires_at=ends))
    found[12] = replace(found[12], holding=Holding.NOBODY, holder_name="", workstation="")
    return tuple(found)


def _changed(given: SharedOrder, **changes: object) -> SharedOrder:
    order = replace(given.file.order, **changes)  # type: ignore[arg-type]
    return replace(given, file=replace(given.file, order=order))


def corrected() -> OrderFile:
    """An order whose first link went to a wrong number and was replaced."""
    file = samples.file_in(OrderState.LINK_SENT, 0)
    first = file.order.checkouts[0]
    old = replace(first, superseded=True, checkout_id="OLDLINK1", state=SendState.ACCEPTED)
    new = replace(first, attempt=2)
    return replace(file, order=replace(file.order, checkouts=(old, new)))
