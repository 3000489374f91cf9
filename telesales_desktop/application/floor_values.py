"""What does the window learn of orders that several desks share? Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telesales_desktop.application.ports import OrderFile


class Holding(StrEnum):
    """Which desk acts on an order."""

    HERE = "here"  # this one
    ELSEWHERE = "elsewhere"  # another one: shown here read-only, with its name
    NOBODY = "nobody"  # it was given up: whoever may act takes it over


class FloorCommand(StrEnum):
    """What may be asked for an order beside ``CommandName``; a view shows exactly the allowed."""

    TAKE_OVER = "take_over"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Person:
    """Who works for this merchant. ``proven``: the key of one of their desks is attested."""

    person_id: str
    name: str
    role: str  # "agent" | "supervisor"
    proven: bool = False
    is_me: bool = False


@dataclass(frozen=True, slots=True)
class SharedOrder:
    """An order as the whole floor sees it. Times are aware UTC.

    ``file`` is the order as this desk holds it where ``holding`` is ``HERE``, else the record that
    its holder last put: never believed for money, Affirm is read at a take-over. ``version`` is the
    record's at the relay; 0 before the first upload. ``stuck_since`` is None for what moves.
    ``why_not_taken`` is a ``CommandRefusedError.reason`` word where a take-over is not offered.
    """

    file: OrderFile
    holding: Holding
    version: int = 0
    owner_id: str = ""
    owner_name: str = ""
    holder_name: str = ""  # the person at the desk that acts
    workstation: str = ""  # of the desk that acts
    seen_at: datetime | None = None  # when this desk last heard of it
    stuck_since: datetime | None = None
    confirmed_at: datetime | None = None  # the customer is done, and nothing is authorized yet
    waits_to_upload: bool = False  # the relay does not have what this desk did last
    not_looked_up: bool = False  # sent before the relay could tell whether a colleague has it too
    allowed: frozenset[FloorCommand] = frozenset()
    why_not_taken: str = ""

    @property
    def order_id(self) -> str:
        """The order's number."""
        return self.file.order.order_id


class SharingAlarm(StrEnum):
    """What the relay did that an honest one never does; each has a sentence with what to do."""

    FINGERPRINT = "fingerprint"  # its sealing key is not ours: nothing is uploaded any more
    OLDER_RECORD = "older_record"  # it showed a version that is older than one we have seen
    FORGED_RECORD = "forged_record"  # a record that no desk of ours sealed
    FORGED_CLAIM = "forged_claim"  # a claim or hand-over that its person has not signed
    SWAPPED_KEY = "swapped_key"  # a person's key that no desk of ours attests
    NO_DATA_KEY = "no_data_key"  # this desk cannot open the merchant's data key: enrol it again
