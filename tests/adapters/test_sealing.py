import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters import sealing
from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.sealing import DeliveryOpener
from telesales_desktop.wire.sealing import DeliveryContent, checkout_hash, record_place
from tests.adapters import sealing_bench as bench

KEY = DataKey(bytes(range(32)))
AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
AT_US = 1767323045678901
NAME = "ab" * 32
BODY = b'{"event":"confirmed"}'
CONTENT = bench.delivery_content(BODY, signatures=("t=1,v0=a", "t=2"), landing="confirmed")
OPENED = DeliveryContent("application/json", ("t=1,v0=a", "t=2"), BODY, "confirmed")


def sealed(content=CONTENT, *, public_key=KEY.public_key, **options):
    bound = {"merchant": "main", "delivery_id": NAME, "received_us": AT_US, **options}
    return bench.Batch(public_key).seal(content, **bound)


def open_it(content, *, merchant="main", name=NAME, at=AT):
    return DeliveryOpener(KEY, merchant).open(content, name, at)


# --- deliveries ------------------------------------------------------------------------------


def test_a_sealed_delivery_is_opened():
    assert open_it(sealed()) == OPENED


def test_a_delivery_without_a_landing_has_none():
    content = bench.delivery_content(b"x=1", content_type="", landing=None)
    assert open_it(sealed(content)) == DeliveryContent("", (), b"x=1", None)


def test_a_delivery_opens_in_its_own_place_only():
    assert open_it(sealed()) == OPENED
    for elsewhere in (
        {"merchant": "other"},
        {"name": "ac" * 32},
        {"at": AT.replace(microsecond=678902)},
    ):
        with pytest.raises(SealedError):
            open_it(sealed(), **elsewhere)


def test_a_delivery_to_another_key_is_refused():
    other = DataKey(b"\x05" * 32)
    with pytest.raises(SealedError):
        open_it(sealed(public_key=other.public_key))


@given(st.integers(0, len(sealed()) * 8 - 1))
def test_any_flipped_bit_of_a_delivery_is_refused(bit):
    changed = bytearray(sealed())
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealedError):
        open_it(bytes(changed))


@given(st.integers(0, len(sealed()) - 1))
def test_any_shortened_delivery_is_refused(length):
    with pytest.raises(SealedError):
        open_it(sealed()[:length])


@pytest.mark.parametrize("content", [b"", b"\x02" + sealed()[1:], sealed()[1:]])
def test_a_form_of_a_later_version_is_refused(content):
    with pytest.raises(SealedError, match="not a sealed delivery"):
        open_it(content)


def test_a_point_that_makes_any_secret_known_is_refused():
    changed = bytearray(sealed())
    changed[1:33] = bytes(32)
    with pytest.raises(SealedError, match="not a key"):
        open_it(bytes(changed))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"content_type":"","signatures":[],"body":"*","landing":null}',
        b'{"content_type":"","signatures":[],"body":"","landing":5}',
        bench.delivery_content(b"x" * (64 * 1024 + 1)),
        bench.delivery_content(b"", signatures=["x"] * 1001),
    ],
)
def test_what_is_sealed_and_no_delivery_is_refused(content):
    with pytest.raises(SealedError, match="not a delivery"):
        open_it(sealed(content))


def test_deliveries_of_one_batch_cost_one_exchange(monkeypatch):
    asked = []
    real = sealing._unwrap_batch
    monkeypatch.setattr(sealing, "_unwrap_batch", lambda *all_: asked.append(1) or real(*all_))
    opener = DeliveryOpener(KEY, "main")
    batch = bench.Batch(KEY.public_key)
    for number in range(50):
        nonce = number.to_bytes(12, "big")
        one = batch.seal(CONTENT, merchant="main", delivery_id=NAME, received_us=AT_US, nonce=nonce)
        assert opener.open(one, NAME, AT) == OPENED
    assert len(asked) == 1


def test_no_more_batches_are_remembered_than_a_desk_meets():
    opener = DeliveryOpener(KEY, "main")
    for number in range(1, 80):
        batch = bench.Batch(KEY.public_key, ephemeral=(number * 8).to_bytes(32, "little"))
        one = batch.seal(CONTENT, merchant="main", delivery_id=NAME, received_us=AT_US)
        assert opener.open(one, NAME, AT) == OPENED
    assert len(opener._batches) == 64


# --- records ---------------------------------------------------------------------------------

BOUND = record_place("main", "live", "k" * 32, 7)


def test_a_record_is_sealed_as_the_decision_record_says():
    made = sealing.seal_record(KEY, b"{}", BOUND, nonce=b"\x09" * 12)
    assert made[:13] == b"\x01" + b"\x09" * 12
    key = bench.hkdf(bytes(range(32)), bench.label("record"))
    assert AESGCM(key).decrypt(made[1:13], made[13:], b"main|live|" + b"k" * 32 + b"|7") == b"{}"


@given(st.binary(max_size=2000))
def test_a_record_comes_back(content):
    assert sealing.open_record(KEY, sealing.seal_record(KEY, content, BOUND), BOUND) == content


def test_the_same_record_is_never_sealed_alike_twice():
    assert sealing.seal_record(KEY, b"{}", BOUND) != sealing.seal_record(KEY, b"{}", BOUND)


@pytest.mark.parametrize(
    "place",
    [
        ("other", "live", "k" * 32, 7),
        ("main", "sandbox", "k" * 32, 7),
        ("main", "live", "j" * 32, 7),
        ("main", "live", "k" * 32, 6),
    ],
)
def test_a_record_opens_in_its_own_place_only(place):
    made = sealing.seal_record(KEY, b"{}", BOUND)
    with pytest.raises(SealedError):
        sealing.open_record(KEY, made, record_place(*place))


@given(st.integers(0, (13 + 2 + 16) * 8 - 1))
def test_any_flipped_bit_of_a_record_is_refused(bit):
    changed = bytearray(sealing.seal_record(KEY, b"{}", BOUND))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealedError):
        sealing.open_record(KEY, bytes(changed), BOUND)


@given(st.integers(0, 13 + 2 + 16 - 1))
def test_any_shortened_record_is_refused(length):
    with pytest.raises(SealedError):
        sealing.open_record(KEY, sealing.seal_record(KEY, b"{}", BOUND)[:length], BOUND)


# --- what the relay may know -----------------------------------------------------------------


def test_a_tag_is_keyed_and_says_of_what_kind_it_is():
    key = bench.hkdf(bytes(range(32)), bench.label("tag"))
    expected = hmac.new(key, b"email|a@example.com", hashlib.sha256).hexdigest()
    assert sealing.tag(KEY, "email", "a@example.com") == expected
    assert sealing.tag(KEY, "order", "a@example.com") != expected
    assert sealing.tag(DataKey(b"\x05" * 32), "email", "a@example.com") != expected


@pytest.mark.parametrize(
    ("kind", "typed", "compared"),
    [
        ("phone", "+1 415 555 2222 ", "+14155552222"),
        ("email", " Marie.Tremblay@Example.com", "marie.tremblay@example.com"),
        ("order", "D-1 a ", "d-1 a"),
        ("order", "STRASSE", "strasse"),
    ],
)
def test_what_two_people_type_alike_is_compared_alike(kind, typed, compared):
    assert sealing.tag(KEY, kind, typed) == sealing.tag(KEY, kind, compared)


def test_what_differs_is_not_compared_alike():
    assert sealing.tag(KEY, "order", "D-1 a") != sealing.tag(KEY, "order", "D-1a")


def test_the_vectors_of_the_decision_record():
    found = {
        "delivery": sealed().hex(),
        "record": sealing.seal_record(KEY, b"{}", BOUND, nonce=bytes(range(12))).hex(),
        "tag": sealing.tag(KEY, "phone", "+14155552222"),
        "checkout_hash": checkout_hash("main", "C-1"),
    }
    assert found == VECTORS
    assert open_it(bytes.fromhex(VECTORS["delivery"])) == OPENED


VECTORS = {
    "delivery": (
        "017b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f139754743dd920e2"
        "5e9732cc40bcfa2d456b376fa0e5ad7978c003d7f3ee90f02ca37b93cbd5e9f70b9f3e0f1a358137"
        "d33333333333333333333333330de1a5851b5813067cb2ef0965b42fa805830af728dc00926ba341"
        "99f0a0680ee4868d7bd119a7ed20c35486a2dcd9b9a2a789d2d4ea8030972434e5d80c363a3dab50"
        "e7f593f9b212368b652c6163206e0cf6eef04e2e5f0cc69d9aa4e719ecc20b5a24ec3fc4e6c8d2b7"
        "0c7cdf4e067c99eaf04df8ec212f604888668560b63a3142ad5588d78ad112344075b6da8b935123"
        "e6db5aef"
    ),
    "record": "01000102030405060708090a0b92ff9897ee089deae18ada1d8ae1252fbff9",
    "tag": "a9611e25f9bc4e746ded0c4da6449160aa2ebbee321a8888ba55ecb5cf5b60bd",
    "checkout_hash": "0eddca791ce030e6b99815bac7ecfbcde1123a3d22104b305ed49a3baee98537",
}
