"""Is every parked form within reach, and is none lost to a hand that goes on?"""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from telesales_desktop.application.ports import Draft
from telesales_desktop.ui.drafts_list import DraftsList
from tests.ui import samples, typist
from tests.ui.gallery import ENTERED


@pytest.fixture
def parked(qtbot, theme, english):
    """A list that does with its drafts what it asks for; ``parked.taken`` names what was chosen."""
    made = DraftsList(theme, english, lambda: samples.NOW)
    qtbot.addWidget(made)
    made.resize(380, 220)
    made.drafts, made.taken = [], []

    def delete(draft_id):
        made.drafts = [draft for draft in made.drafts if draft.draft_id != draft_id]
        made.show_drafts(made.drafts)

    def show(*names):
        made.drafts = [
            Draft(name, replace(ENTERED, first_name=name).as_mapping(), samples.NOW)
            for name in names
        ]
        made.show_drafts(made.drafts)
        made.show()
        qtbot.waitExposed(made)

    made.deleted.connect(delete)
    made.chosen.connect(made.taken.append)
    made.fill = show
    return made


def button(parked, name):
    found = [b for b in parked.findChildren(QPushButton, name) if not b.parent().isHidden()]
    return found[-1]


def test_the_oldest_of_many_can_be_taken_up(parked):
    parked.fill(*"ABCDEF")
    assert parked.older.text() == "2 older…"
    parked.older.setFocus()
    typist.press(Qt.Key.Key_Space)
    menu = parked.findChild(QMenu, "olderDraftsMenu")
    assert [a.text().split("\t")[0] for a in menu.actions()] == [
        "E Tremblay · 4183",
        "F Tremblay · 4183",
    ]
    menu.actions()[1].trigger()
    assert parked.taken == ["F"]
    parked.fill(*"ABCD")
    assert parked.older.isHidden()


@pytest.mark.parametrize("way", ["click", "space", "enter"])
def test_a_double_press_deletes_one(parked, way):
    parked.fill(*"ABC")
    for _ in range(2):
        first = button(parked, "deleteDraft_0")
        if way == "click":
            typist.click(first)
        else:
            first.setFocus()
            typist.press(Qt.Key.Key_Space if way == "space" else Qt.Key.Key_Return)
    assert [draft.draft_id for draft in parked.drafts] == ["B", "C"]
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    typist.click(button(parked, "deleteDraft_0"))
    assert [draft.draft_id for draft in parked.drafts] == ["C"]


def test_who_deletes_by_keyboard_stays_in_the_list(parked):
    parked.fill(*"AB")
    button(parked, "deleteDraft_1").setFocus()
    typist.press(Qt.Key.Key_Space)
    assert typist.focused() is button(parked, "deleteDraft_0")


def test_a_name_keeps_its_ampersand(parked):
    parked.fill("Roy & Sons")
    assert button(parked, "draft_0").text().replace("&&", "&") == "Roy & Sons Tremblay · 4183"
