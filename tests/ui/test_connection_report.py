"""Is every neighbour of the desk told of, with a sentence that says what to do?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from telesales_desktop.application.desk_values import (
    AffirmContact,
    ConnectionStatus,
    RelayContact,
)
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.ui.connection_labels import webhook_saying
from telesales_desktop.ui.connection_report import ALARMS, header_saying, report, top_saying
from telesales_desktop.ui.palettes import Tone
from tests.ui import samples, typist

NOW = samples.NOW
OK = ConnectionStatus(
    relay=RelayContact.OK, relay_at=NOW - timedelta(seconds=2), affirm=AffirmContact.OK,
    affirm_at=NOW - timedelta(minutes=1), webhooks_expected=True,
    last_webhook_at=NOW - timedelta(minutes=3), is_shared=True,
)  # fmt: skip


@pytest.fixture
def told(english):
    def tell(status=OK):
        return report(status, NOW, english, webhook_saying(status))

    return tell


def shorts(lines):
    return [line.short for line in lines]


def test_when_all_is_well_each_neighbour_has_one_calm_line(told):
    lines = told()
    assert {line.tone for line in lines} == {Tone.DONE}
    assert shorts(lines) == [
        "Relay: 2\u00a0s ago", "Shared with colleagues",
        "Last webhook: 3\u00a0min ago (10:44\u00a0AM)", "Affirm: ok",
    ]  # fmt: skip
    assert lines[0].whole.endswith("Last contact: 2\u00a0s ago (10:47\u00a0AM).")
    assert lines[-1].whole.endswith("Last contact: 1\u00a0min ago (10:46\u00a0AM).")


def test_without_a_relay_nothing_is_said_of_colleagues(told):
    alone = ConnectionStatus()
    assert shorts(told(alone)) == ["No relay", "Affirm: not asked yet"]


def test_the_last_contact_is_told_when_there_is_none_now(told):
    lines = told(replace(OK, relay=RelayContact.UNREACHABLE))
    assert lines[0].tone is Tone.AGENT
    assert "Last contact: 2\u00a0s ago" in lines[0].whole
    never = told(replace(OK, relay=RelayContact.UNREACHABLE, relay_at=None))
    assert "No contact since the start." in never[0].whole
    assert "No contact" not in told(replace(OK, relay=RelayContact.CONNECTING))[0].whole


def test_a_gap_is_told_with_what_was_done_about_it(told, english):
    status = replace(OK, gap_at=NOW - timedelta(minutes=4))
    line = told(status)[1]
    assert line.short == "News may be missing since 10:43\u00a0AM"
    assert "Every open order was read at Affirm" in line.whole
    assert line.tone is Tone.AGENT
    assert header_saying(status, NOW, english).short == "Relay: news may be missing"
    later = replace(OK, gap_at=NOW - timedelta(minutes=11))
    assert told(later)[1].tone is Tone.NEUTRAL
    assert header_saying(later, NOW, english).short.startswith("Relay: 2")


def test_in_french_since_another_day_is_told_with_its_article(french):
    days = timedelta(days=2)
    status = replace(
        OK, gap_at=NOW - days, waiting_uploads=3, waiting_since=NOW - timedelta(minutes=6)
    )
    told = [line.short.replace("\u00a0", " ") for line in report(status, NOW, french, None)]
    assert "Des nouvelles manquent peut-être depuis le 29 nov. à 10 h 47" in told
    assert "À envoyer : 3, depuis 10 h 41" in told
    later = report(replace(status, waiting_since=NOW - days), NOW, french, None)
    assert any("depuis le 29" in line.short.replace("\u00a0", " ") for line in later[2:])


def test_in_english_since_another_day_has_its_date(english):
    line = report(replace(OK, gap_at=NOW - timedelta(days=2)), NOW, english, None)[1]
    assert line.short.replace("\u00a0", " ").endswith("since Nov 29, 10:47 AM")


def test_a_revoked_token_says_whom_to_ask(told, english):
    status = replace(OK, relay=RelayContact.TOKEN_REFUSED)
    assert "Ask IT for a new enrolment code" in told(status)[0].whole
    assert header_saying(status, NOW, english).short == "Relay: not enrolled"


def test_what_waits_to_be_uploaded_is_counted(told):
    status = replace(OK, waiting_uploads=3, waiting_since=NOW - timedelta(minutes=6))
    line = told(status)[2]
    assert line.short == "To be uploaded: 3, since 10:41\u00a0AM"
    assert line.tone is Tone.AGENT
    assert told(replace(status, waiting_since=None))[2].short.endswith("since ?")


@pytest.mark.parametrize(
    ("verdict", "title", "part"),
    [
        ("unsigned", "Webhook without a signature: 2\u00a0min ago", "switch signing on"),
        ("wrong", "Webhook with a wrong signature: 2\u00a0min ago", "tell IT"),
        ("out_of_tolerance", "Webhook with a wrong signature: 2\u00a0min ago", "clock"),
    ],
)
def test_a_webhook_that_was_not_believed_is_told_with_what_to_do(told, verdict, title, part):
    at = NOW - timedelta(minutes=2)
    line = told(replace(OK, doubtful_webhook=verdict, doubtful_webhook_at=at))[-2]
    assert line.short.startswith(title)
    assert line.tone is Tone.AGENT
    assert part in line.whole
    assert "its order's desk reads Affirm instead" in line.whole


@pytest.mark.parametrize("alarm", SharingAlarm)
def test_every_alarm_comes_first_everywhere_and_says_what_to_do(told, english, alarm):
    status = replace(OK, alarms=frozenset({alarm}))
    first = told(status)[0]
    assert first.tone is Tone.DANGER
    assert "IT" in first.whole
    assert header_saying(status, NOW, english).short == "Relay: alarm"
    assert top_saying(status).whole == first.whole
    assert top_saying(status).step == "show_connection"


def test_an_alarm_goes_before_what_only_makes_news_late_and_after_what_stops_money():
    alarmed = replace(OK, alarms=frozenset({SharingAlarm.FINGERPRINT}))
    late = replace(alarmed, relay=RelayContact.UNREACHABLE, affirm=AffirmContact.UNREACHABLE)
    assert "sealing key" in top_saying(late).whole
    assert "keyring" in top_saying(replace(late, credentials_problem="locked")).whole
    assert top_saying(OK) is None


def test_whether_colleagues_see_the_orders_is_told_while_it_can_be_known(told):
    assert "Not shared with colleagues" in shorts(told(replace(OK, is_shared=False)))
    for status in (
        replace(OK, alarms=frozenset({SharingAlarm.FINGERPRINT})),  # the alarm says it
        replace(OK, relay=RelayContact.UNREACHABLE),
    ):
        assert not any("shared" in short.lower() for short in shorts(told(status)))


def test_every_alarm_is_translated(french):
    from telesales_desktop.ui.labels import word

    assert set(ALARMS) == set(SharingAlarm)
    for source in ALARMS.values():
        assert word(source) != source


@pytest.mark.qt_loop
async def test_a_press_in_the_header_opens_the_panel_and_escape_leads_back(floor):
    floor.presenter.connection_changed(replace(OK, alarms=frozenset({SharingAlarm.FINGERPRINT})))
    floor.form.focus_first()
    panel = floor.window.connection
    typist.click(floor.window.header.relay)
    assert panel.isVisible()
    assert panel.texts()[0][0] == "The relay is not to be trusted"
    assert len(panel.texts()) == 4
    floor.presenter.connection_changed(OK)
    assert panel.texts()[1][0] == "Shared with colleagues"  # it follows while it is open
    typist.press(Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert typist.focused().objectName() == "statusRelay"  # where the person was


@pytest.mark.qt_loop
async def test_the_banner_leads_to_the_panel_and_one_panel_gives_way_to_the_other(floor):
    floor.presenter.connection_changed(replace(OK, alarms=frozenset({SharingAlarm.FORGED_CLAIM})))
    typist.click(floor.window.banner.step)
    assert floor.window.connection.isVisible()
    floor.window.toggle_inbox()
    assert floor.window.inbox.isVisible()
    assert not floor.window.connection.isVisible()
    floor.window.toggle_connection()
    typist.click(floor.window.connection.close_button)
    assert not floor.window.connection.isVisible()
