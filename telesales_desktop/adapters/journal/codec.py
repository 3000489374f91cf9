"""How do orders, details, timeline entries and drafts become stored JSON, and come back?

The stored form follows the domain's types field by field; it is read strictly, and whatever could
not be read back is refused before it is written. Faults are told without the values: those may be
personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import msgspec

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import Source
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import Order

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORMAT = 1
"""Raised whenever stored JSON of before can no longer be read as it is."""

UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a format to the next one: only for changes that a default value cannot bridge."""

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encoder = msgspec.json.Encoder()
_orders = msgspec.json.Decoder(Order)
_details = msgspec.json.Decoder(OrderDetails)
_params = msgspec.json.Decoder(dict[str, str | int])
_contents = msgspec.json.Decoder(dict[str, Any])
_texts = msgspec.json.Decoder(tuple[str, ...])


def encode_order(order: Order) -> str:
    """The order's JSON. Errors: ``RULE`` for a value that would not come back the same."""
    _refuse_naive(order)
    return _proved(order, _orders)


def spell_order(order: Order) -> str:
    """The JSON of an order that was read from JSON just now: it need not be proved again."""
    return _encoder.encode(order).decode()


def spell_details(details: OrderDetails) -> str:
    """The JSON of details that were read from JSON just now."""
    return _encoder.encode(details).decode()


def decode_order(form: int, body: str) -> Order:
    """Errors: ``NEWER`` for a format of the future, ``DAMAGED`` for what cannot be read."""
    return _decode(form, body, _orders, Order)


def encode_details(details: OrderDetails) -> str:
    """The details' JSON. Errors: ``RULE`` for a value that would not come back the same."""
    return _proved(details, _details)


def decode_details(form: int, body: str) -> OrderDetails:
    """Errors: ``NEWER`` for a format of the future, ``DAMAGED`` for what cannot be read."""
    return _decode(form, body, _details, OrderDetails)


def encode_params(params: Mapping[str, str | int]) -> str:
    """A timeline entry's values. Errors: ``RULE``."""
    return _proved(dict(params), _params)


def decode_params(body: str) -> Mapping[str, str | int]:
    """Errors: ``DAMAGED``."""
    return _read(body, _params)


def decode_source(word: str) -> Source:
    """Errors: ``NEWER`` for a source that this program has never heard of."""
    try:
        return Source(word)
    except ValueError:
        raise JournalError(JournalProblem.NEWER, "a source of a later program") from None


def encode_content(content: Mapping[str, object]) -> str:
    """A draft, as typed. Errors: ``RULE`` for what JSON cannot hold."""
    return _proved(dict(content), _contents)


def decode_content(body: str) -> Mapping[str, object]:
    """Errors: ``DAMAGED``."""
    return _read(body, _contents)


def encode_texts(texts: tuple[str, ...]) -> str:
    """A few strings in one column. Errors: ``RULE``."""
    return _proved(texts, _texts)


def decode_texts(body: str) -> tuple[str, ...]:
    """Errors: ``DAMAGED``."""
    return _read(body, _texts)


def to_microseconds(at: datetime) -> int:
    """Aware time to microseconds since 1970 UTC, exactly. Errors: ``RULE`` for naive time."""
    if at.utcoffset() is None:
        raise JournalError(JournalProblem.RULE, "time without a zone")
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """Microseconds since 1970 UTC to aware time, exactly."""
    return _EPOCH + timedelta(microseconds=value)


def _proved(value: _T, decoder: msgspec.json.Decoder[_T]) -> str:
    """JSON that is known to come back as the same value."""
    try:
        body = _encoder.encode(value)
        same = decoder.decode(body) == value
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
        raise JournalError(
            JournalProblem.RULE, f"cannot be stored: {type(error).__name__}"
        ) from None
    if not same:
        raise JournalError(JournalProblem.RULE, "would not be read back as it is")
    return body.decode()


def _decode(form: int, body: str, decoder: msgspec.json.Decoder[_T], kind: type[_T]) -> _T:
    if form == FORMAT:
        return _read(body, decoder)
    if form > FORMAT:
        raise JournalError(JournalProblem.NEWER, f"format {form}")
    try:
        content = msgspec.json.decode(body)
        for step in range(form, FORMAT):
            content = UPGRADES[step](content)
        return msgspec.convert(content, kind)
    except (msgspec.MsgspecError, LookupError, TypeError, AttributeError) as error:
        detail = f"format {form} cannot be read: {type(error).__name__}"
        raise JournalError(JournalProblem.DAMAGED, detail) from None


def _read(body: str, decoder: msgspec.json.Decoder[_T]) -> _T:
    try:
        return decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise JournalError(JournalProblem.DAMAGED, type(error).__name__) from None


def _refuse_naive(value: DataclassInstance) -> None:
    """A time without its zone would mean another moment on another machine."""
    for name in _fields_with_times(type(value)):
        held = getattr(value, name)
        for inner in held if isinstance(held, tuple) else (held,):
            if isinstance(inner, datetime):
                to_microseconds(inner)
            elif is_dataclass(inner) and not isinstance(inner, type):
                _refuse_naive(inner)


@cache
def _fields_with_times(kind: type[DataclassInstance]) -> tuple[str, ...]:
    """Fields that are, or may hold, a time: all but plain words and numbers."""
    plain = (str, int, Enum)
    hints = get_type_hints(kind)
    return tuple(
        field.name
        for field in fields(kind)
        if not (isinstance(hints[field.name], type) and issubclass(hints[field.name], plain))
    )
