import pytest

from telesales_desktop.simulator.idempotency import IdempotencyKeys
from telesales_desktop.simulator.refusals import RefusalError
from tests.simulator.orders import stand_in

ONE, TWO = {"path": "/a", "body": {}}, {"path": "/a", "body": {"amount": 1}}


def keys(**settings):
    account = stand_in(**settings).account
    return account, IdempotencyKeys(account)


def status_of(store, key, parameters):
    with pytest.raises(RefusalError) as caught:
        store.begin(key, parameters)
    return caught.value.status_code


def test_the_first_answer_is_every_later_answer():
    _, store = keys()
    assert store.begin("k", ONE) is None
    store.finish("k", 200, b"first")
    assert store.begin("k", ONE) == (200, b"first")
    assert store.begin("other", ONE) is None


def test_while_the_first_is_running_the_key_is_processing():
    _, store = keys()
    store.begin("k", ONE)
    assert status_of(store, "k", ONE) == 409


@pytest.mark.parametrize("status", [400, 409, 422])
def test_other_parameters_under_the_same_key_are_refused(status):
    _, store = keys(key_conflict_status=status)
    store.begin("k", ONE)
    assert status_of(store, "k", TWO) == status
    store.finish("k", 200, b"")
    assert status_of(store, "k", TWO) == status


@pytest.mark.parametrize(("keeps", "kept"), [(True, (403, b"no")), (False, None)])
def test_whether_refusals_are_kept_is_a_setting(keeps, kept):
    _, store = keys(key_keeps_refusals=keeps)
    store.begin("k", ONE)
    store.finish("k", 403, b"no")
    assert store.begin("k", ONE) == kept


def test_a_key_is_forgotten_after_its_retention():
    account, store = keys(key_retention_s=60)
    store.begin("k", ONE)
    store.finish("k", 200, b"first")
    account.clock.advance(59)
    assert store.begin("k", ONE) == (200, b"first")
    account.clock.advance(1)
    assert store.begin("k", TWO) is None


def test_a_request_that_came_to_nothing_frees_its_key():
    _, store = keys()
    store.begin("k", ONE)
    store.forget("k")
    assert store.begin("k", TWO) is None


def test_an_answer_after_a_reset_is_not_kept():
    _, store = keys()
    store.finish("k", 200, b"late")
    assert store.begin("k", ONE) is None
