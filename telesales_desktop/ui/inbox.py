"""Which news came while the agent was doing something else?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.ui.button import Button
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.theme import LARGE, ROOM, SPACE, Theme

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TIME = int(Qt.ItemDataRole.UserRole)
READ = int(Qt.ItemDataRole.UserRole) + 1
_KEPT = 200


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One piece of news. Times aware UTC."""

    order_id: str
    text: str
    at: datetime
    read: bool = False


class InboxModel(QAbstractListModel):
    """The newest first, the newest two hundred."""

    def __init__(
        self, formats: Formats, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._items: list[InboxItem] = []

    @property
    def unread(self) -> int:
        return sum(not item.read for item in self._items)

    def item(self, line: int) -> InboxItem:
        return self._items[line]

    def add(self, item: InboxItem) -> None:
        self.beginInsertRows(NOWHERE, 0, 0)
        self._items.insert(0, item)
        self.endInsertRows()
        if len(self._items) > _KEPT:
            self.beginRemoveRows(NOWHERE, _KEPT, _KEPT)
            self._items.pop()
            self.endRemoveRows()

    def mark_read(self, order_id: str = "") -> None:
        """Everything about one order, or everything at all."""
        for line, item in enumerate(self._items):
            if not item.read and (not order_id or item.order_id == order_id):
                self._items[line] = replace(item, read=True)
                self.dataChanged.emit(self.index(line), self.index(line))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == DISPLAY:
            return item.text
        if role == TIME:
            return self._formats.moment(item.at, self._now())
        if role == READ:
            return item.read
        return None


class _Delegate(QStyledItemDelegate):
    """The sentence, and under it when it came."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width() - 2 * ROOM
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)  # the wider of the two: nothing moves when it is read
        bounds = QFontMetrics(font).boundingRect(
            QRect(0, 0, max(120, width), 1000),
            int(Qt.TextFlag.TextWordWrap),
            str(index.data(DISPLAY)),
        )
        return QSize(width, bounds.height() + option.fontMetrics.height() + 2 * SPACE + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette, rect = self._theme.palette, option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, palette.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, palette.colour("hover"))
        room = rect.adjusted(ROOM, SPACE, -ROOM, -SPACE)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.save()
        painter.setFont(option.font if index.data(READ) else bold)
        painter.setPen(palette.colour("selection_text" if selected else "text"))
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap), str(index.data(DISPLAY)))
        painter.setFont(option.font)
        painter.setPen(palette.colour("selection_text" if selected else "muted"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignBottom), str(index.data(TIME)))
        painter.restore()
        painter.fillRect(
            QRect(rect.left(), rect.bottom(), rect.width(), 1), palette.colour("border")
        )


class InboxPanel(QFrame):
    """Opens under its button, over the window; not a dialog: the form goes on."""

    order_chosen = Signal(str)
    closed = Signal()

    def __init__(self, model: InboxModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("inboxPanel")
        self.inbox = model
        title = QLabel(self.tr("News"), self)
        title.setProperty("face", "heading")
        self.read_button = Button(self.tr("Mark all as read"), self)
        self.read_button.setObjectName("inboxMarkRead")
        self.read_button.setProperty("kind", "link")
        self.read_button.clicked.connect(lambda: model.mark_read())
        self.empty = QLabel(self.tr("No news yet. What happens to your orders is told here."), self)
        self.empty.setProperty("face", "muted")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.list = QListView(self)
        self.list.setObjectName("inboxList")
        self.list.setAccessibleName(self.tr("News"))
        self.list.setModel(model)
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.activated.connect(self._on_activated)
        self.list.clicked.connect(self._on_activated)
        head = QHBoxLayout()
        head.setContentsMargins(LARGE, ROOM, LARGE, SPACE)
        head.addWidget(title, 1)
        head.addWidget(self.read_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, SPACE)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.list, 1)
        model.rowsInserted.connect(lambda *_: self._show_list())
        self._show_list()
        self.hide()

    def _show_list(self) -> None:
        some = self.inbox.rowCount() > 0
        self.list.setVisible(some)
        self.empty.setVisible(not some)

    def _on_activated(self, index: QModelIndex) -> None:
        self.order_chosen.emit(self.inbox.item(index.row()).order_id)
