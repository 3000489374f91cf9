"""The disk fills up, or fails, under the real window: no money moves, it says why, and goes on."""

import asyncio
import gc
import time
import warnings

import apsw
import pytest

from telesales_desktop import bootstrap
from telesales_desktop.adapters.journal import EncryptedJournal
from telesales_desktop.demo.hands import Hands
from telesales_desktop.demo.witness import Witness
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.window import Shell, WindowSession
from tests.adapters.journal.failing_disk import FailingDisk
from tests.journeys.several_desks import LONG_S, open_house, typed, until
from tests.ui.conftest import _theme, theme  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.qt_loop]

TROUBLE = {
    "full": ("xWrite", apsw.SQLITE_FULL, "The disk is full"),
    "sync": ("xSync", apsw.SQLITE_IOERR_FSYNC, "The disk does not take"),
}


async def live_through(house, session, hands, disk, trouble):
    call, code, sentence = TROUBLE[trouble]
    window, witness = session.presenter.window, Witness()
    session.desk.subscribe(witness)
    desk = await session.desk.opened()
    first = await desk.send(typed("1"), draft_id="")
    await house.confirm(first.order.checkout.checkout_id)
    assert await witness.until(OrderState.AUTHORIZED, deadline=time.monotonic() + LONG_S)
    second = await desk.send(typed("2"), draft_id="")

    disk.fail_at(call, 1, code, lasts=True)
    session.presenter.window.orders.choose("1")
    await hands.click("command_capture")
    await until(lambda: sentence in window.banner.sentence.text())
    await house.confirm(second.order.checkout.checkout_id)
    await hands.fill("field_first_name", "Marie")
    await until(lambda: session.presenter._form._unsaved)
    assert await house.effects("capture") == []
    assert len(await house.effects("authorize")) == 1
    assert window.banner.isVisible()

    disk.heal()
    await until(lambda: not window.banner.isVisible())
    row = session.presenter.window.orders.model.row
    await until(lambda: row("2").state is OrderState.AUTHORIZED)
    assert await house.effects("capture") == []  # the agent was told that nothing happened
    await hands.click("command_capture")
    await until(lambda: row("1").state is OrderState.CAPTURED)
    assert len(await house.effects("capture")) == 1
    assert len(await house.effects("authorize")) == 2
    async with asyncio.timeout(LONG_S):
        while not (drafts := await desk.drafts()):
            await asyncio.sleep(0.1)
    assert [draft.content["first_name"] for draft in drafts] == ["Marie"]


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_disk_that_fails_while_it_runs(qapp, theme, monkeypatch, caplog, trouble):  # noqa: F811
    disk = FailingDisk()

    class OnDisk(EncryptedJournal):
        def __init__(self, path, key, **options):
            super().__init__(path, key, **options)
            self._store._vfs = disk.cipher_name

    monkeypatch.setattr(bootstrap, "EncryptedJournal", OnDisk)
    async with open_house() as house:
        dana = await house.seat("Dana R.", opens=False)
        shell = Shell(qapp, theme, dana.data_dir)
        session = WindowSession(shell, dana.profile, secrets=dana.secrets, chime=lambda: None)
        session.show()
        hands = Hands(
            session.presenter.window, screenshots=None, deadline=time.monotonic() + 4 * LONG_S
        )
        await hands.come_forward()
        try:
            await live_through(house, session, hands, disk, trouble)
        finally:
            await session.close()
        assert [r.exc_info for r in caplog.records if r.exc_info] == []
    # A connection that was being made when the desk closed is shut by a later turn of the loop,
    # and the loop ends here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
