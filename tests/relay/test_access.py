import asyncio
import base64
import re
import threading
from dataclasses import replace

import pytest

from telesales_desktop.relay import access as access_module
from telesales_desktop.relay.access import (
    CODE_TRIES,
    Access,
    EnrolmentRefusedError,
    basic_matches,
    digest,
    make_code,
    now_us,
)
from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Merchant
from telesales_desktop.wire.enrolment import TOKEN, EnrolmentRequest, Role
from tests.relay import parts
from tests.relay.parts import code_of, until


@pytest.fixture
async def access(store, monkeypatch):
    monkeypatch.setattr(access_module, "PULSE_S", 0.01)
    opened = Access(store, Feed(store))
    await opened.start()
    yield opened
    await opened.close()


def redeem(access, code, workstation="desk 1"):
    return access.enrol(EnrolmentRequest(code, workstation))


async def enrolled(access, store, **options):
    return await redeem(access, await code_of(store, **options))


# --- enrolment ---


async def test_a_code_becomes_a_token_that_is_known_at_once(access, store):
    code = await make_code(store, merchant="main", role=Role.SUPERVISOR, name="Dana R.")
    assert re.fullmatch(r"[0-9A-Z]{3}-[0-9A-Z]{4}-[0-9A-Z]{3}", code)
    enrolment = await redeem(access, code.replace("-", ""))
    assert TOKEN.fullmatch(enrolment.token)
    assert (enrolment.merchant, enrolment.role, enrolment.name) == ("main", "supervisor", "Dana R.")
    grant = await access.grant(enrolment.token)
    assert (grant.token_id, grant.workstation, grant.role) == (
        enrolment.token_id,
        "desk 1",
        "supervisor",
    )


async def test_no_secret_rests_in_the_database(access, store, database):
    code = await code_of(store)
    enrolment = await redeem(access, code)
    rests = b"".join(file.read_bytes() for file in database.parent.iterdir())
    assert enrolment.token_id.encode() in rests
    for secret in (code, enrolment.token, enrolment.token[16:59], parts.SECRET):
        assert secret.encode() not in rests


async def test_no_code_ends_an_earlier_one_that_begins_as_it_does(access, store, monkeypatch):
    """The beginning names it; among two hundred at once, two alike were as likely as not."""
    texts = ["AAA0000000", "AAA1111111", "BBB1111111"]
    real = access_module._random_text

    def dealt(alphabet, length):
        return texts.pop(0) if length == 10 and alphabet.isupper() else real(alphabet, length)

    monkeypatch.setattr(access_module, "_random_text", dealt)
    codes = [await code_of(store, name=name) for name in ("Dana", "Rex")]
    assert codes == ["AAA0000000", "BBB1111111"]
    assert [(await redeem(access, code)).name for code in codes] == ["Dana", "Rex"]


async def test_a_database_that_refuses_to_be_read_uses_no_code_up(access, store, monkeypatch):
    """As the first time after PostgreSQL was started again, on a connection that is gone."""
    code = await code_of(store)

    async def gone(merchant):
        raise StoreError("connection was closed in the middle of operation")

    with monkeypatch.context() as patch:
        patch.setattr(store, "wraps", gone)
        with pytest.raises(StoreError):
            await redeem(access, code)
    assert (await redeem(access, code)).sealing_key is not None


async def test_a_code_is_good_once(access, store):
    code = await code_of(store)
    await redeem(access, code)
    with pytest.raises(EnrolmentRefusedError):
        await redeem(access, code)


async def test_one_code_asked_by_fifty_at_once_gives_one_token(access, store):
    code = await code_of(store)
    results = await asyncio.gather(
        *(redeem(access, code) for _ in range(50)), return_exceptions=True
    )
    given = [each for each in results if not isinstance(each, EnrolmentRefusedError)]
    assert len(given) == 1
    assert len(await store.grants()) == 1
    assert await access.grant(given[0].token) is not None


async def test_five_wrong_guesses_end_a_code(access, store):
    code = await code_of(store)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(CODE_TRIES):
        with pytest.raises(EnrolmentRefusedError):
            await redeem(access, wrong)
    with pytest.raises(EnrolmentRefusedError):
        await redeem(access, code)


async def test_four_wrong_guesses_do_not(access, store):
    code = await code_of(store)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(CODE_TRIES - 1):
        with pytest.raises(EnrolmentRefusedError):
            await redeem(access, wrong)
    assert await redeem(access, code)


async def test_a_code_has_its_time(access, store, monkeypatch):
    code = await code_of(store, life_s=60)
    late = now_us() + 61_000_000
    monkeypatch.setattr(access_module, "now_us", lambda: late)
    with pytest.raises(EnrolmentRefusedError):
        await redeem(access, code)


async def test_a_code_that_runs_out_between_guess_and_use_gives_nothing(access, store, monkeypatch):
    code = await code_of(store)

    async def too_late(*_):
        return None

    monkeypatch.setattr(store, "redeem", too_late)
    with pytest.raises(EnrolmentRefusedError):
        await redeem(access, code)


# --- tokens ---


async def test_nothing_but_the_whole_token_opens(access, store):
    token = (await enrolled(access, store)).token
    other = (await enrolled(access, store)).token
    swapped = token[:15] + other[15:]
    flipped = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    forged = flipped[:-8] + access_module._checksum(flipped[:-9])
    for wrong in ("", token[:-1], token + "0", flipped, forged, swapped, "Bearer", token.upper()):
        assert await access.grant(wrong) is None
    assert await access.grant(token) is not None


async def test_an_unknown_token_is_none(access, store):
    _, token = access_module._new_token()
    assert TOKEN.fullmatch(token)
    assert await access.grant(token) is None


async def test_a_token_that_another_process_gave_out_is_known_at_once(access, store, monkeypatch):
    elsewhere = Access(store, Feed(store))
    token = (await elsewhere.enrol(EnrolmentRequest(await code_of(store), "desk 2"))).token
    assert (await access.grant(token)).workstation == "desk 2"


async def test_a_token_revoked_by_another_process_ends_with_its_parked_polls(
    access, store, database
):
    enrolment = await enrolled(access, store)
    grant = await access.grant(enrolment.token)
    poll = asyncio.create_task(access._feed.parking.wait(grant, 3600))
    await until(lambda: len(access._feed.parking))
    other = await SqliteStore.open(database)
    assert await other.revoke(enrolment.token_id, now_us(), "")
    await other.close()
    assert await poll == "revoked"
    assert await access.grant(enrolment.token) is None


async def test_the_newer_token_of_a_workstation_ends_the_earlier_ones_once_it_is_used(
    access, store
):
    earlier = [await enrolled(access, store) for _ in range(2)]
    others = [
        await redeem(access, await code_of(store), "desk 2"),
        await enrolled(access, store, name="Rex"),
    ]
    newest = await enrolled(access, store)
    grant = await access.grant(earlier[1].token)
    assert grant is not None, "its answer may have been lost, so nothing has ended yet"
    assert await access.grant(earlier[0].token) is None
    poll = asyncio.create_task(access._feed.parking.wait(grant, 3600))
    await until(lambda: len(access._feed.parking))
    assert await access.grant(newest.token) is not None
    assert await poll == "revoked"
    assert await access.grant(earlier[1].token) is None
    for other in (*others, newest):
        assert await access.grant(other.token) is not None
    audit = [(entry.token_id, entry.what) for entry in await store.audited("main", 99)]
    assert (earlier[1].token_id, f"revoked by the newer token {newest.token_id}") in audit
    assert (earlier[0].token_id, f"revoked by the newer token {earlier[1].token_id}") in audit


async def test_which_token_is_the_newer_one_no_clock_decides(access, store, monkeypatch):
    """The clock was set back in between, or another replica's is behind."""
    with monkeypatch.context() as ahead:
        ahead.setattr(access_module, "now_us", lambda: now_us() + 3_600_000_000)
        earlier = await enrolled(access, store)
    newer = await enrolled(access, store)
    assert await access.grant(earlier.token) is not None
    assert await access.grant(newer.token) is not None, "the earlier one's use has not ended it"
    assert await access.grant(earlier.token) is None


async def test_another_merchants_person_of_that_name_is_another(access, store):
    await store.add_merchant(Merchant("ca", None, None), digest("x"), None)
    await access.refresh()
    theirs = await enrolled(access, store, merchant="ca")
    ours = await enrolled(access, store)
    assert await access.grant(ours.token) is not None
    assert await access.grant(theirs.token) is not None


async def test_an_earlier_token_that_could_not_be_ended_is_ended_later(
    access, store, monkeypatch, caplog
):
    earlier, newer = await enrolled(access, store), await enrolled(access, store)
    real = store.revoke

    async def full(*_):
        raise StoreError("database or disk is full")

    monkeypatch.setattr(store, "revoke", full)
    assert await access.grant(newer.token) is not None, "whoever has a token can work"
    assert "an earlier token was not ended" in caplog.text
    monkeypatch.setattr(store, "revoke", real)
    await until(lambda: newer.token_id in access._replaced)
    assert await access.grant(newer.token) is not None
    assert await access.grant(earlier.token) is None


async def test_when_a_token_was_last_used_is_written_now_and_then(access, store, monkeypatch):
    enrolment = await enrolled(access, store)
    monkeypatch.setattr(access_module, "_NOTE_SEEN_EVERY_S", 0)
    monkeypatch.setattr(access_module, "now_us", lambda: 77)
    await access.grant(enrolment.token)
    seen = []
    while seen != [77]:
        seen = [grant.seen_us for grant in await store.grants()]
        await asyncio.sleep(0.005)


async def test_it_is_written_at_the_end_too(store, monkeypatch):
    access = Access(store, Feed(store))
    await access.start()
    enrolment = await enrolled(access, store)
    monkeypatch.setattr(access_module, "now_us", lambda: 78)
    await access.grant(enrolment.token)
    await access.close()
    assert [grant.seen_us for grant in await store.grants()] == [78]


async def test_one_that_was_never_started_can_be_closed(store):
    await Access(store, Feed(store)).close()


async def test_a_revocation_does_not_wait_behind_pages(access, store):
    """Three tokens that asked for all the pages they may held one up for half a minute."""
    enrolment = await enrolled(access, store)
    assert await access.grant(enrolment.token)
    held = threading.Event()
    reads = [asyncio.create_task(store._read(lambda db: held.wait())) for _ in range(20)]
    revoking = asyncio.create_task(store.revoke(enrolment.token_id, now_us(), "a test"))
    try:
        await until(lambda: enrolment.token_id not in access._grants)
    finally:
        held.set()
    assert await asyncio.gather(revoking, *reads) == [True] * 21


async def test_many_who_ask_at_once_are_told_by_one_look(access, store, monkeypatch):
    """Whoever makes tokens up must not keep the pulse, which ends revoked ones, waiting."""
    access._pulse.cancel()
    real, looks = store.pulse, []

    async def counted():
        looks.append(1)
        return await real()

    monkeypatch.setattr(store, "pulse", counted)
    body = f"atr1_aaaaaaaaaa_{'x' * 43}"
    made_up = f"{body}_{access_module._checksum(body)}"
    assert TOKEN.fullmatch(made_up)
    assert await asyncio.gather(*(access.grant(made_up) for _ in range(50))) == [None] * 50
    assert len(looks) == 2, "the first one's, and one for who asked meanwhile"


async def test_the_pulse_goes_on_after_an_error(access, store, monkeypatch, caplog):
    real = store.pulse
    failures = []

    async def broken():
        failures.append(1)
        raise StoreError("disk I/O error")

    monkeypatch.setattr(store, "pulse", broken)
    await until(lambda: len(failures) > 2)
    assert "access records cannot be read" in caplog.text
    monkeypatch.setattr(store, "pulse", real)
    assert (await enrolled(access, store)).merchant == "main"


async def test_the_pulse_goes_on_after_a_fault(access, store, database, monkeypatch, caplog):
    """A database that a provider's tool fills again has tables without a row for a while."""
    enrolment = await enrolled(access, store)
    assert await access.grant(enrolment.token)

    async def empty():
        raise TypeError("cannot unpack non-iterable NoneType object")

    with monkeypatch.context() as patch:
        patch.setattr(store, "pulse", empty)
        await until(lambda: "cannot unpack" in caplog.text)
    await store.revoke(enrolment.token_id, now_us(), "a test")
    await until(lambda: enrolment.token_id not in access._grants)


async def test_what_was_read_is_audited_though_the_database_refused_once(
    access, store, monkeypatch, caplog
):
    enrolment = await enrolled(access, store)
    grant = await access.grant(enrolment.token)
    real, refusals = store.note_seen, []

    async def locked(seen_us, audit=()):
        if refusals:
            return await real(seen_us, audit)
        refusals.append(audit)
        access.note(grant, "read order", "an-order-key-of-16")  # meanwhile
        raise StoreError("database is locked")

    monkeypatch.setattr(store, "note_seen", locked)
    monkeypatch.setattr(access_module, "_NOTE_SEEN_EVERY_S", 0)
    access.note(grant, "read order", "an-order-key-of-16")
    await until(lambda: refusals)
    times = 0
    for _ in range(200):
        audited = await store.audited("main", 99)
        times = sum(entry.count for entry in audited if entry.what == "read order")
        if times == 2:
            break
        await asyncio.sleep(0.005)
    assert times == 2
    assert [known.seen_us for known in await store.grants()] != [None]


# --- hooks ---


async def test_a_hook_is_known_by_its_whole_secret(access):
    assert access.hook(parts.SECRET).merchant == "main"
    for wrong in ("", parts.SECRET[:-1], parts.SECRET + "/", parts.SECRET.upper(), "é"):
        assert access.hook(wrong) is None
    assert access.merchant("main").merchant == "main"
    assert access.merchant("other") is None


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


MERCHANT = Merchant("main", digest("affirm:pass:word"), None)


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        (basic("affirm:pass:word"), True),
        (basic("affirm:pass:word").replace("Basic", "basic"), True),
        (basic("affirm:pass"), False),
        (basic(""), False),
        ("", False),
        ("Basic", False),
        ("Basic %%%", False),
        ("Basic é", False),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), False),
        (basic("affirm:pass:word").replace("Basic", "Bearer"), False),
    ],
)
def test_basic_authentication(header, matches):
    assert basic_matches(header, MERCHANT) is matches
    assert basic_matches(header, replace(MERCHANT, basic_digest=None)) is True
