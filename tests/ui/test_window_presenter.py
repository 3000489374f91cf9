"""Does the window say how things stand outside, and what is new?"""

import asyncio
from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from telesales_desktop.application.desk_values import (
    AffirmContact,
    ConnectionStatus,
    RelayContact,
)
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order_state import OrderState
from tests.ui import samples, typist
from tests.ui.floor import until

pytestmark = pytest.mark.qt_loop


async def test_news_goes_to_the_inbox_with_a_soft_sound(floor):
    floor.presenter.noticed("4171", Notice.AUTHORIZED, samples.NOW)
    floor.presenter.noticed("unheard-of", Notice.CONFIRMED, samples.NOW)
    assert floor.chimes == [1]
    assert floor.window.header.inbox.text() == "Inbox 2"
    typist.press(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert floor.window.inbox.isVisible()
    assert "J. Doe (4171): $" in floor.window.inbox.inbox.item(1).text
    floor.window.inbox.list.setCurrentIndex(floor.window.inbox.inbox.index(1))
    typist.press(Qt.Key.Key_Return)
    await until(lambda: floor.detail.title.text().startswith("Order 4171"))
    assert not floor.window.inbox.isVisible()
    assert floor.window.header.inbox.text() == "Inbox 1"
    floor.window.inbox.read_button.click()
    assert floor.window.header.inbox.text() == "Inbox"


async def test_looking_at_an_order_reads_its_news(floor):
    floor.presenter.noticed("4171", Notice.AUTHORIZED, samples.NOW)
    floor.orders.choose("4171")
    assert floor.window.header.inbox.text() == "Inbox"


async def test_every_notice_has_its_text(floor):
    for notice in Notice:
        floor.presenter.noticed("4171", notice, samples.NOW)
        text = floor.window.inbox.inbox.item(0).text
        assert "J. Doe" in text, notice
        assert "{" not in text, notice


OK = ConnectionStatus(
    relay=RelayContact.OK, relay_at=samples.NOW, affirm=AffirmContact.OK, webhooks_expected=True,
    last_webhook_at=samples.NOW,
)  # fmt: skip
TROUBLES = [
    (replace(OK, journal_problem=JournalProblem.LOCKED), "Another copy", "retry_journal"),
    (replace(OK, journal_problem=JournalProblem.OTHER_PLACE), "as it was", "open_setup"),
    (replace(OK, credentials_problem="locked"), "keyring is locked", "retry_keyring"),
    (replace(OK, credentials_problem="missing"), "holds no Affirm keys", "open_setup"),
    (replace(OK, affirm=AffirmContact.KEYS_REFUSED), "does not accept", "open_setup"),
    (replace(OK, relay=RelayContact.TOKEN_REFUSED), "does not know this computer", "open_settings"),
    (replace(OK, relay=RelayContact.UNREACHABLE), "no confirmation is missed", ""),
]


async def test_each_trouble_outside_is_one_sentence_with_one_step(floor):
    heard = []
    floor.presenter.step_chosen.connect(heard.append)
    banner = floor.window.banner
    for status, part, step in TROUBLES:
        floor.presenter.connection_changed(status)
        assert banner.isVisible()
        assert part in banner.sentence.text()
        assert banner.step.isVisible() is bool(step), part
        if step == "open_settings":
            typist.click(banner.step)
            assert floor.window.settings.isVisible()
            floor.window.close_panels()
        elif step:
            typist.click(banner.step)
            assert heard.pop() == step
        floor.presenter.connection_changed(OK)
        assert not banner.isVisible()
    assert heard == []


async def test_affirm_can_be_asked_again_by_reading_an_order_that_it_knows(floor):
    floor.presenter.connection_changed(replace(OK, affirm=AffirmContact.UNREACHABLE))
    assert "cannot be reached" in floor.window.banner.sentence.text()
    typist.click(floor.window.banner.step)
    await until(lambda: floor.called("refresh"))
    assert floor.called("refresh")[0][1] in {"4170", "4171", "4172", "4174", "4175"}


async def test_a_refusal_of_an_order_left_meanwhile_goes_to_the_inbox(floor):
    await floor.choose(OrderState.AUTHORIZED)
    floor.desk.gate = asyncio.Event()
    floor.desk.fail_next = CommandRefusedError("authorization_expired")
    typist.click(floor.button("capture"))
    await floor.choose(OrderState.CAPTURED)
    floor.desk.gate.set()
    await until(lambda: floor.window.inbox.inbox.unread)
    text = floor.window.inbox.inbox.item(0).text
    assert text == "J. Doe (4171): The hold has ended. The customer must apply again."
    assert floor.chimes == [1]
    assert not floor.detail.outcome.isVisible()


async def test_every_contact_has_its_words(floor):
    header = floor.window.header
    for relay, affirm in product(RelayContact, AffirmContact):
        floor.presenter.connection_changed(replace(OK, relay=relay, affirm=affirm))
        for mark in (header.relay, header.affirm):
            assert mark.text().strip()
            assert mark.toolTip().endswith(".")
            assert "{" not in mark.text()


async def test_no_webhook_seen_yet_until_one_arrives(floor):
    floor.presenter.connection_changed(replace(OK, last_webhook_at=None))
    mark = floor.window.header.webhook
    assert mark.isVisible()
    assert mark.text().strip() == "No webhook seen yet"
    typist.click(mark)
    dialog = await floor.dialog(object)
    text = dialog.findChild(object, "affirmRequest").toPlainText()
    for part in ("hooks.northwind.example/hooks/affirm/", "more_information_needed", "HMAC-SHA512",
                 "Basic authentication", "Data sharing"):  # fmt: skip
        assert part in text
    typist.click(dialog.findChild(object, "copyAffirmRequest"))
    assert QGuiApplication.clipboard().text() == text
    dialog.accept()
    floor.presenter.connection_changed(OK)
    assert not mark.isVisible()
    floor.presenter.connection_changed(replace(OK, webhooks_expected=False, last_webhook_at=None))
    assert not mark.isVisible()


async def test_a_bug_of_ours_is_said(floor):
    floor.presenter.show_crash()
    floor.presenter.connection_changed(OK)  # the next second does not wipe it away
    banner = floor.window.banner
    assert "went wrong inside this program" in banner.sentence.text()
    floor.presenter.connection_changed(replace(OK, credentials_problem="locked"))
    assert "keyring is locked" in banner.sentence.text()  # what must be done comes first
    floor.presenter.connection_changed(OK)
    typist.click(banner.step)
    assert not banner.isVisible()


async def test_after_stopping_the_desk_has_no_listener(floor):
    floor.presenter.stop()
    assert floor.desk.listener is None


@pytest.mark.parametrize(
    ("environment", "practice", "frame", "badge"),
    [
        (Environment.LIVE, False, "live", "Live · US"),
        (Environment.SANDBOX, False, "sandbox", "Sandbox · US"),
        (Environment.SIMULATOR, True, "practice", "Practice · US"),
    ],
)
async def test_the_environment_is_unmistakable(make_floor, environment, practice, frame, badge):
    floor = await make_floor(samples.profile(environment, practice=practice))
    assert floor.window.header.badge.text() == badge
    assert floor.window.centralWidget().property("environment") == frame
    margins = floor.window.centralWidget().layout().contentsMargins()
    assert (margins.left() > 0) is (environment is not Environment.LIVE)
    assert badge in floor.window.windowTitle()
