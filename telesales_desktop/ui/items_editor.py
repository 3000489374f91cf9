"""How are the lines of an order typed, added and taken away, by keyboard alone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from telesales_desktop.domain.details import MAX_ITEMS
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field import ElidedLabel, line_edit
from telesales_desktop.ui.field_labels import field_word
from telesales_desktop.ui.form_content import ItemText
from telesales_desktop.ui.icons import icon
from telesales_desktop.ui.theme import GAP, SPACE, Theme, set_property

COLUMNS = ("sku", "name", "quantity", "unit_price")
_STRETCH = {"sku": 4, "name": 6, "quantity": 2, "unit_price": 4}


@dataclass(slots=True)
class _Line:
    editors: dict[str, QLineEdit]
    remove: QPushButton

    def text(self) -> ItemText:
        return ItemText(**{name: editor.text() for name, editor in self.editors.items()})


class ItemsEditor(QWidget):
    """SKU, item, quantity, price. Enter in the last field adds a line; Ctrl+Minus removes one."""

    edited = Signal()
    left = Signal(str)  # the name of the field that lost the focus: "items.0.sku"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("itemsEditor")
        self.setProperty("role", "clear")
        self._theme = theme
        self._lines: list[_Line] = []
        self._names: dict[QObject, tuple[_Line, str]] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP)
        for column, name in enumerate(COLUMNS):
            head = QLabel(field_word(name), self)
            head.setProperty("face", "muted")
            self._grid.addWidget(head, 0, column)
            self._grid.setColumnStretch(column, _STRETCH[name])
        self.problem = ElidedLabel(self)
        self.problem.setObjectName("problem_items")
        self.problem.setProperty("face", "small")
        self.problem.setProperty("problem", True)
        self.add_button = Button(self.tr("Add an item"), self)
        self.add_button.setObjectName("addItem")
        self.add_button.setProperty("kind", "link")
        self.add_button.setToolTip(self.tr("Add an item (Enter in the last price)"))
        self.add_button.clicked.connect(self.add_line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._grid)
        foot = QGridLayout()
        foot.setHorizontalSpacing(SPACE)
        foot.addWidget(self.add_button, 0, 0)
        foot.addWidget(self.problem, 0, 1)
        foot.setColumnStretch(1, 1)
        layout.addLayout(foot)
        self._append(ItemText())
        self._rename()
        theme.changed.connect(self._paint_icons)

    # --- values ------------------------------------------------------------------------------

    def items(self) -> tuple[ItemText, ...]:
        return tuple(line.text() for line in self._lines)

    def show_items(self, items: Sequence[ItemText]) -> None:
        """Replace what is there."""
        wanted = list(items) or [ItemText()]
        while len(self._lines) > len(wanted):
            self._drop(self._lines[-1])
        while len(self._lines) < len(wanted):
            self._append(ItemText())
        for line, item in zip(self._lines, wanted, strict=True):
            for name, editor in line.editors.items():
                if editor.text() != getattr(item, name):
                    editor.setText(getattr(item, name))
                    editor.setCursorPosition(0)
        self._rename()

    def show_item_value(self, name: str, value: str) -> None:
        """Put a value into one field (``items.0.unit_price``): an amount written in full."""
        if editor := self._editor(name):
            editor.setText(value)

    def show_problems(self, short: Mapping[str, str], whole: Mapping[str, str]) -> None:
        """Mark each field that has a problem; the first one is also said below the lines."""
        first = ""
        for number, line in enumerate(self._lines):
            for column, editor in line.editors.items():
                name = f"items.{number}.{column}"
                set_property(editor, "problem", name in short)
                editor.setToolTip(whole.get(name, ""))
                editor.setAccessibleDescription(whole.get(name, ""))
                if name in short and not first:
                    first = f"{field_word(column)}: {short[name]}"
        first = first or short.get("items", "")
        self.problem.setText(first)
        self.problem.setToolTip(first)

    def focus(self, name: str) -> bool:
        """Put the cursor into one field; false when there is none of that name."""
        editor = self._editor(name) or (self._editor("items.0.sku") if name == "items" else None)
        if editor is None:
            return False
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    # --- lines -------------------------------------------------------------------------------

    def add_line(self) -> None:
        """Another line, with the cursor in its SKU."""
        if len(self._lines) < MAX_ITEMS:
            self._append(ItemText())
            self._rename()
            self.edited.emit()
            self._lines[-1].editors["sku"].setFocus(Qt.FocusReason.TabFocusReason)

    def remove_line(self, number: int) -> None:
        """Take a line away; the last one is emptied instead."""
        line = self._lines[number]
        if len(self._lines) == 1:
            self.show_items([ItemText()])
        else:
            self._drop(line)
            self._rename()
        self.edited.emit()
        near = self._lines[min(number, len(self._lines) - 1)]
        near.editors["sku"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _editor(self, name: str) -> QLineEdit | None:
        parts = name.split(".")
        if len(parts) != 3 or not parts[1].isdigit() or int(parts[1]) >= len(self._lines):
            return None
        return self._lines[int(parts[1])].editors.get(parts[2])

    def _append(self, item: ItemText) -> None:
        previous = self._lines[-1].remove if self._lines else None
        editors = {name: line_edit(amount=name in ("quantity", "unit_price")) for name in COLUMNS}
        remove = Button(self)
        remove.setProperty("kind", "quiet")
        remove.setFixedWidth(28)
        line = _Line(editors, remove)
        remove.clicked.connect(lambda: self.remove_line(self._lines.index(line)))
        for column, name in enumerate(COLUMNS):
            editor = editors[name]
            editor.setParent(self)
            editor.setText(getattr(item, name))
            editor.textEdited.connect(lambda _: self.edited.emit())
            editor.installEventFilter(self)
            editor.setMinimumWidth(36)
            self._names[editor] = (line, name)
            self._grid.addWidget(editor, len(self._lines) + 1, column)
            editor.show()  # at once: a layout shows it later, and the focus must not wait
        self._grid.addWidget(remove, len(self._lines) + 1, len(COLUMNS))
        remove.show()
        self._lines.append(line)
        self._order_tabs(previous, line)

    def _order_tabs(self, previous: QWidget | None, line: _Line) -> None:
        chain = [*line.editors.values(), line.remove, self.add_button]
        if previous is not None:
            chain.insert(0, previous)
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _drop(self, line: _Line) -> None:
        number = self._lines.index(line)
        del self._lines[number]
        for editor in line.editors.values():
            del self._names[editor]  # before any is hidden: that moves the focus through the others
        for widget in (*line.editors.values(), line.remove):
            self._grid.removeWidget(widget)
            widget.setObjectName("")  # the name belongs to the line that takes its place
            widget.hide()
            widget.deleteLater()
        for later in range(number, len(self._lines)):  # close the gap in the grid
            moved = self._lines[later]
            for column, name in enumerate(COLUMNS):
                self._grid.addWidget(moved.editors[name], later + 1, column)
            self._grid.addWidget(moved.remove, later + 1, len(COLUMNS))

    def _rename(self) -> None:
        for number, line in enumerate(self._lines):
            for name, editor in line.editors.items():
                editor.setObjectName(f"item_{number}_{name}")
                text = self.tr("Item {number}, {field}")
                editor.setAccessibleName(text.format(number=number + 1, field=field_word(name)))
            line.remove.setObjectName(f"item_{number}_remove")
            text = self.tr("Remove item {number} (Ctrl+Minus)").format(number=number + 1)
            line.remove.setAccessibleName(text)
            line.remove.setToolTip(text)
        self._paint_icons()

    def _paint_icons(self) -> None:
        drawn = icon("remove", self._theme.palette.colour("muted"), 14)
        for line in self._lines:
            line.remove.setIcon(drawn)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.FocusOut, QEvent.Type.KeyPress) and watched in self._names:
            line, name = self._names[watched]
            number = self._lines.index(line)
            if kind is QEvent.Type.FocusOut:
                line.editors[name].setCursorPosition(0)
                self.left.emit(f"items.{number}.{name}")
            elif isinstance(event, QKeyEvent):
                return self._on_key(event, number, name)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent, number: int, name: str) -> bool:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        key = event.key()
        if control and key == Qt.Key.Key_Minus:
            if not event.isAutoRepeat():
                self.remove_line(number)
            return True
        plain_enter = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain_enter:
            is_last = number == len(self._lines) - 1 and name == COLUMNS[-1]
            if is_last and not event.isAutoRepeat():
                self.add_line()
            return is_last
        return False
