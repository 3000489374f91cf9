"""What is said before a damaged journal is rebuilt, and what came back afterwards?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from telesales_desktop.application.rebuilding import Rebuilt
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.confirm_dialogs import Question
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.theme import HUGE, LARGE, ROOM

_TITLE = QT_TRANSLATE_NOOP("labels", "Rebuild the journal?")
_WHAT = QT_TRANSLATE_NOOP(
    "labels",
    "The damaged journal is moved aside, not deleted. A new one is filled from the relay's "
    "records, or without a relay from Affirm's list.",
)
_GOES_ON = QT_TRANSLATE_NOOP(
    "labels",
    "The rebuilding goes on: nothing is moved, and the orders that are missing are filled in from "
    "the relay's records, or without a relay from Affirm's list.",
)
_UNKNOWN = QT_TRANSLATE_NOOP(
    "labels",
    "It cannot know forms that were not sent, notes, and what was done here after the last upload. "
    "Affirm is read for each order before anything is done with it, and nothing is sent again.",
)
_YES = QT_TRANSLATE_NOOP("labels", "Rebuild")
RUNNING = QT_TRANSLATE_NOOP(
    "labels", "Rebuilding the journal: every order is read at Affirm. This can take a few minutes."
)
WHOLE = QT_TRANSLATE_NOOP("labels", "The journal is whole after all. Nothing was changed.")
FAILED = QT_TRANSLATE_NOOP("labels", "The journal was not rebuilt to its end. {reason}")
_REPORT = QT_TRANSLATE_NOOP("labels", "The journal is rebuilt")
_BACK = QT_TRANSLATE_NOOP("labels", "Orders that are back: {count}.")
_ELSEWHERE = QT_TRANSLATE_NOOP(
    "labels", "Orders on which another desk acts, where they stay: {count}."
)
_UNUSABLE = QT_TRANSLATE_NOOP(
    "labels", "Could not be taken up: {orders}. Look for them in Affirm's portal."
)
_INCOMPLETE = QT_TRANSLATE_NOOP(
    "labels", "Affirm's list did not come to its end: there may be more orders."
)
_FROM_RELAY = QT_TRANSLATE_NOOP(
    "labels",
    "Not known any more: notes, forms that were not sent, and what was done here after the last "
    "upload. A supervisor decides about links that were sent since.",
)
_FROM_AFFIRM = QT_TRANSLATE_NOOP(
    "labels",
    "There was no relay to ask. Affirm's list does not tell links that nobody used, customers' "
    "names, what they bought, and which orders were sold at this desk. Look for missing orders in "
    "Affirm's portal.",
)
_SHOWN = 12


def rebuild_question(*, goes_on: bool = False) -> Question:
    """What the rebuilding does, and what it cannot know. ``goes_on``: it was interrupted."""
    return Question(word(_TITLE), word(_GOES_ON if goes_on else _WHAT), word(_UNKNOWN), word(_YES))


def report_lines(found: Rebuilt) -> tuple[str, ...]:
    """What came back, what did not, and what nobody can know."""
    lines = [word(_BACK).format(count=len(found.order_ids))]
    if found.elsewhere:
        lines.append(word(_ELSEWHERE).format(count=len(found.elsewhere)))
    if found.unusable:
        named = ", ".join(found.unusable[:_SHOWN]) + (", …" if len(found.unusable) > _SHOWN else "")
        lines.append(word(_UNUSABLE).format(orders=named))
    if not found.complete:
        lines.append(word(_INCOMPLETE))
    lines.append(word(_FROM_RELAY if found.from_relay else _FROM_AFFIRM))
    return tuple(lines)


class RebuildReport(QDialog):
    """What came back; read and closed."""

    def __init__(self, found: Rebuilt, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rebuildReport")
        self.setWindowTitle(word(_REPORT))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(HUGE, HUGE, HUGE, LARGE)
        layout.setSpacing(ROOM)
        title = QLabel(word(_REPORT), self)
        title.setProperty("face", "title")
        layout.addWidget(title)
        for line in report_lines(found):
            said = QLabel(line, self)
            said.setObjectName("rebuildLine")
            said.setWordWrap(True)
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(said)
        close = Button(self.tr("Go on"), self)
        close.setObjectName("rebuildRead")
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        layout.addLayout(foot)
        self.setMinimumWidth(460)
        self.setMaximumWidth(600)
        close.setFocus()
