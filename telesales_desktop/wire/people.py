"""Who works for a merchant, and with which keys do they sign?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telesales_desktop.wire.enrolment import PERSON_ID, PRINTABLE, TOKEN_ID, Role
from telesales_desktop.wire.sealing import PUBLIC_KEY
from telesales_desktop.wire.strict_json import Members, WireError, decode, encode

ATTESTATION = re.compile(r"[0-9a-f]{64}")
MOST_PEOPLE = 10_000
MOST_KEYS = 1000


def attested_message(merchant: str, person_id: str, token_id: str, public_key: str) -> bytes:
    """What an attestation is the HMAC of: desks hold that key, the relay does not."""
    return f"{merchant}|{person_id}|{token_id}|{public_key}".encode()


@dataclass(frozen=True, slots=True)
class PersonKeyPut:
    """The body of ``PUT /v1/person-key``: Ed25519, and that a desk of the merchant made it; hex."""

    public_key: str
    attestation: str

    def to_json(self) -> bytes:
        return encode({"public_key": self.public_key, "attestation": self.attestation})

    @classmethod
    def from_json(cls, raw: bytes) -> PersonKeyPut:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            public_key=members.text("public_key", pattern=PUBLIC_KEY),
            attestation=members.text("attestation", pattern=ATTESTATION),
        )


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A person's key at one workstation."""

    token_id: str
    workstation: str
    public_key: str
    attestation: str
    revoked: bool

    def members(self) -> dict[str, object]:
        return {
            "token_id": self.token_id,
            "workstation": self.workstation,
            "public_key": self.public_key,
            "attestation": self.attestation,
            "revoked": self.revoked,
        }

    @classmethod
    def from_members(cls, members: Members) -> PersonKey:
        """Errors: ``WireError``."""
        return cls(
            token_id=members.text("token_id", pattern=TOKEN_ID),
            workstation=members.text("workstation", pattern=PRINTABLE),
            public_key=members.text("public_key", pattern=PUBLIC_KEY),
            attestation=members.text("attestation", pattern=ATTESTATION),
            revoked=members.flag("revoked"),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was enrolled at least once; ``role`` is the newest enrolment's."""

    person_id: str
    name: str
    role: Role
    keys: tuple[PersonKey, ...]

    def members(self) -> dict[str, object]:
        return {
            "person_id": self.person_id,
            "name": self.name,
            "role": self.role,
            "keys": [key.members() for key in self.keys],
        }

    @classmethod
    def from_members(cls, members: Members) -> Person:
        """Errors: ``WireError``."""
        role = members.text("role")
        if role not in {known.value for known in Role}:
            raise WireError(f"role {role} is not known")
        return cls(
            person_id=members.text("person_id", pattern=PERSON_ID),
            name=members.text("name", pattern=PRINTABLE),
            role=Role(role),
            keys=tuple(
                PersonKey.from_members(key) for key in members.nested_list("keys", most=MOST_KEYS)
            ),
        )


@dataclass(frozen=True, slots=True)
class People:
    """The answer to ``GET /v1/people``, by name."""

    people: tuple[Person, ...]

    def to_json(self) -> bytes:
        return encode({"people": [person.members() for person in self.people]})

    @classmethod
    def from_json(cls, raw: bytes) -> People:
        """Errors: ``WireError``."""
        people = decode(raw).nested_list("people", most=MOST_PEOPLE)
        return cls(tuple(Person.from_members(person) for person in people))
