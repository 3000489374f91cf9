"""Does everything that cannot be undone name amount, customer and effect, and happen once?"""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from telesales_desktop.domain.operations import refundable_cents
from telesales_desktop.domain.order_state import CommandName, OrderState
from telesales_desktop.ui.command_bar import CommandBar
from telesales_desktop.ui.confirm_dialogs import (
    AmountDialog,
    ConfirmDialog,
    ShipmentDialog,
    VerdictDialog,
)
from telesales_desktop.ui.order_sheet import sheet_of
from telesales_desktop.ui.questions import ASKS_FIRST, WITH_AMOUNT, question_for
from tests.ui import samples, typist


@pytest.fixture
def parent(qtbot, theme):
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def sheet(english):
    return sheet_of(
        samples.file_in(OrderState.CAPTURED), samples.NOW, english, samples.profile(), busy=False
    )


@pytest.fixture
def opened(qtbot, parent):
    def open_dialog(dialog, *, awake=True):
        dialog.open()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        if awake:
            qtbot.waitUntil(lambda: dialog.is_awake)
        return dialog

    return open_dialog


@pytest.mark.parametrize("command", sorted(ASKS_FIRST))
def test_every_question_names_customer_and_effect(command, sheet, english):
    question = question_for(command, sheet, english)
    named = question.sentence.replace("{amount}", "$1.00").replace("{person}", "Sam K.")
    assert "John Doe" in named
    assert question.effect
    assert "{" not in named + question.title + question.effect.replace("{person}", "Sam K.")
    assert (question.limit_cents is not None) is (command in WITH_AMOUNT)


@pytest.mark.parametrize("command", ["void", "refund"])
def test_the_amount_is_named_in_the_question_and_on_the_button(command, sheet, english):
    question = question_for(command, sheet, english)
    amount = english.money(refundable_cents(sheet.file.order))
    assert amount in question.sentence
    assert amount in question.confirm
    assert question.danger


def test_the_safe_answer_has_the_focus_and_escape_changes_nothing(
    sheet, english, parent, opened, qtbot
):
    dialog = opened(ConfirmDialog(question_for("void", sheet, english), parent))
    assert typist.focused() is dialog.cancel_button
    with qtbot.assertNotEmitted(dialog.confirmed):
        typist.press(Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_a_double_click_confirms_once(sheet, english, parent, opened):
    dialog = opened(ConfirmDialog(question_for("void", sheet, english), parent))
    heard = []
    dialog.confirmed.connect(lambda: heard.append(1))
    dialog.confirm_button.click()
    dialog.confirm_button.click()
    assert heard == [1]


@pytest.mark.parametrize("press", ["click", "space", "screen reader"])
def test_a_press_that_was_meant_for_what_stood_there_before_is_no_answer(
    press, sheet, english, parent, opened, qtbot
):
    dialog = opened(ConfirmDialog(question_for("refund", sheet, english), parent), awake=False)
    heard = []
    dialog.confirmed.connect(lambda: heard.append(1))
    for _ in range(3):
        if press == "click":
            typist.click(dialog.confirm_button)
        elif press == "space":
            dialog.confirm_button.setFocus()
            typist.press(Qt.Key.Key_Space)
        else:
            dialog.confirm_button.click()
        QTest.qWait(QApplication.doubleClickInterval() * 2 // 3)
    assert (heard, dialog.isVisible()) == ([], True)
    qtbot.waitUntil(lambda: dialog.is_awake)
    typist.click(dialog.confirm_button)
    assert heard == [1]


@pytest.mark.parametrize("ends", ["confirm_button", "cancel_button"])
def test_the_press_that_ended_a_question_chooses_no_command_behind_it(
    ends, sheet, english, parent, opened, qtbot
):
    bar = CommandBar()
    qtbot.addWidget(bar)
    bar.show_commands(sheet)
    bar.show()
    chosen = []
    bar.command_chosen.connect(chosen.append)
    dialog = opened(ConfirmDialog(question_for("void", sheet, english), parent))
    typist.click(getattr(dialog, ends))
    typist.click(bar.button(CommandName.REFUND))
    assert chosen == []
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    typist.click(bar.button(CommandName.REFUND))
    assert chosen == [CommandName.REFUND]


def test_a_press_that_began_too_early_is_no_answer_when_it_ends_later(
    sheet, english, parent, opened, qtbot
):
    dialog = opened(ConfirmDialog(question_for("refund", sheet, english), parent), awake=False)
    with qtbot.assertNotEmitted(dialog.confirmed):
        QTest.mousePress(dialog.confirm_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: dialog.is_awake)
        QTest.mouseRelease(dialog.confirm_button, Qt.MouseButton.LeftButton)


def test_a_verdict_is_not_given_by_a_press_that_came_too_early(
    sheet, english, parent, opened, qtbot
):
    dialog = opened(
        VerdictDialog(question_for("give_verdict", sheet, english), parent), awake=False
    )
    with qtbot.assertNotEmitted(dialog.verdict_given):
        dialog.not_done_button.click()
        dialog.confirm_button.click()


def test_an_amount_is_checked_while_it_is_typed(sheet, english, checks, parent, opened, qtbot):
    question = question_for("partial_refund", sheet, english)
    dialog = opened(AmountDialog(question, checks, english, parent))
    assert not dialog.confirm_button.isEnabled()
    assert dialog.amount.problem.text() == ""
    for typed, problem in (("x", "not valid"), ("0", "must be above zero"), ("99999", "too large")):
        dialog.amount.editor.clear()
        typist.write(typed)
        assert dialog.amount.problem.text() == problem
        assert not dialog.confirm_button.isEnabled()
    dialog.amount.editor.clear()
    typist.write("150")
    assert dialog.confirm_button.text() == "Refund $150.00"
    assert "gets $150.00 back" in dialog.sentence.text()
    with qtbot.waitSignal(dialog.amount_chosen) as chosen:
        typist.click(dialog.confirm_button)
    assert chosen.args == [150_00]


def test_a_shipment_needs_carrier_and_number(sheet, english, parent, opened, qtbot):
    dialog = opened(ShipmentDialog(question_for("update", sheet, english), parent))
    typist.write("Purolator")
    assert not dialog.confirm_button.isEnabled()
    typist.press(Qt.Key.Key_Tab)
    typist.write(" 1Z999 ")
    with qtbot.waitSignal(dialog.shipment_chosen) as chosen:
        typist.click(dialog.confirm_button)
    assert chosen.args == ["Purolator", "1Z999"]


@pytest.mark.parametrize(
    ("name", "verdict"), [("confirm_button", True), ("not_done_button", False)]
)
def test_a_verdict_is_given_once(sheet, english, parent, opened, name, verdict):
    dialog = opened(VerdictDialog(question_for("give_verdict", sheet, english), parent))
    heard = []
    dialog.verdict_given.connect(heard.append)
    getattr(dialog, name).click()
    getattr(dialog, name).click()
    assert heard == [verdict]


def test_a_verdict_is_asked_about_the_command_that_is_open_and_its_own_amount(english):
    file = samples.file_in(OrderState.OUTCOME_UNKNOWN)
    open_sheet = sheet_of(file, samples.NOW, english, samples.profile(), busy=False)
    sentence = question_for("give_verdict", open_sheet, english).sentence
    assert "refund of $150.00" in sentence
    assert english.money(file.order.total_cents) not in sentence


def test_that_an_authorization_happened_is_not_said_by_hand(sheet, english, parent, opened):
    question = question_for("give_verdict", sheet, english)
    dialog = opened(VerdictDialog(question, parent, may_have_happened=False))
    assert not dialog.confirm_button.isVisible()
    assert dialog.not_done_button.isVisible()
    assert "Affirm's record shows it" in dialog.effect.text()


def test_in_french_doing_nothing_and_voiding_are_two_words(french, theme, parent, sheet, opened):
    dialog = opened(ConfirmDialog(question_for("void", sheet, french), parent))
    assert dialog.cancel_button.text().startswith("Ne rien faire")
    assert dialog.confirm_button.text().startswith("Annuler")


def test_enter_goes_from_what_is_typed_to_the_answer_and_loses_nothing(
    sheet, english, checks, parent, opened
):
    question = question_for("partial_refund", sheet, english)
    dialog = opened(AmountDialog(question, checks, english, parent))
    typist.write("12.50")
    typist.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert typist.focused() is dialog.confirm_button
    assert dialog.confirm_button.text() == "Refund $12.50"


def test_enter_goes_from_field_to_field(sheet, english, parent, opened):
    dialog = opened(ShipmentDialog(question_for("update", sheet, english), parent))
    typist.write("UPS")
    typist.press(Qt.Key.Key_Return)
    assert typist.focused() is dialog.number.editor
    typist.write("1Z999")
    typist.press(Qt.Key.Key_Return)
    assert typist.focused() is dialog.confirm_button
    assert dialog.isVisible()


def test_a_customer_may_be_named_with_braces(sheet, english, checks, parent):
    customer = replace(sheet.file.details.customer, last_name="{amount} {x}")
    file = replace(sheet.file, details=replace(sheet.file.details, customer=customer))
    question = question_for("partial_refund", replace(sheet, file=file), english)
    assert "{x}" in AmountDialog(question, checks, english, parent).sentence.text()
