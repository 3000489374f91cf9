"""What may be written down of a value? Numbers, code words and ids; never who or what it is."""

from __future__ import annotations

import re
from enum import Enum

from telesales_desktop.adapters.affirm_hosts import AFFIRM_HOSTS
from telesales_desktop.domain import errors
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.order import OperationKind, OperationState, SendState
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus

_CODE_WORDS = frozenset(
    {
        *(word.value for kind in (CheckoutStatus, TransactionStatus) for word in kind),
        *(word.value for kind in (OperationKind, OperationState, SendState) for word in kind),
        *(word.value for word in Notice),
        *(item.code for item in vars(errors).values() if hasattr(item, "code")),
        *AFFIRM_HOSTS,
        *("GET", "POST", "PUT", "DELETE", "localhost", "sandbox", "live", "simulator", "US", "CA"),
        *("deadline", "oversized", "unreadable", "truncated", "verified", "unsigned", "wrong"),
        "",
    }
)
_CLASS_NAME = re.compile(r"(?:[A-Z][a-z0-9]+){1,6}(?:Error|Timeout|Exception|Interrupt)", re.ASCII)
# A digit or an underscore: names of people have neither. Long runs may be keys.
_IDENTIFIER = re.compile(r"(?=[^\d_]*[\d_])[A-Za-z0-9_./:-]{1,200}", re.ASCII)
_LONG_RUN = re.compile(r"[A-Za-z0-9]{24,}", re.ASCII)
_PHONE = re.compile(r"(?:[^\w]*\d){7,}[^\w]*", re.ASCII)

_SECRETS = re.compile(r"(?i)\b(basic|bearer|digest)\s+[A-Za-z0-9+/=._~-]+")
_HEADERS = re.compile(r"(?i)\b((?:proxy-)?authorization|cookie|set-cookie)\b\s*[:=][^\r\n]*")
_EMAILS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_QUERIES = re.compile(r"\?[^\s\"'<>]+")
_PHONES = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_KEYS = re.compile(r"[A-Za-z0-9+/_=-]{24,}")


def safe_argument(value: object) -> object:
    """``value`` if it may be logged, else a mark that says how long it was.

    An allow-list: numbers, our code words, names of error classes, and strings that can only be
    ids or paths. What a customer is called, where they live and any key are none of these.
    """
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Enum):
        return value.value if isinstance(value.value, str | int) else value.name
    if isinstance(value, errors.TelesalesError):
        return value.code
    if isinstance(value, BaseException):
        return type(value).__name__
    if not isinstance(value, str):
        return f"[{type(value).__name__}]"
    if value in _CODE_WORDS or _CLASS_NAME.fullmatch(value):
        return value
    if _IDENTIFIER.fullmatch(value) and not _LONG_RUN.search(value) and not _PHONE.fullmatch(value):
        return value
    return f"[{len(value)} characters]"


def redact(text: str) -> str:
    """Free text of unknown origin with every key, address, number and query taken out.

    A second net, for text that must be shown to support: what is logged passes
    ``safe_argument``.
    """
    for pattern, mark in (
        (_HEADERS, r"\1: [removed]"),
        (_SECRETS, r"\1 [removed]"),
        (_EMAILS, "[e-mail]"),
        (_QUERIES, "?[query]"),
        (_PHONES, "[number]"),
        (_KEYS, "[key]"),
    ):
        text = pattern.sub(mark, text)
    return text
