"""What lies over the window for a while: a title, what scrolls under it, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.ui.button import Button
from telesales_desktop.ui.theme import LARGE, ROOM, SPACE


class Panel(QFrame):
    """Opens under the header; not a dialog: the form goes on. ``inner`` is for what scrolls;
    ``head`` and ``foot`` take further buttons."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        """``name``: the panel is ``NAMEPanel``, its parts ``NAMEScroller`` and ``NAMEClose``."""
        super().__init__(parent)
        self.setObjectName(f"{name}Panel")
        heading = QLabel(title, self)
        heading.setProperty("face", "heading")
        self.close_button = self.link(f"{name}Close", self.tr("Close (Esc)"))
        self.inner = QWidget(self)
        self.inner.setProperty("role", "clear")
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName(f"{name}Scroller")
        self.scroller.setAccessibleName(title)
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(self.inner)
        self.setTabOrder(self.scroller, self.close_button)
        self.head, self.foot = QHBoxLayout(), QHBoxLayout()
        self.head.setContentsMargins(LARGE, 0, LARGE, 0)
        self.head.addWidget(heading, 1)
        self.foot.setContentsMargins(LARGE, 0, LARGE, ROOM)
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, ROOM, 1, 1)
        layout.setSpacing(SPACE)
        layout.addLayout(self.head)
        layout.addWidget(self.scroller, 1)
        layout.addLayout(self.foot)
        self.hide()

    def link(self, name: str, text: str) -> QPushButton:
        """A button that looks like a link."""
        button = Button(text, self)
        button.setObjectName(name)
        button.setProperty("kind", "link")
        return button
