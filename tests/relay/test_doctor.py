"""Does the doctor see what is wrong, and nothing where nothing is?"""

import asyncio
import http.server
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from telesales_desktop.relay import doctor
from telesales_desktop.relay.doctor import examine
from telesales_desktop.relay.store import StoreError
from telesales_desktop.wire.refusal import Refusal, RefusalCode
from tests.packaging.self_signed import certificate


class FakeStore:
    """A store as far as the doctor looks at it."""

    def __init__(self, *, sealing_key=bytes(32), broken=False):
        self.sealing_key = sealing_key
        self.broken = broken
        self.writes = 0

    async def check_write(self):
        if self.broken:
            raise StoreError("disk I/O error")
        self.writes += 1

    async def merchants(self):
        if self.broken:
            raise StoreError("disk I/O error")
        return [SimpleNamespace(merchant="main", sealing_key=self.sealing_key)]


@contextmanager
def public_address(status=404, body=None, off_s=0):
    """Something that answers on loopback."""
    told = body or Refusal(RefusalCode.NOT_FOUND, "there is nothing here").to_json()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response_only(status)
            at = datetime.now(UTC) + timedelta(seconds=off_s)
            self.send_header("date", format_datetime(at, usegmt=True))
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *words):
            pass

    asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def bad(tmp_path, store=None, **address):
    with public_address(**address) as (url, _):
        found = await examine(store or FakeStore(), tmp_path / "relay.db.spool", url)
    return {finding.what: finding.told for finding in found if not finding.good}


@pytest.fixture(autouse=True)
def little_room_is_enough(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1)
    monkeypatch.setattr(doctor, "SLOW_COMMIT_S", 60)


async def test_a_relay_that_is_well_has_no_bad_finding(tmp_path):
    store = FakeStore()
    with public_address() as (url, asked):
        found = await examine(store, tmp_path / "relay.db.spool", url)
    assert [finding for finding in found if not finding.good] == []
    looked_at = {finding.what for finding in found}
    assert looked_at == {"database", "sealing key", "disk", "spool", "public address", "clock"}
    assert store.writes > 1
    assert asked[0].startswith("/hooks/affirm/")
    assert len(asked[0]) > len("/hooks/affirm/") + 15
    assert list(tmp_path.iterdir()) == []
    assert all(finding.line().startswith("ok  ") for finding in found)


async def test_a_database_that_takes_no_write(tmp_path):
    found = await bad(tmp_path, FakeStore(broken=True))
    assert "disk I/O error" in found["database"]
    assert "sealing key" in found


async def test_a_slow_database(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "SLOW_COMMIT_S", 0)
    assert set(await bad(tmp_path)) == {"database"}


async def test_a_merchant_without_a_sealing_key(tmp_path):
    found = await bad(tmp_path, FakeStore(sealing_key=None))
    assert set(found) == {"sealing key"}
    assert "merchants seal" in found["sealing key"]


async def test_a_disk_that_is_nearly_full(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**62)
    assert set(await bad(tmp_path)) == {"disk"}


async def test_a_folder_that_is_not_there(tmp_path):
    assert "disk" in await bad(tmp_path / "gone")


async def test_a_spool_that_waits(tmp_path):
    (tmp_path / "relay.db.spool").write_bytes(b"x")
    assert set(await bad(tmp_path)) == {"spool"}


async def test_spooled_lines_that_were_damaged(tmp_path):
    (tmp_path / "relay.db.spool.damaged").write_bytes(b"x")
    assert "damaged" in (await bad(tmp_path))["spool"]


async def test_spooled_deliveries_that_were_set_aside(tmp_path):
    (tmp_path / "relay.db.spool.refused").write_bytes(b"x")
    found = await bad(tmp_path)
    assert set(found) == {"spool"}
    assert "relay.db.spool.refused holds deliveries of merchants" in found["spool"]


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"welcome"), (404, b"<html>not found</html>"), (502, None)]
)
async def test_an_address_that_leads_elsewhere(tmp_path, status, body):
    found = await bad(tmp_path, status=status, body=body)
    assert set(found) == {"public address"}
    assert str(status) in found["public address"]


async def test_an_address_that_does_not_answer(tmp_path):
    with public_address() as (url, _):
        pass
    found = await examine(FakeStore(), tmp_path / "relay.db.spool", url)
    (finding,) = [finding for finding in found if not finding.good]
    assert finding.what == "public address"
    assert "does not answer" in finding.told
    assert finding.line().startswith("FAIL")


async def test_a_certificate_that_nobody_trusts(tmp_path):
    pem, key = certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    url = f"https://127.0.0.1:{server.server_port}"
    found = await examine(FakeStore(), tmp_path / "relay.db.spool", url)
    await asyncio.to_thread(thread.join)
    server.server_close()
    (finding,) = [finding for finding in found if not finding.good]
    assert finding.what == "public address"
    assert "certificate" in finding.told


@pytest.mark.parametrize("off_s", [-60, 60])
async def test_a_clock_that_is_off(tmp_path, off_s):
    found = await bad(tmp_path, off_s=off_s)
    assert set(found) == {"clock"}
    assert ("behind" if off_s > 0 else "ahead") in found["clock"]


@pytest.mark.parametrize("date", ["", "just now", "Tue, 99 Dec 2026 05:00:00 GMT"])
def test_a_date_that_is_none(date):
    """What answers there may be anything: to tell that is what the doctor is for."""
    assert doctor._clock(date, 0.0).good is False


@pytest.mark.parametrize("url", [f"https://{'a' * 70}.example", "http://127.0.0.1:1/\u00e9"])
async def test_an_address_that_cannot_be_asked(tmp_path, url):
    found = await examine(FakeStore(), tmp_path / "relay.db.spool", url)
    assert [finding.what for finding in found if not finding.good] == ["public address"]


@pytest.mark.parametrize(("days", "good"), [(90, True), (3, False)])
def test_a_certificate_that_ends_soon(days, good):
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    finding = doctor._lasts({"notAfter": ends.strftime("%b %d %H:%M:%S %Y GMT")})
    assert finding.good is good
    assert f"{days} more days" in finding.told
