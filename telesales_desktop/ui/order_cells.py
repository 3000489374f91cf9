"""What does one cell of the order list say?"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from telesales_desktop.ui import labels
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.order_filter import Column
from telesales_desktop.ui.order_row import OrderRow
from telesales_desktop.ui.watch_labels import row_word

TITLES = {
    Column.STATE: QT_TRANSLATE_NOOP("columns", "State"),
    Column.ORDER: QT_TRANSLATE_NOOP("columns", "Order"),
    Column.CUSTOMER: QT_TRANSLATE_NOOP("columns", "Customer"),
    Column.AMOUNT: QT_TRANSLATE_NOOP("columns", "Amount"),
    Column.TIME: QT_TRANSLATE_NOOP("columns", "For"),
    Column.NEXT: QT_TRANSLATE_NOOP("columns", "Next"),
    Column.AGENT: QT_TRANSLATE_NOOP("columns", "Agent"),
    Column.WORKSTATION: QT_TRANSLATE_NOOP("columns", "Workstation"),
}
LEFT = QT_TRANSLATE_NOOP("columns", "Left")


def column_title(column: Column, *, left: bool = False) -> str:
    """What stands over a column; ``left``: the time tells what is left."""
    source = LEFT if left and column is Column.TIME else TITLES[column]
    return QCoreApplication.translate("columns", str(source))


def cell_text(row: OrderRow, column: int, formats: Formats, now: datetime, *, left: bool) -> str:
    """The text of a cell; ``left``: the time tells what is left, not how long it has lasted."""
    if column == Column.STATE:
        return row_word(row)
    if column == Column.ORDER:
        return row.order_id
    if column == Column.CUSTOMER:
        return row.customer
    if column == Column.AMOUNT:
        return formats.money(row.amount_cents, row.currency)
    if column == Column.TIME:
        if left and row.ends is not None:
            return formats.elapsed(now, row.ends.at)
        return formats.elapsed(row.told_since, now)
    if column == Column.NEXT:
        return labels.actor_word(row.actor)
    return row.agent if column == Column.AGENT else row.workstation
