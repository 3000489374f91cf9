"""How is a damaged journal replaced? Moved aside, and a new one filled from relay and Affirm."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from telesales_desktop.adapters.data_paths import (
    config_root,
    data_root,
    prepare_profile_directory,
)
from telesales_desktop.adapters.logging_setup import tear_down_logging
from telesales_desktop.adapters.secret_stores import open_secret_store
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.ports import SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.rebuilding import Rebuilt
from telesales_desktop.bootstrap import JOURNAL_FILE, build_desk
from telesales_desktop.domain.errors import SettingsError, TelesalesError
from telesales_desktop.log_file import open_log
from telesales_desktop.sentences import sentence
from telesales_desktop.set_aside import set_journal_aside

FAILED = 1
_NOT_TO_ITS_END = """\
The new journal is not filled to its end, and no money moves with it until it is: run this again.
"""
_BESIDE = "A journal that could not be used lies beside the new one; nothing of it was deleted."
_NONE_BEFORE = "There was no journal here: this one is new."
_FROM_RELAY = """\
Not known any more: what was noted of each order, forms that were not sent, and what was done here
after the relay's last record. Affirm was read for each order; commands of that time are never sent
again from here, and a supervisor decides about links that were sent since."""
_FROM_AFFIRM = """\
There is no relay to ask. Affirm's list does not tell: links that were sent and not used,
confirmations that nobody authorized, customers' names and what they bought, commands whose answer
was lost, and which of these orders were sold at this desk. Look for missing orders in Affirm's
portal."""


def rebuild(profile_name: str, *, data_dir: Path | None, secrets: SecretStore | None = None) -> int:
    """Exit status: 0 rebuilt; 1 it could not be done, or the journal is whole."""
    log_handler = open_log(data_dir, "telesales-desktop rebuild")
    try:
        files = ProfileFiles(config_root(data_dir))
        if profile_name not in files.names():
            raise SettingsError(f"there is no profile {profile_name}")
        return asyncio.run(_rebuild(files.load(profile_name), data_dir, secrets))
    except TelesalesError as error:
        return _failed(sentence(error))
    finally:
        tear_down_logging(log_handler)


def _failed(told: str) -> int:
    sys.stderr.write(f"telesales-desktop rebuild: {told}\n")
    return FAILED


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _rebuild(profile: Profile, data_dir: Path | None, secrets: SecretStore | None) -> int:
    store = secrets or open_secret_store(profile)
    if not await set_journal_aside(profile, data_dir, store):
        return _failed("the journal is whole: nothing was changed")
    desk = await build_desk(profile, data_dir=data_dir, secrets=store)
    desk.rebuilds = True
    try:
        await desk.start()
        found = await desk.rebuild()
        _say(_BESIDE if _lies_aside(profile, data_dir) else _NONE_BEFORE)
        _tell(found)
    except TelesalesError:
        sys.stderr.write(_NOT_TO_ITS_END)
        raise
    finally:
        await desk.close()
    return 0


def _lies_aside(profile: Profile, data_dir: Path | None) -> bool:
    """Whether this run, or one before that was interrupted, has moved a journal away."""
    folder = prepare_profile_directory(data_root(data_dir), profile.name)
    return any(folder.glob(f"{JOURNAL_FILE}.aside-*"))


def _tell(found: Rebuilt) -> None:
    _say(f"{len(found.order_ids)} orders are back, and Affirm was read for each.")
    if found.elsewhere:
        _say(f"{len(found.elsewhere)} orders are acted on at another desk, and stay there.")
    if found.unusable:
        _say(f"{len(found.unusable)} could not be taken up: {', '.join(found.unusable)}")
    if not found.complete:
        _say("Affirm's list did not come to its end: there may be more.")
    _say(_FROM_RELAY if found.from_relay else _FROM_AFFIRM)
