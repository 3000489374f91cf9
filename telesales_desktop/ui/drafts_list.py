"""Which half-typed orders wait to be taken up again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from telesales_desktop.application.ports import Draft
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field import ElidedLabel
from telesales_desktop.ui.form_content import content_from
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.icons import icon
from telesales_desktop.ui.theme import GAP, LARGE, SPACE, Theme

_SHOWN = 4


class DraftsList(QFrame):
    """The newest parked forms; hidden when there is none."""

    chosen = Signal(str)  # draft_id
    deleted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("draftsList")
        self.setProperty("role", "panel")
        self._theme = theme
        self._formats = formats
        self._now = now
        self._drafts: tuple[Draft, ...] = ()
        self._rows: list[QWidget] = []
        self.title = QLabel(self)
        self.title.setProperty("face", "heading")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(LARGE, SPACE, SPACE, SPACE)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.title)
        theme.changed.connect(self._redraw)
        self.hide()

    def _redraw(self) -> None:
        self.show_drafts(self._drafts)

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """The newest first; how many more there are is said, not hidden."""
        self._drafts = tuple(drafts)
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, draft) for number, draft in enumerate(drafts[:_SHOWN])]
        for row in self._rows:
            self._layout.addWidget(row)
        self.title.setText(self.tr("%n parked", "", len(drafts)))
        self.setVisible(bool(drafts))

    def _row(self, number: int, draft: Draft) -> QWidget:
        content = content_from(draft.content)
        name = f"{content.first_name} {content.last_name}".strip() or self.tr("No name yet")
        text = " · ".join(part for part in (name, content.order_id) if part)
        row = QWidget(self)
        row.setProperty("role", "clear")
        take = Button(text, row)
        take.setObjectName(f"draft_{number}")
        take.setProperty("kind", "link")
        take.setAccessibleName(self.tr("Take up the parked form of {name}").format(name=text))
        take.clicked.connect(lambda: self.chosen.emit(draft.draft_id))
        saved = ElidedLabel(self._formats.moment(draft.saved_at, self._now()), row)
        saved.setProperty("face", "muted")
        delete = Button(row)
        delete.setObjectName(f"deleteDraft_{number}")
        delete.setProperty("kind", "quiet")
        delete.setFixedWidth(28)
        delete.setIcon(icon("remove", self._theme.palette.colour("muted"), 14))
        delete.setAccessibleName(self.tr("Delete the parked form of {name}").format(name=text))
        delete.setToolTip(delete.accessibleName())
        delete.clicked.connect(lambda: self.deleted.emit(draft.draft_id))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(take)
        layout.addWidget(saved, 1)
        layout.addWidget(delete)
        return row
