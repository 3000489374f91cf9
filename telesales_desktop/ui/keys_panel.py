"""Which keys does the window know? F1, for whoever works without the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from telesales_desktop.domain.order_state import CommandName
from telesales_desktop.ui import labels
from telesales_desktop.ui.command_bar import SHORTCUTS
from telesales_desktop.ui.native_keys import native
from telesales_desktop.ui.panel import Panel
from telesales_desktop.ui.theme import GAP, LARGE, SPACE


class KeysPanel(Panel):
    """Filled when it is first opened: no start waits for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("keys", self.tr("Keyboard"), parent)
        self._grid = QGridLayout(self.inner)
        self._grid.setContentsMargins(LARGE, 0, LARGE, SPACE)
        self._grid.setHorizontalSpacing(LARGE)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(1, 1)

    def showEvent(self, event: QShowEvent) -> None:
        if not self._grid.count():
            self._add(self.tr("Everywhere"), self._everywhere())
            self._add(self.tr("In the form"), self._in_the_form())
            self._add(self.tr("For the chosen order, where its state allows it"), _of_an_order())
            self._grid.setRowStretch(self._grid.rowCount(), 1)
        super().showEvent(event)

    def _everywhere(self) -> Sequence[tuple[str, str]]:
        return (
            ("F1", self.tr("this list")),
            ("F2", self.tr("new order: the form, first field")),
            ("Ctrl+K", self.tr("search orders; Enter goes to the list")),
            ("F6", self.tr("from the form to the list, to the chosen order, and round")),
            ("Ctrl+I", self.tr("inbox: news for you")),
            ("Ctrl+,", self.tr("who works here, and settings")),
            ("Esc", self.tr("close what lies over the window")),
        )

    def _in_the_form(self) -> Sequence[tuple[str, str]]:
        return (
            ("Ctrl+Enter", self.tr("read back to the customer, then send")),
            ("Enter", self.tr("after the last price: another item")),
            ("Ctrl+-", self.tr("remove this item")),
            ("Ctrl+D", self.tr("park this form and start another")),
            ("Ctrl+B", self.tr("bring back what was cleared")),
        )

    def _add(self, heading: str, lines: Sequence[tuple[str, str]]) -> None:
        row = self._grid.rowCount()
        label = QLabel(heading, self)
        label.setProperty("face", "heading")
        label.setWordWrap(True)
        label.setContentsMargins(0, SPACE if row > 1 else 0, 0, 0)
        self._grid.addWidget(label, row, 0, 1, 2)
        for number, (keys, text) in enumerate(lines, row + 1):
            pressed = QLabel(native(keys), self)
            pressed.setObjectName("keysOf")
            does = QLabel(text, self)
            does.setObjectName("keysDo")
            does.setWordWrap(True)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(pressed, number, 0, top)
            self._grid.addWidget(does, number, 1, top)

    def lines(self) -> list[tuple[str, str]]:
        """What is shown: the keys, and what they do."""
        keys = self.findChildren(QLabel, "keysOf")
        return [
            (label.text(), does.text())
            for label, does in zip(keys, self.findChildren(QLabel, "keysDo"), strict=True)
        ]


def _of_an_order() -> list[tuple[str, str]]:
    return [
        (
            keys,
            labels.word(
                labels.COMMANDS[name]
                if isinstance(name, CommandName)
                else labels.OTHER_COMMANDS[name.value]
            ),
        )
        for name, keys in SHORTCUTS.items()
    ]
