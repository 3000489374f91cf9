"""Does the header say what each neighbour last told, and does it say when that is over?"""

import asyncio

import pytest

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import AffirmContact, ConnectionStatus, RelayContact
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    OutcomeUnknownError,
)
from tests.fakes.clock import START, ManualClock


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def connection(clock):
    return Connection(clock, relay_is_set=True)


def test_before_anything_was_asked(clock):
    assert Connection(clock, relay_is_set=False).status == ConnectionStatus()
    set_up = Connection(clock, relay_is_set=True).status
    assert (set_up.relay, set_up.webhooks_expected) == (RelayContact.CONNECTING, True)


@pytest.mark.parametrize(
    ("error", "contact"),
    [
        (AffirmUnreachableError(), AffirmContact.UNREACHABLE),
        (AffirmBusyError(retry_after_s=1, in_progress=False), AffirmContact.BUSY),
        (AffirmCredentialsError(http_status=401, reason="r"), AffirmContact.KEYS_REFUSED),
        (AffirmRejectedError(http_status=403, reason="r"), AffirmContact.OK),
        (OutcomeUnknownError(), AffirmContact.NOT_ASKED),
    ],
)
def test_what_a_failed_call_tells_of_affirm(connection, error, contact):
    connection.affirm_failed(error)
    assert connection.status.affirm is contact


def test_a_no_is_an_answer(connection, clock):
    connection.affirm_failed(AffirmUnreachableError())
    clock.advance(5)
    connection.affirm_failed(AffirmRejectedError(http_status=403, reason="r"))
    assert connection.status.affirm is AffirmContact.OK
    assert connection.status.affirm_at == clock.now()


def test_a_locked_keyring_is_said_until_a_call_succeeds(connection):
    connection.affirm_failed(CredentialsError("locked"))
    assert connection.status.credentials_problem == "locked"
    connection.affirm_answered()
    assert connection.status.credentials_problem == ""


def test_the_relay_comes_and_goes(connection):
    connection.relay_answered()
    assert (connection.status.relay, connection.status.relay_at) == (RelayContact.OK, START)
    connection.relay_failed(token_refused=False)
    assert connection.status.relay is RelayContact.UNREACHABLE
    connection.relay_failed(token_refused=True)
    assert connection.status.relay is RelayContact.TOKEN_REFUSED
    assert connection.status.relay_at == START


def test_the_newest_webhook_counts_whatever_comes_later(connection, clock):
    connection.webhook_seen(START)
    clock.advance(-5)
    connection.webhook_seen(clock.now())
    assert connection.status.last_webhook_at == START


def test_a_gap_is_noted(connection):
    connection.gap_announced()
    assert connection.status.gap_at == START


def test_a_broken_journal_is_said_until_it_is_well(connection):
    connection.journal_written()
    assert connection.status.journal_problem is None
    connection.journal_failed(JournalProblem.FULL)
    assert connection.status.journal_problem is JournalProblem.FULL
    connection.journal_written()
    assert connection.status.journal_problem is None


def test_listeners_hear_at_once_and_then_only_of_changes(connection):
    heard = []
    stop = connection.subscribe(heard.append)
    connection.gap_announced()
    connection.gap_announced()  # at the same time: nothing new
    stop()
    stop()
    connection.relay_answered()
    assert [status.gap_at for status in heard] == [None, START]


@pytest.mark.parametrize("answered", [Connection.affirm_answered, Connection.relay_answered])
async def test_contact_is_an_answer_of_either(connection, answered):
    waiting = asyncio.create_task(connection.contact())
    connection.relay_failed(token_refused=True)
    connection.affirm_failed(AffirmUnreachableError())
    await asyncio.sleep(1)
    assert not waiting.done()
    answered(connection)
    await waiting
