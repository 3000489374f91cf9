"""A damaged journal, found and rebuilt through the real window from the real relay."""

import time

import pytest
from PySide6.QtWidgets import QLabel

from telesales_desktop.demo.hands import Hands
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.window import Shell, WindowSession
from tests.journeys.several_desks import LONG_S, open_house, until
from tests.ui.conftest import _theme, theme  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.qt_loop]


async def test_the_window_offers_to_rebuild_and_the_orders_come_back(qapp, theme, caplog):  # noqa: F811
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        await dana.send()
        await dana.close()
        whole = dana.journal.read_bytes()
        dana.journal.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
        shell = Shell(qapp, theme, dana.data_dir)

        def sit_down(*, rebuilds):
            session = WindowSession(
                shell, dana.profile, secrets=dana.secrets, chime=lambda: None, rebuilds=rebuilds
            )
            session.show()
            window, deadline = session.presenter.window, time.monotonic() + 4 * LONG_S
            return session, Hands(window, screenshots=None, deadline=deadline)

        session, hands = sit_down(rebuilds=False)
        banner = session.presenter.window.banner
        await until(lambda: "journal is damaged" in banner.sentence.text())
        await until(lambda: not session._tasks)
        await hands.click("bannerStep")
        await hands.click("confirmYes")
        await session.until_closed()
        assert session.wants_rebuild

        session, hands = sit_down(rebuilds=True)
        report = await hands.find("rebuildReport")
        lines = [label.text() for label in report.findChildren(QLabel, "rebuildLine")]
        assert lines[0] == "Orders that are back: 1."
        await hands.click("rebuildRead")
        model = session.presenter.window.orders.model
        await until(lambda: (row := model.row("4182")) and row.state is OrderState.LINK_SENT)
        assert model.row("4182").here
        await session.close()
        assert [part for part in dana.journal.parent.iterdir() if ".aside-" in part.name]
