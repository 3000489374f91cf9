from datetime import timedelta

import pytest

from telesales_desktop.adapters.data_key import DataKey, SealedError
from telesales_desktop.adapters.sealing import DeliveryOpener
from telesales_desktop.relay import http, sealer
from telesales_desktop.relay.sealer import Sealer
from telesales_desktop.wire.sealing import (
    MOST_BODY,
    MOST_SIGNATURES,
    DeliveryContent,
    SealedDelivery,
)
from tests.relay import parts

CONTENT = DeliveryContent("text/plain", ("t=1",), b"\x00body of Zacharias", "confirmed")
ID, AT_US = "ab" * 32, 1_795_500_691_192_284
PUBLIC = parts.DATA_KEY.public_key


def seal(by: Sealer, public_key: bytes = PUBLIC) -> bytes:
    return by.seal("main", public_key, ID, AT_US, CONTENT)


def header(sealed: bytes) -> tuple[bytes, bytes]:
    parts_of = SealedDelivery.from_bytes(sealed)
    return parts_of.ephemeral, parts_of.data_key


def test_a_desk_opens_what_was_sealed():
    sealed = seal(Sealer())
    assert b"Zacharias" not in sealed
    opener = DeliveryOpener(parts.DATA_KEY, "main")
    assert opener.open(sealed, ID, http.instant(AT_US)) == CONTENT


def test_it_opens_for_nobody_else_and_in_no_other_place():
    sealed = seal(Sealer())
    at = http.instant(AT_US)
    late = at + timedelta(microseconds=1)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for data_key, merchant, octets, delivery_id, instant in (
        (DataKey(bytes(32)), "main", sealed, ID, at),
        (parts.DATA_KEY, "other", sealed, ID, at),
        (parts.DATA_KEY, "main", sealed, "cd" * 32, at),
        (parts.DATA_KEY, "main", sealed, ID, late),
        (parts.DATA_KEY, "main", changed, ID, at),
    ):
        with pytest.raises(SealedError):
            DeliveryOpener(data_key, merchant).open(octets, delivery_id, instant)


@pytest.mark.parametrize("signatures", [[b"\xff" * 60_000], [b"v0=1"] * (MOST_SIGNATURES + 1)])
async def test_no_signature_keeps_a_page_from_every_desk(relay, signatures):
    """Who knows a webhook's address could have stopped the feed of all desks for good."""
    dana = await relay.enrol()
    body = b"checkout_token=AAAA&event=confirmed".ljust(MOST_BODY, b"&")
    headers = [(b"x-affirm-signature", each) for each in signatures]
    assert (await relay.hooks.post(parts.HOOK, content=body, headers=headers)).status_code == 200
    (change,) = (await relay.changes(dana.token)).changes
    content = parts.opened(change)
    assert (content.body, content.signatures) == (body, ())


def test_a_batch_shares_a_data_key_and_never_a_nonce():
    by = Sealer()
    sealed = [seal(by) for _ in range(50)]
    assert len({header(each) for each in sealed}) == 1
    assert len({SealedDelivery.from_bytes(each).nonce for each in sealed}) == 50


def test_another_merchant_has_another_data_key():
    by = Sealer()
    other = DataKey(bytes(32)).public_key
    assert header(seal(by)) != header(seal(by, other))
    assert header(seal(by)) == header(seal(by))


def test_a_data_key_is_used_for_an_hour():
    now = [0.0]
    by = Sealer(lambda: now[0])
    first = header(seal(by))
    now[0] = sealer.BATCH_S - 1
    assert header(seal(by)) == first
    now[0] = sealer.BATCH_S
    assert header(seal(by)) != first


def test_a_data_key_seals_a_bounded_number(monkeypatch):
    monkeypatch.setattr(sealer, "MOST_IN_BATCH", 3)
    by = Sealer()
    headers = [header(seal(by)) for _ in range(7)]
    assert [headers.index(each) for each in headers] == [0, 0, 0, 3, 3, 3, 6]


def test_a_data_key_is_never_shown():
    by = Sealer()
    seal(by)
    assert "AESGCM" not in repr(by._batches[PUBLIC])
