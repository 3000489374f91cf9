"""What does the agent read aloud before anything is sent?"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSlider,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.details import OrderDetails, PaymentChoice
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field_labels import FIELDS
from telesales_desktop.ui.formats import Formats, spoken_email, spoken_phone
from telesales_desktop.ui.hand import Stillness
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.theme import GAP, LARGE, ROOM, SPACE

_Step = QAbstractSlider.SliderAction
_SCROLLS: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: _Step.SliderSingleStepSub,
    Qt.Key.Key_Down: _Step.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: _Step.SliderPageStepSub,
    Qt.Key.Key_PageDown: _Step.SliderPageStepAdd,
    Qt.Key.Key_Home: _Step.SliderToMinimum,
    Qt.Key.Key_End: _Step.SliderToMaximum,
}


class ReadBack(QWidget):
    """Name, number and address in the groups in which they are said, the lines, the total.

    The send button wakes once the hand has been still for the time of a double click: neither the
    press that opened this page nor one of the same burst is the one that sends.
    """

    confirmed = Signal(object)  # OrderDetails
    went_back = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readBack")
        self.setProperty("role", "clear")
        self._formats = formats
        self._details: OrderDetails | None = None
        self._values: dict[str, QLabel] = {}
        inner = QWidget(self)
        inner.setProperty("role", "clear")
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(LARGE, ROOM, LARGE, ROOM)
        self._lines.setSpacing(ROOM)
        self.title = self._label(self.tr("Read this back to the customer"), "title")
        self._lines.addWidget(self.title)
        for name, caption, text in (
            ("customer", self.tr("Name"), "title"),
            ("phone", self.tr("Mobile"), "title"),
            ("email", self.tr("E-mail"), "title"),
            ("address", self.tr("Address"), ""),
            ("order", self.tr("Order"), ""),
        ):
            self._lines.addLayout(self._box(name, caption, text))
        self.channel = self._label("", "muted")
        self.channel.setObjectName("readBackChannel")
        self._lines.addWidget(self.channel)
        self._lines.addStretch(1)
        self.scroller = scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._foot())
        self.stillness = Stillness(self)
        self.stillness.came.connect(self._awake)

    def _foot(self) -> QWidget:
        foot = QFrame(self)
        foot.setProperty("role", "clear")
        self.send_button = Button(foot)
        self.send_button.setObjectName("sendToCustomer")
        self.send_button.setProperty("kind", "primary")
        self.send_button.clicked.connect(self._confirm)
        self.back_button = Button(self.tr("Back (Esc)"), foot)
        self.back_button.setObjectName("backToForm")
        self.back_button.clicked.connect(self.went_back)
        for button in (self.send_button, self.back_button):
            button.installEventFilter(self)
        for keys, press in (
            ("Ctrl+Return", self._strike),
            ("Ctrl+Enter", self._strike),  # of the number pad, where the amounts were typed
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(press)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.send_button, 1)
        buttons.addWidget(self.back_button)
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(LARGE, SPACE, LARGE, ROOM)
        layout.setSpacing(ROOM)
        layout.addLayout(self._box("total", self.tr("Total"), "title"))  # in view at every size
        layout.addLayout(buttons)
        return foot

    def _label(self, text: str, style: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if style:
            label.setProperty("face", style)
        return label

    def _box(self, name: str, caption: str, style: str) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setSpacing(GAP // 2)
        head = self._label(caption, "muted")
        value = self._label("", style)
        value.setObjectName(f"readBack_{name}")
        value.setAccessibleName(caption)
        head.setObjectName(f"readBackCaption_{name}")
        box.addWidget(head)
        box.addWidget(value)
        self._values[name] = value
        return box

    def show_details(self, details: OrderDetails, channel: str) -> None:
        """Show what would be sent, and by which ways the link goes."""
        self._details = details
        affirm = details.payment is PaymentChoice.AFFIRM
        customer, address = details.customer, details.customer.address
        street = ", ".join(part for part in (address.line1, address.line2) if part)
        place = " ".join(p for p in (address.city, address.region, address.postal_code) if p)
        lines = [
            f"{item.quantity} × {item.name}  {self._formats.money(item.line_cents)}"
            for item in details.items
        ]
        for name, value in (
            ("customer", customer.full_name),
            ("phone", spoken_phone(customer.phone)),
            ("email", spoken_email(customer.email)),
            ("address", "\n".join(part for part in (street, place) if part)),
            ("order", "\n".join([details.order_id, *lines, *self._beside_the_items(details)])),
            ("total", self._formats.money(details.total_cents)),
        ):
            self._values[name].setText(value)
            self._values[name].setVisible(bool(value))
            caption = self.findChild(QLabel, f"readBackCaption_{name}")
            if isinstance(caption, QLabel):
                caption.setVisible(bool(value))
        self.channel.setText(channel)
        self.scroller.verticalScrollBar().setValue(0)
        self.send_button.setText(
            self.tr("Send the link (Ctrl+Enter)") if affirm else self.tr("Keep it (Ctrl+Enter)")
        )
        self.send_button.setEnabled(False)
        self.stillness.begin()
        self.back_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _beside_the_items(self, details: OrderDetails) -> list[str]:
        """What else the total is made of: the customer who adds up gets the same sum."""
        parts = (
            ("shipping", details.shipping_cents),
            ("tax", details.tax_cents),
            ("discount", -details.discount_cents),
        )
        return [
            f"{word(FIELDS[name])}  {self._formats.money(cents)}" for name, cents in parts if cents
        ]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See presses on the button that still sleeps, and keys that ask for what is below."""
        pressed = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if pressed and watched is self.send_button:
            self.stillness.press()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            return self._on_escape(event)
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _SCROLLS.get(event.key())
            if step is not None:
                self.scroller.verticalScrollBar().triggerAction(step)
                return True
        return super().eventFilter(watched, event)

    def _on_escape(self, event: QKeyEvent) -> bool:
        """Taken before the window's own Esc: of two shortcuts of one key Qt chooses neither."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
            self.back_button.click()
        return True

    def _strike(self) -> None:
        self.stillness.press()
        self.send_button.click()

    def _awake(self) -> None:
        self.send_button.setEnabled(True)
        if self.isVisible():
            self.send_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirm(self) -> None:
        if self._details is not None:
            details, self._details = self._details, None  # one press, one order
            self.send_button.setEnabled(False)
            self.confirmed.emit(details)
