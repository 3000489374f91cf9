"""Which commands may be given for the order shown? Exactly these have a button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QToolTip, QWidget

from telesales_desktop.application.floor_values import FloorCommand
from telesales_desktop.domain.order_state import Actor, CommandName, OrderState
from telesales_desktop.ui import labels
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.flow_layout import FlowLayout
from telesales_desktop.ui.hand import HAND
from telesales_desktop.ui.native_keys import native
from telesales_desktop.ui.order_sheet import OrderSheet
from telesales_desktop.ui.theme import set_property

CLOSE_LINK = "close_link"
"""Beside the domain's commands: to supersede without correcting and sending again."""

# In the order of the bar; ellipses in the words tell which of them ask back first.
_ORDER: tuple[str, ...] = (
    FloorCommand.TAKE_OVER,
    CommandName.AUTHORIZE,
    CommandName.CAPTURE,
    CommandName.SEND,
    CommandName.SEND_AGAIN,
    CommandName.LIFT_FREEZE,
    CommandName.GIVE_VERDICT,
    CommandName.COPY_LINK,
    CommandName.RESEND,
    CommandName.SUPERSEDE,
    CommandName.REFRESH,
    CommandName.PARTIAL_CAPTURE,
    CommandName.UPDATE,
    CommandName.RAISE_GENERATION,
    CommandName.CANCEL_PLANNED,
    FloorCommand.HAND_OVER,
    CommandName.REFUND,
    CommandName.PARTIAL_REFUND,
    CommandName.VOID,
    CLOSE_LINK,
)
SHORTCUTS = {
    CommandName.AUTHORIZE: "Ctrl+Shift+A",
    CommandName.CAPTURE: "Ctrl+Shift+C",
    CommandName.RESEND: "Ctrl+Shift+L",
    CommandName.REFRESH: "F5",
    CommandName.COPY_LINK: "Ctrl+Shift+K",
    CommandName.SUPERSEDE: "Ctrl+Shift+E",
    CommandName.REFUND: "Ctrl+Shift+R",
    CommandName.VOID: "Ctrl+Shift+D",
    FloorCommand.TAKE_OVER: "Ctrl+Shift+T",
    FloorCommand.HAND_OVER: "Ctrl+Shift+H",
}
"""The keys of the commands that have some."""

_DANGER = {
    CommandName.VOID.value,
    CommandName.REFUND.value,
    CommandName.PARTIAL_REFUND.value,
    CLOSE_LINK,
}
_PRIMARY = {
    CommandName.CAPTURE,
    CommandName.SEND,
    CommandName.LIFT_FREEZE,
    CommandName.GIVE_VERDICT,
}


_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.KeyPress)
_RELEASES = (QEvent.Type.MouseButtonRelease, QEvent.Type.KeyRelease)
_WALKED = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_WAY_KEYS = frozenset(
    {
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
    }
)
"""They lead to a button and press none: who goes on with Space means where they have got to."""


class CommandBar(QWidget):
    """A button a command; those that are not allowed are absent, not grey.

    A command that is done makes room for the next one, perhaps under a hand that still clicks: the
    presses of one burst choose one command of one order, and none that has come in its place.
    """

    command_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("commandBar")
        self.setProperty("role", "clear")
        layout = FlowLayout(self, spacing=8)
        self._is_burst = False
        self._is_changing = False
        self._order_id = ""
        self._keys_at = ""  # the button that had the keys when all of them fell asleep
        self._keys_went_to: QWidget | None = None
        self._buttons: dict[str, QPushButton] = {}
        for name in _ORDER:
            button = self._button(str(name))
            layout.addWidget(button)
            self._buttons[str(name)] = button

    def button(self, name: str) -> QPushButton:
        return self._buttons[name]

    def show_commands(self, sheet: OrderSheet) -> None:
        """Show exactly what may be asked for; nothing can be pressed while one runs."""
        same_order = self._order_id == sheet.row.order_id
        self._order_id = sheet.row.order_id
        focused = next((n for n, b in self._buttons.items() if b.hasFocus()), "")
        allowed = {str(command) for command in sheet.commands}
        if CommandName.SUPERSEDE in sheet.commands:
            allowed.add(CLOSE_LINK)
        self._is_changing = True
        for name, button in self._buttons.items():
            button.setVisible(name in allowed)
            button.setEnabled(not sheet.busy or name == CommandName.COPY_LINK)
            if name in allowed:
                self._word(button, name, sheet)
        self._is_changing = False
        self.updateGeometry()
        if sheet.busy and focused:
            self._keys_at, self._keys_went_to = focused, self.window().focusWidget()
        elif not sheet.busy:
            self._give_keys_back(allowed if same_order else set())

    def _give_keys_back(self, allowed: set[str]) -> None:
        """Who gave a command by keyboard goes on here, at a button that asks for nothing new."""
        at, self._keys_at = self._keys_at, ""
        went_to, self._keys_went_to = self._keys_went_to, None
        names = [name for name in (at, str(CommandName.REFRESH)) if name in allowed]
        if at and names and self.window().focusWidget() is went_to:
            self._buttons[names[0]].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See every press, also on a button that cannot be pressed now."""
        if event.type() in _PRESSES:
            key = event if isinstance(event, QKeyEvent) else None
            if key is None or key.key() not in _WAY_KEYS:
                self._note_press(repeats=key is not None and key.isAutoRepeat())
        elif event.type() in _RELEASES:
            QTimer.singleShot(0, self, self._forget_press)  # the button's own click comes before
        elif isinstance(event, QFocusEvent) and isinstance(watched, QPushButton):
            self._tell_keys(watched, event)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press between the buttons, where one may be in a moment."""
        self._note_press()
        super().mousePressEvent(event)

    def _tell_keys(self, button: QPushButton, event: QFocusEvent) -> None:
        """Whoever walks with Tab never sees a tool tip, and needs the keys in it most.

        The focus walks by itself, too, from a button that falls asleep to the next one.
        """
        if event.lostFocus():
            QToolTip.hideText()
        elif event.reason() in _WALKED and not self._is_changing:
            QToolTip.showText(button.mapToGlobal(button.rect().bottomLeft()), button.toolTip())

    def _note_press(self, *, repeats: bool = False) -> None:
        is_burst = HAND.press()
        if not repeats:  # a key that is held is still its first press
            self._is_burst = is_burst

    def _forget_press(self) -> None:
        """What chooses without a press, as a screen reader does, is no part of a burst."""
        self._is_burst = False

    def _strike(self, button: QPushButton) -> None:
        """Keys of its own name a command wherever it stands: nothing slips under them."""
        HAND.press()
        self._is_burst = False
        button.click()

    def _choose(self, name: str) -> None:
        is_burst, self._is_burst = self._is_burst, False
        command = (self._order_id, name)
        if is_burst and command != HAND.last:
            return
        HAND.last = command
        self.command_chosen.emit(name)

    def _button(self, name: str) -> QPushButton:
        button = Button(self)
        button.setObjectName(f"command_{name}")
        button.hide()
        button.clicked.connect(lambda: self._choose(name))
        button.installEventFilter(self)
        if keys := SHORTCUTS.get(name):  # type: ignore[call-overload]  # a StrEnum is its text
            shortcut = QShortcut(QKeySequence(keys), button)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda: self._strike(button))
        return button

    @staticmethod
    def _word(button: QPushButton, name: str, sheet: OrderSheet) -> None:
        state, actor = sheet.row.state, sheet.row.actor
        if name in labels.OTHER_COMMANDS:
            text = labels.word(labels.OTHER_COMMANDS[name])
        else:
            text = labels.command_word(CommandName(name), state)
        button.setText(text)
        keys = next((k for command, k in SHORTCUTS.items() if command.value == name), "")
        shown = native(keys)
        button.setToolTip(f"{text} ({shown})" if keys else text)
        primary = name in {c.value for c in _PRIMARY}
        if name == CommandName.AUTHORIZE:
            primary = state is OrderState.CONFIRMED and actor is Actor.AGENT
        elif name == FloorCommand.TAKE_OVER:
            primary = sheet.wants_hand
        kind = "danger" if name in _DANGER else "primary" if primary else ""
        if primary and shown:
            button.setText(f"{text}   {shown}")
        set_property(button, "kind", kind)
