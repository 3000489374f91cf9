"""Which part of the floor does a supervisor look at, and how many orders are in each?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QMenu, QWidget

from telesales_desktop.ui.button import Button
from telesales_desktop.ui.chips import Chip
from telesales_desktop.ui.flow_layout import FlowLayout
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_filter import Scope
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.theme import Theme

SCOPES = {
    Scope.MINE: QT_TRANSLATE_NOOP("labels", "Mine"),
    Scope.EVERYONE: QT_TRANSLATE_NOOP("labels", "Everyone"),
    Scope.STUCK: QT_TRANSLATE_NOOP("labels", "Stuck"),
    Scope.TODAY: QT_TRANSLATE_NOOP("labels", "Today"),
    Scope.UNKNOWN: QT_TRANSLATE_NOOP("labels", "Unknown"),
}
HINTS = {
    Scope.MINE: QT_TRANSLATE_NOOP("labels", "Your own orders"),
    Scope.EVERYONE: QT_TRANSLATE_NOOP("labels", "Every order of this merchant"),
    Scope.STUCK: QT_TRANSLATE_NOOP("labels", "What does not move by itself, the longest first"),
    Scope.TODAY: QT_TRANSLATE_NOOP("labels", "What ends within a day: holds, links, refunds"),
    Scope.UNKNOWN: QT_TRANSLATE_NOOP("labels", "Commands of which the outcome is not known"),
}
EMPTY = {
    Scope.MINE: QT_TRANSLATE_NOOP("labels", "No order of this list is yours."),
    Scope.STUCK: QT_TRANSLATE_NOOP("labels", "Nothing is stuck."),
    Scope.TODAY: QT_TRANSLATE_NOOP("labels", "Nothing ends within a day."),
    Scope.UNKNOWN: QT_TRANSLATE_NOOP("labels", "Every outcome is known."),
}
_ALARMING = {Scope.STUCK: Tone.DANGER, Scope.UNKNOWN: Tone.AGENT}


class ScopeChip(Chip):
    """A scope with its count; one that asks for a hand wears a shape while there is something."""

    def __init__(self, theme: Theme, scope: Scope, parent: QWidget | None = None) -> None:
        super().__init__(theme, None, parent)
        self.setObjectName(f"scope_{scope.value}")
        self.setToolTip(word(HINTS[scope]))
        self._scope = scope

    def show_count(self, name: str, count: int) -> None:
        self._tone = _ALARMING.get(self._scope) if count else None
        super().show_count(name, count)
        self.update()


class ScopeRow(QWidget):
    """Mine, Everyone, Stuck, Today, Unknown; one of them is always down."""

    chosen = Signal(object)  # Scope

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        layout = FlowLayout(self, spacing=6)
        self._chips: dict[Scope, ScopeChip] = {}
        for scope in Scope:
            chip = ScopeChip(theme, scope, self)
            chip.setAutoExclusive(True)
            chip.clicked.connect(lambda _=False, scope=scope: self.chosen.emit(scope))
            layout.addWidget(chip)
            self._chips[scope] = chip
        self.choose(Scope.EVERYONE)
        self.show_counts({})

    def show_counts(self, counts: Mapping[Scope, int]) -> None:
        for scope, chip in self._chips.items():
            chip.show_count(word(SCOPES[scope]), counts.get(scope, 0))
        self.updateGeometry()

    def choose(self, scope: Scope) -> None:
        self._chips[scope].setChecked(True)


class ValueFilter(Button):
    """Filters by one value out of those that there are; "" is all of them."""

    chosen = Signal(str)

    def __init__(
        self, name: str, values: Callable[[], list[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"filter_{name}")
        self.setProperty("kind", "chip")
        self._title, self._every = "", ""
        self._values, self._value = values, ""
        self.clicked.connect(self.open_menu)

    def name(self, title: str, every: str) -> None:
        """``title``: what it filters by; ``every``: what chooses all of them."""
        self._title, self._every = title, every
        self.show_value("")

    def show_value(self, value: str) -> None:
        self._value = value
        shown = value.replace("&", "&&") or self._title
        self.setText(f"{shown} ▾")
        self.setAccessibleName(f"{self._title}: {value or self._every}")

    def open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("valueMenu")
        for value in ("", *self._values()):
            action = menu.addAction(value.replace("&", "&&") or self._every)
            action.setCheckable(True)
            action.setChecked(value == self._value)
            action.triggered.connect(lambda _=False, value=value: self._choose(value))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _choose(self, value: str) -> None:
        self.show_value(value)
        self.chosen.emit(value)
