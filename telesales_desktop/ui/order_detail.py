"""What is true of the chosen order, what may be done, and what happened so far?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.ui import labels
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.command_bar import CommandBar
from telesales_desktop.ui.details_card import DetailsCard
from telesales_desktop.ui.field import ElidedLabel
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.icons import icon
from telesales_desktop.ui.note_lines import NoteLines
from telesales_desktop.ui.order_sheet import OrderSheet
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.shapes import paint_shape
from telesales_desktop.ui.state_notice import StateNotice
from telesales_desktop.ui.theme import GAP, LARGE, ROOM, SPACE, Theme, set_property
from telesales_desktop.ui.timeline_view import TimelineModel, TimelineView
from telesales_desktop.ui.watch import Ends
from telesales_desktop.ui.watch_labels import LEFT, row_word

_SIDE_BY_SIDE_PX = 640
_SHAPE_PX = 14
_TOLD_BEFORE = {
    Ends.HOLD: timedelta(days=60),
    Ends.LINK: timedelta(days=60),
    Ends.REFUND: timedelta(days=14),  # until then the time to refund is nobody's worry
}


class SentenceBlock(QFrame):
    """The one true sentence, on the tone's tint with the tone's shape."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._theme = theme
        self._tone = Tone.NEUTRAL
        self.sentence = QLabel(self)
        self.sentence.setObjectName("stateSentence")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.refusal = QLabel(self)
        self.refusal.setObjectName("refusalSentence")
        self.refusal.setWordWrap(True)
        self.refusal.setProperty("tone", Tone.DANGER.value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOM + _SHAPE_PX + SPACE, SPACE, ROOM, SPACE)
        layout.setSpacing(GAP)
        layout.addWidget(self.sentence)
        layout.addWidget(self.refusal)

    def show_sentence(self, tone: Tone, sentence: str, refusal: str) -> None:
        self._tone = tone
        set_property(self, "tone", tone.value)
        self.sentence.setText(sentence)
        self.refusal.setText(refusal)
        self.refusal.setVisible(bool(refusal))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = QRectF(ROOM, SPACE + 2, _SHAPE_PX, _SHAPE_PX)
        paint_shape(painter, box, self._tone, self._theme.palette)
        painter.end()


class OrderDetail(QFrame):
    """One order: sentence, commands, timeline, details. ``closed`` when used as a side sheet."""

    command_chosen = Signal(str)
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orderDetail")
        self.setProperty("role", "panel")
        self._theme = theme
        self._formats = formats
        self._now = now
        self._sheet: OrderSheet | None = None
        self._build()
        self.show_nothing()
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._show_times)
        self._clock.start()

    def _build(self) -> None:
        self.title = ElidedLabel(self)
        self.title.setObjectName("orderTitle")
        self.title.setProperty("face", "title")
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.amount = QLabel(self)
        self.amount.setObjectName("orderAmount")
        self.amount.setProperty("face", "amount")
        self.close_button = Button(self)
        self.close_button.setObjectName("closeDetail")
        self.close_button.setProperty("kind", "quiet")
        self.close_button.setAccessibleName(self.tr("Close the order (Esc)"))
        self.close_button.setToolTip(self.tr("Close the order (Esc)"))
        self.close_button.clicked.connect(self.closed)
        self.close_button.hide()
        self.block = SentenceBlock(self._theme, self)
        self.notes = NoteLines(self._theme, self)
        self.times = QLabel(self)
        self.times.setObjectName("orderTimes")
        self.times.setProperty("face", "muted")
        self.times.setWordWrap(True)
        self.proof = QLabel(self)
        self.proof.setObjectName("orderProof")
        self.proof.setProperty("face", "muted")
        self.commands = CommandBar(self)
        self.commands.command_chosen.connect(self.command_chosen)
        self.outcome = QLabel(self)
        self.outcome.setObjectName("commandOutcome")
        self.outcome.setWordWrap(True)
        self.outcome.hide()
        model = TimelineModel(self._formats, self._now, self)
        self.timeline = TimelineView(model, self._theme, self)
        self.details = DetailsCard(self._formats, self._now, self)
        self._build_below()
        self.notice = StateNotice(self._theme, self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.notice)
        self.stack.addWidget(self._page())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self.stack)
        self._theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def _build_below(self) -> None:
        self.below = QSplitter(Qt.Orientation.Horizontal, self)
        self.below.setObjectName("detailSplitter")
        self.below.setChildrenCollapsible(False)
        self.below.addWidget(self.timeline)
        self.below.addWidget(self.details)
        self.below.setStretchFactor(0, 3)
        self.below.setStretchFactor(1, 2)
        self.below.setSizes([560, 380])
        self.timeline.setMinimumSize(QSize(220, 80))
        self.details.setMinimumSize(QSize(220, 60))

    def _page(self) -> QWidget:
        page = QWidget(self)
        page.setProperty("role", "clear")
        head = QHBoxLayout()
        head.setSpacing(ROOM)
        head.addWidget(self.title, 1)
        head.addWidget(self.amount)
        head.addWidget(self.close_button)
        under = QHBoxLayout()
        under.addWidget(self.times, 1)
        under.addWidget(self.proof)
        upper = QVBoxLayout()
        upper.setContentsMargins(LARGE, ROOM, LARGE, SPACE)
        upper.setSpacing(SPACE)
        upper.addLayout(head)
        upper.addWidget(self.block)
        upper.addWidget(self.notes)
        upper.addLayout(under)
        upper.addWidget(self.outcome)
        upper.addWidget(self.commands)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(upper)
        layout.addWidget(self.below, 1)
        return page

    # --- what is shown -----------------------------------------------------------------------

    def show_nothing(self) -> None:
        """No order is chosen."""
        self._sheet = None
        self.notice.show_notice(
            "orders", self.tr("Choose an order to see what happened and what can be done.")
        )
        self.stack.setCurrentIndex(0)

    def show_order(self, sheet: OrderSheet) -> None:
        """Show an order; another one than before starts without an old outcome."""
        if self._sheet is None or self._sheet.row.order_id != sheet.row.order_id:
            self.show_outcome("")
            self.timeline.show_entries(())
        self._sheet = sheet
        name = sheet.file.details.customer.full_name
        title = self.tr("Order {number} · {customer}").format(
            number=sheet.row.order_id, customer=name
        )
        self.title.setText(title)
        self.title.setToolTip(title)
        self.amount.setText(self._formats.money(sheet.row.amount_cents, sheet.row.currency))
        self.block.show_sentence(sheet.tone, sheet.sentence, sheet.refusal)
        self.notes.show_notes(sheet.notes)
        here = sheet.row.here
        self.timeline.empty_text = "" if here else self.tr("What happened is told at its own desk.")
        self.commands.show_commands(sheet)
        self.details.show_details(sheet.file, sheet.row)
        self._show_times()
        self.stack.setCurrentIndex(1)

    def show_timeline(self, entries: Sequence[TimelineEntry]) -> None:
        self.timeline.show_entries(entries)

    def show_no_timeline(self, sentence: str) -> None:
        """Why it is not known what happened."""
        self.timeline.empty_text = sentence
        self.timeline.show_entries(())
        self.timeline.viewport().update()

    def show_outcome(self, sentence: str, *, tone: Tone = Tone.DANGER) -> None:
        """What came of the last command, where the state's sentence does not say it."""
        self.outcome.setText(sentence)
        set_property(self.outcome, "tone", tone.value)
        self.outcome.setVisible(bool(sentence))

    def as_sheet(self, sheet: bool) -> None:
        """Whether the detail stands beside the list or over it, with a way to close it."""
        self.close_button.setVisible(sheet)

    # --- inside ------------------------------------------------------------------------------

    def _show_times(self) -> None:
        if self._sheet is None or not self.isVisible():
            return
        row, now = self._sheet.row, self._now()
        text = self.tr("{state} · {since} · next: {actor}").format(
            state=row_word(row),
            since=self._formats.since(row.told_since, now),
            actor=labels.actor_word(row.actor),
        )
        if row.ends is not None and now < row.ends.at <= now + _TOLD_BEFORE[row.ends.what]:
            left = self._formats.elapsed(now, row.ends.at)
            text += " · " + labels.word(LEFT[row.ends.what]).format(left=left)
        self.times.setText(text)
        self.details.show_times()
        proof_at = self._sheet.file.order.proof_at
        if not self._sheet.file.order.is_affirm:
            self.proof.setText("")
        elif proof_at is None:
            self.proof.setText(self.tr("No proof from Affirm yet"))
        else:
            text = self.tr("Last proof from Affirm: {since}")
            self.proof.setText(text.format(since=self._formats.since(proof_at, now)))

    def _paint_icons(self) -> None:
        self.close_button.setIcon(icon("close", self._theme.palette.colour("muted"), 16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= _SIDE_BY_SIDE_PX
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.below.orientation() is not wanted:
            self.below.setOrientation(wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._show_times()
