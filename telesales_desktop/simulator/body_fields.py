"""Is a field of a request body there, and of the shape that Affirm documents?"""

from datetime import datetime
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from telesales_desktop.simulator.refusals import invalid_field

JsonObject = dict[str, Any]


def _path(owner: str, name: str) -> str:
    return f"{owner}.{name}" if owner else name


def is_count(value: object) -> TypeGuard[int]:
    """A JSON whole number; ``true`` is not one."""
    return isinstance(value, int) and not isinstance(value, bool)


def optional_text(body: JsonObject, name: str, owner: str = "", *, longest: int = 1000) -> str:
    """The text, or "" when it is absent or null."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid_field(_path(owner, name), "expected a string")
    if len(value) > longest:
        raise invalid_field(_path(owner, name), f"expected at most {longest} characters")
    return value


def required_text(body: JsonObject, name: str, owner: str = "", *, longest: int = 1000) -> str:
    text = optional_text(body, name, owner, longest=longest)
    if not text.strip():
        raise invalid_field(_path(owner, name), "this field is required")
    return text


def optional_id(body: JsonObject, name: str, owner: str = "") -> str | None:
    """Order and reference numbers: 1 to 128 characters when they are given."""
    if body.get(name) is None:
        return None
    return required_text(body, name, owner, longest=128)


def optional_cents(body: JsonObject, name: str, owner: str = "", *, least: int = 0) -> int | None:
    """Units: minor units of the checkout's currency."""
    value = body.get(name)
    if value is None:
        return None
    if not is_count(value) or value < least:
        raise invalid_field(_path(owner, name), f"expected a whole number of at least {least}")
    return int(value)


def required_cents(body: JsonObject, name: str, owner: str = "", *, least: int = 0) -> int:
    """Units: minor units of the checkout's currency."""
    amount = optional_cents(body, name, owner, least=least)
    if amount is None:
        raise invalid_field(_path(owner, name), "this field is required")
    return amount


def optional_object(body: JsonObject, name: str, owner: str = "") -> JsonObject | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise invalid_field(_path(owner, name), "expected an object")
    return value


def required_object(body: JsonObject, name: str, owner: str = "") -> JsonObject:
    value = optional_object(body, name, owner)
    if value is None:
        raise invalid_field(_path(owner, name), "this field is required")
    return value


def required_url(body: JsonObject, name: str, owner: str) -> str:
    text = required_text(body, name, owner, longest=2048)
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound:
        raise invalid_field(_path(owner, name), "expected a URL")
    return text


def optional_moment(body: JsonObject, name: str) -> datetime | None:
    """An ISO instant without fractions; without a zone it is taken as UTC."""
    text = optional_text(body, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_field(name, "expected an ISO timestamp") from None
    if moment.microsecond or "." in text:
        raise invalid_field(name, "expected an ISO timestamp without milliseconds")
    return moment if moment.tzinfo else datetime.fromisoformat(f"{text}+00:00")
