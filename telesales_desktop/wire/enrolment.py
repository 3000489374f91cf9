"""How does a workstation turn a one-time code into its own token?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from telesales_desktop.wire.addresses import MERCHANT
from telesales_desktop.wire.sealing import SEALING_KEY
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as another character over the phone."""

CODE_LENGTH = 10
TOKEN = re.compile(r"atr1_[a-z2-7]{10}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}")
"""``atr1_ID_SECRET_CHECKSUM``; the checksum is the CRC-32 of all before it."""

PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,100}")
TOKEN_ID = re.compile(r"[a-z2-7]{10}")
PERSON_ID = re.compile(r"p[a-z2-7]{15}")
_MISREAD = str.maketrans("OIL", "011", "- ")


class Role(StrEnum):
    """What a token's holder may read; every agent reads at most what a supervisor reads."""

    AGENT = "agent"  # their own orders, and deliveries that nobody owns
    SUPERVISOR = "supervisor"  # everything of the merchant's
    OPERATIONS = "operations"  # how the relay does: no order, no delivery


def one_time_code(text: str) -> str:
    """A code as typed or dictated, in its one spelling.

    Errors: ``WireError`` unless ten characters of Crockford's alphabet remain.
    """
    code = text.upper().translate(_MISREAD)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise WireError("code must be ten letters and digits, such as K7Q-4MPX-9TB")
    return code


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """The body of ``POST /v1/enrolments``."""

    code: str = field(repr=False)
    workstation: str

    def to_json(self) -> bytes:
        return encode({"code": self.code, "workstation": self.workstation})

    @classmethod
    def from_json(cls, raw: bytes) -> EnrolmentRequest:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            code=one_time_code(members.text("code", most=64)),
            workstation=members.text("workstation", pattern=PRINTABLE),
        )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The answer: who this workstation is from now on. ``token`` goes into the keyring.

    ``sealing_key``: the merchant's, as it was set; None where there is none, or none was told.
    """

    token: str = field(repr=False)
    token_id: str
    merchant: str
    role: Role
    name: str
    person_id: str
    sealing_key: str | None = None

    def to_json(self) -> bytes:
        return encode(
            {
                "token": self.token,
                "token_id": self.token_id,
                "merchant": self.merchant,
                "role": self.role,
                "name": self.name,
                "person_id": self.person_id,
                "sealing_key": self.sealing_key,
            }
        )

    @classmethod
    def from_json(cls, raw: bytes) -> Enrolment:
        """Errors: ``WireError``."""
        members: Members = decode(raw)
        role = members.text("role")
        if role not in {known.value for known in Role}:
            raise WireError(f"role {role} is not known")
        return cls(
            token=members.text("token", pattern=TOKEN),
            token_id=members.text("token_id", pattern=TOKEN_ID),
            merchant=members.text("merchant", pattern=MERCHANT),
            role=Role(role),
            name=members.text("name", pattern=PRINTABLE),
            person_id=members.text("person_id", pattern=PERSON_ID),
            sealing_key=members.text_or_none("sealing_key", pattern=SEALING_KEY),
        )
