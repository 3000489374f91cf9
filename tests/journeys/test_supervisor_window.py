"""A supervisor at the real window, an agent at another desk: real relay, real stand-in for Affirm."""

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from telesales_desktop.application.floor_values import Holding
from telesales_desktop.application.profile import Role
from telesales_desktop.demo import programs
from telesales_desktop.demo.hands import Hands
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.window import Shell, WindowSession
from tests.journeys.several_desks import LONG_S, open_house, until
from tests.ui.conftest import _theme, theme  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.qt_loop]

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@dataclass
class BossWindow:
    """The supervisor's window, and hands in front of it."""

    session: WindowSession
    hands: Hands

    @property
    def window(self):
        return self.session.presenter.window

    def text(self, name, kind=QLabel):
        found = self.window.findChildren(kind, name)
        return " / ".join(w.text() for w in found if w.isVisible())

    def row(self, order_id="4182"):
        return self.window.orders.model.row(order_id)

    def offers(self, command):
        return self.window.detail.commands.button(command).isVisible()


@asynccontextmanager
async def sit_down(house, qapp, theme):  # noqa: F811 - the fixture's own name
    seat = await house.seat("Sam K.", Role.SUPERVISOR, opens=False)
    shell = Shell(qapp, theme, seat.data_dir)
    session = WindowSession(shell, seat.profile, secrets=seat.secrets, chime=lambda: None)
    session.show()
    hands = Hands(
        session.presenter.window, screenshots=None, deadline=time.monotonic() + 4 * LONG_S
    )
    await hands.come_forward()
    try:
        yield BossWindow(session, hands)
    finally:
        await session.close()


async def test_an_agents_order_is_seen_live_taken_over_by_keys_and_authorized_here(
    qapp, theme  # noqa: F811
):  # fmt: skip
    async with open_house() as house, sit_down(house, qapp, theme) as boss:
        dana = await house.seat("Dana R.")
        checkout_id = await dana.send()
        await until(lambda: boss.row() is not None)
        assert (boss.row().agent, boss.row().mine, boss.row().here) == ("Dana R.", False, False)
        assert boss.row().workstation
        await until(lambda: boss.text("scope_everyone", QPushButton).strip() == "Everyone 1")
        boss.window.orders.choose("4182")
        await until(lambda: "Dana R. acts on this order" in boss.text("orderNote"))
        assert not boss.offers("resend")

        await boss.hands.press(Qt.Key.Key_T, BOTH)
        sentence = await boss.hands.find("confirmSentence")
        for part in ("4182", "Marie Tremblay", "$1,249.00", "Dana R."):
            assert part in sentence.text()
        await boss.hands.tab_to("confirmYes")
        await boss.hands.press(Qt.Key.Key_Space)
        await until(lambda: boss.offers("resend"))
        await until(lambda: (place := dana.place()) and place.holding is Holding.ELSEWHERE)
        await until(lambda: boss.text("orderNote") == "")  # Affirm was read first

        await house.confirm(checkout_id)
        await until(lambda: boss.row().state is OrderState.AUTHORIZED)
        assert "$1,249.00" in boss.text("stateSentence")
        assert len(await house.effects("authorize")) == 1
        assert not dana.status.alarms


async def test_the_connection_tells_of_a_relay_that_stands_still(qapp, theme):  # noqa: F811
    async with open_house() as house, sit_down(house, qapp, theme) as boss:
        await until(lambda: "ago" in boss.window.header.relay.text())
        await boss.hands.click("statusRelay")
        await until(lambda: "Shared with colleagues" in dict(boss.window.connection.texts()))
        assert "Last contact" in boss.window.connection.texts()[0][1]


async def test_a_revoked_token_is_told_with_what_to_do(qapp, theme):  # noqa: F811
    async with open_house() as house, sit_down(house, qapp, theme) as boss:
        await until(lambda: "ago" in boss.window.header.relay.text())
        database = ("--database", str(house.stage.folder / "relay.db"))
        listed = await programs.run(programs.command("relay", "tokens", *database, "list"))
        line = next(line for line in listed if "Sam K." in line)
        token_id = line.split()[0]
        await programs.run(programs.command("relay", "tokens", *database, "revoke", token_id))
        await until(lambda: "not enrolled" in boss.window.header.relay.text())
        assert "Ask IT for a new enrolment code" in boss.window.banner.sentence.text()
        await boss.hands.click("bannerStep")
        await boss.hands.find("settingsPanel")
