"""Does every state, person, command and piece of news have its words, in both languages?"""

import re

import pytest

from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.effects import Notice, Source
from telesales_desktop.domain.order import FreezeReason, OperationKind
from telesales_desktop.domain.order_state import Actor, CommandName, OrderState
from telesales_desktop.ui import labels
from telesales_desktop.ui.palettes import Tone

TABLES = [
    (labels.STATE_WORDS, OrderState),
    (labels.STATE_SENTENCES, OrderState),
    (labels.ACTORS, Actor),
    (labels.COMMANDS, CommandName),
    (labels.TONES, Tone),
    (labels.SOURCES, Source),
    (labels.PAYMENTS, PaymentChoice),
    (labels.NOTICES, Notice),
    (labels.FROZEN_BY, FreezeReason),
    (labels.RUNNING, OperationKind),
    (labels.UNKNOWN, OperationKind),
]
SAME_IN_BOTH = {"Affirm", "agent"}


@pytest.mark.parametrize(("table", "members"), TABLES, ids=lambda v: getattr(v, "__name__", ""))
def test_every_member_has_its_text(table, members):
    assert set(table) == set(members)
    assert all(str(text).strip() for text in table.values())


@pytest.mark.parametrize(("table", "members"), TABLES, ids=lambda v: getattr(v, "__name__", ""))
def test_every_text_is_translated_with_the_same_placeholders(french, table, members):
    for member, source in table.items():
        told = labels.word(source)
        assert told != source or source in SAME_IN_BOTH, f"{member!r} is not translated"
        assert set(re.findall(r"\{\w+\}", told)) == set(re.findall(r"\{\w+\}", str(source)))


def test_a_word_never_seen_before_is_shown_as_it_came(qapp):
    assert labels.state_word(OrderState.UNRECOGNIZED, "pending_review") == "Unknown: pending_review"


def test_to_authorize_is_named_for_what_is_known(qapp):
    hearsay = labels.command_word(CommandName.AUTHORIZE, OrderState.OPENED)
    proved = labels.command_word(CommandName.AUTHORIZE, OrderState.CONFIRMED)
    assert (hearsay, proved) == ("The customer says it is done", "Authorize")
