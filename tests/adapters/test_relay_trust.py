import httpx
import pytest

from telesales_desktop.adapters import relay_trust
from telesales_desktop.adapters.data_key import DataKey, unwrap, wrap_id
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_trust import open_wrap
from telesales_desktop.application.ports import SecretName
from telesales_desktop.application.sharing_ports import DataKeyMissingError, RelayFingerprintError
from telesales_desktop.wire.sealing import fingerprint
from telesales_desktop.wire.sealing_answers import Sealing, Wrap
from tests.adapters.relay_bench import API_KEY, Bench, Desk, no

NEW_KEY = "the-next-private-key"


async def test_the_first_connection_opens_the_data_key_and_keeps_it():
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    await desk.changes(None, wait_s=0, limit=9)
    kept = await hands.store.read("demo", SecretName.DATA_KEY)
    assert kept == bench.data_key.to_hex()
    bench.wraps = {wrap_id(API_KEY): bytes(60)}  # it is not needed again
    await hands.start().changes(None, wait_s=0, limit=9)


async def test_a_data_key_that_is_not_the_relays_is_a_mismatch_from_the_start(caplog):
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    await hands.store.write("demo", SecretName.DATA_KEY, "05" * 32)
    with pytest.raises(RelayFingerprintError):
        await desk.changes(None, wait_s=0, limit=9)
    assert "PUT" not in str(bench.paths())


async def test_after_a_change_of_the_api_key_the_first_desk_lets_the_others_in():
    bench = Bench()
    old = Desk(bench)
    await (await old.open()).changes(None, wait_s=0, limit=9)
    old.api_key = NEW_KEY
    await (await old.open()).changes(None, wait_s=0, limit=9)
    blob = bench.wraps[wrap_id(NEW_KEY)]
    assert unwrap(blob, NEW_KEY, bench.public_key) == bench.data_key
    new = Desk(bench, letter="b", name="Sam", api_key=NEW_KEY)
    desk = await new.open()
    await desk.changes(None, wait_s=0, limit=9)
    assert await new.store.read("demo", SecretName.DATA_KEY) == bench.data_key.to_hex()


async def test_there_is_no_room_for_a_ninth_wrap():
    bench = Bench()
    for number in range(7):
        bench.wraps[f"{number:016x}"] = bytes(60)
    hands = Desk(bench)
    await (await hands.open()).changes(None, wait_s=0, limit=9)
    hands.api_key = NEW_KEY
    await (await hands.open()).changes(None, wait_s=0, limit=9)
    assert len(bench.wraps) == 8
    assert not any(path.startswith("PUT /v1/sealing") for path in bench.paths())


async def test_a_wrap_that_is_refused_costs_nothing():
    bench = Bench()
    hands = Desk(bench)
    await (await hands.open()).changes(None, wait_s=0, limit=9)
    hands.api_key = NEW_KEY
    desk = await hands.open()
    bench.fault(None, no(409, "too_many"))
    page = await desk.changes(None, wait_s=0, limit=9)
    assert page.cursor.epoch == "e1"
    assert wrap_id(NEW_KEY) not in bench.wraps


async def test_who_only_looks_has_the_data_key_and_no_api_key():
    bench = Bench()
    hands = Desk(bench)
    desk = await hands.open()
    await hands.store.write("demo", SecretName.DATA_KEY, bench.data_key.to_hex())
    await hands.store.delete("demo", SecretName.PRIVATE_KEY)
    bench.deliver(b"{}")
    page = await desk.changes(None, wait_s=0, limit=9)
    assert page.deliveries[0].body == b"{}"


async def test_a_desk_with_nothing_to_compare_says_that(caplog):
    bench = Bench()
    desk = await Desk(bench, api_key=NEW_KEY).open()
    with pytest.raises(DataKeyMissingError):
        await desk.sealing()
    with pytest.raises(DataKeyMissingError):
        await desk.put_person_key()


async def test_set_up_compares_once_and_hangs_up(monkeypatch, caplog):
    bench = Bench()
    hands = Desk(bench)
    await hands.open()
    clients = []

    def client(url, token):
        clients.append(RelayClient(url, token, transport=httpx.MockTransport(bench)))
        return clients[-1]

    monkeypatch.setattr(relay_trust, "RelayClient", client)
    state = await relay_trust.compare_sealing(hands.profile, hands.store)
    assert state.agrees
    assert state.ours == bench.data_key.fingerprint
    assert await hands.store.read("demo", SecretName.DATA_KEY) == bench.data_key.to_hex()
    assert clients[0]._link._http is None
    bench.public_key = DataKey(b"\x05" * 32).public_key
    with pytest.raises(RelayFingerprintError):
        await relay_trust.compare_sealing(hands.profile, hands.store)
    assert clients[1]._link._http is None


def test_only_our_own_wrap_is_opened(caplog):
    key, other = DataKey(bytes(range(32))), DataKey(b"\x05" * 32)
    wraps = (Wrap("0" * 16, bytes(60)), Wrap(wrap_id(API_KEY), key.wrap(API_KEY)))
    public = key.public_key
    told = Sealing(public.hex(), fingerprint(public), wraps)
    assert open_wrap(told, API_KEY) == key
    assert open_wrap(told, NEW_KEY) is None
    assert not caplog.records
    swapped = Sealing(other.public_key.hex(), None, wraps)
    assert open_wrap(swapped, API_KEY) is None
    assert "a wrapped key under our name" in caplog.text
    assert open_wrap(Sealing(None, None, wraps), API_KEY) is None
