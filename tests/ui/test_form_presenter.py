"""Does a typed order become a sent one exactly once, and is nothing typed ever lost?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from telesales_desktop.application.ports import Draft
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import (
    AffirmUnreachableError,
    CommandRefusedError,
    InputError,
    JournalError,
)
from telesales_desktop.domain.order import SendState
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.order_form import FormPage
from tests.ui import samples, typist
from tests.ui.fake_desk import FakeDesk
from tests.ui.floor import NUMBER, until
from tests.ui.gallery import ENTERED

pytestmark = pytest.mark.qt_loop


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
    await until(lambda: floor.orders.model.row("4183"))
    assert floor.orders.model.row("4183").state is OrderState.SEND_REFUSED


@pytest.mark.parametrize(
    ("error", "field", "part"),
    [
        (InputError("email", "invalid"), "field_email", "E-mail"),
        (AffirmUnreachableError(), "", "Nothing was sent"),
        (JournalError("full"), "", "disk is full"),
        (CommandRefusedError("number_taken", name="Sam K."), "field_order_id", "Sam K. has"),
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


async def test_a_draft_that_the_disk_refused_is_written_when_it_takes_it(floor):
    floor.presenter._form._store_pause.setInterval(10)
    save, refused = floor.desk.save_draft, []

    async def full(draft):
        refused.append(draft)
        raise JournalError("full")

    floor.desk.save_draft = full
    typist.write("Omar")
    await until(lambda: len(refused) > 1)
    assert floor.desk.stored_drafts == {}
    floor.desk.save_draft = save
    await until(lambda: floor.desk.stored_drafts)
    (draft,) = floor.desk.stored_drafts.values()
    assert draft.content["first_name"] == "Omar"


async def test_a_draft_that_the_disk_refused_does_not_outlive_its_order(floor):
    pause, save = floor.presenter._form._store_pause, floor.desk.save_draft

    async def full(draft):
        raise JournalError("full")

    floor.desk.save_draft = full
    floor.form.show_content(ENTERED)
    typist.write("x")
    await until(pause.isActive)
    floor.desk.save_draft = save
    floor.desk.gate = asyncio.Event()
    await floor.confirm_order()
    await until(lambda: floor.form.page is FormPage.SENDING)
    pause.timeout.emit()  # the order is kept by now, and its draft dropped: Affirm's answer is due
    await asyncio.sleep(0.05)
    assert floor.desk.stored_drafts == {}
    floor.desk.gate.set()
    await until(lambda: floor.orders.model.row("4183") is not None)
    pause.timeout.emit()
    await asyncio.sleep(0.05)
    assert floor.desk.stored_drafts == {}


def slow_disk(floor):
    """A disk that takes drafts only once the gate is open; returns the gate."""
    gate, save = asyncio.Event(), floor.desk.save_draft

    async def slow(draft):
        await gate.wait()
        await save(draft)

    floor.desk.save_draft = slow
    floor.presenter._form._store_pause.setInterval(10)
    return gate


async def test_what_is_typed_while_the_disk_is_slow_is_parked_whole(floor):
    gate = slow_disk(floor)
    typist.write("Om")
    await until(lambda: floor.presenter._form._drafts)
    typist.write("ar")
    typist.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert floor.form.is_blank
    gate.set()
    await until(lambda: floor.desk.stored_drafts)
    await until(
        lambda: [d.content["first_name"] for d in floor.desk.stored_drafts.values()] == ["Omar"]
    )


async def test_a_form_that_is_cleared_while_it_is_written_down_leaves_nothing(floor):
    gate = slow_disk(floor)
    typist.write("Omar")
    await until(lambda: floor.presenter._form._drafts)
    typist.click(floor.form.head.clear_button)
    gate.set()
    await until(lambda: floor.desk.stored_drafts)
    await until(lambda: not floor.desk.stored_drafts)


async def test_what_the_disk_refused_is_tried_once_more_when_the_window_closes(floor):
    save = floor.desk.save_draft

    async def full(draft):
        raise JournalError("full")

    floor.desk.save_draft = full
    floor.presenter._form._store_pause.setInterval(600_000)
    typist.write("Omar")
    await until(floor.presenter._form._store_pause.isActive)
    floor.desk.save_draft = save
    floor.presenter._form.keep_typed()
    await until(lambda: floor.desk.stored_drafts)


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
    typist.click(floor.form.head.clear_button)
    await until(lambda: not floor.desk.stored_drafts)


async def test_a_form_that_is_brought_back_is_written_down_again(floor):
    floor.form.focus_first()
    typist.write("Omar")
    await until(lambda: floor.desk.stored_drafts)
    (first,) = floor.desk.stored_drafts
    typist.click(floor.form.head.clear_button)
    typist.click(floor.form.head.bring_back_button)
    await until(
        lambda: set(floor.desk.stored_drafts) - {first} and len(floor.desk.stored_drafts) == 1
    )
    (draft,) = floor.desk.stored_drafts.values()
    assert draft.content["first_name"] == "Omar"


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


async def start_sending(floor):
    """The form shows that 4183 is on its way, until the gate is opened."""
    floor.desk.gate = asyncio.Event()
    await floor.confirm_order()
    await until(lambda: floor.form.page is FormPage.SENDING)


async def test_a_correction_begun_while_another_order_is_sent_stays_as_typed(floor):
    await floor.choose(OrderState.LINK_SENT)
    await start_sending(floor)
    typist.click(floor.button("supersede"))
    assert floor.form.correcting == NUMBER[OrderState.LINK_SENT]
    typed = floor.form.content()
    floor.desk.gate.set()
    await until(lambda: floor.orders.model.row("4183") is not None)
    await until(lambda: not floor.presenter._form._runner.is_running("order:4183"))
    assert floor.form.content() == typed
    assert floor.form.correcting == NUMBER[OrderState.LINK_SENT]
    assert "4183" not in [d.content["order_id"] for d in floor.desk.stored_drafts.values()]
    assert not floor.window.drafts.isVisible()  # what was sent is not also parked


async def test_a_parked_form_taken_up_while_an_order_is_sent_stays_as_typed(floor):
    parked = replace(ENTERED, order_id="4190", first_name="Ingrid")
    floor.form.show_content(parked)
    typist.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: floor.desk.stored_drafts)
    await start_sending(floor)
    typist.click(floor.window.drafts.findChild(object, "draft_0"))
    assert floor.form.content() == parked
    floor.desk.gate.set()
    await until(lambda: floor.orders.model.row("4183") is not None)
    await until(lambda: not floor.presenter._form._runner.is_running("order:4183"))
    assert floor.form.content() == parked
    assert [d.content["order_id"] for d in floor.desk.stored_drafts.values()] == ["4190"]


async def test_the_answer_takes_the_cursor_from_nobody(floor):
    await start_sending(floor)
    await floor.choose(OrderState.AUTHORIZED)
    floor.window.focus_search()
    typist.write("Roy")
    floor.desk.gate.set()
    await until(lambda: floor.form.page is FormPage.TYPING)
    assert typist.focused() is floor.window.header.search
    assert floor.detail.title.text().startswith(f"Order {NUMBER[OrderState.AUTHORIZED]}")


async def test_that_one_failed_meanwhile_is_told(floor):
    await start_sending(floor)
    typist.press(Qt.Key.Key_F2)
    floor.desk.fail_next = CommandRefusedError("number_taken", name="Sam K.")
    floor.desk.gate.set()
    await until(lambda: floor.window.inbox.inbox.rowCount())
    told = floor.window.inbox.inbox.item(0)
    assert told.order_id == "4183"
    assert "Sam K. has an order with this number" in told.text
    assert "The form is parked." in told.text
    assert floor.chimes


async def test_a_bug_while_sending_does_not_leave_the_form_waiting_for_ever(floor):
    async def bug(details, *, draft_id):
        raise ZeroDivisionError

    floor.desk.send = bug
    await floor.confirm_order()
    await until(lambda: floor.form.message.isVisible())
    assert floor.form.page is FormPage.TYPING
    assert floor.form.content() == ENTERED
    assert "Something went wrong" in floor.form.message.text()
    assert floor.crashes.pop()[0] == "order:4183"


async def test_why_an_order_cannot_be_sent_now_is_told(floor):
    await floor.choose(OrderState.LINK_SENT)
    typist.click(floor.button("supersede"))
    content = floor.form.content()
    floor.desk.gate = asyncio.Event()
    floor.presenter._orders._commands._run("resend", NUMBER[OrderState.LINK_SENT], 0)
    await floor.confirm_order(content)
    await until(lambda: floor.form.page is FormPage.TYPING)
    assert "under way" in floor.form.message.text()
    assert floor.form.message.isVisible()
