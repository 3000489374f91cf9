"""Can an order be typed without a mouse, is it proved to the cent, and is it confirmed exactly once?"""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import InputError
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.ui.form_content import FormContent
from telesales_desktop.ui.order_form import FormPage, OrderForm
from tests.ui import samples, typist
from tests.ui.gallery import ENTERED


@pytest.fixture
def make_form(qtbot, theme, english, checks):
    def make(profile=None):
        form = OrderForm(theme, english, checks, profile or samples.profile())
        form.show_regions(checks.regions())
        qtbot.addWidget(form)
        form.resize(400, 700)
        form.show()
        qtbot.waitExposed(form)
        typist.come_forward()
        form.focus_first()
        return form

    return make


@pytest.fixture
def form(make_form):
    return make_form()


def wake(qtbot, form):
    """Wait until the send button of the read-back is awake."""
    qtbot.waitUntil(lambda: form.read_back.send_button.isEnabled())


def problem_at(form, name):
    return next(f.problem.text() for f in form.fields.fields() if f.name == name)


def test_a_whole_order_by_keyboard_alone(form, qtbot):
    typist.type_order(ENTERED)
    assert form.content() == ENTERED
    typist.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.page is FormPage.READING_BACK
    wake(qtbot, form)
    with qtbot.waitSignal(form.order_confirmed) as confirmed:
        typist.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    details = confirmed.args[0]
    assert details.total_cents == 1_239_00
    assert details.customer.phone == "+14185550123"


def test_enter_of_the_number_pad_sends_as_the_other_one_does(form, qtbot):
    form.show_content(ENTERED)
    pad = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.KeypadModifier
    typist.press(Qt.Key.Key_Enter, pad)
    assert form.page is FormPage.READING_BACK
    wake(qtbot, form)
    with qtbot.waitSignal(form.order_confirmed):
        typist.press(Qt.Key.Key_Enter, pad)


def test_in_a_low_window_all_of_the_read_back_is_reached_by_keys_and_the_total_is_in_view(form):
    form.resize(372, 430)
    form.show_content(ENTERED)
    form.review()
    page = form.read_back
    total = page._values["total"]
    assert page.rect().contains(total.geometry().translated(total.parentWidget().pos()))
    bar = page.scroller.verticalScrollBar()
    assert bar.maximum() > 0
    typist.press(Qt.Key.Key_PageDown)
    typist.press(Qt.Key.Key_Down)
    assert bar.value() > bar.singleStep() or bar.value() == bar.maximum()
    typist.press(Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    typist.press(Qt.Key.Key_Home)
    assert bar.value() == 0
    assert typist.focused() is page.back_button


def test_what_is_read_back_is_grouped_to_be_said(form):
    form.show_content(ENTERED)
    form.review()
    values = form.read_back._values
    assert values["phone"].text() == "418 · 555 · 0123"
    assert values["email"].text().replace("\u202f", " ") == "marie . tremblay @ example . com"
    assert values["total"].text() == "$1,239.00"
    parts = values["order"].text().splitlines()[1:]
    assert parts[2:] == ["Shipping  $49.00", "Tax  $61.00", "Discount  -$10.00"]
    assert "No text is sent" in form.read_back.channel.text()


def test_the_press_that_opened_the_read_back_cannot_send(form, qtbot):
    form.show_content(ENTERED)
    with qtbot.assertNotEmitted(form.order_confirmed):
        typist.double_click(form.review_button)
        typist.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.page is FormPage.READING_BACK


@pytest.mark.parametrize(
    "burst",
    [
        lambda form: typist.double_click(form.read_back.send_button),
        lambda form: [typist.click(form.read_back.send_button) for _ in range(5)],
        lambda form: [
            typist.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier) for _ in range(5)
        ],
        lambda form: (
            typist.press(Qt.Key.Key_Space),
            typist.click(form.read_back.send_button),
            typist.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        ),
    ],
    ids=["double click", "five clicks", "five keys", "key and mouse"],
)
def test_a_burst_of_presses_confirms_once(form, qtbot, burst):
    heard = []
    form.order_confirmed.connect(heard.append)
    form.show_content(ENTERED)
    form.review()
    wake(qtbot, form)
    burst(form)
    assert len(heard) == 1


@pytest.mark.parametrize("by", ["keys", "clicks"])
def test_a_burst_that_goes_on_keeps_the_button_asleep(form, qtbot, by):
    form.show_content(ENTERED)
    form.review()
    with qtbot.assertNotEmitted(form.order_confirmed):
        for _ in range(5):
            if by == "keys":
                typist.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            else:
                typist.click(form.read_back.send_button)
            qtbot.wait(QApplication.doubleClickInterval() // 2)
    wake(qtbot, form)
    with qtbot.waitSignal(form.order_confirmed):
        typist.click(form.read_back.send_button)


def test_a_key_that_is_held_down_neither_opens_nor_sends(form, qtbot):
    form.show_content(ENTERED)
    form.focus_first()
    target = QApplication.focusWidget()
    for _ in range(5):
        held = QKeyEvent(
            QEvent.Type.KeyPress,
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.ControlModifier,
            "\r",
            autorep=True,
        )
        QApplication.sendEvent(target, held)
    assert form.page is FormPage.TYPING


def test_escape_goes_back_to_the_form_as_it_was(form):
    form.show_content(ENTERED)
    form.review()
    typist.press(Qt.Key.Key_Escape)
    assert form.page is FormPage.TYPING
    assert form.content() == ENTERED


def test_the_first_problem_gets_the_cursor_and_a_sentence(form):
    form.show_content(replace(ENTERED, email="marie@", postal_code="1"))
    typist.click(form.review_button)
    assert form.page is FormPage.TYPING
    assert typist.focused().objectName() == "field_email"
    assert form.message.text() == "E-mail: no domain after @."
    assert problem_at(form, "email") == "no domain after @"
    assert problem_at(form, "postal_code") == "not valid"


def test_a_problem_goes_while_it_is_put_right(form):
    form.show_content(replace(ENTERED, email="marie@"))
    typist.click(form.review_button)
    typist.press(Qt.Key.Key_End)
    typist.write("example.com")
    assert problem_at(form, "email") == ""
    assert not form.message.isVisible()


def test_a_field_is_judged_once_it_was_left_and_not_while_it_is_empty(form):
    typist.press(Qt.Key.Key_Tab)
    assert problem_at(form, "first_name") == ""
    typist.press(Qt.Key.Key_Tab)
    typist.write("418")
    assert problem_at(form, "phone") == ""
    typist.press(Qt.Key.Key_Tab)
    assert problem_at(form, "phone") == "too short"


def test_numbers_and_amounts_are_written_in_full_when_left(form):
    form.fields.focus("phone")
    typist.write("4185550123")
    form.fields.focus("tax")
    typist.write("1249")
    form.fields.focus("items.0.unit_price")
    typist.write("45")
    typist.press(Qt.Key.Key_Tab)
    content = form.content()
    assert (content.phone, content.tax) == ("(418) 555-0123", "1,249.00")
    assert content.items[0].unit_price == "45.00"


@pytest.mark.parametrize(
    ("total", "text", "tone"),
    [
        ("", "the parts make $1,239.00", ""),
        ("1239", "= ok, to the cent", "done"),
        ("1,249.00", "the parts make $1,239.00: $10.00 apart", "danger"),
    ],
)
def test_the_total_is_proved_while_it_is_typed(form, total, text, tone):
    form.show_content(replace(ENTERED, total=total))
    assert form.fields.proof.text() == text
    assert form.fields.proof.property("tone") == tone


def test_a_state_is_chosen_by_typing_its_code(form):
    form.fields.focus("region")
    typist.write("NY")
    assert form.content().region == "NY"


@pytest.mark.parametrize(
    ("environment", "country", "needed", "note"),
    [
        (Environment.SANDBOX, Country.US, True, "No text is sent here"),
        (Environment.SIMULATOR, Country.US, True, "No text is sent here"),
        (Environment.LIVE, Country.CA, True, "not certain in Canada"),
        (Environment.LIVE, Country.US, False, ""),
    ],
)
def test_an_email_is_needed_where_texts_do_not_go(make_form, environment, country, needed, note):
    form = make_form(samples.profile(environment, country))
    form.show_content(replace(ENTERED, email=""))
    form.review()
    assert (problem_at(form, "email") == "needed") is needed
    assert note in form.fields.contact_note.text()
    assert form.fields.contact_note.isVisible() is bool(note)


def test_another_payment_is_kept_and_says_that_nothing_is_sent(form):
    form.show_content(replace(ENTERED, payment=PaymentChoice.CARD, phone="", line1=""))
    form.review()
    assert form.page is FormPage.READING_BACK
    assert "Nothing goes to Affirm" in form.read_back.channel.text()
    assert form.read_back.send_button.text().startswith("Keep it")


def test_what_affirm_refused_stands_at_its_field_until_it_is_edited(form):
    form.show_content(ENTERED)
    form.show_sending()
    form.show_refusal(InputError("phone", "refused", reason="No."), "The link was not sent. No.")
    assert form.page is FormPage.TYPING
    assert form.content() == ENTERED
    assert typist.focused().objectName() == "field_phone"
    assert problem_at(form, "phone") == "refused by Affirm"
    assert form.message.text() == "The link was not sent. No."
    typist.write("1")
    assert problem_at(form, "phone") == ""


def test_a_refusal_of_an_item_stands_at_the_item(form):
    form.show_content(ENTERED)
    form.show_refusal(InputError("items.1.sku", "refused", reason="No."), "No.")
    assert typist.focused().objectName() == "item_1_sku"
    assert form.fields.items.problem.text() == "SKU: refused by Affirm"
    typist.write("X")
    assert form.fields.items.problem.text() == ""


def test_clearing_keeps_what_the_profile_gives(form):
    form.show_content(ENTERED)
    assert not form.is_blank
    typist.click(form.head.clear_button)
    assert form.content() == FormContent(store="Phone floor", entity="Northwind East")
    assert form.is_blank


@pytest.mark.parametrize("by", ["key", "button"])
def test_what_was_cleared_can_be_brought_back(form, qtbot, by):
    form.show_content(ENTERED, correcting="4183")
    typist.click(form.head.clear_button)
    typist.click(form.head.clear_button)  # a double click clears once, and brings nothing back
    assert form.is_blank
    assert form.correcting == ""
    assert not form.head.park_button.isVisibleTo(form)  # nothing is there to park
    with qtbot.waitSignal(form.content_changed):
        if by == "key":
            form.focus_first()
            typist.press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        else:
            typist.click(form.head.bring_back_button)
    assert form.content() == ENTERED
    assert form.correcting == "4183"
    assert typist.focused().objectName() == "field_phone"
    assert not form.head.bring_back_button.isVisibleTo(form)
    assert form.head.park_button.isVisibleTo(form)


def test_what_was_cleared_is_gone_once_something_else_is_typed(form):
    form.show_content(ENTERED)
    typist.click(form.head.clear_button)
    form.focus_first()
    typist.write("O")
    assert not form.head.bring_back_button.isVisibleTo(form)
    form.bring_back()
    assert form.content().first_name == "O"


def test_an_empty_form_that_is_cleared_offers_nothing(form):
    typist.click(form.head.clear_button)
    assert not form.head.bring_back_button.isVisibleTo(form)


def test_the_number_of_an_order_that_is_corrected_stays(form):
    form.show_content(ENTERED, correcting="4183")
    form.fields.focus("order_id")
    typist.write("999")
    assert form.content().order_id == "4183"
    assert form.head.title.text() == "Correcting order 4183"
    assert "we will not accept it" in form.fields.contact_note.text()
    typist.click(form.head.clear_button)
    assert "we will not accept it" not in form.fields.contact_note.text()


def test_parking_is_one_key(form, qtbot):
    with qtbot.waitSignal(form.park_requested):
        typist.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)


def test_while_it_is_sent_the_agent_may_go_on(form, qtbot):
    form.show_sending()
    assert form.page is FormPage.SENDING
    with qtbot.waitSignal(form.left_sending):
        typist.click(form.sending.step)


def test_the_wheel_does_not_change_a_choice(form):
    form.show_content(ENTERED)
    region = next(f for f in form.fields.fields() if f.name == "region").editor
    before = region.currentIndex()
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(region, wheel)
    assert region.currentIndex() == before
