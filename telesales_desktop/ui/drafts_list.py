"""Which half-typed orders wait to be taken up again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

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
        self._deleted = QElapsedTimer()
        self.title = QLabel(self)
        self.title.setProperty("face", "heading")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(LARGE, SPACE, SPACE, SPACE)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.title)
        self.older = Button(self)
        self.older.setObjectName("olderDrafts")
        self.older.setProperty("kind", "link")
        self.older.clicked.connect(self._open_older)
        self._layout.addWidget(self.older, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._redraw)
        self.hide()

    def _redraw(self) -> None:
        self.show_drafts(self._drafts)

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """The newest first; those that have no line are behind one."""
        self._drafts = tuple(drafts)
        focused = next((b.objectName() for b in self._buttons() if b.hasFocus()), "")
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, draft) for number, draft in enumerate(drafts[:_SHOWN])]
        for line, row in enumerate(self._rows, 1):
            self._layout.insertWidget(line, row)
            row.show()  # at once: a layout shows it later, and the focus must not wait
        self.older.setText(self.tr("%n older…", "", len(drafts) - _SHOWN))
        self.older.setVisible(len(drafts) > _SHOWN)
        self.title.setText(self.tr("%n parked", "", len(drafts)))
        self.setVisible(bool(drafts))
        self._focus_again(focused)

    def _buttons(self) -> list[QPushButton]:
        return [button for row in self._rows for button in row.findChildren(QPushButton)]

    def _focus_again(self, name: str) -> None:
        """Who walks through the list stays in it, at the line that took the place of the one."""
        kind, _, number = name.partition("_")
        if name and self._rows:
            line = min(int(number), len(self._rows) - 1)
            named = (b for b in self._buttons() if b.objectName() == f"{kind}_{line}")
            next(named).setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_older(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("olderDraftsMenu")
        for draft in self._drafts[_SHOWN:]:
            saved = self._formats.moment(draft.saved_at, self._now())
            action = menu.addAction(f"{self._name(draft)}\t{saved}".replace("&", "&&"))
            action.triggered.connect(lambda _=False, of=draft.draft_id: self.chosen.emit(of))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.older.mapToGlobal(self.older.rect().bottomLeft()))

    def _delete(self, draft_id: str) -> None:
        """The line below moves up under the hand: the rest of a burst deletes nothing more."""
        is_burst = self._deleted.isValid() and (
            self._deleted.elapsed() < QApplication.doubleClickInterval()
        )
        self._deleted.start()
        if not is_burst:
            self.deleted.emit(draft_id)

    def _name(self, draft: Draft) -> str:
        content = content_from(draft.content)
        name = f"{content.first_name} {content.last_name}".strip() or self.tr("No name yet")
        return " · ".join(part for part in (name, content.order_id) if part)

    def _row(self, number: int, draft: Draft) -> QWidget:
        text = self._name(draft)
        row = QWidget(self)
        row.setProperty("role", "clear")
        take = Button(text.replace("&", "&&"), row)
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
        delete.clicked.connect(lambda: self._delete(draft.draft_id))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(take)
        layout.addWidget(saved, 1)
        layout.addWidget(delete)
        return row
