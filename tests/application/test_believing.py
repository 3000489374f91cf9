"""What of a record is believed? Each thing that a relay can say, true or not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.believing import is_claimed_by, is_given_to, judge
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.application.profile import Role
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.application.sharing_ports import (
    Identity,
    RecordContent,
    SharedClaim,
    SharedRecord,
)
from tests.application.orders import file_of, waiting
from tests.fakes.clock import START

ME = Identity("m", "p-me", "t-me", "Dana", Role.AGENT, "front desk")
FILE = file_of(waiting())
MINE = RecordContent(FILE, "p-me", "Dana", "front desk")
THEIRS = RecordContent(FILE, "p-x", "Sam", "back office")


def record(**changes):
    given = {
        "order_key": "key-4182",
        "version": 5,
        "environment": "sandbox",
        "owner_id": "p-me",
        "holder_id": "t-me",
        "content": MINE,
        "holder_name": "Dana",
    }
    return SharedRecord(**(given | changes))


def claim(**changes):
    given = {
        "kind": "take_over",
        "version": 5,
        "person_id": "p-x",
        "token_id": "t-x",
        "at": START,
        "proven": True,
    }
    return SharedClaim(**(given | changes))


def kept(**changes):
    given = {
        "order_key": "key-4182",
        "version": 5,
        "owner": "p-me",
        "holder": "t-me",
        "seen_at": START,
    }
    return SeenRecord(**(given | changes))


def judged(told, before=None, *, is_held_here=True, asked_at=START + timedelta(seconds=1)):
    return judge(
        told,
        before,
        me=ME,
        own_tokens=frozenset({"t-me", "t-old"}),
        environment="sandbox",
        is_held_here=is_held_here,
        at=START,
        asked_at=asked_at,
    )


def test_of_what_is_held_here_the_journal_has_the_content():
    assert judged(record(), kept()).seen.file is None
    assert judged(record(holder_id="t-old"), kept(holder="t-old")).seen.file is None
    assert judged(record(), is_held_here=False).seen.file == FILE


def test_of_what_is_held_elsewhere_the_record_is_shown_with_its_place():
    told = record(holder_id="t-x", content=THEIRS, owner_id="p-x", holder_name="Sam")
    seen = judged(told, is_held_here=False).seen
    assert (seen.file, seen.workstation, seen.holder_name) == (FILE, "back office", "Sam")


def test_another_environment_is_not_this_desks_business():
    judgement = judged(record(environment="live"))
    assert (judgement.seen, judgement.alarm) == (None, None)


def test_an_answer_that_was_overtaken_is_no_lie():
    for asked_at in (START, None):
        judgement = judged(record(version=4), kept(), asked_at=asked_at)
        assert (judgement.seen, judgement.alarm) == (None, None)


def test_a_newer_programs_record_is_left_without_an_alarm():
    judgement = judged(record(content=None, is_newer=True))
    assert (judgement.seen, judgement.alarm) == (None, None)


MOVED = record(holder_id="t-x", content=THEIRS, version=5)


@pytest.mark.parametrize(
    ("told", "before", "alarm"),
    [
        (record(version=4), kept(), SharingAlarm.OLDER_RECORD),
        (record(content=None), kept(), SharingAlarm.FORGED_RECORD),
        (record(content=None, is_taken_away=True), kept(), SharingAlarm.FORGED_CLAIM),
        (MOVED, kept(), SharingAlarm.FORGED_CLAIM),
        (replace(MOVED, claim=claim(proven=False)), kept(), SharingAlarm.FORGED_CLAIM),
        (replace(MOVED, claim=claim(version=4)), kept(), SharingAlarm.FORGED_CLAIM),
        (replace(MOVED, claim=claim(token_id="t-y")), kept(), SharingAlarm.FORGED_CLAIM),
        (replace(MOVED, content=MINE), None, SharingAlarm.FORGED_CLAIM),
    ],
)
def test_a_lie_is_told_and_not_kept(told, before, alarm):
    judgement = judged(told, before)
    assert (judgement.seen, judgement.alarm) == (None, alarm)


@pytest.mark.parametrize(
    ("told", "before"),
    [
        (record(), None),
        (record(version=6), kept()),
        (replace(MOVED, claim=claim()), kept()),
        (replace(MOVED, claim=claim(kind="hand_over")), kept()),
        (replace(MOVED, holder_id="", claim=claim(kind="hand_over")), kept()),
        (replace(MOVED, version=7), kept()),  # others have acted; their claim is not the last
        (MOVED, None),
        (record(content=None, is_taken_away=True, claim=claim(kind="hand_over")), kept()),
        (record(content=None, is_taken_away=True, claim=claim(kind="hand_over")), None),
    ],
)
def test_what_may_be_true_is_kept(told, before):
    judgement = judged(told, before)
    assert judgement.alarm is None
    assert judgement.seen.version == told.version


GIVEN = record(holder_id="", claim=claim(kind="hand_over", to_person_id="p-me", person_id="p-x"))


def test_what_is_given_to_this_person_is_signed_for_what_it_is_now():
    assert is_given_to(GIVEN, ME)
    assert not is_given_to(record(), ME)
    assert not is_given_to(replace(GIVEN, version=6), ME)
    assert not is_given_to(replace(GIVEN, owner_id="p-x"), ME)
    assert not is_given_to(replace(GIVEN, claim=replace(GIVEN.claim, proven=False)), ME)
    assert not is_given_to(replace(GIVEN, claim=replace(GIVEN.claim, to_person_id="p-x")), ME)
    assert not is_given_to(replace(GIVEN, claim=replace(GIVEN.claim, kind="take_over")), ME)


def test_what_this_desk_claimed_is_signed_by_itself_for_what_it_is_now():
    mine = record(claim=claim(token_id="t-me"))
    assert is_claimed_by(mine, ME)
    assert not is_claimed_by(record(), ME)
    assert not is_claimed_by(replace(mine, version=6), ME)
    assert not is_claimed_by(replace(mine, holder_id="t-x"), ME)
    assert not is_claimed_by(replace(mine, claim=claim(token_id="t-me", proven=False)), ME)
    assert not is_claimed_by(replace(mine, claim=claim(token_id="t-me", kind="hand_over")), ME)
