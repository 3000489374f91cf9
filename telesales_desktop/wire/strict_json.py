"""How does JSON become typed values, and which member was it that was wrong?"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn

_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class WireError(ValueError):
    """What came is not what the contract says; the message names the member."""

    code = "wire.malformed"


class Members:
    """One JSON object, read member by member.

    Members that the reader does not ask for are allowed: a newer writer may add some.
    Errors: every method raises ``WireError`` for a member that is missing or of another kind.
    """

    def __init__(self, members: Mapping[str, object], path: str = "") -> None:
        self._members = members
        self._path = path

    def text(self, name: str, *, most: int = 4096, pattern: re.Pattern[str] | None = None) -> str:
        """A string of at most ``most`` characters that UTF-8 can carry."""
        value = self._members.get(name)
        if not isinstance(value, str):
            self._refuse(name, "must be a string")
        if len(value) > most:
            self._refuse(name, f"must have at most {most} characters")
        if _HALF_A_CHARACTER.search(value):
            self._refuse(name, "must not hold half a surrogate pair")
        if pattern is not None and not pattern.fullmatch(value):
            self._refuse(name, "has a form that is not allowed")
        return value

    def text_or_none(self, name: str, *, pattern: re.Pattern[str] | None = None) -> str | None:
        if self._members.get(name) is None:
            return None
        return self.text(name, pattern=pattern)

    def instant_or_none(self, name: str) -> datetime | None:
        return None if self._members.get(name) is None else self.instant(name)

    def octets_or_none(self, name: str, *, most: int) -> bytes | None:
        return None if self._members.get(name) is None else self.octets(name, most=most)

    def nested_or_none(self, name: str) -> Members | None:
        return None if self._members.get(name) is None else self.nested(name)

    def flag(self, name: str) -> bool:
        value = self._members.get(name)
        if not isinstance(value, bool):
            self._refuse(name, "must be true or false")
        return value

    def integer(self, name: str, *, least: int, most: int) -> int:
        value = self._members.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._refuse(name, f"must be a whole number from {least} to {most}")
        return value

    def instant(self, name: str) -> datetime:
        """An instant in UTC, written as ``2026-01-31T13:45:00.000000Z``."""
        text = self.text(name, pattern=_INSTANT)
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            self._refuse(name, "is not a date")

    def octets(self, name: str, *, most: int) -> bytes:
        """Bytes in standard base64. Units: ``most`` bytes."""
        text = self.text(name, most=(most + 2) // 3 * 4)
        try:
            octets = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self._refuse(name, "is not base64")
        if len(octets) > most:
            self._refuse(name, f"must have at most {most} bytes")
        return octets

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """At most ``most`` strings that UTF-8 can carry."""
        values = self._list(name, most)
        if not all(isinstance(value, str) for value in values):
            self._refuse(name, "must be a list of strings")
        texts = tuple(str(value) for value in values)
        if any(map(_HALF_A_CHARACTER.search, texts)):
            self._refuse(name, "must not hold half a surrogate pair")
        return texts

    def nested(self, name: str) -> Members:
        return self._as_members(self._members.get(name), name)

    def nested_list(self, name: str, *, most: int) -> tuple[Members, ...]:
        values = self._list(name, most)
        return tuple(self._as_members(value, f"{name}[{n}]") for n, value in enumerate(values))

    def _as_members(self, value: object, name: str) -> Members:
        if not isinstance(value, dict):
            self._refuse(name, "must be an object")
        return Members(value, f"{self._path}{name}.")

    def _list(self, name: str, most: int) -> list[object]:
        value = self._members.get(name)
        if not isinstance(value, list) or len(value) > most:
            self._refuse(name, f"must be a list of at most {most}")
        return value

    def _refuse(self, name: str, why: str) -> NoReturn:
        raise WireError(f"{self._path}{name} {why}")


def decode(raw: bytes) -> Members:
    """Read one JSON object; a name that comes twice, NaN and Infinity are refused."""
    try:
        value = json.loads(
            raw.decode(), object_pairs_hook=_each_name_once, parse_constant=_not_a_number
        )
    except WireError:
        raise
    except (ValueError, RecursionError):
        raise WireError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise WireError("the body must be a JSON object")
    return Members(value)


def encode(value: Mapping[str, object]) -> bytes:
    """Compact JSON in UTF-8."""
    return _COMPACT.encode(value).encode()


def instant_text(instant: datetime) -> str:
    """The contract's spelling of an aware instant."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise WireError("the body names one member twice")
    return members


def _not_a_number(constant: str) -> NoReturn:
    raise WireError(f"{constant} is not JSON")
