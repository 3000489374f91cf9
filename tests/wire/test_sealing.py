import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.wire import sealing
from telesales_desktop.wire.sealing import (
    DeliveryContent,
    SealedDelivery,
    SealedRecord,
    SealingKey,
)
from telesales_desktop.wire.strict_json import WireError, encode

KEY = SealingKey(bytes(range(32)), bytes(range(8)), bytes(range(100, 160)))
AT = datetime(2026, 11, 24, 6, 11, 31, 192284, tzinfo=UTC)
CONTENT = DeliveryContent("text/plain", ("t=1,v0=a",), b"\x00event=confirmed", "confirmed")


def test_a_sealing_key_is_one_word_and_comes_back():
    text = KEY.text()
    assert text == (
        "tsk1_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AAQIDBAUGB2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3"
        "x9fn-AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2enw"
    )
    assert SealingKey.from_text(text) == KEY
    assert "\\xd" not in repr(KEY)


@pytest.mark.parametrize(
    "text",
    ["", KEY.text()[:-1], KEY.text() + "A", "tsk2" + KEY.text()[4:], KEY.text()[:-1] + "x", " "],
)
def test_a_text_that_was_cut_is_no_sealing_key(text):
    with pytest.raises(WireError, match="sealing key"):
        SealingKey.from_text(text)


def test_a_fingerprint_is_read_in_groups_of_four():
    assert KEY.fingerprint == "630d-cd29-66c4-3366-9112-5448-bbb2-5b4f"
    assert sealing.FINGERPRINT.fullmatch(KEY.fingerprint)


def test_a_sealed_delivery_has_its_layout():
    parts = SealedDelivery(b"e" * 32, b"k" * 48, b"n" * 12, b"c" * 30)
    octets = parts.to_bytes()
    assert octets == b"\x01" + b"e" * 32 + b"k" * 48 + b"n" * 12 + b"c" * 30
    assert SealedDelivery.from_bytes(octets) == parts


@pytest.mark.parametrize("octets", [b"", b"\x00" * 200, b"\x02" * 200, b"\x01" * 108])
def test_anything_else_is_no_sealed_delivery(octets):
    with pytest.raises(WireError, match="sealed delivery"):
        SealedDelivery.from_bytes(octets)


def test_a_sealed_record_has_its_layout():
    parts = SealedRecord(b"n" * 12, b"c" * 16)
    assert parts.to_bytes() == b"\x01" + b"n" * 12 + b"c" * 16
    assert SealedRecord.from_bytes(parts.to_bytes()) == parts


@pytest.mark.parametrize("octets", [b"", b"\x02" * 100, b"\x01" * 28])
def test_anything_else_is_no_sealed_record(octets):
    with pytest.raises(WireError, match="sealed record"):
        SealedRecord.from_bytes(octets)


def test_what_is_sealed_comes_back():
    assert DeliveryContent.from_json(CONTENT.to_json()) == CONTENT
    assert json.loads(CONTENT.to_json())["body"] == base64.b64encode(CONTENT.body).decode()


@given(st.text(), st.lists(st.text()), st.binary(), st.none() | st.text())
def test_it_is_spelled_as_all_json_of_the_wire(content_type, signatures, body, landing):
    content = DeliveryContent(content_type, tuple(signatures), body, landing)
    assert content.to_json() == encode(
        {
            "content_type": content_type,
            "signatures": signatures,
            "body": base64.b64encode(body).decode(),
            "landing": landing,
        }
    )


def test_places_and_messages_are_spelled_as_agreed():
    assert sealing.microseconds(AT) == 1_795_500_691_192_284
    at_us = sealing.microseconds(AT)
    assert sealing.delivery_place("main", "ab", at_us) == b"main|ab|1795500691192284"
    assert sealing.record_place("main", "live", "k" * 16, 3) == b"main|live|kkkkkkkkkkkkkkkk|3"
    assert sealing.tag_message("email", "a@example.com") == b"email|a@example.com"
    assert sealing.batch_info(b"E", b"R") == b"telesales-desktop v1 batchER"


def test_a_checkout_is_known_by_its_digest():
    assert sealing.checkout_hash("main", "ABC") == (
        "ed85eda44d293548a0e4d9163a87a1848ce871a7eed4763a6a6352252a770c6a"
    )
    assert sealing.checkout_hash("main", "ABC") != sealing.checkout_hash("other", "ABC")
