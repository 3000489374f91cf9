import asyncio

import pytest

from telesales_desktop.relay import backup
from telesales_desktop.relay import health as health_module
from telesales_desktop.relay.health import Health
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import StoreError


@pytest.fixture
def health(relay) -> Health:
    running = relay.relay
    return Health(running.store, running.access, running.intake, running.hooks, running.feed)


async def test_it_is_ready_while_it_can_write(health, relay, monkeypatch):
    monkeypatch.setattr(health_module, "_CHECK_LASTS_S", 0)
    assert (await health.readiness())["ready"] is True

    async def refuse():
        raise StoreError("disk I/O error")

    monkeypatch.setattr(relay.store, "check_write", refuse)
    assert (await health.readiness())["ready"] is False


async def test_it_is_not_ready_on_what_was_moved_away(health, database, tmp_path, caplog):
    """Every webhook goes to its spool there, and every desk is refused."""
    await asyncio.to_thread(backup.move, database, tmp_path / "new.db")
    assert (await health.readiness())["ready"] is False
    assert "the database refuses a write" in caplog.text


async def test_it_is_not_ready_while_what_comes_cannot_be_kept(health, relay, monkeypatch, caplog):
    """A disk so full that one small write still works, and a webhook does not."""

    async def refuse(new):
        raise StoreError("database or disk is full")

    def full(self, new):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(relay.store, "append", refuse)
        patch.setattr(Spool, "put", full)
        patch.setattr(Spool, "make_room", lambda self: False)
        lost = await relay.hooks.post("/hooks/affirm/hook-secret", content="event=x")
        assert lost.status_code == 503
        told = await health.readiness()
        assert (told["ready"], told["keeps"]) == (False, False)
    kept = await relay.hooks.post("/hooks/affirm/hook-secret", content="event=x")
    assert kept.status_code == 200
    assert (await health.readiness())["ready"] is True


async def test_a_write_that_hangs_is_no_write(health, relay, monkeypatch):
    async def hang():
        await asyncio.Event().wait()

    monkeypatch.setattr(relay.store, "check_write", hang)
    monkeypatch.setattr(health_module, "_CHECK_TIMEOUT_S", 0.01)
    assert (await health.readiness())["ready"] is False


async def test_however_many_ask_it_is_checked_now_and_then(health, relay, monkeypatch):
    monkeypatch.setattr(health_module, "_CHECK_LASTS_S", 3600)
    checks = []

    async def check():
        checks.append(1)

    monkeypatch.setattr(relay.store, "check_write", check)
    told = await asyncio.gather(*(health.readiness() for _ in range(20)))
    assert all(each["ready"] for each in told)
    assert len(checks) == 1


async def test_the_figures_are_prometheus_text_without_a_name(health, relay):
    await relay.hooks.post("/hooks/affirm/hook-secret", content="event=x&first_name=Zoe")
    await relay.hooks.get("/nothing")
    lines = health.metrics().decode().splitlines()
    assert 'telesales_relay_deliveries_total{outcome="kept"} 1.0' in lines
    assert 'telesales_relay_ingress_total{what="not_found"} 1.0' in lines
    assert "telesales_relay_parked_polls 0.0" in lines
    assert not any("main" in line or "Zoe" in line for line in lines)
