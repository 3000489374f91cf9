"""Does the demo bring its window forward only where a window can lie behind another?"""

import time

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from telesales_desktop.demo.hands import Hands

pytestmark = pytest.mark.qt_loop


@pytest.mark.parametrize(("platform", "raised"), [("offscreen", 0), ("minimal", 0), ("xcb", 1)])
async def test_a_window_is_raised_where_the_platform_can(qapp, monkeypatch, platform, raised):
    times = []

    class Window(QWidget):
        def raise_(self):
            times.append(1)

        def isActiveWindow(self):
            return True

    window = Window()
    monkeypatch.setattr(QApplication, "platformName", lambda: platform)
    await Hands(window, screenshots=None, deadline=time.monotonic() + 10).come_forward()
    assert len(times) == raised
