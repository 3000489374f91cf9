"""How is the order list painted, and when must its lines not move?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from telesales_desktop.ui.order_cells import column_title
from telesales_desktop.ui.order_filter import Column
from telesales_desktop.ui.order_list_model import OrderListModel
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.shapes import paint_shape
from telesales_desktop.ui.theme import Theme

ROW_PX = 32
SHAPE_PX = 12
TEXT_FROM_PX = 34
_SIDE_PX = 11  # as wide as the headings' own padding
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_TURN_MS, _TURN_DEGREES = 90, 24
_QUIET_S = 3.0  # after this long without a key or click the list is not being used any more

_WIDTHS = {
    Column.STATE: 196,  # the longest state in French, while it is news
    Column.ORDER: 88,
    Column.CUSTOMER: 122,
    Column.AMOUNT: 96,
    Column.TIME: 76,
    Column.NEXT: 106,
    Column.AGENT: 92,
}
# Why an order is stuck has room, and the workstation is told.
_FLOOR_WIDTHS = {
    **_WIDTHS,
    Column.STATE: 212,
    Column.ORDER: 76,
    Column.CUSTOMER: 128,
    Column.NEXT: 118,
    Column.WORKSTATION: 104,
}
# Hidden first where there is no room: a supervisor asks whose order it is, an agent knows.
_GIVES_WAY = (Column.AGENT, Column.ORDER, Column.NEXT)
_FLOOR_GIVES_WAY = (Column.WORKSTATION, Column.NEXT, Column.ORDER, Column.AGENT)


class RowDelegate(QStyledItemDelegate):
    """Paints one cell: the tone's shape before the state's word, a hair line under every row.

    Draws by itself: a cell through the stylesheet costs four times as much, and a frame of a busy
    floor repaints every line in view.
    """

    def __init__(self, theme: Theme, view: OrderListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self.turn = 0
        self.dress()

    def dress(self) -> None:
        """Take fonts and colours, once a look."""
        colour = self._theme.palette.colour
        self._plain, self._bold = QFont(self._theme.font), QFont(self._theme.font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = {True: QFontMetrics(self._bold), False: QFontMetrics(self._plain)}
        self._text, self._selected_text = colour("text"), colour("selection_text")
        self._selection, self._hover = colour("selection"), colour("hover")
        self._border, self._news = colour("border"), colour("accent")
        self._faded, self._focus = colour("muted"), colour("focus")
        if self._focus == self._selection:  # in high contrast: a line of it would not be seen
            self._focus = self._selected_text
        self._danger, self._pinned = colour("danger"), colour("danger_tint")

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        line, column = index.row(), index.column()
        orders, view = self._view.orders, self._view
        selected = line == view.chosen_line
        pinned = orders.is_pinned(line)
        if selected:
            painter.fillRect(rect, self._selection)
        elif pinned:
            painter.fillRect(rect, self._pinned)
        elif line == view.hovered:
            painter.fillRect(rect, self._hover)
        news = orders.is_news(orders.order_id(line))
        left = _SIDE_PX
        if column == Column.STATE:
            left = TEXT_FROM_PX
            self._paint_shape(painter, rect, line, news=news, pinned=pinned, selected=selected)
        room = rect.adjusted(left, 0, -_SIDE_PX, 0)
        painter.setFont(self._bold if news or pinned else self._plain)
        fades = view.fades_elsewhere and orders.is_elsewhere(line)
        plain = self._faded if fades else self._text
        painter.setPen(self._selected_text if selected else plain)
        text = orders.text_at(line, column)
        elided = self._metrics[news or pinned].elidedText(
            text, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, _RIGHT if column == Column.AMOUNT else _LEFT, elided)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._border)
        if selected and view.hasFocus():
            for top in (rect.top() + 1, rect.bottom() - 3):  # within the line, where it is seen
                painter.fillRect(QRect(rect.left(), top, rect.width(), 2), self._focus)

    def _paint_shape(
        self,
        painter: QPainter,
        rect: QRect,
        line: int,
        *,
        news: bool,
        pinned: bool,
        selected: bool,
    ) -> None:
        if news or pinned:
            edge = self._danger if pinned else self._news
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), edge)
        tone = self._view.orders.tone_at(line)
        top = rect.top() + (rect.height() - SHAPE_PX) / 2
        paint_shape(
            painter,
            QRectF(rect.left() + 14, top, SHAPE_PX, SHAPE_PX),
            tone,
            self._theme.palette,
            turn=self.turn if tone is Tone.PROGRAM else 0,
            selected=selected,
        )


class OrderListView(QTableView):
    """One line an order. ``in_use`` tells whether lines must stay where they are."""

    use_ended = Signal()
    opened = Signal(str)  # order_id: Enter or double click

    def __init__(
        self,
        model: OrderListModel,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        supervises: bool = False,
    ) -> None:
        super().__init__(parent)
        self.orders = model
        self._supervises = supervises
        self.fades_elsewhere = not supervises  # a supervisor's list is other desks' for the most
        self._widths = _FLOOR_WIDTHS if supervises else _WIDTHS
        self.hovered = -1
        self.chosen_line = -1
        self._theme = theme
        self._delegate = RowDelegate(theme, self)
        self._last_use_s = -_QUIET_S
        self._fitted = True
        self.setModel(model)
        self._setup()
        self._quiet = QTimer(self, singleShot=True, interval=int(_QUIET_S * 1000))
        self._quiet.timeout.connect(self._tell_if_ended)
        self._spin = QTimer(self, interval=_TURN_MS)
        self._spin.timeout.connect(self._turn)
        self._spin.start()
        theme.changed.connect(self._delegate.dress)

    def _setup(self) -> None:
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.viewport().installEventFilter(self)
        lines = self.verticalHeader()
        lines.hide()
        lines.setDefaultSectionSize(ROW_PX)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setSortIndicator(Column.TIME, Qt.SortOrder.DescendingOrder)
        for part in (header, self):  # the list's own answers the menu key
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            part.customContextMenuRequested.connect(
                lambda at, part=part: self.columns_menu().popup(part.mapToGlobal(at))
            )
        for column, width in self._widths.items():
            self.setColumnWidth(column, width)
        self.setColumnHidden(Column.WORKSTATION, not self._supervises)
        header.sectionResized.connect(self._on_section_resized)

    def paintEvent(self, event: QPaintEvent) -> None:
        index = self.currentIndex()  # asked once a frame, not once a cell
        self.chosen_line = index.row() if index.isValid() else -1
        super().paintEvent(event)

    def rowsAboutToBeRemoved(
        self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int
    ) -> None:
        """A chosen line that leaves hands its choice to nobody: the order shown stays shown."""
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().clear()
        super().rowsAboutToBeRemoved(parent, start, end)

    # --- columns -----------------------------------------------------------------------------

    def columns_menu(self) -> QMenu:
        """A menu that shows and hides columns; the state always stays."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self._widths:
            if column is Column.STATE:
                continue
            action = menu.addAction(column_title(column))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(column))
            action.toggled.connect(
                lambda shown, column=column: self._choose_column(column, shown=shown)
            )
        return menu

    def _choose_column(self, column: Column, *, shown: bool) -> None:
        self._fitted = False
        self.setColumnHidden(column, not shown)

    def _on_section_resized(self, section: int, old: int, new: int) -> None:
        if self.horizontalHeader().underMouse():
            self._fitted = False

    @property
    def columns_name(self) -> str:
        """Under which name the columns are remembered: a supervisor has others than an agent."""
        return "columns_floor" if self._supervises else "columns_desk"

    def save_columns(self) -> QByteArray:
        """Widths, order and visibility, if the agent chose them; empty otherwise."""
        return QByteArray() if self._fitted else self.horizontalHeader().saveState()

    def restore_columns(self, saved: QByteArray) -> None:
        if not saved.isEmpty() and self.horizontalHeader().restoreState(saved):
            self._fitted = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Hide what matters least until the rest has room; give the customer what is over."""
        room = self.viewport().width()
        hidden = {column for column in Column if column not in self._widths}
        for column in _FLOOR_GIVES_WAY if self._supervises else _GIVES_WAY:
            if sum(w for c, w in self._widths.items() if c not in hidden) <= room:
                break
            hidden.add(column)
        shown = [c for c in Column if c not in hidden]
        over = room - sum(self._widths[c] for c in shown)
        for column in Column:
            self.setColumnHidden(column, column in hidden)
        growing = {
            Column.STATE: 0.1,
            Column.ORDER: 0.15,
            Column.CUSTOMER: 0.45,
            Column.NEXT: 0.1,
            Column.AGENT: 0.2,
        }
        for column in shown:
            width = self._widths[column] + int(over * growing.get(column, 0.0))
            self.setColumnWidth(column, max(width, 56))

    # --- use ---------------------------------------------------------------------------------

    @property
    def in_use(self) -> bool:
        """Whether the pointer is over the lines, or a key was pressed a moment ago."""
        if self.hovered >= 0:
            return True
        return self.hasFocus() and time.monotonic() - self._last_use_s < _QUIET_S

    def _used(self) -> None:
        self._last_use_s = time.monotonic()
        self._quiet.start()

    def _tell_if_ended(self) -> None:
        if not self.in_use:
            self.use_ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(self.rowAt(int(event.position().y())))
        elif kind is QEvent.Type.Leave:
            self._hover(-1)
            self._last_use_s = -_QUIET_S
            self._tell_if_ended()
        elif kind is QEvent.Type.MouseButtonPress:
            self._used()
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._open_current()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress:
            self._used()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
                self._open_current()
                return True
        return super().event(event)

    def _open_current(self) -> None:
        if self.currentIndex().isValid():
            self.opened.emit(self.orders.order_id(self.currentIndex().row()))

    def _hover(self, line: int) -> None:
        if line != self.hovered:
            self.hovered = line
            self.viewport().update()

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Keep the lines in view where they are while others come and go above them.

        At the top nothing is kept: there the newest is to come into view.
        """
        bar = self.verticalScrollBar()
        top = self.rowAt(0)
        if bar.value() == 0 or top < 0:
            yield
            return
        order_id, where = self.orders.order_id(top), self.rowViewportPosition(top)
        yield
        line = self.orders.place(order_id)
        if line >= 0:
            self.updateGeometries()
            bar.setValue(bar.value() + self.rowViewportPosition(line) - where)

    # --- motion ------------------------------------------------------------------------------

    def lines_in_view(self) -> tuple[int, int]:
        """First and last painted line; (0, -1) when there is none."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return 0, -1
        return first, last if last >= 0 else self.orders.rowCount() - 1

    def _turn(self) -> None:
        if not self.isVisible() or not self._theme.motion:
            return
        first, last = self.lines_in_view()
        moving = [
            line for line in range(first, last + 1) if self.orders.tone_at(line) is Tone.PROGRAM
        ]
        if moving:
            self._delegate.turn = (self._delegate.turn + _TURN_DEGREES) % 360
            for line in moving:
                self.update(self.orders.index(line, Column.STATE))
