"""Who is the customer and what is in the order? Read only, beside the timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.domain.sending import has_expired
from telesales_desktop.ui import labels
from telesales_desktop.ui.formats import Formats, spoken_phone
from telesales_desktop.ui.order_row import OrderRow
from telesales_desktop.ui.theme import GAP, ROOM

_LINK_STATES = frozenset(
    {OrderState.LINK_SENT, OrderState.OPENED, OrderState.APPROVED}
    | {OrderState.MORE_INFORMATION_NEEDED, OrderState.SAID_DONE}
)


class DetailsCard(QScrollArea):
    """Names and values in two columns; lines without a value are absent."""

    def __init__(
        self, formats: Formats, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._shown: tuple[OrderFile, OrderRow] | None = None
        self._link = ""
        self.setObjectName("detailsCard")
        self.setAccessibleName(self.tr("Customer and order"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        inner.setProperty("role", "clear")
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(ROOM, GAP, ROOM, ROOM)
        self._grid.setHorizontalSpacing(ROOM)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []
        self.setWidget(inner)

    def show_details(self, file: OrderFile, row: OrderRow) -> None:
        """Fill the lines, making as many as are needed."""
        self._shown, self._link = (file, row), self._link_text(file, row)
        found = [(name, value) for name, value in self._values(file) if value]
        while len(self._lines) < len(found):
            self._add_line()
        for number, (name_label, value_label) in enumerate(self._lines):
            shown = number < len(found)
            name_label.setVisible(shown)
            value_label.setVisible(shown)
            if shown:
                name_label.setText(found[number][0])
                value_label.setText(found[number][1])
        self._grid.setRowStretch(len(self._lines), 1)

    def show_times(self) -> None:
        """What a line says of the clock, anew: a moment that was to come may have passed."""
        if self._shown is not None and self._link_text(*self._shown) != self._link:
            self.show_details(*self._shown)

    def _add_line(self) -> None:
        line = len(self._lines)
        self._grid.setRowStretch(line, 0)
        name, value = QLabel(self.widget()), QLabel(self.widget())
        name.setProperty("face", "muted")
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, line, 0, top)
        self._grid.addWidget(value, line, 1, top)
        self._lines.append((name, value))

    def _values(self, file: OrderFile) -> list[tuple[str, str]]:
        details, order = file.details, file.order
        customer = details.customer
        transaction = order.transaction.transaction_id if order.transaction else ""
        return [
            (self.tr("Customer"), customer.full_name),
            (self.tr("Mobile"), spoken_phone(customer.phone)),
            (self.tr("E-mail"), customer.email),
            (self.tr("Address"), _address_text(details)),
            (self.tr("Items"), self._items_text(details)),
            (self.tr("Shipping"), self._amount(details.shipping_cents)),
            (self.tr("Tax"), self._amount(details.tax_cents)),
            (self.tr("Discount"), self._amount(-details.discount_cents)),
            (self.tr("Total"), self._formats.money(details.total_cents, order.currency)),
            (self.tr("Store"), " · ".join(p for p in (details.store, details.entity) if p)),
            (self.tr("Payment"), labels.word(labels.PAYMENTS[details.payment])),
            (self.tr("Link"), self._link),
            (self.tr("Transaction"), transaction),
            (self.tr("Note"), details.note),
        ]

    def _amount(self, cents: int) -> str:
        return self._formats.money(cents) if cents else ""

    def _items_text(self, details: OrderDetails) -> str:
        return "\n".join(
            f"{item.quantity} × {item.name} ({item.sku})  {self._formats.money(item.line_cents)}"
            for item in details.items
        )

    def _link_text(self, file: OrderFile, row: OrderRow) -> str:
        checkout = file.order.checkout
        if row.state not in _LINK_STATES or checkout is None:
            return ""
        if checkout.expires_at is None:
            return self.tr("expiry not known, often 7 days")
        now = self._now()
        if has_expired(checkout, now):
            at = self._formats.at(checkout.expires_at, now)
            return self.tr("expired {at}").format(at=at)
        moment = self._formats.moment(checkout.expires_at, now)
        return self.tr("opens until {moment}").format(moment=moment)


def _address_text(details: OrderDetails) -> str:
    address = details.customer.address
    street = ", ".join(part for part in (address.line1, address.line2) if part)
    place = " ".join(part for part in (address.city, address.region, address.postal_code) if part)
    return "\n".join(part for part in (street, place) if part)
