import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.webhook_signature import SignatureChecker, Verdict, sign, verify
from telesales_desktop.application.ports import StoredDelivery
from telesales_desktop.domain.errors import CredentialsError

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STAMP = int(AT.timestamp())
BODY = b"checkout_token=ABC&event=confirmed&name=Zo\xe9&"
KEY = "private-key-1"
OTHER = "private-key-2"
SIGNED = sign(BODY, KEY, AT)


def v0(body=BODY, key=KEY, stamp=STAMP) -> str:
    """The signature as the documents define it, computed apart from the code under test."""
    return hmac.new(key.encode(), f"{stamp}.".encode() + body, hashlib.sha512).hexdigest()


def test_the_header_is_as_documented():
    assert f"t={STAMP},v0={v0()}" == SIGNED


@pytest.mark.parametrize(
    "headers",
    [
        [SIGNED],
        [f"t={STAMP},\r\n v0={v0()}"],
        [f" t = {STAMP} ,\n\tv0 = {v0()} "],
        [f"t={STAMP},v0={v0().upper()}"],
        [f"v0={v0()},t={STAMP}"],
        [f"t={STAMP},v0={v0(key=OTHER)},v0={v0()}"],
        [f"t={STAMP},v0={v0()},v0={v0(key=OTHER)}"],
        [f"t={STAMP},v1=ffff,v0={v0()},,"],
        [f"t={STAMP - 9},v0={v0()},t={STAMP},v0={v0()}"],
        ["", SIGNED],
        ["t=1,v0=" + "0" * 128, SIGNED],
        ["nonsense", SIGNED],
        [
            f"t={STAMP:012d},v0={hmac.new(KEY.encode(), f'{STAMP:012d}.'.encode() + BODY, hashlib.sha512).hexdigest()}"
        ],
    ],
)
def test_a_right_signature_is_found_wherever_it_stands(headers):
    assert verify(BODY, headers, [OTHER, KEY], AT) is Verdict.VERIFIED
    assert verify(BODY, headers, [KEY + "\n"], AT) is Verdict.VERIFIED


@pytest.mark.parametrize("headers", [[], [""], [" \r\n", "\t"]])
def test_no_header_is_unsigned(headers):
    assert verify(BODY, headers, [KEY], AT) is Verdict.UNSIGNED


@pytest.mark.parametrize(
    "headers",
    [
        ["t"],
        [f"t={STAMP}"],
        [f"v0={v0()}"],
        [f"t=,v0={v0()}"],
        [f"t=-1,v0={v0()}"],
        [f"t=1e9,v0={v0()}"],
        [f"t=٣,v0={v0()}"],
        [f"t={'9' * 13},v0={v0()}"],
        [f"t={STAMP},v0={v0()[:-1]}"],
        [f"t={STAMP},v0={v0()}0"],
        [f"t={STAMP},v0=" + "z" * 128],
        [f"t={STAMP},v1={v0()}"],
        [f"t={STAMP};v0={v0()}"],
        ["é\x00\ud800"],
    ],
)
def test_a_header_that_nobody_can_read_is_malformed(headers):
    assert verify(BODY, headers, [KEY], AT) is Verdict.MALFORMED


@pytest.mark.parametrize(
    ("headers", "keys"),
    [
        ([SIGNED], [OTHER]),
        ([SIGNED], []),
        ([SIGNED], ["", "  "]),
        ([f"t={STAMP + 1},v0={v0()}"], [KEY]),
        ([sign(BODY + b"&", KEY, AT)], [KEY]),
        ([f"t={STAMP},v0={v0(key='')}"], ["", " "]),
        ([f"t={STAMP},v0={hmac.new(KEY.encode(), BODY, hashlib.sha512).hexdigest()}"], [KEY]),
        ([f"t={STAMP},v0=" + "0" * 128] * 20, [KEY]),
    ],
)
def test_a_signature_under_no_key_of_ours_is_wrong(headers, keys):
    assert verify(BODY, headers, keys, AT) is Verdict.WRONG


@pytest.mark.parametrize(
    ("late_s", "verdict"),
    [
        (0, Verdict.VERIFIED),
        (300, Verdict.VERIFIED),
        (-300, Verdict.VERIFIED),
        (301, Verdict.OUT_OF_TOLERANCE),
        (-301, Verdict.OUT_OF_TOLERANCE),
        (86_400 * 365, Verdict.OUT_OF_TOLERANCE),
    ],
)
def test_it_counts_for_five_minutes_around_its_receipt(late_s, verdict):
    assert verify(BODY, [SIGNED], [KEY], AT + timedelta(seconds=late_s)) is verdict


def test_a_fresh_signature_beside_a_stale_one_counts():
    stale = sign(BODY, KEY, AT - timedelta(days=1))
    assert verify(BODY, [stale, SIGNED], [KEY], AT) is Verdict.VERIFIED


def test_the_tolerance_is_a_setting():
    assert verify(BODY, [SIGNED], [KEY], AT + timedelta(seconds=2), 1) is Verdict.OUT_OF_TOLERANCE


def test_an_instant_without_a_zone_is_utc():
    assert verify(BODY, [SIGNED], [KEY], AT.replace(tzinfo=None)) is Verdict.VERIFIED


def test_every_key_is_tried_on_every_signature(monkeypatch):
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(1) or real(a, b))
    assert verify(BODY, [SIGNED, SIGNED], [KEY, OTHER, "third"], AT) is Verdict.VERIFIED
    assert len(compared) == 6


TEXT = st.text(max_size=200) | st.from_regex(r"t=[0-9]{1,12},v0=[0-9a-f]{120,130}")
KEYS = st.lists(st.text(min_size=1, max_size=20).map(lambda key: "k" + key), max_size=3)


@given(st.binary(max_size=200), st.lists(TEXT, max_size=4), KEYS, st.datetimes())
def test_no_header_is_too_strange_and_none_is_a_forgery(body, headers, keys, at):
    verdict = verify(body, headers, keys, at.replace(tzinfo=UTC))
    assert verdict in (Verdict.UNSIGNED, Verdict.MALFORMED, Verdict.WRONG)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40), st.data())
def test_what_is_signed_is_verified_and_one_changed_bit_is_not(body, key, data):
    header = sign(body, "k" + key, AT)
    assert verify(body, [header], ["k" + key], AT) is Verdict.VERIFIED
    if body:
        place = data.draw(st.integers(0, len(body) * 8 - 1))
        changed = bytearray(body)
        changed[place // 8] ^= 1 << place % 8
        assert verify(bytes(changed), [header], ["k" + key], AT) is Verdict.WRONG


def delivery(signatures) -> StoredDelivery:
    return StoredDelivery("d", "c", "webhook", "", tuple(signatures), BODY, AT)


async def test_the_checker_fetches_the_keys_each_time():
    keys = [OTHER]

    async def fetch():
        return keys

    check = SignatureChecker(fetch)
    assert await check(delivery([SIGNED])) == "wrong"
    keys.append(KEY)
    assert await check(delivery([SIGNED])) == "verified"
    assert await check(delivery([])) == "unsigned"


async def test_without_keys_nothing_is_verified():
    async def locked():
        raise CredentialsError("locked")

    assert await SignatureChecker(locked)(delivery([SIGNED])) == "unchecked"
    assert await SignatureChecker(locked)(delivery([])) == "unsigned"
