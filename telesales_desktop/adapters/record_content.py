"""What is sealed into an order record, and how is it read again?"""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from telesales_desktop.adapters.data_key import SealedError
from telesales_desktop.adapters.journal.codec import (
    FORMAT,
    decode_details,
    decode_order,
    encode_details,
    encode_order,
)
from telesales_desktop.application.ports import JournalProblem, OrderFile
from telesales_desktop.application.sharing_ports import RecordContent
from telesales_desktop.domain.errors import JournalError

MOST_PLAIN = 2 * 1024 * 1024
"""Units: bytes of one record before it is packed."""

_LEVEL = 3  # a third of the size for a few hundredths of a millisecond


class NewerRecordError(SealedError):
    """A newer version of this program sealed it: update this one."""

    code = "sealing.newer"


class _Sealed(msgspec.Struct, frozen=True):
    """Order and details are the journal's own forms, read by the journal's own reader."""

    format: int
    order: msgspec.Raw
    details: msgspec.Raw
    person_id: str
    person_name: str
    workstation: str


_reader = msgspec.json.Decoder(_Sealed)


def write_content(content: RecordContent) -> bytes:
    """The plain text of a record. Errors: ``JournalError`` ``RULE`` for what could not be read."""
    plain = msgspec.json.encode(
        _Sealed(
            format=FORMAT,
            order=_raw(encode_order(content.file.order)),
            details=_raw(encode_details(content.file.details)),
            person_id=content.person_id,
            person_name=content.person_name,
            workstation=content.workstation,
        )
    )
    return zlib.compress(plain, _LEVEL)


def read_content(plain: bytes, *, order_key: str, environment: str) -> RecordContent:
    """What another desk sealed, if it is about the order under whose name it came.

    Errors: ``NewerRecordError`` for a format of the future; ``SealedError`` for anything else.
    """
    try:
        sealed = _reader.decode(_inflated(plain))
        order = decode_order(sealed.format, _text(sealed.order))
        details = decode_details(sealed.format, _text(sealed.details))
    except JournalError as error:
        if error.problem is JournalProblem.NEWER:
            raise NewerRecordError("written by a newer program") from None
        raise SealedError("sealed, but not an order") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        # What is only passed over is not looked at by msgspec: it may be no text, or too deep.
        raise SealedError(f"sealed, but not a record: {type(error).__name__}") from None
    if order.order_key != order_key or order.environment.value != environment:
        raise SealedError("a record of another order")
    if details.order_id != order.order_id:
        raise SealedError("the details of another order")
    return RecordContent(
        OrderFile(order, details), sealed.person_id, sealed.person_name, sealed.workstation
    )


def _inflated(packed: bytes) -> bytes:
    inflating = zlib.decompressobj()
    try:
        plain = inflating.decompress(packed, MOST_PLAIN)
    except zlib.error:
        raise SealedError("sealed, but not packed") from None
    if not inflating.eof or inflating.unused_data:
        raise SealedError("sealed, and cut off or too large")
    return plain


def _raw(text: str) -> Any:
    return msgspec.Raw(text.encode())


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw).decode()
