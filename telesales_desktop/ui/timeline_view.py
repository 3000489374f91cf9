"""What happened to an order, when, and who says so?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.theme import Theme
from telesales_desktop.ui.timeline_labels import source_text, timeline_text

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
TIME, TEXT, SOURCE = range(3)
_SIDE_PX, _ABOVE_PX = 11, 4
_WRAP = int(Qt.TextFlag.TextWordWrap)


class TimelineModel(QAbstractTableModel):
    """The entries of one order, newest last."""

    def __init__(
        self,
        formats: Formats,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._entries: tuple[TimelineEntry, ...] = ()

    def show(self, entries: Sequence[TimelineEntry]) -> bool:
        """Take the entries; false when they are the ones already shown."""
        if tuple(entries) == self._entries:
            return False
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role in (DISPLAY, TOOL_TIP):
            return self._text(entry, index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role == DISPLAY and orientation is Qt.Orientation.Horizontal:
            return (self.tr("When"), self.tr("What happened"), self.tr("Source"))[section]
        return None

    def _text(self, entry: TimelineEntry, column: int) -> str:
        if column == TIME:
            clock = self._formats.clock(entry.at, seconds=True)
            today = self._formats.local(self._now()).date()
            if self._formats.local(entry.at).date() == today:
                return clock
            return f"{self._formats.date(entry.at, self._now())}, {self._formats.clock(entry.at)}"
        if column == TEXT:
            return timeline_text(entry, self._formats)
        return source_text(entry.source)


class _WrapDelegate(QStyledItemDelegate):
    """Measures and paints a cell in one and the same room, so that no line is cut."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        text = str(index.data(DISPLAY))
        if index.column() != TEXT:
            width = option.fontMetrics.horizontalAdvance(text)
            return QSize(width + 2 * _SIDE_PX + 2, option.fontMetrics.height() + 2 * _ABOVE_PX)
        room = max(80, self._view.columnWidth(TEXT) - 2 * _SIDE_PX)
        bounds = option.fontMetrics.boundingRect(QRect(0, 0, room, 10_000), _WRAP, text)
        return QSize(room, bounds.height() + 2 * _ABOVE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette, rect = self._theme.palette, option.rect
        selected = self._view.selectionModel().isSelected(index)
        if selected:
            painter.fillRect(rect, palette.colour("selection"))
        name = "text" if index.column() == TEXT else "muted"
        painter.save()
        painter.setFont(option.font)
        painter.setPen(palette.colour("selection_text" if selected else name))
        room = rect.adjusted(_SIDE_PX, _ABOVE_PX, -_SIDE_PX, -_ABOVE_PX)
        painter.drawText(room, _WRAP, str(index.data(DISPLAY)))
        painter.restore()


class TimelineView(QTableView):
    """Long sentences wrap; every line is as high as its sentence."""

    def __init__(self, model: TimelineModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setModel(model)
        self.setItemDelegate(_WrapDelegate(theme, self))
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)  # it sorts nothing: it must not look as if it did
        header.setSectionResizeMode(TIME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SOURCE, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self._fit_rows)
        header.sectionResized.connect(lambda *_: self._fit.start())
        self._at_end = True
        self.empty_text = ""  # said where there is no line
        self.verticalScrollBar().actionTriggered.connect(lambda _: self._on_scrolled())

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show the entries; the newest comes into view."""
        model = self.model()
        assert isinstance(model, TimelineModel)
        if model.show(entries):
            self._at_end = True
            self._fit_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.empty_text or self.model().rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(self._theme.palette.colour("muted"))
        room = self.viewport().rect().adjusted(_SIDE_PX, _SIDE_PX, -_SIDE_PX, 0)
        painter.drawText(room, _WRAP, self.empty_text)
        painter.end()

    def _fit_rows(self) -> None:
        self.resizeRowsToContents()
        if self._at_end:
            self.scrollToBottom()

    def _on_scrolled(self) -> None:
        """The newest line stays in view until a person scrolls away from it."""
        bar = self.verticalScrollBar()
        self._at_end = bar.sliderPosition() == bar.maximum()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit.start()
