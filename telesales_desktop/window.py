"""How does the window start, run and end? Qt's loop is the program's only one."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QLocale, QSocketNotifier
from PySide6.QtWidgets import QApplication

from telesales_desktop.adapters.affirm_hosts import default_affirm_url
from telesales_desktop.adapters.data_paths import config_root
from telesales_desktop.adapters.input_checks import InputChecks, load_libraries
from telesales_desktop.adapters.logging_setup import tear_down_logging
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.opening import OpeningDesk
from telesales_desktop.application.people_ports import WorkstationPeople, WorkstationPerson
from telesales_desktop.application.ports import SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.money import Country
from telesales_desktop.log_file import open_log
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.first_paint import FirstPaint
from telesales_desktop.ui.formats import Language, language_for
from telesales_desktop.ui.open_window import bring_forward, build_window
from telesales_desktop.ui.task_runner import TaskRunner
from telesales_desktop.ui.theme import Theme
from telesales_desktop.ui.translation import install_language, remove_language
from telesales_desktop.ui.window_presenter import WindowPresenter

if TYPE_CHECKING:
    from telesales_desktop.application.desk import OrderDesk

log = logging.getLogger(__name__)

WRITES_S = 30.0
"""How long leaving waits for what a click has started."""

UNSEEN_S = 1.0
"""A window that is not painted by then starts hidden or minimised: the desk opens all the same."""

ORDERS_FIRST_S = 1.0
"""How long the libraries of the form's checks wait for the desk, which is loaded before them."""


@dataclass
class Shell:
    """The application's own things, the same for every window it opens."""

    application: QApplication
    theme: Theme
    data_dir: Path | None = None


def open_shell(*, data_dir: Path | None = None) -> Shell:
    """The one QApplication, named and themed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("telesales-desktop")
    application.setApplicationDisplayName("Telesales")
    application.setDesktopFileName("telesales-desktop")
    application.setQuitOnLastWindowClosed(False)
    return Shell(application, Theme(application), data_dir)


def run_in(shell: Shell, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run ``main`` on Qt's loop; every task it left behind is cancelled."""
    import qasync

    with (
        _woken_by_signals(),
        asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(shell.application)) as runner,
    ):
        return runner.run(main())


@contextlib.contextmanager
def _woken_by_signals() -> Iterator[None]:
    """Python hears of a signal between two steps of its own, and an idle Qt waits outside of it."""
    ours, pythons = socket.socketpair()
    for end in (ours, pythons):
        end.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: ours.recv(64))
    before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        ours.close()
        pythons.close()


class WindowSession:
    """One profile's window and desk, from the first paint to the last write."""

    def __init__(
        self,
        shell: Shell,
        profile: Profile,
        *,
        secrets: SecretStore | None = None,
        chime: Callable[[], None] | None = None,
        rebuilds: bool = False,
    ) -> None:
        """``rebuilds``: the journal is moved aside first if it is damaged, and filled anew."""
        self._rebuilds = rebuilds
        self._shell = shell
        self.profile = profile
        self._secrets = secrets
        self.language: Language = language_for(
            profile.locale, QLocale.system().name(), profile.country
        )
        self._translators = install_language(shell.application, self.language)
        self.desk = OpeningDesk(self._build_desk)
        self.runner = TaskRunner(asyncio.get_running_loop(), self._crashed)
        extra = {} if chime is None else {"chime": chime}
        self.presenter: WindowPresenter = build_window(
            profile,
            cast(Desk, self.desk),
            InputChecks(profile.country, self.language.value),
            self.runner,
            theme=shell.theme,
            language=self.language,
            memory_path=_memory_path(shell.data_dir, profile),
            people=None if profile.practice else PeopleOnDemand(profile.name, shell.data_dir),
            **extra,
        )
        self._opening: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._setting_up: asyncio.Task[None] | None = None
        self.wants_rebuild = False  # the next session of the same profile rebuilds its journal
        self._is_left = False
        self._closed = asyncio.Event()
        self._painted = asyncio.Event()
        self.next_profile: Profile | None = None  # to open next: set up anew, or another person's
        self._tasks: set[asyncio.Task[None]] = set()
        self.presenter.window.closing.connect(self._closed.set)
        self.presenter.step_chosen.connect(self._on_step)
        self.presenter.settings.profile_chosen.connect(self._on_profile_chosen)

    def show(self) -> None:
        """Paint, then load what the first paint does not need."""
        FirstPaint(self.presenter.window).painted.connect(self._painted.set)
        self.presenter.window.show()
        self.presenter.start()
        self._start(self._open())

    async def until_closed(self) -> None:
        """Wait for the person to close the window, then for what must not be cut off."""
        await self._closed.wait()
        await self.close()

    async def close(self) -> None:
        """Cancel reads, wait for writes in flight, then leave; once."""
        if self._is_left:
            return
        self._is_left = True
        self.presenter.stop()
        self.presenter.show_closing()
        opening = tuple(self._tasks)
        for task in opening:
            task.cancel()
        if opening:
            await asyncio.wait(opening, timeout=WRITES_S)
        await self.runner.close(timeout_s=WRITES_S)
        await self.desk.close()
        self.presenter.window.finish_closing()
        self.presenter.window.deleteLater()  # with all that it showed: another person comes next
        remove_language(self._shell.application, self._translators)

    async def _open(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UNSEEN_S):
                await self._painted.wait()
        if self._rebuilds:
            await self._rebuild()
        opening = self._opening or self._open_desk()
        # The orders are waited for, the form's libraries by the first letter: but a keyring may ask
        # for its password, and that must not keep the form waiting.
        await asyncio.wait({opening}, timeout=ORDERS_FIRST_S)
        await asyncio.to_thread(load_libraries, self.profile.country, self.language.value)
        self._follow_session()

    async def _rebuild(self) -> None:
        self.presenter.show_rebuilding()
        set_aside = await asyncio.to_thread(importlib.import_module, "telesales_desktop.set_aside")
        try:
            is_new = await set_aside.set_journal_aside(
                self.profile, self._shell.data_dir, self._secrets
            )
        except TelesalesError as error:
            self.presenter.show_not_rebuilt(error)
            return
        await asyncio.wait({self._open_desk()})
        if is_new:
            await self._fill()
        else:
            self.presenter.show_rebuilt(None)

    async def _fill(self) -> None:
        self.presenter.show_rebuilding()
        try:
            desk = await self.desk.opened()
            self.presenter.show_rebuilt(await desk.rebuild())
        except TelesalesError as error:
            self.presenter.show_not_rebuilt(error)
        except Exception:  # a bug: it must not look as if it went on
            self.presenter.show_not_rebuilt(TelesalesError("crashed"))
            raise

    def _follow_session(self) -> None:
        # The buses are not needed to paint.
        from telesales_desktop.ui.session_lock import SessionLock

        session = SessionLock(self.presenter.window)
        session.locked.connect(self.presenter.settings.lock)
        session.unlocked.connect(self.presenter.settings.unlock)

    async def _build_desk(self) -> OrderDesk:
        # httpx and the journal's engine are not needed to paint: imported here, off the loop.
        bootstrap = await asyncio.to_thread(importlib.import_module, "telesales_desktop.bootstrap")
        built: Awaitable[OrderDesk] = bootstrap.build_desk(
            self.profile, data_dir=self._shell.data_dir, secrets=self._secrets
        )
        desk = await built
        desk.rebuilds = self._rebuilds
        return desk

    def _on_step(self, step: str) -> None:
        if step in ("retry_journal", "retry_keyring"):
            self._start(self._try_again())
        elif step == "rebuild_journal":
            self.wants_rebuild = True
            self._on_profile_chosen(self.profile)
        elif step == "rebuild_again" and not _is_running(self._filling):
            self._filling = self._start(self._rebuild() if self.desk.failure else self._fill())
        elif step == "open_setup" and not self.profile.practice:
            self._open_setup()

    def _open_setup(self) -> None:
        if _is_running(self._setting_up):
            bring_forward("setupAssistant")
        else:
            self._setting_up = self._start(self._set_up_again())

    async def _try_again(self) -> None:
        if self.desk.failure is not None:
            await asyncio.wait({self._open_desk()})
        self.presenter.load()

    def _open_desk(self) -> asyncio.Task[None]:
        """Open the desk, or wait for the opening that runs: two fast clicks are one."""
        if self._opening is None or not _is_running(self._opening):
            self._opening = self._start(self.desk.open())
        return self._opening

    async def _set_up_again(self) -> None:
        chosen = await _set_up(self._shell, self.profile.name)
        if chosen is not None:
            self._on_profile_chosen(chosen)

    def _on_profile_chosen(self, profile: Profile) -> None:
        self.next_profile = profile
        self._closed.set()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._crashed("window", error)

    def _crashed(self, name: str, error: BaseException) -> None:
        log.error("%s crashed", name, exc_info=error)
        with contextlib.suppress(AttributeError):
            self.presenter.show_crash()


class PeopleOnDemand:
    """Who shares this computer; the keyring and the relay's client are imported when asked."""

    def __init__(self, profile_name: str, data_dir: Path | None) -> None:
        self._name, self._data_dir = profile_name, data_dir

    async def _people(self) -> WorkstationPeople:
        bootstrap = await asyncio.to_thread(importlib.import_module, "telesales_desktop.bootstrap")
        people: WorkstationPeople = bootstrap.workstation_people(self._name, self._data_dir)
        return people

    async def here(self) -> Sequence[WorkstationPerson]:
        return await (await self._people()).here()

    async def enrol(self, code: str) -> Profile:
        return await (await self._people()).enrol(code)

    async def switch(self, person_id: str) -> Profile:
        return await (await self._people()).switch(person_id)

    async def leave(self, person_id: str = "") -> Profile:
        return await (await self._people()).leave(person_id)


def _is_running(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()


def _memory_path(data_dir: Path | None, profile: Profile) -> Path | None:
    if profile.practice:
        return None
    return config_root(data_dir) / f"window-{profile.name}.ini"


def run_window(profile_name: str, *, data_dir: Path | None) -> int:
    """Open the window of a profile; the set-up assistant where there is none yet.

    Exit status: 0 closed by the person, 1 the profile cannot be used.
    """
    shell = open_shell(data_dir=data_dir)
    log_handler = open_log(data_dir, "telesales-desktop")
    try:
        return run_in(shell, lambda: _run_profile(shell, profile_name))
    finally:
        tear_down_logging(log_handler)


async def _run_profile(shell: Shell, profile_name: str) -> int:
    files = ProfileFiles(config_root(shell.data_dir))
    if profile_name not in files.names():
        profile = await _set_up(shell, profile_name)
        if profile is None:
            return 0
    else:
        try:
            profile = files.load(profile_name)
        except TelesalesError as wrong:
            sys.stderr.write(f"telesales-desktop: {wrong}\n")
            return 1
    rebuilds = False
    while profile is not None:
        session = WindowSession(shell, profile, rebuilds=rebuilds)
        session.show()
        await session.until_closed()
        profile, rebuilds = session.next_profile, session.wants_rebuild
    return 0


async def _set_up(shell: Shell, profile_name: str) -> Profile | None:
    """Let the assistant make the profile; None when the person leaves."""
    from telesales_desktop.ui.setup_presenter import SetupPresenter

    language = language_for("", QLocale.system().name(), Country.US)
    translators = install_language(shell.application, language)
    # The checks bring httpx and the keyring with them: imported off the loop.
    bootstrap = await asyncio.to_thread(importlib.import_module, "telesales_desktop.bootstrap")
    runner = TaskRunner(asyncio.get_running_loop(), _log_crash)
    presenter = SetupPresenter(
        profile_name,
        bootstrap.connection_tests(shell.data_dir),
        runner,
        theme=shell.theme,
        language=language,
        default_affirm_url=default_affirm_url,
    )
    ended: asyncio.Future[Profile | None] = asyncio.get_running_loop().create_future()

    def end(profile: Profile | None) -> None:
        if not ended.done():
            ended.set_result(profile)

    presenter.completed.connect(end)
    presenter.assistant.closing.connect(lambda: end(None))
    presenter.assistant.show()
    try:
        return await ended
    finally:
        await runner.close(timeout_s=WRITES_S)
        presenter.assistant.hide()
        presenter.assistant.deleteLater()
        remove_language(shell.application, translators)


def _log_crash(name: str, error: BaseException) -> None:
    log.error("%s crashed", name, exc_info=error)
