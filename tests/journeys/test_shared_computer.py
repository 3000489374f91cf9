"""Two people at one computer: real window, real relay, real keyring."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from telesales_desktop.application.profile import Role
from telesales_desktop.demo import programs
from tests.journeys.floor import open_floor, take_seat
from tests.journeys.several_desks import until

pytestmark = [pytest.mark.journey, pytest.mark.qt_loop]

CONTROL = Qt.KeyboardModifier.ControlModifier


async def enrolment_code(floor, name, role):
    told = await programs.run(
        programs.command(
            "relay", "enrol", "--database", str(floor.stage.folder / "relay.db"),
            "--role", role.value, "--name", name,
        )
    )  # fmt: skip
    return told[-1].strip()


def people_shown(seat):
    found = seat.session.presenter.window.settings.findChildren(QLabel)
    return [w.text() for w in found if w.objectName().startswith("person_") and w.isVisible()]


async def test_a_colleague_enrols_in_settings_takes_the_seat_and_gives_it_back():
    async with open_floor() as floor:
        first = floor.profile
        code = await enrolment_code(floor, "Sam K.", Role.SUPERVISOR)
        async with take_seat(floor) as seat:
            await seat.send()
            await seat.hands.press(Qt.Key.Key_Comma, CONTROL)
            await seat.hands.fill("field_person_code", "wrong")
            await seat.hands.press(Qt.Key.Key_Return)
            message = await seat.hands.find("peopleMessage")
            await until(lambda: "The code is wrong" in message.text())
            await seat.hands.fill("field_person_code", code)
            await seat.hands.press(Qt.Key.Key_Return)
            await until(lambda: seat.session.next_profile)
            second = seat.session.next_profile
        assert (second.agent, second.role) == ("Sam K.", Role.SUPERVISOR)

        floor.profile = second
        async with take_seat(floor) as seat:
            await seat.hands.find("scope_everyone")  # a supervisor's window
            window = seat.session.presenter.window
            await until(lambda: window.orders.model.rowCount() == 1)  # the computer's own journal
            await seat.hands.press(Qt.Key.Key_Comma, CONTROL)
            await until(lambda: len(people_shown(seat)) == 2)
            assert "Sam K. (supervisor), works here now" in people_shown(seat)
            place = next(n for n, who in enumerate(people_shown(seat)) if "works here" not in who)
            await seat.hands.tab_to(f"workAs_{place}")
            await seat.hands.press(Qt.Key.Key_Space)
            await until(lambda: seat.session.next_profile)
        assert seat.session.next_profile == first
