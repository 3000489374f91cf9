import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.person_key import (
    PersonKey,
    attestation,
    claim_message,
    hand_over_message,
    is_attested,
    is_signed,
)
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


@given(st.text())
def test_what_is_signed_is_found_signed(message):
    assert is_signed(KEY.public_key, message, KEY.sign(message))
    assert not is_signed(KEY.public_key, message + ".", KEY.sign(message))


@given(st.integers(0, 64 * 8 - 1))
def test_any_flipped_bit_of_a_signature_is_refused(bit):
    changed = bytearray(KEY.sign("claim"))
    changed[bit // 8] ^= 1 << bit % 8
    assert not is_signed(KEY.public_key, "claim", bytes(changed))


@pytest.mark.parametrize("public_key", [b"", b"\x01" * 31, b"\x02" * 32])
def test_with_a_key_that_is_none_nothing_is_signed(public_key):
    assert not is_signed(public_key, "claim", KEY.sign("claim"))
    assert not is_signed(KEY.public_key, "claim", b"")


def test_an_attestation_is_as_the_decision_record_says():
    key = bench.hkdf(bytes(range(32)), bench.label("person"))
    message = f"main|{PERSON}|{TOKEN}|{KEY.public_key.hex()}".encode()
    told = attestation(DATA, "main", PERSON, TOKEN, KEY.public_key)
    assert told == hmac.new(key, message, hashlib.sha256).hexdigest()


def test_a_key_is_attested_for_one_person_at_one_workstation():
    told = attestation(DATA, "main", PERSON, TOKEN, KEY.public_key)
    right = ("main", PERSON, TOKEN, KEY.public_key)
    assert is_attested(DATA, *right, told)
    for number, other in enumerate(("other", "p" + "c" * 15, "d" * 10, b"\x01" * 32)):
        wrong = list(right)
        wrong[number] = other
        assert not is_attested(DATA, *wrong, told)
    assert not is_attested(DataKey(b"\x05" * 32), *right, told)
    assert not is_attested(DATA, *right, "é")


def test_a_key_of_another_length_is_never_attested():
    short = KEY.public_key[:31]
    told = attestation(DATA, "main", PERSON, TOKEN, short)
    assert not is_attested(DATA, "main", PERSON, TOKEN, short, told)


def test_the_messages_are_spelled_as_the_decision_record_says():
    at = "2026-01-02T03:04:05.000000Z"
    claim = claim_message("main", "k" * 32, "take_over", 7, PERSON, TOKEN, at)
    assert claim == f"claim|main|{'k' * 32}|take_over|7|{PERSON}|{TOKEN}|{at}"
    given_to = "p" + "c" * 15
    told = hand_over_message("main", "k" * 32, given_to, 7, True, PERSON, TOKEN, at)
    assert told == f"hand-over|main|{'k' * 32}|{given_to}|7|true|{PERSON}|{TOKEN}|{at}"
    told = hand_over_message("main", "k" * 32, given_to, 7, False, PERSON, TOKEN, at)
    assert told == f"hand-over|main|{'k' * 32}|{given_to}|7|false|{PERSON}|{TOKEN}|{at}"


def test_the_vectors_of_the_decision_record():
    at = "2026-01-02T03:04:05.000000Z"
    claim = claim_message("main", "k" * 32, "take_over", 7, PERSON, TOKEN, at)
    assert KEY.public_key.hex() == VECTORS["public_key"]
    assert attestation(DATA, "main", PERSON, TOKEN, KEY.public_key) == VECTORS["attestation"]
    assert KEY.sign(claim).hex() == VECTORS["claim"]


VECTORS = {
    "public_key": "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    "attestation": "b3ef2bd4329031be60fb98998cf0399c75c9be7834b945d7662e31248978396b",
    "claim": (
        "5f28034d00589edc3202a74dbe7b148d8e1130dd1fc9316f45ff9886849140843acd9bab8584bab9"
        "86c8fbf6b2df1c3b150faaa358646e0e2615f251ff46cf05"
    ),
}
