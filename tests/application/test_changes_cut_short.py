"""A desk dies between hearing who acts on an order and acting on it: does it know at its next start?"""

import asyncio

import pytest

from telesales_desktop.application.profile import Role
from telesales_desktop.domain.errors import CredentialsError
from tests.fakes.shared_floor import SharedFloor
from tests.fakes.workstation import until


@pytest.fixture
async def floor():
    found = SharedFloor()
    yield found
    await found.close()


async def for_ever(*args, **options):
    await asyncio.Event().wait()


async def test_a_desk_that_died_before_it_let_go_of_an_order_does_not_act_on_it_again(floor):
    dana = await floor.desk("Dana")
    boss = await floor.desk("Sam", Role.SUPERVISOR)
    await floor.sent(dana)
    await until(lambda: boss.place())
    dana.journal.mark_lost = for_ever
    dana.client.is_offline = True
    await boss.do(boss.desk.take_over("4182"))
    await until(lambda: floor.is_uploaded(boss))
    dana.client.is_offline = False
    await until(lambda: dana.journal.disk.records["key-4182"].holder == boss.me.token_id)
    await dana.kill()
    dana.client.is_offline = True
    await dana.start()
    await asyncio.sleep(60)
    assert dana.desk._book.is_lost("4182")


async def test_a_desk_that_died_before_its_new_token_was_kept_acts_on_its_orders(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    await dana.kill()
    dana.journal.disk.meta.pop("own_tokens")
    dana.client.is_offline = True
    await dana.start()
    assert not dana.desk._book.is_lost("4182")


async def test_a_desk_that_cannot_tell_who_works_there_opens_all_the_same(floor):
    dana = await floor.desk("Dana")
    await floor.sent(dana)
    await dana.kill()
    dana.journal.disk.meta.pop("own_tokens")

    async def locked():
        raise CredentialsError("locked")

    dana.client.identity = locked
    await dana.start()
    assert not dana.desk._book.is_lost("4182")


async def test_what_was_given_to_a_person_whose_desk_died_is_taken_at_the_next_start(floor):
    dana = await floor.desk("Dana")
    eve = await floor.desk("Eve")
    await floor.sent(dana)
    eve.client.claim = for_ever
    await dana.do(dana.desk.hand_over("4182", eve.me.person_id))
    await until(lambda: "key-4182" in eve.journal.disk.records)
    await eve.kill()
    del eve.client.claim
    await eve.start()
    await until(lambda: eve.told.status.is_shared)
    await asyncio.sleep(60)
    assert floor.relay.heads["key-4182"].holder_id == eve.me.token_id
