"""A damaged journal: no money moves, and `rebuild` brings the orders back from relay or Affirm."""

import asyncio
import multiprocessing
import os
import signal
from dataclasses import replace

import pytest

from telesales_desktop import rebuild
from telesales_desktop.adapters.data_paths import config_root
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.changing_hands import ChangingHands
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order_state import OrderState
from tests.journeys.several_desks import open_house, typed, until


def damage(path):
    """Something wrote over the middle of the file."""
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place + 100 : place + 200] = bytes(100)
    path.write_bytes(content)


def run(seat, profile=None):
    """The command, as in a process of its own: it has a loop of its own."""
    used = profile or seat.profile
    ProfileFiles(config_root(seat.data_dir)).save(used)
    return rebuild.rebuild(used.name, data_dir=seat.data_dir, secrets=seat.secrets)


async def authorized(house, seat):
    checkout_id = await seat.send()
    await house.confirm(checkout_id)
    await until(lambda: seat.state() is OrderState.AUTHORIZED)
    await until(lambda: not seat.place().waits_to_upload)


async def test_a_damaged_journal_moves_no_money_and_is_rebuilt_from_the_relay(capsys):
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        await authorized(house, dana)
        await dana.close()
        assert await asyncio.to_thread(run, dana) == rebuild.FAILED
        assert "is whole" in capsys.readouterr().err
        damage(dana.journal)
        with pytest.raises(JournalError):
            await dana.open()
        await dana.close()
        assert await asyncio.to_thread(run, dana) == 0
        told = capsys.readouterr().out
        assert "1 orders are back" in told
        assert "Not known any more" in told
        await dana.open()
        await until(lambda: dana.status.is_shared)
        await dana.desk.capture("4182", amount_cents=None)
        await until(lambda: dana.state() is OrderState.CAPTURED)
        assert len(await house.effects("authorize")) == 1
        assert len(await house.effects("capture")) == 1
        assert list(dana.journal.parent.glob("journal.db.aside-*"))


def killed_while_filling(profile, data_dir, secrets, taken):
    """In a process of its own: the command, killed with SIGKILL before it takes one more order."""
    take_on, done = ChangingHands.take_on, []

    async def die_before_the_next(self, record, *, released):
        if len(done) == taken:
            os.kill(os.getpid(), signal.SIGKILL)
        await take_on(self, record, released=released)
        done.append(record)

    ChangingHands.take_on = die_before_the_next
    rebuild.rebuild(profile.name, data_dir=data_dir, secrets=secrets)


@pytest.mark.parametrize("taken", [0, 1])
async def test_a_rebuild_that_was_killed_is_known_at_the_next_start_and_gone_on_with(capsys, taken):
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        for order_id in ("1", "2"):
            await dana.send(order_id)
        await dana.close()
        damage(dana.journal)
        ProfileFiles(config_root(dana.data_dir)).save(dana.profile)
        killed = multiprocessing.get_context("spawn").Process(
            target=killed_while_filling, args=(dana.profile, dana.data_dir, dana.secrets, taken)
        )
        killed.start()
        await asyncio.to_thread(killed.join)
        assert killed.exitcode == -signal.SIGKILL
        with pytest.raises(JournalError) as refused:
            await dana.open()
        assert refused.value.problem == JournalProblem.UNFILLED
        assert dana.files == {}
        await dana.close()
        assert await asyncio.to_thread(run, dana) == 0
        assert "2 orders are back" in capsys.readouterr().out
        await dana.open()
        await until(lambda: len(dana.files) == 2)
        assert len(list(dana.journal.parent.glob("journal.db.aside-*-mark"))) == 1


async def test_without_a_relay_it_says_what_it_cannot_know(capsys):
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        await authorized(house, dana)
        await dana.desk.send(typed("not used"), draft_id="")
        await dana.close()
        damage(dana.journal)
        alone = replace(dana.profile, relay_url="")
        assert await asyncio.to_thread(run, dana, alone) == 0
        told = capsys.readouterr().out
        assert "1 orders are back" in told
        assert "There is no relay to ask" in told
        assert len(await house.effects("authorize")) == 1


async def test_while_another_copy_runs_nothing_is_moved(capsys):
    async with open_house() as house:
        dana = await house.seat("Dana R.")
        assert await asyncio.to_thread(run, dana) == rebuild.FAILED
        assert "another copy" in capsys.readouterr().err
