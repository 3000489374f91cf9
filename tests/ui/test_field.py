"""Does a label that has no room say a part of its text, or nothing?"""

import pytest
from PySide6.QtGui import QImage

from telesales_desktop.ui.field import ElidedLabel


def ink(label):
    """How many pixels differ from the empty label."""
    label.show()
    image = label.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    empty = image.pixel(image.width() - 1, image.height() - 1)
    spots = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixel(x, y) != empty for x, y in spots)


@pytest.fixture
def label(qtbot, theme):
    made = ElidedLabel("refused by Affirm")
    qtbot.addWidget(made)
    return made


def test_what_has_no_room_is_cut(label):
    label.resize(label.fontMetrics().horizontalAdvance("refused by Affirm"), 20)
    whole = ink(label)
    label.resize(label.fontMetrics().horizontalAdvance("refused b…"), 20)
    assert 0 < ink(label) < whole


def test_less_than_a_word_is_not_shown(label):
    label.resize(label.fontMetrics().horizontalAdvance("ref…"), 20)
    assert ink(label) == 0


def test_a_short_text_that_has_room_is_shown(label):
    label.setText("no")
    label.resize(40, 20)
    assert ink(label) > 0
