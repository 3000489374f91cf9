"""Do presses become commands exactly once, and does the window follow the desk?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.application.desk_values import (
    AffirmContact,
    ConnectionStatus,
    RelayContact,
)
from telesales_desktop.application.ports import Draft, JournalProblem
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import (
    AffirmUnreachableError,
    CommandRefusedError,
    InputError,
    JournalError,
)
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import SendState
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.confirm_dialogs import (
    AmountDialog,
    ConfirmDialog,
    ShipmentDialog,
    VerdictDialog,
)
from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.open_window import build_window
from telesales_desktop.ui.order_form import FormPage
from telesales_desktop.ui.task_runner import TaskRunner
from tests.ui import samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.gallery import ENTERED

pytestmark = pytest.mark.qt_loop
STATES = (
    OrderState.LINK_SENT, OrderState.AUTHORIZED, OrderState.CAPTURED, OrderState.SEND_REFUSED,
    OrderState.OUTCOME_UNKNOWN, OrderState.FROZEN, OrderState.MAY_HAVE_BEEN_SENT,
)  # fmt: skip
NUMBER = {state: str(4170 + n) for n, state in enumerate(STATES)}


async def until(condition):
    """Let the window work until something is so."""
    for _ in range(400):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come about")


class Floor:
    """A window over a desk that behaves."""

    def __init__(self, presenter, desk, crashes, chimes):
        self.presenter, self.desk = presenter, desk
        self.window = presenter.window
        self.form, self.orders, self.detail = (
            self.window.form, self.window.orders, self.window.detail,
        )  # fmt: skip
        self.crashes, self.chimes = crashes, chimes

    async def choose(self, state):
        self.orders.choose(NUMBER[state])
        await until(lambda: self.detail.title.text().startswith(f"Order {NUMBER[state]}"))

    def button(self, name):
        return self.detail.commands.button(name)

    def called(self, *names):
        return [call for call in self.desk.calls if call[0] in names]

    async def dialog(self, kind):
        await until(lambda: isinstance(QApplication.activeModalWidget(), kind))
        dialog = QApplication.activeModalWidget()
        dialog.activateWindow()
        await until(dialog.isActiveWindow)
        return dialog

    async def confirm_order(self, content=ENTERED):
        self.form.show_content(content, correcting=self.form.correcting)
        self.form.review()
        await until(self.form.read_back.send_button.isEnabled)
        typist.click(self.form.read_back.send_button)


@pytest.fixture
async def make_floor(qapp, theme):
    made = []

    async def make(profile=None, files=None, desk=None):
        crashes, chimes = [], []
        if files is None:
            files = [samples.file_in(state, n) for n, state in enumerate(STATES)]
        desk = desk or FakeDesk(files)
        runner = TaskRunner(
            asyncio.get_running_loop(), lambda name, error: crashes.append((name, error))
        )
        presenter = build_window(
            profile or samples.profile(), desk, InputChecks(Country.US, "en_US"), runner,
            theme=theme, language=Language.EN_US, chime=lambda: chimes.append(1),
        )  # fmt: skip
        presenter.window.show()
        presenter.window.activateWindow()
        presenter.start()
        floor = Floor(presenter, desk, crashes, chimes)
        made.append((floor, runner))
        await until(lambda: not any(map(runner.is_running, ("load", "drafts", "regions"))))
        return floor

    yield make
    for floor, runner in made:
        floor.presenter.stop()
        if floor.desk.gate:
            floor.desk.gate.set()
        await runner.close(timeout_s=5)
        floor.window.finish_closing()
        assert floor.crashes == []


@pytest.fixture
async def floor(make_floor):
    return await make_floor()


# --- the list and the detail ---------------------------------------------------------------------


async def test_the_first_load_fills_the_list(floor):
    assert floor.orders.model.rowCount() == len(STATES)
    assert not any(floor.orders.model.is_news(number) for number in NUMBER.values())


async def test_an_order_that_changes_is_painted_and_marked(floor):
    changed = samples.file_in(OrderState.AUTHORIZED, 0, age=timedelta(seconds=1))
    floor.presenter.order_changed(changed)
    await until(lambda: floor.orders.model.row("4170").state is OrderState.AUTHORIZED)
    assert floor.orders.model.is_news("4170")


async def test_a_thousand_changes_of_one_moment_are_painted_at_once(floor, monkeypatch):
    painted = []
    monkeypatch.setattr(floor.orders, "show_changes", painted.append)
    for n in range(1000):
        state = OrderState.OPENED if n % 2 else OrderState.APPROVED
        floor.presenter.order_changed(samples.file_in(state, n % 7, age=timedelta(seconds=n)))
    assert painted == []
    await until(lambda: painted)
    assert len(painted) == 1
    assert len(painted[0]) == 7


async def test_the_chosen_orders_detail_and_timeline_follow(floor):
    await floor.choose(OrderState.LINK_SENT)
    await until(lambda: floor.detail.timeline.model().rowCount() == 2)
    changed = samples.file_in(OrderState.CAPTURED, 0)
    floor.desk.files["4170"] = changed
    floor.presenter.order_changed(changed)
    await until(lambda: floor.detail.timeline.model().rowCount() == 10)
    assert floor.detail.block.sentence.text().startswith("Captured")


async def test_a_journal_that_cannot_be_read_says_so_and_can_be_tried_again(make_floor):
    desk = FakeDesk([samples.file_in(OrderState.LINK_SENT, 0)])
    desk.fail_next = JournalError("locked")
    floor = await make_floor(desk=desk)
    assert "Another copy" in floor.orders.notice.sentence.text()
    typist.click(floor.orders.notice.step)
    await until(lambda: floor.orders.model.rowCount() == 1)


async def test_states_that_end_by_the_clock_end_on_the_screen(floor):
    file = samples.file_in(OrderState.LINK_SENT, 0)
    soon = replace(file.order.checkouts[0], expires_at=samples.NOW + timedelta(seconds=1))
    floor.presenter.order_changed(replace(file, order=replace(file.order, checkouts=(soon,))))
    await until(lambda: floor.presenter._orders.file("4170").order.checkouts[0].expires_at)
    floor.desk._now = samples.NOW + timedelta(seconds=2)
    floor.presenter._orders._flush()
    floor.presenter._orders._age()
    assert floor.orders.model.row("4170").state is OrderState.LINK_EXPIRED


async def test_a_search_looks_into_the_history_too(floor):
    old = samples.file_in(OrderState.REFUNDED, 3, order_id="OLD-17")
    floor.desk.history.append(old)
    floor.window.focus_search()
    typist.write("old-17")
    await until(lambda: floor.orders.model.rowCount() == 1)
    floor.orders.choose("OLD-17")
    floor.desk.files["OLD-17"] = old
    await until(lambda: floor.detail.title.text().startswith("Order OLD-17"))
    floor.window.header.search.clear()
    await until(lambda: floor.orders.model.row("OLD-17") is None)


async def test_clearing_the_search_by_its_notice_clears_the_box(floor):
    floor.window.focus_search()
    typist.write("nobody")
    typist.click(floor.orders.notice.step)
    assert floor.window.header.search.text() == ""
    assert floor.orders.model.rowCount() == len(STATES)


# --- commands ------------------------------------------------------------------------------------


async def test_capture_is_one_press_and_the_buttons_sleep_meanwhile(floor):
    await floor.choose(OrderState.AUTHORIZED)
    floor.desk.gate = asyncio.Event()
    for _ in range(5):
        typist.double_click(floor.button("capture"))
        typist.press(
            Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    await asyncio.sleep(0)
    assert not floor.button("capture").isEnabled()
    floor.desk.gate.set()
    await until(lambda: floor.detail.block.sentence.text().startswith("Captured"))
    assert floor.called("capture") == [("capture", NUMBER[OrderState.AUTHORIZED], None)]
    assert not floor.button("capture").isVisible()
    assert floor.button("refund").isEnabled()


@pytest.mark.parametrize(
    ("state", "command", "kind", "call"),
    [
        (OrderState.AUTHORIZED, "void", ConfirmDialog, ("void", None)),
        (OrderState.CAPTURED, "refund", ConfirmDialog, ("refund", None)),
        (OrderState.LINK_SENT, "close_link", ConfirmDialog, ("supersede", None)),
    ],
)
async def test_what_cannot_be_undone_is_asked_about_first(floor, state, command, kind, call):
    await floor.choose(state)
    typist.click(floor.button(command))
    dialog = await floor.dialog(kind)
    assert floor.called(call[0]) == []
    typist.click(dialog.confirm_button)
    await until(lambda: floor.called(call[0]))
    assert floor.called(call[0]) == [(call[0], NUMBER[state], call[1])]


async def test_saying_no_does_nothing(floor):
    await floor.choose(OrderState.AUTHORIZED)
    typist.click(floor.button("void"))
    dialog = await floor.dialog(ConfirmDialog)
    typist.click(dialog.cancel_button)
    await asyncio.sleep(0.02)
    assert floor.called("void") == []


@pytest.mark.parametrize(
    ("state", "command", "call"),
    [
        (OrderState.CAPTURED, "partial_refund", "refund"),
        (OrderState.AUTHORIZED, "partial_capture", "capture"),
    ],
)
async def test_a_part_is_typed(floor, state, command, call):
    await floor.choose(state)
    typist.click(floor.button(command))
    dialog = await floor.dialog(AmountDialog)
    dialog.amount.editor.setFocus()
    typist.write("25")
    typist.click(dialog.confirm_button)
    await until(lambda: floor.called(call))
    assert floor.called(call) == [(call, NUMBER[state], 25_00)]


async def test_a_shipment_is_told(floor):
    await floor.choose(OrderState.AUTHORIZED)
    typist.click(floor.button("update"))
    dialog = await floor.dialog(ShipmentDialog)
    dialog.carrier.editor.setFocus()
    typist.write("UPS")
    typist.press(Qt.Key.Key_Tab)
    typist.write("1Z")
    typist.click(dialog.confirm_button)
    await until(lambda: floor.called("update_shipping"))
    assert floor.called("update_shipping")[0][2] == ("UPS", "1Z")


@pytest.mark.parametrize(
    ("state", "command", "call"),
    [
        (OrderState.LINK_SENT, "resend", "resend"),
        (OrderState.LINK_SENT, "refresh", "refresh"),
        (OrderState.LINK_SENT, "authorize", "authorize"),
        (OrderState.MAY_HAVE_BEEN_SENT, "send_again", "send_again"),
    ],
)
async def test_what_can_be_undone_is_done_at_once(floor, state, command, call):
    await floor.choose(state)
    typist.double_click(floor.button(command))
    await until(lambda: floor.called(call))
    await asyncio.sleep(0.02)
    assert len(floor.called(call)) == 1


async def test_a_supervisor_lifts_a_freeze(make_floor):
    from telesales_desktop.application.profile import Role

    floor = await make_floor(samples.profile(role=Role.SUPERVISOR))
    await floor.choose(OrderState.FROZEN)
    typist.click(floor.button("lift_freeze"))
    typist.click((await floor.dialog(ConfirmDialog)).confirm_button)
    await until(lambda: floor.called("lift_freeze"))


async def test_a_supervisor_gives_a_verdict(make_floor):
    from telesales_desktop.application.profile import Role
    from telesales_desktop.domain.order import Alert

    file = samples.file_in(OrderState.OUTCOME_UNKNOWN, 4)
    file = replace(file, order=replace(file.order, alerts=(Alert.UNKNOWN_TOO_LONG,)))
    floor = await make_floor(samples.profile(role=Role.SUPERVISOR), files=[file])
    floor.orders.choose("4174")
    typist.click(floor.button("give_verdict"))
    typist.click((await floor.dialog(VerdictDialog)).not_done_button)
    await until(lambda: floor.called("give_verdict"))
    assert floor.called("give_verdict") == [("give_verdict", "4174", False)]


async def test_a_refusal_of_ours_is_told_and_the_buttons_wake(floor):
    await floor.choose(OrderState.LINK_SENT)
    floor.desk.fail_next = CommandRefusedError("resend_too_soon", wait_s=9)
    typist.click(floor.button("resend"))
    await until(lambda: floor.detail.outcome.isVisible())
    assert "in 9 s" in floor.detail.outcome.text()
    assert floor.button("resend").isEnabled()


async def test_the_link_is_copied_in_the_sandbox(floor):
    await floor.choose(OrderState.LINK_SENT)
    typist.click(floor.button("copy_link"))
    assert QGuiApplication.clipboard().text().startswith("https://sandbox.affirm.com/checkout/")
    assert floor.detail.outcome.text() == "The link is copied."


# --- the form ------------------------------------------------------------------------------------


async def test_an_order_is_sent_once_and_then_chosen(floor):
    floor.desk.gate = asyncio.Event()
    await floor.confirm_order()
    typist.double_click(floor.form.read_back.send_button)
    assert floor.form.page is FormPage.SENDING
    floor.desk.gate.set()
    await until(lambda: floor.form.is_blank)
    assert floor.called("send") == [("send", "4183", None)]
    await until(lambda: floor.detail.title.text().startswith("Order 4183"))
    assert floor.form.page is FormPage.TYPING
    assert typist.focused().objectName() == "field_first_name"


async def test_another_payment_is_kept_and_never_sent(floor):
    await floor.confirm_order(replace(ENTERED, payment=PaymentChoice.CARD))
    await until(lambda: floor.called("keep"))
    assert floor.called("send") == []


async def test_what_affirm_refuses_comes_back_to_its_field(floor):
    floor.desk.refuse_send = ("invalid_field", "billing.phone_number.phone_number")
    await floor.confirm_order()
    await until(lambda: floor.form.message.isVisible())
    assert floor.form.content() == ENTERED
    assert typist.focused().objectName() == "field_phone"
    assert "Affirm cannot use this: Mobile." in floor.form.message.text()
    assert floor.orders.model.row("4183").state is OrderState.SEND_REFUSED


@pytest.mark.parametrize(
    ("error", "field", "part"),
    [
        (InputError("email", "invalid"), "field_email", "E-mail"),
        (AffirmUnreachableError(), "", "Nothing was sent"),
        (JournalError("full"), "", "disk is full"),
    ],
)
async def test_an_order_that_never_left_is_still_in_the_form(floor, error, field, part):
    floor.desk.fail_next = error
    await floor.confirm_order()
    await until(lambda: floor.form.message.isVisible())
    assert part in floor.form.message.text()
    assert floor.form.content() == ENTERED
    if field:
        assert typist.focused().objectName() == field


async def test_the_agent_goes_on_while_one_is_sent(floor):
    floor.desk.gate = asyncio.Event()
    await floor.confirm_order()
    await until(lambda: floor.form.page is FormPage.SENDING)
    typist.press(Qt.Key.Key_F2)
    assert floor.form.page is FormPage.TYPING
    assert floor.form.is_blank
    typist.write("Zoë")
    floor.desk.gate.set()
    await until(lambda: floor.orders.model.row("4183") is not None)
    assert floor.form.content().first_name == "Zoë"


async def test_one_that_failed_meanwhile_is_parked(floor):
    floor.desk.gate = asyncio.Event()
    await floor.confirm_order()
    await until(lambda: floor.form.page is FormPage.SENDING)
    typist.press(Qt.Key.Key_F2)
    floor.desk.fail_next = AffirmUnreachableError()
    floor.desk.gate.set()
    await until(lambda: floor.desk.stored_drafts)
    assert floor.window.drafts.isVisible()
    draft = next(iter(floor.desk.stored_drafts.values()))
    assert draft.content["order_id"] == "4183"


async def test_what_is_typed_is_kept_as_a_draft_by_itself(floor):
    floor.form.focus_first()
    typist.write("Omar")
    await until(lambda: floor.desk.stored_drafts)
    assert next(iter(floor.desk.stored_drafts.values())).content["first_name"] == "Omar"
    assert not floor.window.drafts.isVisible()  # the form itself shows it
    for _ in range(4):
        typist.press(Qt.Key.Key_Backspace)
    await until(lambda: not floor.desk.stored_drafts)


async def test_parked_forms_are_taken_up_and_deleted(floor):
    floor.form.show_content(ENTERED)
    typist.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: floor.desk.stored_drafts)
    assert floor.form.is_blank
    assert floor.window.drafts.title.text() == "1 parked"
    floor.form.focus_first()
    typist.write("Ingrid")
    typist.click(floor.window.drafts.findChild(object, "draft_0"))
    await until(lambda: floor.form.content() == ENTERED)
    await until(lambda: len(floor.desk.stored_drafts) == 2)  # Ingrid's is parked now
    typist.click(floor.window.drafts.findChild(object, "deleteDraft_0"))
    await until(lambda: len(floor.desk.stored_drafts) == 1)
    assert not floor.window.drafts.isVisible()


async def test_drafts_of_the_last_run_are_listed(make_floor):
    desk = FakeDesk([])
    for n, name in enumerate(("Omar", "Ingrid")):
        content = replace(ENTERED, first_name=name).as_mapping() | {"correcting": ""}
        at = samples.NOW + timedelta(seconds=n)
        desk.stored_drafts[str(n)] = Draft(str(n), content, at)
    floor = await make_floor(desk=desk)
    newest = floor.window.drafts.findChild(object, "draft_0")
    assert newest.text() == "Ingrid Tremblay · 4183"


async def test_clearing_a_form_drops_its_draft(floor):
    floor.form.focus_first()
    typist.write("Omar")
    await until(lambda: floor.desk.stored_drafts)
    typist.click(floor.form.clear_button)
    await until(lambda: not floor.desk.stored_drafts)


async def test_an_order_with_an_open_link_is_corrected(floor):
    await floor.choose(OrderState.LINK_SENT)
    typist.click(floor.button("supersede"))
    assert floor.form.correcting == NUMBER[OrderState.LINK_SENT]
    assert floor.form.content().phone == "(418) 555-0123"
    await floor.confirm_order(floor.form.content())
    await until(lambda: floor.called("correct"))
    assert floor.called("send") == []


async def test_a_refused_order_is_corrected_and_sent(floor):
    await floor.choose(OrderState.SEND_REFUSED)
    floor.form.fields.focus("first_name")
    typist.write("half-typed")
    typist.click(floor.button("send"))
    await until(lambda: floor.desk.stored_drafts)  # the half-typed one is parked
    assert floor.form.correcting == NUMBER[OrderState.SEND_REFUSED]
    content = replace(floor.form.content(), phone="415 555 2222")
    await floor.confirm_order(content)
    await until(lambda: floor.called("send"))


async def test_an_order_whose_answer_was_lost_is_chosen_not_typed_again(floor, monkeypatch):
    async def lost(details, *, draft_id):
        order = samples.blank_order(1, details)
        lost = samples.checkout(order, "", state=SendState.UNKNOWN, checkout_id="")
        file = samples.OrderFile(replace(order, checkouts=(lost,)), details)
        floor.desk.files[order.order_id] = file
        return file

    monkeypatch.setattr(floor.desk, "send", lost)
    await floor.confirm_order()
    await until(lambda: floor.form.is_blank)
    await until(lambda: "did not get Affirm's answer" in floor.detail.block.sentence.text())


# --- the rest of the window ------------------------------------------------------------------------


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


@pytest.mark.parametrize("notice", Notice)
async def test_every_notice_has_its_text(floor, notice):
    floor.presenter.noticed("4171", notice, samples.NOW)
    text = floor.window.inbox.inbox.item(0).text
    assert "J. Doe" in text
    assert "{" not in text


OK = ConnectionStatus(
    relay=RelayContact.OK, relay_at=samples.NOW, affirm=AffirmContact.OK, webhooks_expected=True,
    last_webhook_at=samples.NOW,
)  # fmt: skip
TROUBLES = [
    (replace(OK, journal_problem=JournalProblem.DAMAGED), "journal is damaged", "retry_journal"),
    (replace(OK, credentials_problem="locked"), "keyring is locked", "retry_keyring"),
    (replace(OK, credentials_problem="missing"), "holds no Affirm keys", "open_setup"),
    (replace(OK, affirm=AffirmContact.KEYS_REFUSED), "does not accept", "open_setup"),
    (replace(OK, affirm=AffirmContact.UNREACHABLE), "cannot be reached", "retry_affirm"),
    (replace(OK, relay=RelayContact.TOKEN_REFUSED), "does not know this computer", "open_setup"),
    (replace(OK, relay=RelayContact.UNREACHABLE), "no confirmation is missed", ""),
]


@pytest.mark.parametrize(("status", "part", "step"), TROUBLES)
async def test_each_trouble_outside_is_one_sentence_with_one_step(floor, status, part, step):
    heard = []
    floor.presenter.step_chosen.connect(heard.append)
    floor.presenter.connection_changed(status)
    banner = floor.window.banner
    assert banner.isVisible()
    assert part in banner.sentence.text()
    assert banner.step.isVisible() is bool(step)
    if step:
        typist.click(banner.step)
        assert heard == [step]
    floor.presenter.connection_changed(OK)
    assert not banner.isVisible()


@pytest.mark.parametrize("relay", RelayContact)
@pytest.mark.parametrize("affirm", AffirmContact)
async def test_every_contact_has_its_words(floor, relay, affirm):
    floor.presenter.connection_changed(replace(OK, relay=relay, affirm=affirm))
    header = floor.window.header
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
    assert "went wrong inside this program" in floor.window.banner.sentence.text()


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
