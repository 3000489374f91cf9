"""Where am I, who am I, is the world outside well, and what is new?"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.money import Environment
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.connection_labels import Saying
from telesales_desktop.ui.icons import icon
from telesales_desktop.ui.native_keys import native
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.shapes import paint_shape
from telesales_desktop.ui.theme import LARGE, SPACE, Theme

_SHAPE_PX = 10
_COMPACT_PX, _TIGHT_PX = 1180, 940


class StatusMark(Button):
    """A shape and a few words; pressing it asks for more."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "quiet")
        self._theme = theme
        self._tone = Tone.STOPPED

    def show_saying(self, saying: Saying) -> None:
        self._tone = saying.tone
        self.setText(f"   {saying.short}")
        self.setToolTip(saying.whole)
        self.setAccessibleName(saying.short)
        self.setAccessibleDescription(saying.whole)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = QRectF(6, (self.height() - _SHAPE_PX) / 2, _SHAPE_PX, _SHAPE_PX)
        paint_shape(painter, box, self._tone, self._theme.palette)
        painter.end()


class HeaderBar(QFrame):
    """Environment, search, connection, inbox, agent."""

    searched = Signal(str)
    search_left_down = Signal()  # Down or Enter in the search: go to the list
    inbox_requested = Signal()
    webhook_help_requested = Signal()
    connection_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("headerBar")
        self._theme = theme
        self._profile = profile
        environment = environment_of(profile)
        self.setProperty("environment", environment)
        self.brand = QLabel("Telesales", self)
        self.brand.setProperty("face", "heading")
        self.badge = QLabel(self._badge_text(), self)
        self.badge.setObjectName("environmentBadge")
        self.badge.setProperty("environment", environment)
        self.badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.merchant = QLabel(profile.merchant_name, self)
        self.merchant.setProperty("face", "muted")
        self.search = QLineEdit(self)
        self.search.setObjectName("search")
        self.search.setAccessibleName(self.tr("Search orders"))
        self.search.setPlaceholderText(self.tr("Search orders (Ctrl+K)"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(420)
        self.search.setMinimumWidth(140)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._search_icon = QAction(self)
        self.search.addAction(self._search_icon, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self.searched)
        self.search.returnPressed.connect(self.search_left_down)
        self.webhook = StatusMark(theme, "statusWebhook", self)
        self.webhook.clicked.connect(self.webhook_help_requested)
        self.webhook.hide()
        self.relay = StatusMark(theme, "statusRelay", self)
        self.affirm = StatusMark(theme, "statusAffirm", self)
        for mark in (self.relay, self.affirm):
            mark.clicked.connect(self.connection_requested)
        self.inbox = Button(self)
        self.inbox.setObjectName("inbox")
        self.inbox.setProperty("kind", "quiet")
        self.inbox.clicked.connect(self.inbox_requested)
        self.agent = self._agent_button(profile.agent)
        self._lay_out()
        self.show_unread(0)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def _agent_button(self, name: str) -> QPushButton:
        button = Button(name.replace("&", "&&") or self.tr("Settings"), self)
        button.setObjectName("agentName")
        button.setProperty("kind", "quiet")
        keys = native("Ctrl+,")
        button.setToolTip(self.tr("Who works here, and settings ({keys})").format(keys=keys))
        button.setAccessibleName(self.tr("{name}: who works here, and settings").format(name=name))
        button.clicked.connect(self.settings_requested)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(LARGE, 6, LARGE, 6)
        layout.setSpacing(SPACE)
        for widget in (self.brand, self.badge, self.merchant):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.search, 4)
        layout.addStretch(1)
        for mark in (self.webhook, self.relay, self.affirm):
            layout.addWidget(mark)
        layout.addWidget(self.inbox)
        layout.addWidget(self.agent)

    def _badge_text(self) -> str:
        country = self._profile.country.value
        if self._profile.practice or self._profile.environment is Environment.SIMULATOR:
            return self.tr("Practice · {country}").format(country=country)
        if self._profile.environment is Environment.SANDBOX:
            return self.tr("Sandbox · {country}").format(country=country)
        return self.tr("Live · {country}").format(country=country)

    def show_connection(self, relay: Saying, affirm: Saying, webhook: Saying | None) -> None:
        self.relay.show_saying(relay)
        self.affirm.show_saying(affirm)
        self.webhook.setVisible(webhook is not None)
        if webhook is not None:
            self.webhook.show_saying(webhook)

    def show_unread(self, count: int) -> None:
        text = self.tr("Inbox {count}").format(count=count) if count else self.tr("Inbox")
        self.inbox.setText(text)
        self.inbox.setAccessibleName(self.tr("Inbox, %n unread", "", count))
        self.inbox.setToolTip(self.tr("News for you (Ctrl+I)"))

    def _paint_icons(self) -> None:
        muted = self._theme.palette.colour("muted")
        self._search_icon.setIcon(icon("search", muted, 16))
        self.inbox.setIcon(icon("inbox", muted, 18))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self.merchant.setVisible(width >= _COMPACT_PX and bool(self.merchant.text()))
        self.brand.setVisible(width >= _COMPACT_PX)
        self.agent.setVisible(width >= _TIGHT_PX)

    def sizeHint(self) -> QSize:
        return QSize(960, 46)

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 46)


def environment_of(profile: Profile) -> str:
    """The name under which the stylesheet frames the window: live, sandbox or practice."""
    if profile.practice or profile.environment is Environment.SIMULATOR:
        return "practice"
    return profile.environment.value
