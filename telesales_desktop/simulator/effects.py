"""Which money moved at the stand-in, when, and under which key?"""

from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.simulator.clock import rfc3339


@dataclass(frozen=True)
class Effect:
    """One movement that really happened; tests count doubles here.

    Units: ``amount_cents`` in the currency's minor unit.
    """

    kind: str  # authorize, capture, refund or void
    at: datetime
    transaction_id: str
    checkout_id: str
    order_id: str | None
    amount_cents: int
    currency: str
    idempotency_key: str | None
    request_id: str

    def as_json(self) -> dict[str, object]:
        return {**self.__dict__, "at": rfc3339(self.at)}


@dataclass(frozen=True)
class Attempt:
    """What a money command brings with it besides its body."""

    idempotency_key: str | None = None
    request_id: str = ""
