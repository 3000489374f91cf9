"""What goes wrong at the next request or webhook?

A fault waits in a queue. The first one in the queue that fits a request strikes; it is spent after
``times`` strikes (never, when ``times`` is null). ``after`` lets that many fitting requests pass
first, and ``probability`` lets each one pass by chance, repeatably under one seed.
"""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

ENDPOINTS = (
    "store",
    "resend",
    "read_checkout",
    "update_checkout",
    "authorize",
    "read_transaction",
    "list_transactions",
    "list_events",
    "capture",
    "refund",
    "void",
    "update_transaction",
)

# The request never reaches Affirm's rules: nothing happens.
BEFORE_KINDS = frozenset(
    {"drop_before", "error_before", "processing", "html", "rate_limited", "redirect"}
)
# It happens; only the answer is spoilt.
AFTER_KINDS = frozenset(
    {
        "lost_reply",
        "error_after",
        "overloaded_after",
        "html_after",
        "truncated",
        "cut",
        "oversized",
        "drip",
        "empty",
        "wrong_type",
        "wrong_amount",
        "wrong_currency",
        "wrong_order_id",
        "wrong_checkout_id",
        "wrong_status",
    }
)
DELAY_KINDS = frozenset({"delay_before", "delay_after"})
WEBHOOK_KINDS = frozenset(
    {
        "lost",
        "delayed",
        "unsigned",
        "bad_signature",
        "stale_signature",
        "duplicated",
        "held",
        "stray_ampersand",
    }
)
_API_KINDS = BEFORE_KINDS | AFTER_KINDS | DELAY_KINDS


class FaultError(Exception):
    """This fault cannot be queued; nothing was changed."""

    code = "Simulator.bad_fault"


@dataclass
class Fault:
    """One thing that goes wrong.

    Units: ``seconds`` for delays and Retry-After, ``interval_s`` between two drips,
    ``delta_cents`` added by ``wrong_amount``, ``size_bytes`` of an oversized body.
    """

    kind: str
    endpoint: str = "*"
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    path: str = ""  # strikes only where this is part of the request's path
    event: str = ""  # webhooks: strikes only this event
    status: int = 503
    seconds: float = 1.0
    interval_s: float = 0.25
    size_bytes: int = 10_000_000
    delta_cents: int = 100
    copies: int = 2
    value: str = ""
    location: str = ""
    struck: int = 0

    def fits(self, endpoint: str, path: str, event: str) -> bool:
        wanted = self.endpoint in ("*", endpoint) if event == "" else self.endpoint == "webhook"
        return wanted and self.path in path and self.event in ("", event)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class FaultPlan:
    """The queue of faults and the dice that decide about them."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable dice, not secrets
        self._queue: list[Fault] = []

    @property
    def queue(self) -> tuple[Fault, ...]:
        return tuple(self._queue)

    def add(self, fault: Fault) -> None:
        self._queue.append(fault)

    def clear(self) -> None:
        self._queue.clear()

    def strike(self, endpoint: str, *, path: str = "", event: str = "") -> Fault | None:
        """The fault that hits this request or webhook, if any."""
        for fault in self._queue:
            if not fault.fits(endpoint, path, event):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            fault.struck += 1
            if fault.times is not None and fault.struck >= fault.times:
                self._queue.remove(fault)
            return fault
        return None


def fault_from_json(given: object) -> Fault:
    """Errors: ``FaultError`` that names what is wrong."""
    if not isinstance(given, dict) or not isinstance(given.get("kind"), str):
        raise FaultError("a fault is an object with a kind")
    fault = Fault(given["kind"])
    known = {entry.name for entry in fields(Fault)} - {"kind", "struck"}
    for name, value in given.items():
        if name == "kind":
            continue
        if name not in known:
            raise FaultError(f"a fault has no {name!r}")
        setattr(fault, name, _checked(fault, name, value))
    _check_kind(fault)
    return fault


def faults_from_json(given: object) -> list[Fault]:
    """One fault or a list of them.

    Errors: ``FaultError`` that names what is wrong; then none of them is returned.
    """
    return [fault_from_json(entry) for entry in (given if isinstance(given, list) else [given])]


def _check_kind(fault: Fault) -> None:
    if fault.kind in WEBHOOK_KINDS:
        if fault.endpoint not in ("*", "webhook"):
            raise FaultError(f"{fault.kind} happens to the endpoint webhook")
        fault.endpoint = "webhook"
    elif fault.kind not in _API_KINDS:
        known = ", ".join(sorted(_API_KINDS | WEBHOOK_KINDS))
        raise FaultError(f"there is no fault {fault.kind!r}; there are {known}")
    elif fault.endpoint not in ("*", *ENDPOINTS):
        raise FaultError(
            f"there is no endpoint {fault.endpoint!r}; there are {', '.join(ENDPOINTS)}"
        )
    elif fault.event:
        raise FaultError(f"{fault.kind} happens to requests, which have no event")


def _checked(fault: Fault, name: str, value: object) -> object:
    if name == "times" and value is None:
        return None
    default: Mapping[str, object] = fault.as_json()
    wanted = type(default[name])
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise FaultError(f"{name} must be of type {wanted.__name__}")
    if isinstance(value, (int, float)) and value < 0 and name != "delta_cents":
        raise FaultError(f"{name} must not be negative")
    if name == "times" and value == 0:
        raise FaultError("times must be at least 1, or null for always")
    return value
