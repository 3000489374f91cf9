import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.person_key import (
    PersonKey,
    attestation,
    is_attested,
    is_signed,
)
from telesales_desktop.wire import people as wire
from telesales_desktop.wire.claims import Claim, ClaimKind
from tests.adapters import sealing_bench as bench

DATA = DataKey(bytes(range(32)))
PERSON = "p" + "a" * 15
TOKEN = "b" * 10
KEY = PersonKey.from_hex("01" * 32)


def test_a_key_is_kept_as_text():
    made = PersonKey.make()
    assert PersonKey.from_hex(made.to_hex()).public_key == made.public_key
    assert made.public_key != PersonKey.make().public_key
    assert made.to_hex() not in repr(made)


@pytest.mark.parametrize("text", ["", "zz", "01" * 31])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(SealedError):
        PersonKey.from_hex(text)


@given(st.binary())
def test_what_is_signed_is_found_signed(message):
    assert is_signed(KEY.public_key, message, KEY.sign(message))
    assert not is_signed(KEY.public_key, message + b".", KEY.sign(message))


@given(st.integers(0, 64 * 8 - 1))
def test_any_flipped_bit_of_a_signature_is_refused(bit):
    changed = bytearray(bytes.fromhex(KEY.sign(b"claim")))
    changed[bit // 8] ^= 1 << bit % 8
    assert not is_signed(KEY.public_key, b"claim", changed.hex())


@pytest.mark.parametrize("public_key", ["", "01" * 31, "02" * 32, "zz" * 32])
def test_with_a_key_that_is_none_nothing_is_signed(public_key):
    assert not is_signed(public_key, b"claim", KEY.sign(b"claim"))
    assert not is_signed(KEY.public_key, b"claim", "")


def test_an_attestation_is_as_the_decision_record_says():
    key = bench.hkdf(bytes(range(32)), bench.label("person"))
    message = f"main|{PERSON}|{TOKEN}|{KEY.public_key}".encode()
    told = attestation(DATA, "main", PERSON, TOKEN, KEY.public_key)
    assert told == hmac.new(key, message, hashlib.sha256).hexdigest()


def told(data=DATA, merchant="main", person=PERSON, token=TOKEN, public=KEY.public_key):
    return attestation(data, merchant, person, token, public)


def test_a_key_is_attested_for_one_person_at_one_workstation():
    def right(merchant="main", person=PERSON, data=DATA, **changes):
        key = {"token_id": TOKEN, "public_key": KEY.public_key, "attestation": told(), **changes}
        made = wire.PersonKey(workstation="desk", revoked=False, **key)
        return is_attested(data, merchant, person, made)

    assert right()
    assert not right(merchant="other")
    assert not right(person="p" + "c" * 15)
    assert not right(data=DataKey(b"\x05" * 32))
    assert not right(token_id="d" * 10)
    assert not right(public_key="01" * 32)
    assert not right(attestation="0" * 64)


def test_the_vectors_of_the_decision_record():
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    claim = Claim(ClaimKind.TAKE_OVER, 7, PERSON, TOKEN, at, "")
    message = claim.message("main", "k" * 32)
    spelled = f"claim|main|{'k' * 32}|take_over|7|{PERSON}|{TOKEN}|2026-01-02T03:04:05.000000Z"
    assert message.decode() == spelled
    assert KEY.public_key == VECTORS["public_key"]
    assert told() == VECTORS["attestation"]
    assert KEY.sign(message) == VECTORS["claim"]


VECTORS = {
    "public_key": "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    "attestation": "b3ef2bd4329031be60fb98998cf0399c75c9be7834b945d7662e31248978396b",
    "claim": (
        "5f28034d00589edc3202a74dbe7b148d8e1130dd1fc9316f45ff9886849140843acd9bab8584bab9"
        "86c8fbf6b2df1c3b150faaa358646e0e2615f251ff46cf05"
    ),
}
