"""How does another person take the seat: enrol, switch, leave?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from telesales_desktop.application.people_ports import WorkstationPeople, WorkstationPerson
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.ui.confirm_dialogs import ConfirmDialog, Question
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.main_window import MainWindow
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.setup_labels import setup_error_text
from telesales_desktop.ui.task_runner import Endings, TaskRunner

_TASK = "settings"


class SettingsPresenter(QObject):
    """Runs the settings. ``profile_chosen``: the profile to open anew, for one person."""

    profile_chosen = Signal(object)  # Profile
    setup_requested = Signal()

    def __init__(
        self,
        people: WorkstationPeople | None,
        runner: TaskRunner,
        window: MainWindow,
        *,
        profile: Profile,
        formats: Formats,
    ) -> None:
        """``people`` is None where there is nobody to choose: practice."""
        super().__init__(window)
        self._people, self._runner, self._window = people, runner, window
        self._profile, self._formats = profile, formats
        self._here: tuple[WorkstationPerson, ...] = ()
        panel = window.settings
        panel.setup_button.setVisible(not profile.practice)
        panel.switch_requested.connect(self._switch)
        panel.leave_requested.connect(self._ask_to_leave)
        panel.enrol_requested.connect(self._enrol)
        panel.setup_requested.connect(self._on_setup)
        window.settings_opened.connect(self.load)
        window.lock.person_chosen.connect(self._on_seat_taken)

    # --- locked with the session -------------------------------------------------------------

    def lock(self) -> None:
        """The session was locked: cover the window, and find out who may take the seat."""
        page = self._window.lock
        page.show_people(self._here)
        self._window.show_locked(locked=True)
        if self._people is not None and self._profile.relay_url:
            self._run(self._people.here, self._show_to_choose)

    def unlock(self) -> None:
        """The session is open again; who shares the computer says first who they are."""
        if len(self._here) < 2:
            self._window.show_locked(locked=False)
        else:
            self._window.lock.ask()

    def _show_to_choose(self, people: Sequence[WorkstationPerson]) -> None:
        self._here = tuple(people)
        if self._window.is_locked:
            self._window.lock.show_people(people)
            self._window.lock.ask()

    def _on_seat_taken(self, person_id: str) -> None:
        if person_id:
            self._switch(person_id)
        else:
            self._window.show_locked(locked=False)

    @property
    def here(self) -> tuple[WorkstationPerson, ...]:
        """Who can work here, as far as that was asked."""
        return self._here

    def load(self) -> None:
        """Ask who is here, each time the settings are opened."""
        panel = self._window.settings
        panel.show_message("")
        if self._people is None:
            panel.show_people((), self.tr("Practice knows one person only."), enrols=False)
            return
        if not self._profile.relay_url:
            note = self.tr(
                "This profile has no relay, so it knows one person: {name}. The name is changed in "
                "the set-up."
            ).format(name=self._profile.agent)
            panel.show_people((), note, enrols=False)
            return
        self._run(self._people.here, self._show)

    # --- inside ------------------------------------------------------------------------------

    def _show(self, people: Sequence[WorkstationPerson]) -> None:
        self._here = tuple(people)
        note = "" if people else self.tr("Nobody is enrolled at this computer yet.")
        if len(people) > 1:
            note = self.tr(
                "Each person's orders carry their own name. Orders and drafts stay on this "
                "computer, whoever works here."
            )
        self._window.settings.show_people(people, note, enrols=True)

    def _switch(self, person_id: str) -> None:
        people = self._people
        if people is not None:
            self._run(lambda: people.switch(person_id), self._take, writes=True)

    def _enrol(self, code: str) -> None:
        people = self._people
        if people is not None:
            self._run(lambda: people.enrol(code), self._take, writes=True)

    def _ask_to_leave(self, person_id: str) -> None:
        person = next((p for p in self._here if p.person_id == person_id), None)
        if person is None:
            return
        question = Question(
            self.tr("Leave this computer?"),
            self.tr("{name} can work here again only with a new code from IT.").format(
                name=person.name
            ),
            self.tr(
                "The relay forgets this computer's token for {name} at once. Orders stay in this "
                "computer's journal; hand over first what a colleague should go on with."
            ).format(name=person.name),
            self.tr("Let {name} leave").format(name=person.name.replace("&", "&&")),
        )
        dialog = ConfirmDialog(question, self._window)
        dialog.confirmed.connect(lambda: self._leave(person))
        dialog.open()

    def _leave(self, person: WorkstationPerson) -> None:
        people = self._people
        if people is None:
            return

        def left(profile: Profile) -> None:
            if person.is_current:
                self._take(profile)
                return
            message = self.tr("{name} has left this computer.").format(name=person.name)
            self.load()
            self._window.settings.show_message(message, tone=Tone.DONE)

        self._run(lambda: people.leave(person.person_id), left, writes=True)

    def _take(self, profile: Profile) -> None:
        self._window.settings.code.show_value("")
        self.profile_chosen.emit(profile)

    def _on_setup(self) -> None:
        self._window.close_panels()
        self.setup_requested.emit()

    def _run(
        self,
        work: Callable[[], Coroutine[Any, Any, Any]],
        done: Callable[[Any], None],
        *,
        writes: bool = False,
    ) -> None:
        panel, page = self._window.settings, self._window.lock
        is_done = False

        def succeeded(result: object) -> None:
            nonlocal is_done
            is_done = True
            done(result)

        def failed(error: TelesalesError) -> None:
            sentence = setup_error_text(error, self._formats)
            panel.show_message(sentence)
            page.show_message(sentence)

        def ended() -> None:
            if not is_done:
                page.wake()  # also after a bug: nobody is locked out by it
            panel.show_busy(busy=self._runner.is_running(_TASK))
            if panel.code.value() and panel.isVisible():
                panel.code.editor.setFocus()  # a wrong code is corrected where it was typed

        if self._runner.start(
            _TASK, work, Endings(done=succeeded, failed=failed, always=ended), writes=writes
        ):
            panel.show_busy(busy=True)
        else:
            page.wake()
