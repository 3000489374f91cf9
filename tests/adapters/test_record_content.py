import dataclasses
import zlib
from datetime import datetime

import msgspec
import pytest

from telesales_desktop.adapters.data_key import SealedError
from telesales_desktop.adapters.record_content import (
    MOST_PLAIN,
    NewerRecordError,
    read_content,
    write_content,
)
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.application.sharing_ports import RecordContent
from telesales_desktop.domain.errors import JournalError
from tests.adapters.journal import samples


def content() -> RecordContent:
    file = OrderFile(samples.finished_order(3), samples.details(3))
    return RecordContent(file, "p1", "Dana R.", "desk 3")


def read(plain: bytes, of: RecordContent) -> RecordContent:
    order = of.file.order
    return read_content(plain, order_key=order.order_key, environment=order.environment.value)


def test_what_is_written_comes_back():
    made = content()
    assert read(write_content(made), made) == made


def test_a_record_of_another_order_is_refused():
    made = content()
    plain = write_content(made)
    for order_key, environment in (
        ("x" * 32, made.file.order.environment.value),
        (made.file.order.order_key, "nowhere"),
    ):
        with pytest.raises(SealedError, match="another order"):
            read_content(plain, order_key=order_key, environment=environment)


def test_the_details_of_another_order_are_refused():
    made = content()
    details = dataclasses.replace(made.file.details, order_id="another")
    mixed = dataclasses.replace(made, file=OrderFile(made.file.order, details))
    with pytest.raises(SealedError, match="details"):
        read(write_content(mixed), mixed)


def test_a_record_of_a_newer_program_says_so():
    made = content()
    plain = msgspec.json.decode(zlib.decompress(write_content(made)))
    plain["format"] = 999
    with pytest.raises(NewerRecordError):
        read(zlib.compress(msgspec.json.encode(plain)), made)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plain: b"",
        lambda plain: b"[]",
        lambda plain: b"{}",
        lambda plain: plain[:-1],
        lambda plain: plain.replace(b'"format":1', b'"format":"1"'),
        lambda plain: plain.replace(b'"total_cents":', b'"total_sents":'),
        lambda plain: plain.replace(b'"order":{', b'"order":[{', 1),
        lambda plain: plain.replace(b'"order":{', b'"order":{"new":"\xff",', 1),
        lambda plain: plain[:-1] + b',"new":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    ],
)
def test_what_is_sealed_and_no_record_is_refused(spoil):
    made = content()
    plain = zlib.decompress(write_content(made))
    assert read(zlib.compress(plain), made) == made
    assert spoil(plain) != plain
    with pytest.raises(SealedError):
        read(zlib.compress(spoil(plain)), made)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: b"",
        lambda packed: zlib.decompress(packed),
        lambda packed: packed[:-1],
        lambda packed: packed + b"x",
        lambda packed: zlib.compress(b" " * (MOST_PLAIN + 1) + zlib.decompress(packed)),
    ],
)
def test_what_is_not_packed_whole_is_refused(spoil):
    made = content()
    with pytest.raises(SealedError):
        read(spoil(write_content(made)), made)


def test_an_order_that_would_not_come_back_is_not_sealed():
    made = content()
    order = dataclasses.replace(made.file.order, created_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(JournalError):
        write_content(dataclasses.replace(made, file=OrderFile(order, made.file.details)))
