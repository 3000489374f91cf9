"""Which keys does the window know? F1, for whoever works without the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.order_state import CommandName
from telesales_desktop.ui import labels
from telesales_desktop.ui.command_bar import SHORTCUTS
from telesales_desktop.ui.theme import GAP, LARGE, ROOM, SPACE


class KeysPanel(QFrame):
    """Opens under the header, over the window; Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keysPanel")
        title = QLabel(self.tr("Keyboard"), self)
        title.setProperty("face", "heading")
        self.close_button = QPushButton(self.tr("Close (Esc)"), self)
        self.close_button.setObjectName("keysClose")
        self.close_button.setProperty("kind", "link")
        inner = QWidget(self)
        inner.setProperty("role", "clear")
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(LARGE, 0, LARGE, SPACE)
        self._grid.setHorizontalSpacing(LARGE)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(1, 1)
        self._add(self.tr("Everywhere"), self._everywhere())
        self._add(self.tr("In the form"), self._in_the_form())
        self._add(self.tr("For the chosen order, where its state allows it"), _of_an_order())
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("keysList")
        self.scroller.setAccessibleName(self.tr("Keyboard"))
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inner)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(LARGE, 0, LARGE, 0)
        head.addWidget(title)
        foot.setContentsMargins(LARGE, 0, LARGE, ROOM)
        foot.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, ROOM, 1, 1)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.scroller, 1)
        layout.addLayout(foot)
        self.hide()

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


def native(keys: str) -> str:
    """As this system writes the keys."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


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
