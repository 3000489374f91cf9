"""What happened to an order, when, and who says so?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.theme import Theme
from telesales_desktop.ui.timeline_labels import source_text, timeline_text

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
TIME, TEXT, SOURCE = range(3)


class TimelineModel(QAbstractTableModel):
    """The entries of one order, newest last."""

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
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
        if role == ALIGNMENT:
            return _TOP
        if role == FOREGROUND and index.column() != TEXT:
            return self._theme.palette.colour("muted")
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


class TimelineView(QTableView):
    """Long sentences wrap; every line is as high as its sentence."""

    def __init__(self, model: TimelineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
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
        header.setSectionResizeMode(TIME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SOURCE, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self.resizeRowsToContents)

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show the entries; the newest comes into view."""
        model = self.model()
        assert isinstance(model, TimelineModel)
        if model.show(entries):
            self.resizeRowsToContents()
            self.scrollToBottom()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit.start()
