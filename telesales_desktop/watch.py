"""How are confirmed orders of silent desks authorized where nobody sits? Without a window."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from datetime import datetime
from pathlib import Path

from telesales_desktop.adapters.data_paths import config_root
from telesales_desktop.adapters.logging_setup import tear_down_logging
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.desk import OrderDesk
from telesales_desktop.application.desk_values import ConnectionStatus, RelayContact
from telesales_desktop.application.floor_values import Holding, SharedOrder
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.bootstrap import build_desk
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import SettingsError, TelesalesError
from telesales_desktop.domain.order_state import order_state
from telesales_desktop.log_file import open_log, warnings_on_stderr
from telesales_desktop.sentences import sentence

FAILED = 1
JITTER_SHARE = 1 / 6
"""Who watches wait differently long, so that they seldom ask for the same order at once."""

_FIRST_CONTACT = (RelayContact.CONNECTING, RelayContact.OK)
"""Nothing to say beyond "watching"."""

log = logging.getLogger(__name__)


class Watcher:
    """Says in the log, and on standard output, what the watch does. No personal data."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[str, str]] = {}
        self._status = ConnectionStatus()

    def order_changed(self, file: OrderFile) -> None:
        pass  # the floor tells more of it

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None:
        self._say(f"order {order_id}: {notice.value}")

    def shared_changed(self, shared: SharedOrder) -> None:
        """Tell of what is held here, and of what it becomes."""
        place = (shared.holding.value, _state(shared))
        before = self._places.get(shared.order_id)
        if place == before:
            return
        self._places[shared.order_id] = place
        if Holding.HERE in (shared.holding, before and before[0]):
            self._say(f"order {shared.order_id}: {place[1]}, acted on {_where(shared)}")
        elif shared.confirmed_at is not None:
            self._say(f"order {shared.order_id}: confirmed, not authorized")

    def connection_changed(self, status: ConnectionStatus) -> None:
        """Tell when the relay comes and goes, and every alarm once."""
        before, self._status = self._status, status
        for alarm in sorted(status.alarms - before.alarms):
            self._say_of_us(f"alarm: {alarm.value}")
        if status.is_shared and not before.is_shared:
            self._say_of_us("watching")
        if status.relay is not before.relay and (before.relay, status.relay) != _FIRST_CONTACT:
            self._say_of_us(f"relay: {status.relay.value}")
        if status.gap_at not in (None, before.gap_at):
            self._say_of_us("gap: the relay may have missed news; open orders are read at Affirm")
        if status.journal_problem is not before.journal_problem:
            self._say_of_us(f"journal: {status.journal_problem or 'well'}")

    def _say_of_us(self, line: str) -> None:
        """What concerns no order may stand in the log as it is."""
        log.info("watch: %s", line)
        self._print(line)

    def _say(self, line: str) -> None:
        log.info("watch: an order changed")
        self._print(line)

    def _print(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def watch(profile_name: str, *, data_dir: Path | None, silence_s: float) -> int:
    """Watch until SIGTERM or SIGINT. Exit status: 0 told to end, 1 it cannot be done."""
    log_handler = open_log(data_dir, "telesales-desktop watch")
    try:
        with warnings_on_stderr():
            profile = _usable(ProfileFiles(config_root(data_dir)), profile_name)
            return asyncio.run(_run(profile, data_dir, silence_s))
    except TelesalesError as error:
        sys.stderr.write(f"telesales-desktop watch: {sentence(error)}\n")
        return FAILED
    finally:
        tear_down_logging(log_handler)


def _usable(files: ProfileFiles, name: str) -> Profile:
    if name not in files.names():
        raise SettingsError(f"there is no profile {name}: see telesales-desktop configure")
    profile = files.load(name)
    if not profile.relay_url:
        raise SettingsError(f"profile {name} has no relay, which tells what is confirmed")
    if profile.looks_only:
        raise SettingsError(f"profile {name} only looks: it has no keys to authorize with")
    if profile.role is not Role.SUPERVISOR:
        sys.stderr.write(
            f"telesales-desktop watch: {profile.agent or name} is no supervisor, and stands in for "
            "own orders only\n"
        )
    return profile


async def _run(profile: Profile, data_dir: Path | None, silence_s: float) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises there
            loop.add_signal_handler(wanted, ended.set)
    desk = await build_desk(
        profile, data_dir=data_dir, silence_s=silence_s, jitter_s=silence_s * JITTER_SHARE
    )
    watcher = Watcher()
    desk.subscribe_floor(watcher.shared_changed)
    desk.subscribe(watcher)
    await _until(desk, ended)
    return 0


async def _until(desk: OrderDesk, ended: asyncio.Event) -> None:
    try:
        await desk.start()
        await ended.wait()
    finally:
        await desk.close()


def _state(shared: SharedOrder) -> str:
    return order_state(shared.file.order, shared.file.order.updated_at).value


def _where(shared: SharedOrder) -> str:
    if shared.holding is Holding.HERE:
        return "here"
    return f"at {shared.workstation}" if shared.workstation else "nowhere"
