"""Which order stands in which line of the list, and what does the line say?

Keeps its own sorted index (keys beside ids), because a proxy over a Python model costs seconds at
a hundred thousand rows. Roles are plain integers: comparing enums costs more than painting.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.order_cells import cell_text, column_title
from telesales_desktop.ui.order_counts import OrderCounts
from telesales_desktop.ui.order_filter import Column, Key, OrderFilter, Scope, place_of, told_at
from telesales_desktop.ui.order_row import OrderRow
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.watch import Trouble
from telesales_desktop.ui.watch_labels import row_word

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
FONT = int(Qt.ItemDataRole.FontRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE_TEXT = int(Qt.ItemDataRole.AccessibleTextRole)
TONE = int(Qt.ItemDataRole.UserRole)
ORDER_ID = int(Qt.ItemDataRole.UserRole) + 1
NEWS = int(Qt.ItemDataRole.UserRole) + 2

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ASCENDING = Qt.SortOrder.AscendingOrder
_MANY = 6  # more moves than this in one frame are told as one new layout


class OrderListModel(QAbstractTableModel):
    """The orders of this desk. ``apply`` takes changes; ``hold`` keeps every line where it is."""

    counts_changed = Signal()
    waiting_changed = Signal()  # news is held back because the list is being used

    def __init__(
        self,
        formats: Formats,
        now: Callable[[], datetime],
        parent: QObject | None = None,
        *,
        pins: bool = False,
    ) -> None:
        """``pins``: what is confirmed and not authorized stands on top, however it is sorted."""
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._pins = pins
        self._rows: dict[str, OrderRow] = {}
        self._found: set[str] = set()  # rows that only a search over the history brought
        self._gone: set[str] = set()  # rows that leave as soon as the lines may move
        self._ids: list[str] = []  # ascending; a descending list is read from its end
        self._keys: list[Key] = []
        self._key_of: dict[str, Key] = {}
        self._news: set[str] = set()
        self._counts = OrderCounts()
        self._waiting: dict[str, None] = {}
        self._filter = OrderFilter()
        self._column, self._descending = Column.TIME, True
        self._bold = QFont()
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._bold.setFeature(QFont.Tag("tnum"), 1)

    # --- what Qt asks ------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        row = self._rows[self._ids[self._flip(index.row())]]
        column = index.column()
        if role == DISPLAY:
            return self._text(row, column)
        if role == ALIGNMENT:
            return _RIGHT if column == Column.AMOUNT else _LEFT
        if role == FONT:
            return self._bold if row.order_id in self._news else None
        if role == TONE:
            return row.tone.value
        if role == NEWS:
            return row.order_id in self._news
        if role == ORDER_ID:
            return row.order_id
        if role == TOOL_TIP and column == Column.TIME:
            return self._formats.moment(told_at(row, self._filter.scope), self._now())
        if role == ACCESSIBLE_TEXT and column == Column.STATE:
            return self._spoken(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == DISPLAY:
            return column_title(Column(section), left=self._shows_left)
        if role == ALIGNMENT:
            return _RIGHT if section == Column.AMOUNT else _LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        self._column, self._descending = Column(column), order is not _ASCENDING
        self._rebuild()

    # --- what the panel asks -----------------------------------------------------------------

    @property
    def filter(self) -> OrderFilter:
        return self._filter

    @property
    def total(self) -> int:
        """How many orders there are, shown or not."""
        return len(self._rows) - len(self._found)

    @property
    def waiting(self) -> tuple[OrderRow, ...]:
        """Rows whose place is out of date because the list is held, newest last."""
        return tuple(self._rows[o] for o in self._waiting if o not in self._gone)

    def row(self, order_id: str) -> OrderRow | None:
        return self._rows.get(order_id)

    def place(self, order_id: str) -> int:
        """The line of an order, -1 when it is not shown."""
        key = self._key_of.get(order_id)
        if key is None:
            return -1
        return self._flip(bisect_left(self._keys, key))

    def order_id(self, line: int) -> str:
        return self._ids[self._flip(line)]

    def tone_at(self, line: int) -> Tone:
        return self._rows[self.order_id(line)].tone

    def text_at(self, line: int, column: int) -> str:
        """What a cell says, without the way through Qt's variants."""
        return self._text(self._rows[self.order_id(line)], column)

    def counts(self) -> Counter[Tone]:
        """How many orders each chip would show."""
        return self._counts.tones

    def scope_counts(self) -> Counter[Scope]:
        """How many orders each scope would show."""
        return self._counts.scopes

    def is_pinned(self, line: int) -> bool:
        return self._pins and self._rows[self.order_id(line)].trouble is Trouble.CONFIRMED

    def is_elsewhere(self, line: int) -> bool:
        return not self._rows[self.order_id(line)].here

    def values_of(self, field: str) -> list[str]:
        """What there is to filter by: every agent, or every store, in alphabetical order."""
        return sorted({getattr(row, field) for row in self._rows.values()} - {""}, key=str.casefold)

    def state_counts(self) -> Counter[OrderState]:
        """How many orders of each state are within the search and the agent chosen."""
        shown, gone = self._filter.in_scope, self._gone
        rows = self._rows.values()
        return Counter(row.state for row in rows if row.order_id not in gone and shown(row))

    # --- changes -----------------------------------------------------------------------------

    def load(self, rows: Iterable[OrderRow]) -> None:
        """Replace everything; nothing of it is news."""
        self._rows = {row.order_id: row for row in rows}
        self._found.clear()
        self._gone.clear()
        self._news.clear()
        self._rebuild()

    def apply(self, rows: Sequence[OrderRow], *, hold: bool = False, news: bool = True) -> None:
        """Take in changed or new orders, all that came within one frame."""
        touched: list[str] = []
        for row in rows:
            old = self._rows.get(row.order_id)
            if old == row and row.order_id not in self._gone:
                continue
            self._rows[row.order_id] = row
            was_there = row.order_id not in self._gone
            self._counts.change(old if was_there else None, row, self._filter)
            self._found.discard(row.order_id)
            self._gone.discard(row.order_id)
            touched.append(row.order_id)
            if news and (old is None or old.state is not row.state):
                self._news.add(row.order_id)
        if not touched:
            return
        if hold:
            self._wait_for(touched)
        else:
            self._restructure([*self._waiting, *touched])
        self._tell_changed(touched)
        self.counts_changed.emit()

    def drop(self, order_ids: Iterable[str], *, hold: bool = False) -> None:
        """Take orders out of the list: they are over and archived, or not this desk's any more."""
        gone = [o for o in order_ids if o in self._rows and o not in self._found | self._gone]
        if not gone:
            return
        for order_id in gone:
            self._gone.add(order_id)
            self._news.discard(order_id)
            self._counts.change(self._rows[order_id], None, self._filter)
        if hold:
            self._wait_for(gone)
        else:
            self._restructure([*self._waiting, *gone])
        self.counts_changed.emit()

    def release(self) -> None:
        """Put every line where it belongs."""
        if self._waiting:
            self._restructure(list(self._waiting))

    def set_filter(self, wanted: OrderFilter) -> None:
        if wanted == self._filter:
            return
        if not wanted.needles.words:
            for order_id in self._found:
                del self._rows[order_id]
            self._found.clear()
        self._filter = wanted
        self._rebuild()

    def show_found(self, rows: Iterable[OrderRow]) -> None:
        """Add what a search over the whole history found; gone when the search is cleared."""
        fresh = [row for row in rows if row.order_id not in self._rows]
        for row in fresh:
            self._rows[row.order_id] = row
            self._found.add(row.order_id)
        if fresh:
            self._rebuild()

    def mark_seen(self, order_id: str) -> None:
        if order_id in self._news:
            self._news.discard(order_id)
            self._tell_changed([order_id])

    def is_news(self, order_id: str) -> bool:
        return order_id in self._news

    def tick(self, first: int, last: int) -> None:
        """Time passes for the lines in view."""
        if 0 <= first <= last < len(self._ids):
            self.dataChanged.emit(
                self.index(first, Column.TIME), self.index(last, Column.TIME), [DISPLAY]
            )

    # --- inside ------------------------------------------------------------------------------

    def _flip(self, place: int) -> int:
        return len(self._ids) - 1 - place if self._descending else place

    def _text(self, row: OrderRow, column: int) -> str:
        return cell_text(row, column, self._formats, self._now(), left=self._shows_left)

    def _spoken(self, row: OrderRow) -> str:
        state = row_word(row)
        return self.tr("{state}, new").format(state=state) if row.order_id in self._news else state

    def _shows(self, row: OrderRow) -> bool:
        return row.order_id not in self._gone and self._filter.shows(row)

    @property
    def _shows_left(self) -> bool:
        return self._filter.scope is Scope.TODAY

    def _key(self, row: OrderRow) -> Key:
        return place_of(row, self._column, self._filter.scope, self._pins, self._descending)

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._forget_gone()
        rows, key, shows = self._rows.values(), self._key, self._filter.shows
        self._counts.start(rows, self._filter)
        pairs = sorted((key(row), row.order_id) for row in rows if shows(row))
        self._keys = [pair[0] for pair in pairs]
        self._ids = [pair[1] for pair in pairs]
        self._key_of = {order_id: k for k, order_id in pairs}
        self._waiting.clear()
        self.endResetModel()
        self.counts_changed.emit()
        self.waiting_changed.emit()

    def _wait_for(self, touched: Iterable[str]) -> None:
        for order_id in touched:
            row = self._rows[order_id]
            wanted = self._key(row) if self._shows(row) else None
            if wanted != self._key_of.get(order_id):
                self._waiting.pop(order_id, None)
                self._waiting[order_id] = None
        self.waiting_changed.emit()

    def _restructure(self, touched: Sequence[str]) -> None:
        key = self._key
        moves: list[tuple[str, Key]] = []
        for order_id in dict.fromkeys(touched):
            row = self._rows[order_id]
            shown, placed = self._shows(row), order_id in self._key_of
            if placed and not shown:
                self._remove(order_id)
            elif shown and not placed:
                self._insert(order_id, key(row))
            elif shown and key(row) != self._key_of[order_id]:
                moves.append((order_id, key(row)))
        if len(moves) > _MANY:
            self._lay_out(moves)
        else:
            for order_id, wanted in moves:
                self._move(order_id, wanted)
        self._forget_gone()
        if self._waiting:
            self._waiting.clear()
            self.waiting_changed.emit()

    def _forget_gone(self) -> None:
        for order_id in self._gone:
            self._rows.pop(order_id, None)
        self._gone.clear()

    def _remove(self, order_id: str) -> None:
        line = self.place(order_id)
        self.beginRemoveRows(NOWHERE, line, line)
        self._take_out(order_id)
        self.endRemoveRows()

    def _insert(self, order_id: str, key: Key) -> None:
        at = bisect_left(self._keys, key)
        line = len(self._ids) - at if self._descending else at
        self.beginInsertRows(NOWHERE, line, line)
        self._put_in(order_id, key)
        self.endInsertRows()

    def _move(self, order_id: str, key: Key) -> None:
        old = bisect_left(self._keys, self._key_of[order_id])
        new = bisect_left(self._keys, key)
        stays = new in (old, old + 1)
        if not stays:
            length = len(self._ids)
            source, target = (length - 1 - old, length - new) if self._descending else (old, new)
            self.beginMoveRows(NOWHERE, source, source, NOWHERE, target)
        self._take_out(order_id)
        self._put_in(order_id, key)
        if not stays:
            self.endMoveRows()

    def _lay_out(self, moves: Sequence[tuple[str, Key]]) -> None:
        self.layoutAboutToBeChanged.emit()
        held = [(index, self.order_id(index.row())) for index in self.persistentIndexList()]
        for order_id, key in moves:
            self._take_out(order_id)
            self._put_in(order_id, key)
        for index, order_id in held:
            self.changePersistentIndex(index, self.index(self.place(order_id), index.column()))
        self.layoutChanged.emit()

    def _take_out(self, order_id: str) -> None:
        at = bisect_left(self._keys, self._key_of.pop(order_id))
        del self._keys[at], self._ids[at]

    def _put_in(self, order_id: str, key: Key) -> None:
        at = bisect_left(self._keys, key)
        self._keys.insert(at, key)
        self._ids.insert(at, order_id)
        self._key_of[order_id] = key

    def _tell_changed(self, touched: Iterable[str]) -> None:
        for order_id in touched:
            line = self.place(order_id)
            if line >= 0:
                self.dataChanged.emit(self.index(line, 0), self.index(line, len(Column) - 1))
