import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.data_key import (
    DataKey,
    SealedError,
    unwrap,
    wrap_id,
)
from telesales_desktop.wire.sealing import SealingKey, fingerprint
from tests.adapters import sealing_bench as bench

SECRET = bytes(range(32))
API_KEY = "PRIVATE-KEY-OF-A-TEST"
SECRETS = st.binary(min_size=32, max_size=32)
API_KEYS = st.text(min_size=1, max_size=60)


def test_every_key_is_derived_as_the_decision_record_says():
    key = DataKey(SECRET)
    scalar = bench.hkdf(SECRET, bench.label("delivery"))
    public = X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()
    assert key.public_key == public
    assert key.record_key == bench.hkdf(SECRET, bench.label("record"))
    assert key.tag_key == bench.hkdf(SECRET, bench.label("tag"))
    assert key.order_key_key == bench.hkdf(SECRET, bench.label("order key"))
    assert key.person_key == bench.hkdf(SECRET, bench.label("person"))


def test_the_keys_are_all_different():
    key = DataKey(SECRET)
    made = {key.record_key, key.tag_key, key.order_key_key, key.person_key, key.public_key, SECRET}
    assert len(made) == 6


def test_a_wrap_is_as_the_decision_record_says():
    key = DataKey(SECRET)
    made = key.wrap(API_KEY, nonce=b"\x07" * 12)
    wrapping = bench.hkdf(API_KEY.encode(), bench.label("wrap"))
    assert made[:12] == b"\x07" * 12
    assert AESGCM(wrapping).decrypt(made[:12], made[12:], key.public_key) == SECRET
    assert wrap_id(API_KEY) == bench.hkdf(API_KEY.encode(), bench.label("wrap id"), 8).hex()
    assert len(made) == 60


def test_two_wraps_of_one_key_differ():
    key = DataKey(SECRET)
    assert key.wrap(API_KEY) != key.wrap(API_KEY)


def test_the_fingerprint_is_in_groups_of_four():
    public = DataKey(SECRET).public_key
    told = fingerprint(public)
    assert told.replace("-", "") == hashlib.sha256(public).digest()[:16].hex()
    assert [len(group) for group in told.split("-")] == [4] * 8
    assert DataKey(SECRET).sealing_key(API_KEY).fingerprint == told == DataKey(SECRET).fingerprint


@given(SECRETS, API_KEYS)
def test_what_is_wrapped_is_unwrapped(secret, api_key):
    key = DataKey(secret)
    assert unwrap(key.wrap(api_key), api_key, key.public_key) == key


@given(SECRETS, st.integers(0, 60 * 8 - 1))
def test_any_flipped_bit_of_a_wrap_is_refused(secret, bit):
    key = DataKey(secret)
    blob = bytearray(key.wrap(API_KEY))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealedError):
        unwrap(bytes(blob), API_KEY, key.public_key)


def test_a_wrap_opens_with_its_own_api_key_and_for_its_own_public_key_only():
    key, other = DataKey(SECRET), DataKey(b"\x05" * 32)
    blob = key.wrap(API_KEY)
    with pytest.raises(SealedError):
        unwrap(blob, API_KEY + "2", key.public_key)
    with pytest.raises(SealedError):
        unwrap(blob, API_KEY, other.public_key)
    with pytest.raises(SealedError):
        unwrap(blob[:-1], API_KEY, key.public_key)


def test_a_wrap_that_names_the_public_key_of_another_data_key_is_refused():
    """Only who has the API key could make one: a mistake, and no deliveries would open."""
    key, other = DataKey(SECRET), DataKey(b"\x05" * 32)
    wrapping = bench.hkdf(API_KEY.encode(), bench.label("wrap"))
    blob = bytes(12) + AESGCM(wrapping).encrypt(bytes(12), SECRET, other.public_key)
    with pytest.raises(SealedError, match="does not belong"):
        unwrap(blob, API_KEY, other.public_key)
    assert key.public_key != other.public_key


@given(SECRETS, API_KEYS)
def test_a_sealing_key_carries_what_the_first_desk_needs(secret, api_key):
    made = SealingKey.from_text(DataKey(secret).sealing_key(api_key).text())
    assert made.wrap_id.hex() == wrap_id(api_key)
    assert unwrap(made.wrapped, api_key, made.public_key) == DataKey(secret)


def test_a_data_key_is_kept_as_text_and_shows_nothing():
    key = DataKey.make()
    assert DataKey.from_hex(key.to_hex()) == key
    assert key != DataKey.make()
    assert key != "a key"
    assert hash(key) == hash(DataKey.from_hex(key.to_hex()))
    assert key.to_hex() not in repr(key)
    assert key.fingerprint in repr(key)


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "0" * 63, "00" * 33])
def test_what_is_no_data_key_is_refused(text):
    with pytest.raises(SealedError):
        DataKey.from_hex(text)


def test_the_vectors_of_the_decision_record():
    key = DataKey(SECRET)
    made = key.sealing_key(API_KEY)
    assert key.public_key.hex() == VECTORS["public_key"]
    assert key.fingerprint == VECTORS["fingerprint"]
    assert key.record_key.hex() == VECTORS["record_key"]
    assert key.tag_key.hex() == VECTORS["tag_key"]
    assert key.order_key_key.hex() == VECTORS["order_key_key"]
    assert key.person_key.hex() == VECTORS["person_key"]
    assert made.wrap_id.hex() == wrap_id(API_KEY) == VECTORS["wrap_id"]
    wrapped = key.wrap(API_KEY, nonce=bytes(range(12)))
    assert wrapped.hex() == VECTORS["wrapped"]
    assert SealingKey(key.public_key, made.wrap_id, wrapped).text() == VECTORS["sealing_key"]
    body = VECTORS["sealing_key"].removeprefix("tsk1_")
    assert base64.urlsafe_b64decode(body + "==")[:32] == key.public_key


VECTORS = {
    "public_key": "7e891b5ec022b5df6cf0b6532902063e1249e7abe8d08dd4cbbe7b09072dc12a",
    "fingerprint": "6654-5acb-82ba-4413-1b3a-bef9-be22-efe0",
    "record_key": "4e33bb51c6a570ef3a28d95833cfcd67bb7792e00d5a8ed110fc705554b6628c",
    "tag_key": "e6e82762d8e491ae3fc2ae30560bc66251d96a1ac9886df7a3db8d19840ff36a",
    "order_key_key": "95b1eb418752c08eec5aee23040cc3f3cedcacbba0a6790d622cd69350f54e4f",
    "person_key": "cb9e2a11e18ba0c149c7d9e58d4efa794040ff2dac75cd22a1b655f7601be7e7",
    "wrap_id": "e5351779503050a2",
    "wrapped": "000102030405060708090a0b39711df33669db94088c78f25674a6b1477d44734b595d851beb95d5302698e8fd5e167bb518ddf06f450c317fe5644b",
    "sealing_key": "tsk1_fokbXsAitd9s8LZTKQIGPhJJ56vo0I3Uy757CQctwSrlNRd5UDBQogABAgMEBQYHCAkKCzlxHfM2aduUCIx48lZ0prFHfURzS1ldhRvrldUwJpjo_V4We7UY3fBvRQwxf-VkSw",
}
