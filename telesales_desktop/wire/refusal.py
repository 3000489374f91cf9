"""How does the relay say no?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from telesales_desktop.wire.strict_json import WireError, decode, encode


class RefusalCode(StrEnum):
    """The stable word of a refusal; the message beside it is for people and may change."""

    BAD_REQUEST = "bad_request"  # 400: a parameter or the body is not what the contract says
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - 401: no token, or one that is not (any more) valid
    ENROLMENT_REFUSED = "enrolment_refused"  # 403: wrong, used or expired code; it never says which
    NOT_FOUND = "not_found"  # 404: nothing here, or nothing of yours
    CONFLICT = "conflict"  # 409: somebody was faster; the newest record is beside the refusal
    NOT_HOLDER = "not_holder"  # 409: another desk acts on this order; likewise
    CLAIMED = "claimed"  # 409: another desk's claim has not run out; likewise
    TAKEN = "taken"  # 409: something else is there, which is never replaced, or there is no room
    METHOD_NOT_ALLOWED = "method_not_allowed"  # 405
    TOO_SLOW = "too_slow"  # 408: the body did not arrive in time
    TOO_LARGE = "too_large"  # 413
    TOO_MANY_REQUESTS = "too_many_requests"  # 429: with Retry-After
    INTERNAL = "internal"  # 500: a fault of the relay's own
    UNAVAILABLE = "unavailable"  # 503: the database cannot be used just now


@dataclass(frozen=True, slots=True)
class Refusal:
    """The body of every answer from 400 on. ``code`` is text: a newer relay may know more."""

    code: str
    message: str

    def members(self) -> dict[str, object]:
        return {"error": {"code": self.code, "message": self.message}}

    def to_json(self) -> bytes:
        return encode(self.members())

    @classmethod
    def from_json(cls, raw: bytes) -> Refusal | None:
        """None where the body is not a refusal of this contract (a proxy's page, say)."""
        try:
            error = decode(raw).nested("error")
            return cls(error.text("code", most=64), error.text("message", most=1000))
        except WireError:
            return None
