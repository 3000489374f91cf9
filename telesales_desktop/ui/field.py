"""How is one field of a form drawn: its name, its editor, and what is wrong with it?

The problem stands on the name's line, so that nothing moves when it comes or goes.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.ui.theme import set_property

Editor = QLineEdit | QComboBox | QPlainTextEdit


_LEAST_OF_A_TEXT = 6  # letters, the ellipsis among them


class ElidedLabel(QLabel):
    """A label that gives way: what has no room ends in an ellipsis, the tool tip has it all.

    Where there is room for less than a word, nothing is shown.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        if text == self.text():
            super().paintEvent(event)  # a mark of what is selected included
            return
        painter = QPainter(self)
        if len(text) < _LEAST_OF_A_TEXT:
            text = ""
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment()), text)
        painter.end()


class _WheelGuard(QObject):
    """Scrolling the form must not change a choice that happens to lie under the pointer."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class Field(QWidget):
    """A named editor. ``edited``: a person typed; ``left``: the focus went elsewhere."""

    edited = Signal()
    left = Signal()

    def __init__(
        self, name: str, title: str, editor: Editor, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.setProperty("role", "clear")
        self.editor = editor
        editor.setParent(self)
        editor.setObjectName(f"field_{name}")
        editor.setAccessibleName(title)
        editor.installEventFilter(self)
        self.title = QLabel(title, self)
        self.title.setProperty("face", "muted")
        self.title.setBuddy(editor)
        self.problem = ElidedLabel(self)
        self.problem.setObjectName(f"problem_{name}")
        self.problem.setProperty("face", "small")
        self.problem.setProperty("problem", True)
        self.problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.title)
        line.addWidget(self.problem, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(editor)
        self._connect()

    def _connect(self) -> None:
        match self.editor:
            case QLineEdit():
                self.editor.textEdited.connect(lambda _: self.edited.emit())
            case QComboBox():
                self._guard = _WheelGuard(self)
                self.editor.installEventFilter(self._guard)
                self.editor.activated.connect(lambda _: self.edited.emit())
                self.editor.currentIndexChanged.connect(lambda _: self._on_index_changed())
            case QPlainTextEdit():
                self.editor.setTabChangesFocus(True)
                self.editor.textChanged.connect(self.edited)

    def _on_index_changed(self) -> None:
        if self.editor.hasFocus():  # by a key: `activated` speaks only for the pointer and Enter
            self.edited.emit()

    def value(self) -> str:
        """What was typed, or the data of what was chosen."""
        match self.editor:
            case QLineEdit():
                return self.editor.text()
            case QComboBox():
                return str(self.editor.currentData() or "")
            case QPlainTextEdit():
                return self.editor.toPlainText()

    def show_value(self, value: str) -> None:
        match self.editor:
            case QLineEdit():
                if self.editor.text() != value:
                    self.editor.setText(value)
                    self.editor.setCursorPosition(0)  # the beginning says more than the end
            case QComboBox():
                if value and self.editor.findData(value) < 0:
                    self.editor.addItem(value, value)  # nothing typed is lost for want of a choice
                self.editor.setCurrentIndex(max(0, self.editor.findData(value)))
            case QPlainTextEdit():
                if self.editor.toPlainText() != value:
                    self.editor.setPlainText(value)

    def show_problem(self, short: str, whole: str = "") -> None:
        """Say what is wrong, "" when nothing is."""
        self.problem.setText(short)
        self.problem.setToolTip(whole)
        self.editor.setToolTip(whole)
        self.editor.setAccessibleDescription(whole)
        set_property(self.title, "problem", bool(short))
        set_property(self.editor, "problem", bool(short))

    def set_locked(self, locked: bool) -> None:
        """Whether the value may only be read."""
        if isinstance(self.editor, QComboBox):
            self.editor.setEnabled(not locked)
        else:
            self.editor.setReadOnly(locked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.editor and event.type() is QEvent.Type.FocusOut:
            if isinstance(self.editor, QLineEdit):
                self.editor.setCursorPosition(0)
            self.left.emit()
        return super().eventFilter(watched, event)


def line_edit(*, amount: bool = False, limit: int = 256) -> QLineEdit:
    """A one-line editor; amounts stand to the right, as in a column of figures."""
    edit = QLineEdit()
    edit.setMaxLength(limit)
    if amount:
        edit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        edit.setProperty("amount", True)
    return edit
