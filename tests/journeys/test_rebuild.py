"""A damaged journal: no money moves, and `rebuild` brings the orders back from relay or Affirm."""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop import rebuild
from telesales_desktop.adapters.data_paths import config_root
from telesales_desktop.adapters.settings import ProfileFiles
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
