"""Does everything that the core writes down have a line of its own?"""

import ast
from pathlib import Path

import pytest

from telesales_desktop.domain.effects import Source, TimelineEntry
from telesales_desktop.domain.order import Alert, FreezeReason, OperationKind
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus
from telesales_desktop.ui import timeline_labels
from telesales_desktop.ui.timeline_labels import source_text, timeline_text
from tests.ui import samples

PACKAGE = Path(__file__).resolve().parents[2] / "telesales_desktop"
OTHERWISE = {"delivery", "status", "transaction_status", "alert", "frozen"}


def kinds():
    """What ``note(source, kind, …)`` is called with; a kind's prefix stands for each operation."""
    for room in ("domain", "application"):
        for path in (PACKAGE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "note"):
                    continue
                kind = node.args[1]
                if isinstance(kind, ast.Constant):
                    yield kind.value
                elif isinstance(kind, ast.JoinedStr):
                    ending = kind.values[-1].value
                    yield from (f"{operation.value}{ending}" for operation in OperationKind)


def entry(kind, source=Source.AFFIRM, **params):
    return TimelineEntry(samples.NOW, source, kind, params)


def test_every_kind_that_is_written_has_a_line():
    written = set(kinds())
    assert len(written) > 30
    assert written - set(timeline_labels.KINDS) - OTHERWISE == set()


def test_every_word_of_affirm_has_a_line(english):
    words = {status.value for status in (*CheckoutStatus, *TransactionStatus)} - {""}
    assert words <= set(timeline_labels.WORDS)
    assert "xyz" in timeline_text(entry("status", word="xyz"), english)


@pytest.mark.parametrize("kind", sorted(timeline_labels.KINDS))
def test_every_line_is_filled_and_translated(kind, english, french):
    line = timeline_text(entry(kind, actor="Dana R.", amount=1_249_00, reason="not_found"), french)
    assert "{" not in line
    assert timeline_labels.word(timeline_labels.KINDS[kind]) != timeline_labels.KINDS[kind]


@pytest.mark.parametrize("alert", Alert)
def test_every_alert_has_a_line(alert, english):
    line = timeline_text(entry("alert", alert=alert.value), english)
    assert "supervisor" in line


@pytest.mark.parametrize("reason", FreezeReason)
def test_every_freeze_shows_both_sides(reason, english):
    ours, affirms = ("100", "200") if reason is FreezeReason.AMOUNT else ("A1", "B2")
    line = timeline_text(entry("frozen", reason=reason.value, ours=ours, affirms=affirms), english)
    shown = ("$1.00", "$2.00") if reason is FreezeReason.AMOUNT else (ours, affirms)
    assert all(part in line for part in shown)


def test_a_missing_amount_is_said_to_be_missing(english):
    line = timeline_text(entry("frozen", reason="amount", ours="100", affirms=""), english)
    assert "(?)" in line


@pytest.mark.parametrize(
    ("source", "word", "part"),
    [
        (Source.WEBHOOK, "opened", "mail scanner"),
        (Source.WEBHOOK, "xyz", '"xyz"'),
        (Source.WEBHOOK_UNVERIFIED, "", "could not read"),
        (Source.BROWSER, "confirmed", "came back from Affirm"),
        (Source.BROWSER, "cancelled", "cancelled or not approved"),
    ],
)
def test_a_delivery_says_what_came(source, word, part, english):
    assert part in timeline_text(entry("delivery", source, word=word), english)


@pytest.mark.parametrize("kind", ["brand_new", "alert", "frozen"])
def test_what_this_version_does_not_know_is_still_shown(kind, english):
    line = timeline_text(entry(kind, alert="odd", reason="odd"), english)
    assert line.startswith("Noted: ")


def test_the_program_is_named_as_such(english):
    assert "this program" in timeline_text(entry("authorize_asked", actor="program"), english)
    assert source_text(Source.PROGRAM) == "this program"
