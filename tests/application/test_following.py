"""Does every delivery reach its order, once, whatever the relay, the disk or the body is like?"""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop.application.desk_values import RelayContact
from telesales_desktop.application.following import (
    JOURNAL_PAUSE_S,
    POLL_S,
)
from telesales_desktop.application.ports import JournalProblem
from tests.application.orders import authorized, capturing, waiting
from tests.fakes.clock import START
from tests.fakes.relay import read_delivery


async def test_a_delivery_is_on_disk_with_the_cursor_before_it_is_applied(feed):
    writes = []
    put_in = feed.journal.take_in

    async def take_in(deliveries, *, merchant, cursor, records=()):
        await put_in(deliveries, merchant=merchant, cursor=cursor)
        writes.append((len(feed.journal.disk.inbox), cursor.position, feed.reads[:]))

    feed.journal.take_in = take_in
    feed.run()
    await asyncio.sleep(5)
    delivery = feed.relay.webhook("confirmed", "CHECKOUT-4182")
    await asyncio.sleep(1)
    assert writes[-1] == (1, "1", [])
    assert feed.reads == ["CHECKOUT-4182"]
    assert feed.notes() == {delivery.delivery_id: "verified"}
    assert feed.connection.status.relay is RelayContact.OK
    assert feed.connection.status.last_webhook_at == delivery.received_at


@pytest.mark.parametrize(
    "deliver",
    [
        lambda relay: relay.webhook("confirmed", "CHECKOUT-4182"),
        lambda relay: relay.webhook("confirmed", "", order_id="4182"),
        lambda relay: relay.webhook("confirmed", "", order_key="key-4182"),
        lambda relay: relay.webhook("confirmed", "CHECKOUT-4182", signed=False),
        lambda relay: relay.browser("key-4182"),
        lambda relay: relay.browser("key-4182", checkout_id="CHECKOUT-4182", landing="cancelled"),
        lambda relay: relay.deliver("webhook", b"{", order_key="key-4182"),
    ],
)
async def test_whichever_name_it_carries_and_whoever_signed_it_affirm_is_asked(feed, deliver):
    delivery = deliver(feed.relay)
    feed.run()
    await asyncio.sleep(1)
    assert feed.reads == ["CHECKOUT-4182"]
    assert (feed.lines()[0].source.value == "browser") is (delivery.source == "customer")


@pytest.mark.parametrize(
    ("signatures", "required", "told"),
    [
        (("signed",), True, ""),
        ((), True, "unsigned"),
        ((), False, ""),
        (("?",), True, "wrong"),
        (("?",), False, "wrong"),
    ],
)
async def test_a_webhook_that_should_have_been_signed_is_told(feed, signatures, required, told):
    feed.signature_required = required
    feed.follower = feed.build(feed.relay)
    body = b'{"event": "opened", "checkout_token": "CHECKOUT-4182"}'
    first = feed.relay.deliver("webhook", body, signatures=signatures)
    feed.run()
    await asyncio.sleep(1)
    status = feed.connection.status
    assert status.doubtful_webhook == told
    assert status.doubtful_webhook_at == (first.received_at if told else None)
    assert feed.reads == ["CHECKOUT-4182"]  # whatever the setting: Affirm is asked
    later = feed.relay.deliver("webhook", body + b" ", signatures=("?",))
    feed.relay.deliver("customer", b"{}", order_key="key-4182", landing="confirmed")
    feed.relay.deliver("webhook", b"", order_key="key-4182")  # could not be opened
    await asyncio.sleep(1)
    assert feed.connection.status.doubtful_webhook == "wrong"
    assert feed.connection.status.doubtful_webhook_at == later.received_at


@pytest.mark.parametrize(
    ("signatures", "source", "note"),
    [
        (("signed",), "webhook", "verified"),
        ((), "webhook_unverified", "unsigned"),
        (("forged",), "webhook_unverified", "wrong"),
    ],
)
async def test_what_is_not_signed_is_flagged(feed, signatures, source, note):
    body = b'{"event": "approved", "checkout_token": "CHECKOUT-4182"}'
    delivery = feed.relay.deliver("webhook", body, signatures=signatures)
    feed.run()
    await asyncio.sleep(1)
    assert feed.lines()[0].source.value == source
    assert feed.notes() == {delivery.delivery_id: note}
    word = feed.journal.order("4182").checkouts[0].word
    assert word == ("approved" if note == "verified" else "unknown")


async def test_the_same_delivery_twice_is_applied_once(feed):
    delivery = feed.relay.webhook("opened", "CHECKOUT-4182")
    feed.relay.repeat(delivery)
    feed.run()
    await asyncio.sleep(1)
    feed.relay.repeat(delivery)
    await asyncio.sleep(1)
    assert len(feed.lines()) == 1


async def test_news_of_an_archived_order_is_applied_and_brings_it_back(feed):
    await feed.have(replace(waiting("old"), archived=True))
    feed.relay.webhook("confirmed", "CHECKOUT-old")
    feed.run()
    await asyncio.sleep(1)
    assert feed.reads == ["CHECKOUT-old"]
    assert feed.book.file("old") is not None


async def test_what_fits_no_order_is_closed_with_a_note_and_asks_nothing(feed):
    stranger = feed.relay.webhook("confirmed", "CHECKOUT-x", order_id="x", order_key="key-x")
    browser = feed.relay.browser("key-x", checkout_id="CHECKOUT-x")
    feed.run()
    await asyncio.sleep(1)
    assert feed.notes() == {
        stranger.delivery_id: "no_such_order",
        browser.delivery_id: "no_such_order",
    }
    assert feed.reads == []


async def test_poison_is_closed_and_makes_us_ask_once_for_all_of_it(feed):
    await feed.have(waiting("2"), authorized("money"))
    poison = [feed.relay.deliver("webhook", bytes([n])) for n in range(1, 4)]
    feed.relay.webhook("opened", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(1)
    assert [feed.notes()[d.delivery_id] for d in poison] == ["unreadable"] * 3
    assert len(feed.lines()) == 1  # what came after it is applied
    assert sorted(feed.reads) == ["CHECKOUT-2", "CHECKOUT-4182", "CHECKOUT-4182"]


async def test_a_delivery_that_crashes_us_is_set_aside_until_the_next_start(feed, caplog):
    calls = []

    def crash_once(delivery):
        calls.append(delivery.delivery_id)
        if len(calls) == 1:
            raise ZeroDivisionError
        return read_delivery(delivery)

    feed.read_delivery = crash_once
    bad = feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.relay.webhook("opened", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(60)
    feed.relay.webhook("approved", "CHECKOUT-4182")
    await asyncio.sleep(60)
    assert len(feed.lines()) == 2
    assert calls.count(bad.delivery_id) == 1
    assert caplog.messages == ["a delivery could not be applied"]
    feed.task.cancel()
    feed.follower = feed.build(feed.relay)
    feed.run()
    await asyncio.sleep(1)
    assert len(feed.lines()) == 3


async def test_a_delivery_that_breaks_a_rule_is_closed_and_makes_us_ask(feed):
    feed.journal.fail("rule", when=lambda commit: commit is not None)
    bad = feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(1)
    assert feed.notes() == {bad.delivery_id: "breaks_a_rule"}
    assert feed.reads == ["CHECKOUT-4182"]


# --- a disk that fails ---------------------------------------------------------------------


async def test_a_cursor_that_was_not_written_is_asked_for_again(feed):
    feed.journal.fail("full", when=lambda commit: commit is None)
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(JOURNAL_PAUSE_S / 2)
    assert (feed.reads, feed.journal_errors) == ([], ["full"])
    await asyncio.sleep(JOURNAL_PAUSE_S)
    assert feed.reads == ["CHECKOUT-4182"]


async def test_a_delivery_that_could_not_be_applied_does_not_wait_for_the_next_one(feed):
    feed.journal.fail("full", when=lambda commit: commit is not None, times=2)
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(3 * JOURNAL_PAUSE_S)
    assert feed.reads == ["CHECKOUT-4182"]
    assert len(feed.lines()) == 1


async def test_a_crash_between_keeping_and_applying_applies_it_at_the_next_start(feed):
    feed.journal.fail("io", when=lambda commit: commit is not None)
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.run()
    await asyncio.sleep(1)
    feed.task.cancel()  # killed: kept, with the cursor, and not applied
    assert feed.journal.disk.cursors["m"].position == "1"
    await feed.journal.open()
    feed.follower = feed.build(feed.relay)
    feed.run()
    await asyncio.sleep(1)
    assert feed.reads == ["CHECKOUT-4182"]
    assert len(feed.lines()) == 1


async def test_what_was_kept_is_applied_without_a_relay_too_and_then_it_is_over(feed):
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    page = await feed.relay.changes(None, wait_s=0, limit=9)
    await feed.journal.take_in(page.deliveries, merchant="m", cursor=page.cursor)
    feed.journal.fail("full")
    feed.follower = feed.build(None)
    feed.run()
    await feed.task
    assert feed.reads == ["CHECKOUT-4182"]
    assert feed.connection.status.last_webhook_at == START


async def test_a_failing_journal_at_the_start_does_not_end_the_following(feed):
    feed.journal.break_down("io")
    feed.run()
    await asyncio.sleep(1)
    assert feed.journal_errors == ["io"]
    await feed.journal.open()
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    await asyncio.sleep(JOURNAL_PAUSE_S)
    assert feed.reads == ["CHECKOUT-4182"]


# --- gaps ----------------------------------------------------------------------------------


async def test_a_gap_reads_what_may_have_news_and_nothing_else(feed):
    await feed.have(waiting("2"), authorized("calm"), authorized("over", word="voided"))
    feed.run()
    await asyncio.sleep(1)
    feed.relay.webhook("opened", "CHECKOUT-x")
    await asyncio.sleep(1)
    writes = len(feed.journal.commits)
    feed.relay.restore()
    await asyncio.sleep(POLL_S + 1)
    assert sorted(feed.reads) == ["CHECKOUT-2", "CHECKOUT-4182"]
    assert feed.connection.status.gap_at is not None
    assert len(feed.journal.commits) == writes
    assert feed.journal.disk.cursors["m"].epoch == feed.relay.epoch
    await asyncio.sleep(100)
    assert len(feed.reads) == 2  # once


@pytest.mark.parametrize("is_written", [True, False])
async def test_a_gap_is_not_forgotten_when_the_disk_fails_with_it(feed, is_written):
    """The relay tells of it once: the cursor that came with it may be on the disk."""
    feed.run()
    await asyncio.sleep(1)
    feed.relay.restore()
    feed.journal.fail(JournalProblem.IO, when=lambda commit: commit is None, written=is_written)
    feed.relay.webhook("opened", "nobody's")
    await asyncio.sleep(1)
    await feed.journal.open()
    await asyncio.sleep(30)
    assert feed.connection.status.gap_at is not None
    assert feed.reads


async def test_what_retention_took_is_a_gap(feed):
    feed.run()
    await asyncio.sleep(1)
    feed.task.cancel()
    feed.relay.webhook("confirmed", "CHECKOUT-4182")
    feed.relay.forget()
    feed.run()
    await asyncio.sleep(POLL_S + 1)
    assert feed.reads == ["CHECKOUT-4182"]


async def test_an_order_that_crashes_us_does_not_keep_the_others_from_being_read(
    feed, caplog, monkeypatch
):
    await feed.have(waiting("2"), capturing("3"))
    submit = feed.book.submit

    async def crash(order_id, event, **given):
        if order_id == "2":
            raise ZeroDivisionError
        return await submit(order_id, event, **given)

    monkeypatch.setattr(feed.book, "submit", crash)
    await feed.follower.announce_gap()
    assert "CHECKOUT-4182" in feed.reads
    assert caplog.messages == ["an order could not be read after a gap"]
