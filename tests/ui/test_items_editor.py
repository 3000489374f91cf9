"""Are the lines of an order typed, added and taken away by keyboard alone?"""

import pytest
from PySide6.QtCore import Qt

from telesales_desktop.domain.details import MAX_ITEMS
from telesales_desktop.ui.form_content import ItemText
from telesales_desktop.ui.items_editor import ItemsEditor
from tests.ui import typist

SOFA, PILLOW = ItemText("SOFA", "Sofa", "1", "1,049.00"), ItemText("PILLOW", "Pillow", "2", "45.00")
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor(qtbot, theme):
    made = ItemsEditor(theme)
    qtbot.addWidget(made)
    made.resize(380, 200)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.focus("items")
    return made


def test_it_starts_with_one_blank_line(editor):
    assert editor.items() == (ItemText(),)


def test_enter_in_the_last_field_adds_a_line_and_goes_there(editor, qtbot):
    editor.focus("items.0.unit_price")
    with qtbot.waitSignal(editor.edited):
        typist.press(Qt.Key.Key_Return)
    assert typist.focused().objectName() == "item_1_sku"
    assert len(editor.items()) == 2


def test_enter_elsewhere_adds_nothing(editor):
    typist.press(Qt.Key.Key_Return)
    assert len(editor.items()) == 1


def test_control_minus_takes_the_line_away(editor):
    editor.show_items([SOFA, PILLOW, ItemText("LAMP")])
    editor.focus("items.1.name")
    typist.press(Qt.Key.Key_Minus, CONTROL)
    assert [item.sku for item in editor.items()] == ["SOFA", "LAMP"]
    assert typist.focused().objectName() == "item_1_sku"
    assert typist.focused().text() == "LAMP"


def test_the_last_line_is_emptied_instead_of_taken_away(editor):
    editor.show_items([SOFA])
    typist.press(Qt.Key.Key_Minus, CONTROL)
    assert editor.items() == (ItemText(),)


def test_buttons_do_the_same(editor):
    typist.click(editor.add_button)
    editor.show_items([SOFA, PILLOW])
    typist.click(editor.findChild(type(editor.add_button), "item_0_remove"))
    assert editor.items() == (PILLOW,)


def test_names_follow_the_places(editor):
    editor.show_items([SOFA, PILLOW])
    editor.remove_line(0)
    left = editor.findChild(object, "item_0_sku")
    assert left.text() == "PILLOW"
    assert left.accessibleName() == "Item 1, SKU"


def test_tab_goes_on_from_line_to_line(editor):
    editor.show_items([SOFA, PILLOW])
    editor.focus("items.0.sku")
    walked = []
    for _ in range(10):
        typist.press(Qt.Key.Key_Tab)
        walked.append(typist.focused().objectName())
    assert walked == [
        "item_0_name", "item_0_quantity", "item_0_unit_price", "item_0_remove",
        "item_1_sku", "item_1_name", "item_1_quantity", "item_1_unit_price", "item_1_remove",
        "addItem",
    ]  # fmt: skip


def test_each_problem_marks_its_field_and_the_first_is_said(editor):
    editor.show_items([SOFA, PILLOW])
    short = {"items.1.sku": "needed", "items.1.unit_price": "not valid"}
    editor.show_problems(short, {"items.1.sku": "SKU is needed."})
    assert editor.problem.text() == "SKU: needed"
    marked = editor.findChild(object, "item_1_sku")
    assert marked.property("problem")
    assert marked.accessibleDescription() == "SKU is needed."
    editor.show_problems({"items": "the same SKU twice"}, {})
    assert editor.problem.text() == "the same SKU twice"
    assert not marked.property("problem")


def test_there_is_an_end_to_it(editor):
    editor.show_items([ItemText(str(n)) for n in range(MAX_ITEMS)])
    editor.add_line()
    assert len(editor.items()) == MAX_ITEMS


def test_a_place_that_is_not_there_gets_no_focus(editor):
    assert not editor.focus("items.7.sku")
    assert not editor.focus("items.0.colour")
