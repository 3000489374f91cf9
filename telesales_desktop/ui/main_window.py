"""How do form, list and detail share one window at every size?

Tab order: form from top to bottom, "Read back and send", Park, Clear, parked forms | chips, Mine
(a supervisor: scopes, Agent, Store), State, list | commands of the order, timeline, details |
search, connection, inbox, settings. F6 goes from part to part. Every widget a person can act on has
a stable objectName: see ``names.py``.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.application.profile import Profile
from telesales_desktop.ui.banner import Banner
from telesales_desktop.ui.connection_panel import ConnectionPanel
from telesales_desktop.ui.drafts_list import DraftsList
from telesales_desktop.ui.header_bar import HeaderBar, environment_of
from telesales_desktop.ui.icons import application_icon
from telesales_desktop.ui.inbox import InboxPanel
from telesales_desktop.ui.keys_panel import KeysPanel
from telesales_desktop.ui.lock_page import LockPage
from telesales_desktop.ui.order_detail import OrderDetail
from telesales_desktop.ui.order_form import OrderForm
from telesales_desktop.ui.orders_panel import OrdersPanel
from telesales_desktop.ui.settings_panel import SettingsPanel
from telesales_desktop.ui.theme import SPACE, Theme, set_property
from telesales_desktop.ui.window_memory import WindowMemory

_WIDE_PX, _NARROW_PX = 1640, 1180
_FRAME_PX = 3
_SHEET_PX = 520
_NARROW_FORM_PX = 376


class Arrangement(StrEnum):
    """Where the detail stands."""

    WIDE = "wide"  # a third column
    STACKED = "stacked"  # under the list
    SHEET = "sheet"  # over the list, while an order is open


class MainWindow(QMainWindow):
    """Arranges the parts; knows nothing of orders."""

    new_order_requested = Signal()
    settings_opened = Signal()
    closing = Signal()  # the window wants to close: writes in flight first, then finish_closing()

    def __init__(
        self,
        theme: Theme,
        profile: Profile,
        memory: WindowMemory,
        *,
        header: HeaderBar,
        form: OrderForm,
        drafts: DraftsList,
        orders: OrdersPanel,
        detail: OrderDetail,
        inbox: InboxPanel,
        connection: ConnectionPanel,
        settings: SettingsPanel,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(application_icon())
        self.header, self.form, self.drafts = header, form, drafts
        self.orders, self.detail, self.inbox = orders, detail, inbox
        self.connection, self.settings = connection, settings
        self.keys = KeysPanel(self)
        self._panels = (inbox, connection, settings, self.keys)
        self._focus_before: QWidget | None = None
        self._shortcuts: list[QShortcut] = []
        self._memory = memory
        self._may_close = False
        self._arrangement: Arrangement | None = None
        self.banner = Banner(theme, "banner", self)
        self.lock = LockPage(theme, self)
        self._title(profile)
        self._build(environment_of(profile))
        self._bind_keys()
        self.setMinimumSize(760, 480)
        self.resize(1366, 740)
        self._recall()

    def _title(self, profile: Profile) -> None:
        where = self.header.badge.text()
        self.setWindowTitle(f"Telesales · {where}" + (f" · {profile.name}" if profile.name else ""))

    # --- building ----------------------------------------------------------------------------

    def _build(self, environment: str) -> None:
        frame = QWidget(self)
        frame.setObjectName("environmentFrame")
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_property(frame, "environment", environment)
        self.body = QWidget(frame)
        self.body.setObjectName("windowBody")
        self.body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        edge = 0 if environment == "live" else _FRAME_PX
        framed = QVBoxLayout(frame)
        framed.setContentsMargins(edge, edge, edge, edge)
        framed.addWidget(self.body)
        framed.addWidget(self.lock)
        left = self._left()
        self.right = QSplitter(Qt.Orientation.Vertical, self.body)
        self.right.setObjectName("rightSplitter")
        self.right.setChildrenCollapsible(False)
        self.right.setHandleWidth(SPACE)
        self.right.addWidget(self.orders)
        self.right.addWidget(self.detail)
        self.split = QSplitter(Qt.Orientation.Horizontal, self.body)
        self.split.setObjectName("mainSplitter")
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(SPACE)
        self.split.addWidget(left)
        self.split.addWidget(self.right)
        self.split.setStretchFactor(0, 0)
        self.split.setStretchFactor(1, 1)
        left.setMinimumWidth(336)
        self.orders.setMinimumSize(QSize(300, 140))
        self.sheet = QFrame(self.body)
        self.sheet.setObjectName("sideSheet")
        QHBoxLayout(self.sheet).setContentsMargins(0, 0, 0, 0)
        self.sheet.hide()
        inner = QWidget(self.body)
        inner.setProperty("role", "clear")
        below = QVBoxLayout(inner)
        below.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        below.setSpacing(SPACE)
        below.addWidget(self.banner)
        below.addWidget(self.split, 1)
        whole = QVBoxLayout(self.body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(inner, 1)
        for panel in self._panels:
            panel.setParent(self.body)
        self.setCentralWidget(frame)
        self.split.setSizes([404, 950])

    def _left(self) -> QWidget:
        left = QWidget(self.body)
        left.setProperty("role", "clear")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.form, 1)
        column.addWidget(self.drafts)
        return left

    def _bind_keys(self) -> None:
        for keys, slot in (
            ("F1", self.toggle_keys),
            ("F2", self.new_order_requested.emit),
            ("Ctrl+K", self.focus_search),
            ("Ctrl+I", self.toggle_inbox),
            ("Ctrl+,", self.toggle_settings),
            ("F6", self._next_part),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(slot)
            self._shortcuts.append(shortcut)
        escape = QShortcut(QKeySequence("Esc"), self.body)
        escape.setAutoRepeat(False)
        escape.activated.connect(self._on_escape)
        self.header.inbox_requested.connect(self.toggle_inbox)
        self.header.connection_requested.connect(self.toggle_connection)
        self.header.settings_requested.connect(self.toggle_settings)
        self.settings.keys_button.clicked.connect(self.toggle_keys)
        for panel in (self.connection, self.settings, self.keys):
            panel.close_button.clicked.connect(self.close_panels)
        self.header.search_left_down.connect(self.orders.focus_list)
        self.detail.closed.connect(self.close_sheet)
        self.orders.view.clicked.connect(lambda _: self.open_sheet())
        self.orders.order_opened.connect(lambda _: self.open_sheet())

    # --- parts -------------------------------------------------------------------------------

    @property
    def arrangement(self) -> Arrangement | None:
        return self._arrangement

    def focus_search(self) -> None:
        self.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.search.selectAll()

    def toggle_inbox(self) -> None:
        self._toggle(self.inbox, self.inbox.list)

    def toggle_connection(self) -> None:
        self._toggle(self.connection, self.connection.scroller)

    def toggle_keys(self) -> None:
        self._toggle(self.keys, self.keys.scroller)

    def toggle_settings(self) -> None:
        self._toggle(self.settings, self.settings.scroller)
        if self.settings.isVisible():
            self.settings_opened.emit()

    def close_panels(self) -> None:
        """Hide what lies over the window and go on where the person was."""
        for panel in self._panels:
            panel.hide()
        self._give_focus_back()

    def _give_focus_back(self) -> bool:
        before, self._focus_before = self._focus_before, None
        with suppress(RuntimeError):  # it may have been deleted meanwhile
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def _toggle(self, panel: QWidget, part: QWidget) -> None:
        if panel.isVisible():
            self.close_panels()
            return
        if not any(other.isVisible() for other in self._panels):
            self._focus_before = self.focusWidget()
        for other in self._panels:
            other.setVisible(other is panel)
        self._place_panels()
        panel.raise_()
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_sheet(self) -> None:
        """Bring the chosen order forward where it does not stand beside the list."""
        if self._arrangement is Arrangement.SHEET:
            self._place_sheet()
            self.sheet.show()
            self.sheet.raise_()
            self.detail.show()

    def close_sheet(self) -> None:
        if self.sheet.isVisible():
            self.sheet.hide()
            self.orders.focus_list()

    def _on_escape(self) -> None:
        if any(panel.isVisible() for panel in self._panels):
            self.close_panels()
        elif self.sheet.isVisible():
            self.close_sheet()
        elif self.header.search.hasFocus():
            self.header.search.clear()
            self.orders.focus_list()

    def _next_part(self) -> None:
        if _has_focus(self.form):
            self.orders.focus_list()
        elif self.orders.view.hasFocus() and self.orders.view.currentIndex().isValid():
            self.open_sheet()
            self.detail.timeline.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.form.focus_first()

    # --- locked with the session -------------------------------------------------------------

    @property
    def is_locked(self) -> bool:
        return self.lock.isVisibleTo(self)

    def show_locked(self, *, locked: bool) -> None:
        """Cover everything that tells of a customer; questions that are open are left undone."""
        if locked and not self.is_locked:
            self.close_panels()
            for dialog in self.findChildren(QDialog):
                dialog.reject()
            self._focus_before = self.focusWidget()
        self.body.setVisible(not locked)
        self.lock.setVisible(locked)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(not locked)
        if locked:
            self.lock.ask()
        elif not self._give_focus_back():
            self.form.focus_first()

    # --- size --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        wanted = (
            Arrangement.WIDE
            if width >= _WIDE_PX
            else Arrangement.STACKED
            if width >= _NARROW_PX
            else Arrangement.SHEET
        )
        if wanted is not self._arrangement:
            self._arrange(wanted)
        self._place_sheet()
        self._place_panels()

    def _arrange(self, wanted: Arrangement) -> None:
        self._keep_split()
        self._arrangement = wanted
        layout = self.sheet.layout()
        assert layout is not None
        if wanted is Arrangement.SHEET:
            layout.addWidget(self.detail)
            self.sheet.hide()
            if self._memory.load("split").isEmpty():
                self.split.setSizes([_NARROW_FORM_PX, self.width() - _NARROW_FORM_PX])
        else:
            self.sheet.hide()
            if self.right.indexOf(self.detail) < 0:
                self.right.addWidget(self.detail)
            wide = wanted is Arrangement.WIDE
            self.right.setOrientation(
                Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
            )
            saved = self._memory.load(f"right_{wanted.value}")
            if saved.isEmpty() or not self.right.restoreState(saved):
                self.right.setSizes([600, 560] if wide else [300, 360])
            self.detail.show()
        self.detail.as_sheet(wanted is Arrangement.SHEET)

    def _place_sheet(self) -> None:
        if self._arrangement is not Arrangement.SHEET:
            return
        area = self.right.geometry()
        origin = self.split.mapTo(self.body, area.topLeft())
        width = min(_SHEET_PX, max(320, area.width() - 96))
        self.sheet.setGeometry(origin.x() + area.width() - width, origin.y(), width, area.height())

    def _place_panels(self) -> None:
        width = min(400, self.body.width() - 32)
        left = self.body.width() - width - 16
        for panel in self._panels:
            height = min(640 if panel is self.keys else 460, self.body.height() - 80)
            panel.setGeometry(left, self.header.height() + 4, width, height)

    # --- memory and closing ------------------------------------------------------------------

    def _recall(self) -> None:
        geometry, split = self._memory.load("geometry"), self._memory.load("split")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        if not split.isEmpty():
            self.split.restoreState(split)
        self.orders.view.restore_columns(self._memory.load(self.orders.view.columns_name))

    def _keep_split(self) -> None:
        if self._arrangement in (Arrangement.WIDE, Arrangement.STACKED):
            self._memory.keep(f"right_{self._arrangement.value}", self.right.saveState())

    def keep_arrangement(self) -> None:
        """Write down sizes and columns for the next start."""
        self._keep_split()
        self._memory.keep("geometry", self.saveGeometry())
        self._memory.keep("split", self.split.saveState())
        columns = self.orders.view.save_columns()
        if not columns.isEmpty():
            self._memory.keep(self.orders.view.columns_name, columns)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_arrangement()
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.closing.emit()

    def finish_closing(self) -> None:
        """Nothing is in flight any more: close for good."""
        self._may_close = True
        self.close()


def _has_focus(part: QWidget) -> bool:
    return any(child.hasFocus() for child in part.findChildren(QWidget))
