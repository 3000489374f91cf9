import asyncio
import os
import signal
import socket
import sys

import httpx
import pytest

from telesales_desktop.relay import cli, serve
from telesales_desktop.relay.listening import Listen
from telesales_desktop.relay.serve import ServeOptions
from telesales_desktop.relay.store import NotARelayError, StoreError
from tests.relay import parts
from tests.relay.parts import HOOK, until

ANY = Listen("127.0.0.1", 0)


def options(database, **changed) -> ServeOptions:
    values = {
        "database": database,
        "desks": ANY,
        "hooks": ANY,
        "public_url": None,
        "trusted_proxies": (),
        "development": False,
    }
    return ServeOptions(**{**values, **changed})


class Serving:
    """A relay that serves in this process until it is sent a signal."""

    def __init__(self, capsys, **changed) -> None:
        self.task = asyncio.create_task(serve.serve(options(**changed)))
        self.lines = []
        self.capsys = capsys

    async def addresses(self) -> dict[str, str]:
        def said() -> bool:
            self.lines += self.capsys.readouterr().out.splitlines()
            return len(self.lines) == 2 or self.task.done()

        await until(said)
        return dict(line.split(" ") for line in self.lines)

    async def stop(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await self.task


async def test_both_listeners_say_where_they_are_and_end_at_a_signal(database, capsys):
    before = signal.getsignal(signal.SIGTERM)
    turn_s = sys.getswitchinterval()
    serving = Serving(capsys, database=database)
    addresses = await serving.addresses()
    assert list(addresses) == ["desks", "hooks"]
    assert sys.getswitchinterval() < turn_s
    async with httpx.AsyncClient() as http:
        assert (await http.post(addresses["hooks"] + HOOK, content="event=x")).status_code == 200
        assert (await http.get(addresses["hooks"] + "/v1/meta")).status_code == 404
        meta = await http.get(addresses["desks"] + "/v1/meta")
        assert meta.json()["public_url"] == parts.PUBLIC_URL
        assert "server" not in meta.headers
        assert (await http.post(addresses["desks"] + HOOK, content="event=x")).status_code == 404
    await serving.stop()
    assert signal.getsignal(signal.SIGTERM) == before
    assert sys.getswitchinterval() == turn_s


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
async def test_it_listens_at_an_address_of_the_new_kind_too(database, capsys):
    serving = Serving(capsys, database=database, desks=Listen("::1", 0))
    addresses = await serving.addresses()
    assert addresses["desks"].startswith("http://[::1]:")
    async with httpx.AsyncClient() as http:
        assert (await http.get(addresses["desks"] + "/healthz")).status_code == 200
    await serving.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="what systemd passes")
@pytest.mark.parametrize("name", ["{folder}/s", "\0{folder}"])
async def test_it_serves_at_a_socket_of_this_machine_alone(
    database, capsys, monkeypatch, tmp_path, name
):
    place = name.format(folder=tmp_path)
    real = serve.open_socket

    def passed(listen):
        if not listen.passed:
            return real(listen)
        opened = socket.socket(socket.AF_UNIX)
        opened.bind(place)
        opened.listen()
        return opened

    monkeypatch.setattr(serve, "open_socket", passed)
    serving = Serving(capsys, database=database, desks=Listen("", 0, passed="desks"))
    addresses = await serving.addresses()
    assert addresses["desks"] == "unix:" + place.replace("\0", "@")
    transport = httpx.AsyncHTTPTransport(uds=place)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/metrics")).status_code == 404
    await serving.stop()


@pytest.mark.parametrize(("trusted", "status"), [((), 200), (("127.0.0.1",), 404)])
async def test_only_a_trusted_proxy_may_say_who_asks(database, capsys, trusted, status):
    serving = Serving(capsys, database=database, trusted_proxies=trusted)
    addresses = await serving.addresses()
    async with httpx.AsyncClient() as http:
        answer = await http.get(
            addresses["desks"] + "/metrics", headers={"x-forwarded-for": "203.0.113.7"}
        )
        assert answer.status_code == status
    await serving.stop()


async def test_a_missing_database_is_said_before_anything_listens(tmp_path, capsys):
    with pytest.raises(NotARelayError, match="telesales-relay init"):
        await serve.serve(options(tmp_path / "missing.db"))
    assert capsys.readouterr().out == ""


async def test_without_a_place_for_its_spool_it_does_not_start(database, tmp_path, capsys):
    spool = tmp_path / "no such folder" / "spool"
    with pytest.raises(StoreError, match=r"the folder of the spool .*no such folder"):
        await asyncio.wait_for(serve.serve(options(database=database, spool=spool)), 20)
    assert capsys.readouterr().out == ""


async def test_what_it_cannot_write_it_does_not_serve(database, monkeypatch, capsys):
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != database and real(path, mode))
    with pytest.raises(StoreError, match=f"{database} cannot be written"):
        await asyncio.wait_for(serve.serve(options(database=database)), 20)
    assert capsys.readouterr().out == ""


async def test_a_taken_port_is_said(database):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = Listen("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(OSError, match="cannot listen at"):
            await serve.serve(options(database, hooks=listen))


def test_the_limit_of_open_files_is_raised_where_there_is_one(monkeypatch):
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    serve._allow_many_connections()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard == before[1]

    def refuse(*_):
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    serve._allow_many_connections()
    monkeypatch.setattr(sys, "platform", "win32")
    serve._allow_many_connections()
    monkeypatch.undo()
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_command_serves_with_what_it_was_given(monkeypatch, tmp_path):
    served = []

    async def note(given):
        served.append(given)

    monkeypatch.setattr(cli, "serve", note)
    status = cli.main(
        ["serve", "--database", "relay.db", "--listen", "127.0.0.1:1", "--hook-listen", "[::1]:2",
         "--public-url", "https://relay.example", "--trusted-proxy", "10.0.0.1", "--development"]
    )  # fmt: skip
    assert status == 0
    (given,) = served
    assert str(given.database) == "relay.db"
    assert given == ServeOptions(
        database=given.database,
        desks=Listen("127.0.0.1", 1),
        hooks=Listen("::1", 2),
        public_url="https://relay.example",
        trusted_proxies=("10.0.0.1",),
        development=True,
    )
