"""Does a person who never takes the mouse see where they are, in every palette?"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.order_row import row_of
from telesales_desktop.ui.orders_panel import OrdersPanel
from telesales_desktop.ui.palettes import Look
from telesales_desktop.ui.theme import set_property
from tests.ui import samples, typist
from tests.ui.test_palettes import contrast

KINDS = ["", "primary", "danger", "quiet", "link", "chip", "news"]


def seen(before: QImage, after: QImage) -> int:
    """How many pixels have changed so much that the eye cannot miss them."""
    places = ((x, y) for x in range(before.width()) for y in range(before.height()))
    changed = (p for p in places if before.pixel(*p) != after.pixel(*p))
    return sum(contrast(before.pixelColor(*p), after.pixelColor(*p)) >= 3.0 for p in changed)


@pytest.fixture
def page(qtbot):
    """A panel, where the focus may also be elsewhere."""
    made = QWidget()
    made.setObjectName("windowBody")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.elsewhere = QLabel("elsewhere", made)
    made.elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    QHBoxLayout(made).addWidget(made.elsewhere)
    qtbot.addWidget(made)
    return made


def pictures(qtbot, page, part):
    """The part without and with the focus."""
    page.show()
    qtbot.waitExposed(page)
    typist.come_forward()
    found = []
    for one in (page.elsewhere, part):
        one.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(one.hasFocus)
        found.append(page.grab(part.geometry()).toImage())
    return found


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_focus_is_seen_around_a_button(qtbot, theme, page, look, kind, checked):
    theme.choose(look)
    button = QPushButton("Capture", page)
    set_property(button, "kind", kind)
    button.setCheckable(True)
    button.setChecked(checked)
    page.layout().addWidget(button)
    before, after = pictures(qtbot, page, button)
    assert before.size() == after.size()
    assert seen(before, after) >= button.width() + button.height()  # half a ring one pixel wide


@pytest.mark.parametrize("look", Look)
def test_the_focus_is_seen_on_the_chosen_line(qtbot, theme, english, page, look):
    theme.choose(look)
    orders = OrdersPanel(theme, english, lambda: samples.NOW, page)
    orders.show_orders([row_of(samples.file_in(OrderState.CAPTURED), samples.NOW)])
    orders.resize(700, 300)
    page.layout().addWidget(orders)
    orders.view.setCurrentIndex(orders.model.index(0, 0))
    page.show()
    typist.come_forward()
    found = []
    for one in (page.elsewhere, orders.view):
        one.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(one.hasFocus)
        found.append(orders.view.viewport().grab().toImage())
    assert seen(*found) >= orders.view.viewport().width()
