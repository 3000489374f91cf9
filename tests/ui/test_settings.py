"""Can another person take the seat, with keys alone, and is every refusal told?"""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog
from tests.ui import samples, typist
from tests.ui.fake_people import CODE, DANA, SAM, FakePeople
from tests.ui.floor import until

pytestmark = pytest.mark.qt_loop

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
async def seat(make_floor):
    """A window with its settings open. ``seat.chosen``: the profiles to be opened next."""
    floor = await make_floor(people=FakePeople(SAM, DANA))
    floor.chosen = []
    floor.people = floor.presenter.settings._people
    floor.presenter.settings.profile_chosen.connect(floor.chosen.append)
    typist.press(Qt.Key.Key_Comma, CONTROL)
    await until(lambda: part(floor, "person_0"))
    return floor


def part(floor, name, kind=QLabel):
    found = floor.window.settings.findChildren(kind, name)
    return next((widget for widget in found if not widget.isHidden()), None)


def button(floor, name):
    return part(floor, name, QPushButton)


def message(floor):
    label = floor.window.settings.message
    return label.text() if label.isVisible() else ""


async def test_who_works_here_is_shown_with_what_they_may_do(seat):
    assert part(seat, "person_0").text() == "Dana R. (supervisor), works here now"
    assert part(seat, "person_1").text() == "Sam K. (agent)"
    assert button(seat, "workAs_0") is None
    assert button(seat, "workAs_1").accessibleName() == "Work as Sam K."


async def test_a_press_on_ones_own_name_opens_it_and_escape_closes(seat):
    typist.press(Qt.Key.Key_Escape)
    assert not seat.window.settings.isVisible()
    typist.click(seat.window.header.agent)
    assert seat.window.settings.isVisible()
    await until(lambda: len(seat.people.calls) == 2)
    typist.click(seat.window.settings.close_button)
    assert not seat.window.settings.isVisible()


async def test_working_as_somebody_else_opens_their_profile(seat):
    typist.click(button(seat, "workAs_1"))
    await until(lambda: seat.chosen)
    assert (seat.chosen[0].person_id, seat.chosen[0].agent) == ("p-sam", "Sam K.")


async def test_two_presses_are_one(seat):
    seat.people.gate = asyncio.Event()
    typist.double_click(button(seat, "workAs_1"))
    assert not seat.window.settings.enrol_button.isEnabled()
    typist.click(button(seat, "workAs_1"))
    seat.people.gate.set()
    await until(lambda: seat.chosen)
    assert [call for call in seat.people.calls if call[0] == "switch"] == [("switch", "p-sam")]


async def test_a_code_enrols_a_person_who_works_here_at_once(seat):
    seat.window.settings.code.editor.setFocus()
    typist.write(f" {CODE} ")
    typist.press(Qt.Key.Key_Return)
    await until(lambda: seat.chosen)
    assert seat.chosen[0].agent == "Émilie Gagnon"
    assert seat.window.settings.code.value() == ""


async def test_a_wrong_code_is_told_and_stays_to_be_corrected(seat):
    seat.window.settings.code.editor.setFocus()
    typist.write("WRONG")
    typist.click(seat.window.settings.enrol_button)
    await until(lambda: message(seat))
    assert "The code is wrong, used or too old" in message(seat)
    assert seat.window.settings.code.value() == "WRONG"
    assert seat.window.settings.enrol_button.isEnabled()
    assert typist.focused().objectName() == "field_person_code"
    typist.write("X")
    assert message(seat) == ""


async def test_no_code_asks_for_one(seat):
    typist.click(seat.window.settings.enrol_button)
    assert "Type the code" in message(seat)
    assert typist.focused().objectName() == "field_person_code"
    assert all(call[0] == "here" for call in seat.people.calls)


async def test_leaving_is_asked_about_and_names_the_person(seat):
    typist.click(button(seat, "leave_1"))
    dialog = await seat.dialog(ConfirmDialog)
    assert "Sam K. can work here again only with a new code" in dialog.sentence.text()
    assert "hand over first" in dialog.effect.text()
    typist.click(dialog.confirm_button)
    await until(lambda: part(seat, "person_1") is None)
    assert message(seat) == "Sam K. has left this computer."
    assert seat.chosen == []  # whoever works here goes on


async def test_whoever_works_here_may_leave_and_the_next_person_works_on(seat):
    typist.click(button(seat, "leave_0"))
    dialog = await seat.dialog(ConfirmDialog)
    typist.click(dialog.confirm_button)
    await until(lambda: seat.chosen)
    assert seat.chosen[0].agent == "Sam K."


async def test_without_the_relay_nobody_leaves(seat):
    seat.people.fail_next = RelayUnreachableError()
    typist.click(button(seat, "leave_1"))
    dialog = await seat.dialog(ConfirmDialog)
    typist.click(dialog.confirm_button)
    await until(lambda: message(seat))
    assert "relay does not answer" in message(seat)
    assert part(seat, "person_1") is not None


async def test_a_locked_keyring_is_told(seat):
    seat.people.fail_next = CredentialsError("locked")
    typist.click(button(seat, "workAs_1"))
    await until(lambda: message(seat))
    assert "keyring is locked" in message(seat)
    assert seat.chosen == []


async def test_the_set_up_is_one_press_away(seat):
    steps = []
    seat.presenter.step_chosen.connect(steps.append)
    typist.click(seat.window.settings.setup_button)
    assert steps == ["open_setup"]
    assert not seat.window.settings.isVisible()


async def test_nobody_enrolled_yet_is_said(make_floor):
    floor = await make_floor(people=FakePeople())
    floor.window.toggle_settings()
    note = floor.window.settings.note
    await until(lambda: note.isVisible())
    assert note.text() == "Nobody is enrolled at this computer yet."
    assert floor.window.settings.enrol_button.isVisible()


async def test_without_a_relay_there_is_one_person(make_floor):
    alone = replace(samples.profile(), relay_url="")
    floor = await make_floor(profile=alone, people=FakePeople(DANA))
    floor.window.toggle_settings()
    assert "it knows one person: Dana R." in floor.window.settings.note.text()
    assert not floor.window.settings.enrol_button.isVisible()


async def test_practice_has_no_people_and_no_set_up(make_floor):
    floor = await make_floor(profile=samples.profile(practice=True))
    floor.window.toggle_settings()
    assert "Practice" in floor.window.settings.note.text()
    assert not floor.window.settings.setup_button.isVisible()
