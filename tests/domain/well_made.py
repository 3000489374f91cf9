"""Is what a step leaves behind of the declared types, and does it say what its readers need?

Every step that a test of the core takes goes through here: a record that reads well today and holds ``None`` where
a time belongs would break a journal, a window or an export only much later.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from telesales_desktop.domain.effects import Source, Step
from telesales_desktop.domain.order import Checkout, Operation, OperationKind, Order, SendState

_OF_OPERATIONS: dict[str, tuple[frozenset[Source], frozenset[str]]] = {
    "asked": (frozenset(Source), frozenset({"actor", "amount"})),
    "done": (frozenset({Source.AFFIRM}), frozenset({"actor", "amount"})),
    "refused": (
        frozenset({Source.AFFIRM, Source.PROGRAM, Source.AGENT, Source.SUPERVISOR}),
        frozenset({"reason", "amount", "request_id"}),
    ),
    "doubted": (frozenset({Source.AFFIRM}), frozenset({"reason"})),
    "unknown": (frozenset({Source.PROGRAM}), frozenset({"reason"})),
}
_OTHERS: dict[str, tuple[frozenset[Source], frozenset[str]]] = {
    "customer_says_done": (frozenset({Source.AGENT, Source.SUPERVISOR}), frozenset({"actor"})),
    "freeze_lifted": (frozenset({Source.SUPERVISOR}), frozenset({"actor"})),
    "generation_raised": (frozenset({Source.SUPERVISOR}), frozenset({"actor"})),
    "verdict_given": (frozenset({Source.SUPERVISOR}), frozenset({"actor"})),
    "delivery": (
        frozenset({Source.WEBHOOK, Source.WEBHOOK_UNVERIFIED, Source.BROWSER}),
        frozenset({"word", "checkout_id"}),
    ),
    "not_ours": (frozenset({Source.PROGRAM}), frozenset({"checkout_id"})),
    "adopted": (frozenset({Source.AFFIRM}), frozenset({"checkout_id", "attempt"})),
    "status": (frozenset({Source.AFFIRM}), frozenset({"word"})),
    "transaction_status": (frozenset({Source.AFFIRM}), frozenset({"word"})),
    "authorized_elsewhere": (frozenset({Source.AFFIRM}), frozenset({"amount"})),
    "taken_over": (frozenset({Source.PROGRAM}), frozenset({"actor"})),
    "send_asked": (frozenset({Source.AGENT}), frozenset({"actor", "attempt"})),
    "link_sent": (frozenset({Source.AFFIRM}), frozenset({"checkout_id", "attempt"})),
    "may_have_been_sent": (frozenset({Source.PROGRAM}), frozenset({"reason", "attempt"})),
    "send_refused": (frozenset({Source.AFFIRM, Source.PROGRAM}), frozenset({"reason"})),
    "resend_asked": (frozenset({Source.AGENT}), frozenset({"actor"})),
    "link_resent": (frozenset({Source.AFFIRM}), frozenset({"request_id"})),
    "resend_refused": (frozenset({Source.AFFIRM}), frozenset({"reason", "request_id"})),
    "resend_not_sent": (frozenset({Source.PROGRAM}), frozenset()),
    "resend_unknown": (frozenset({Source.PROGRAM}), frozenset()),
    "superseded": (frozenset({Source.AGENT}), frozenset({"actor"})),
    "alert": (frozenset({Source.PROGRAM}), frozenset({"alert"})),
    "frozen": (frozenset({Source.PROGRAM}), frozenset({"reason", "ours", "affirms"})),
}
TIMELINE = _OTHERS | {
    f"{kind.value}_{what}": told for kind in OperationKind for what, told in _OF_OPERATIONS.items()
}
"""Who may say each line, and what the line must name."""


def prove_well_made(step: Step, before: Order) -> None:
    """Fail with the place where a step is not what it says that it is."""
    _prover(Step)(step, "step")
    for line in step.timeline:
        assert line.kind in TIMELINE, f"a line that nobody knows: {line}"
        sources, params = TIMELINE[line.kind]
        assert line.source in sources, f"said by the wrong one: {line}"
        assert params <= line.params.keys(), f"says too little: {line}"
    for checkout in step.order.checkouts:
        if checkout not in before.checkouts:
            _prove_checkout(checkout, step.order)
    for operation in step.order.operations:
        if operation not in before.operations:
            _prove_operation(operation, step.order)
    if step.order.transaction is not before.transaction:
        assert step.order.proof_at == step.order.updated_at, "Affirm's record without its proof"


def _prove_checkout(checkout: Checkout, order: Order) -> None:
    if checkout.word:
        assert checkout.word_at is not None, "a word without its time"
        assert 0 < checkout.word_version <= order.version, "a word of no version"
    if checkout.state is SendState.ACCEPTED:
        assert checkout.checkout_id, "accepted without an id"


def _prove_operation(operation: Operation, order: Order) -> None:
    assert operation.subject_id, "about nothing"
    assert operation.actor, "asked by nobody"
    if operation.settled:
        assert operation.next_try_at is None, "settled, and tried again"
        assert not operation.doubted, "settled, and doubted"
        assert operation.settled_at is not None, "settled at no time"
        assert 0 < operation.settled_version <= order.version, "settled by no version"
    elif operation.ever_left:
        assert operation.first_sent_at is not None, "it may have left at no time"


Prover = Callable[[Any, str], None]


@cache
def _prover(kind: Any) -> Prover:
    """What proves that a value is of this type, to its last field."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _of_one(tuple(parts))
    if origin is tuple:
        return _of_each(_prover(parts[0]))
    if origin is Mapping:
        return _of_pairs(_prover(parts[0]), _prover(parts[1]))
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return _of_fields(kind, {f.name: _prover(hints[f.name]) for f in dataclasses.fields(kind)})
    return _of_kind(kind)


def _of_kind(kind: Any) -> Prover:
    def prove(value: Any, where: str) -> None:
        fits = isinstance(value, kind) if issubclass(kind, Enum) else type(value) is kind
        assert fits, f"{where} is {value!r}, not {kind.__name__}"

    return prove


def _of_one(kinds: tuple[Any, ...]) -> Prover:
    provers = {kind: _prover(kind) for kind in kinds}

    def prove(value: Any, where: str) -> None:
        assert type(value) in provers, f"{where} is {value!r}"
        provers[type(value)](value, where)

    return prove


def _of_each(part: Prover) -> Prover:
    def prove(value: Any, where: str) -> None:
        assert type(value) is tuple, f"{where} is {value!r}"
        for number, each in enumerate(value):
            part(each, f"{where}[{number}]")

    return prove


def _of_pairs(key: Prover, held: Prover) -> Prover:
    def prove(value: Any, where: str) -> None:
        for name, each in value.items():
            key(name, f"{where}'s name")
            held(each, f"{where}[{name}]")

    return prove


def _of_fields(kind: Any, provers: Mapping[str, Prover]) -> Prover:
    def prove(value: Any, where: str) -> None:
        assert type(value) is kind, f"{where} is {value!r}"
        for name, part in provers.items():
            part(getattr(value, name), f"{where}.{name}")

    return prove
