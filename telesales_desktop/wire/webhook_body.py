"""Which fields does a body carry that Affirm, or the customer's browser, has posted?

Relay and desk agree here on what can be read at all; what the fields mean is the desk's business.
"""

from __future__ import annotations

import json
from urllib.parse import unquote_to_bytes

MOST_FIELDS = 200

Fields = tuple[tuple[str, str], ...]
"""Names and values in the order of the body; a name may come more than once."""


def read_fields(body: bytes) -> Fields:
    """Read form-encoded or JSON text; an empty answer where there is nothing to be read.

    Never raises. The content type is not asked: Affirm's documents contradict each other about
    it, and the two forms cannot be mistaken. Stray separators are skipped, text that is not UTF-8
    is taken for Latin-1, and nested JSON is left out.
    Source: docs/about-webhooks (form-encoded; JSON for prequalification), read 2026-11.
    """
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    fields = _json_fields(text) if text.startswith(b"{") else None
    return _form_fields(text) if fields is None else fields


def is_event(fields: Fields) -> bool:
    """Whether these fields are news of something: a body that is not is *poison*."""
    return any(name in ("event", "checkout_token") and value.strip() for name, value in fields)


def first_value(fields: Fields, name: str) -> str:
    """The first value under ``name``, without blanks around it; "" where there is none."""
    for known, value in fields:
        if known == name:
            return value.strip()
    return ""


def _json_fields(text: bytes) -> Fields | None:
    try:
        # Pairs, not a dict: a name that comes twice must stay visible.
        pairs = json.loads(_decoded(text), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None
    return tuple(
        (_whole(name), _whole(value if isinstance(value, str) else str(value)))
        for name, value in pairs[:MOST_FIELDS]
        if value is not None and not isinstance(value, list | dict)
    )


class _Pairs(list[tuple[str, object]]):
    """A JSON object as its pairs."""


def _whole(text: str) -> str:
    """JSON can escape half a surrogate pair, which no database and no screen takes."""
    return text.encode("utf-8", "replace").decode()


def _form_fields(text: bytes) -> Fields:
    fields = []
    for part in text.replace(b"+", b" ").split(b"&", MOST_FIELDS)[:MOST_FIELDS]:
        name, equals, value = part.partition(b"=")
        if equals and name:
            fields.append((_unquoted(name), _unquoted(value)))
    return tuple(fields)


def _unquoted(text: bytes) -> str:
    return _decoded(unquote_to_bytes(text) if b"%" in text else text)


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
