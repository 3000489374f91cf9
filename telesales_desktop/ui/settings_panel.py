"""Who works at this computer, and how does another person take the seat?"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.field import ElidedLabel, Field, line_edit
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.panel import Panel
from telesales_desktop.ui.person_dialog import ROLES
from telesales_desktop.ui.theme import GAP, LARGE, SPACE, set_property


class SettingsPanel(Panel):
    """People of this computer and the way to the set-up. Opens under the header; no dialog."""

    switch_requested = Signal(str)  # person_id
    leave_requested = Signal(str)
    enrol_requested = Signal(str)  # the one-time code
    setup_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("settings", self.tr("Settings"), parent)
        self._rows: list[QWidget] = []
        self.note = QLabel(self)
        self.note.setObjectName("peopleNote")
        self.note.setWordWrap(True)
        self.note.setProperty("face", "muted")
        self.note.hide()
        self.code = Field("person_code", self.tr("One-time code"), line_edit(limit=200), self)
        self.code.editor.returnPressed.connect(self._on_enrol)  # type: ignore[union-attr]
        self.code.edited.connect(lambda: self.show_message(""))
        self.enrol_button = Button(self.tr("Enrol"), self)
        self.enrol_button.setObjectName("enrolPerson")
        self.enrol_button.clicked.connect(self._on_enrol)
        self.message = QLabel(self)
        self.message.setObjectName("peopleMessage")
        self.message.setWordWrap(True)
        self.setup_button = Button(self.tr("Open the set-up…"), self)
        self.setup_button.setObjectName("openSetup")
        self.setup_button.clicked.connect(self.setup_requested)
        self.keys_button = self.link("openKeys", self.tr("Keyboard (F1)"))
        self._lay_out()
        self.show_message("")

    def _lay_out(self) -> None:
        people = QLabel(self.tr("People at this computer"), self)
        people.setProperty("face", "heading")
        self._enrolment = self._enrolment_part()
        self._people = QVBoxLayout()
        self._people.setSpacing(GAP)
        column = QVBoxLayout(self.inner)
        column.setContentsMargins(LARGE, 0, LARGE, SPACE)
        column.setSpacing(SPACE)
        for part in (people, self.note):
            column.addWidget(part)
        column.addLayout(self._people)
        column.addWidget(self._enrolment)
        column.addWidget(self.message)
        column.addStretch(1)
        self.foot.insertWidget(0, self.setup_button)
        self.head.addWidget(self.keys_button)
        self.setTabOrder(self.setup_button, self.keys_button)
        self.setTabOrder(self.keys_button, self.close_button)

    def _enrolment_part(self) -> QWidget:
        another = QLabel(self.tr("Another person"), self)
        another.setProperty("face", "heading")
        how = QLabel(
            self.tr("IT makes a code for each person: telesales-relay enrol. It works once."), self
        )
        how.setWordWrap(True)
        how.setProperty("face", "muted")
        whole = QWidget(self)
        whole.setProperty("role", "clear")
        entry = QHBoxLayout()
        entry.setSpacing(SPACE)
        entry.addWidget(self.code, 1)
        entry.addWidget(self.enrol_button, 0, Qt.AlignmentFlag.AlignBottom)
        enrolment = QVBoxLayout(whole)
        enrolment.setContentsMargins(0, SPACE, 0, 0)
        enrolment.setSpacing(GAP)
        for part in (another, how):
            enrolment.addWidget(part)
        enrolment.addLayout(entry)
        return whole

    # --- what is shown -----------------------------------------------------------------------

    def show_people(self, people: Sequence[WorkstationPerson], note: str, *, enrols: bool) -> None:
        """Who can work here; ``note`` says what there is to know; ``enrols``: others may join."""
        for row in self._rows:
            self._people.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, person) for number, person in enumerate(people)]
        for row in self._rows:
            self._people.addWidget(row)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._enrolment.setVisible(enrols)

    def show_busy(self, *, busy: bool) -> None:
        """While one thing is asked for, no other can be."""
        self.enrol_button.setEnabled(not busy)
        for row in self._rows:
            row.setEnabled(not busy)

    def show_message(self, sentence: str, *, tone: Tone = Tone.DANGER) -> None:
        self.message.setText(sentence)
        set_property(self.message, "tone", tone.value)
        self.message.setVisible(bool(sentence))

    # --- inside ------------------------------------------------------------------------------

    def _row(self, number: int, person: WorkstationPerson) -> QWidget:
        row = QWidget(self)
        row.setProperty("role", "clear")
        role = word(ROLES[person.role.value])
        text = self.tr("{name} ({role})").format(name=person.name, role=role)
        if person.is_current:
            text = self.tr("{person}, works here now").format(person=text)
        name = ElidedLabel(text, row)
        name.setObjectName(f"person_{number}")
        name.setToolTip(text)
        if person.is_current:
            name.setProperty("face", "heading")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(name, 1)
        if not person.is_current:
            work = Button(self.tr("Work as this person"), row)
            work.setObjectName(f"workAs_{number}")
            work.setAccessibleName(self.tr("Work as {name}").format(name=person.name))
            work.clicked.connect(lambda: self.switch_requested.emit(person.person_id))
            layout.addWidget(work)
        leave = Button(self.tr("Leave…"), row)
        leave.setObjectName(f"leave_{number}")
        leave.setProperty("kind", "quiet")
        leave.setAccessibleName(self.tr("Let {name} leave this computer").format(name=person.name))
        leave.clicked.connect(lambda: self.leave_requested.emit(person.person_id))
        layout.addWidget(leave)
        return row

    def _on_enrol(self) -> None:
        code = self.code.value().strip()
        if code:
            self.enrol_requested.emit(code)
        else:
            self.show_message(self.tr("Type the code that IT has made for this person."))
            self.code.editor.setFocus()
