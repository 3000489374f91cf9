"""Which loop, and for how long it waits for who connects and says nothing."""

import asyncio
import builtins
import ssl

import pytest
import uvloop

from telesales_desktop.relay import loops
from tests.packaging.self_signed import certificate


@pytest.fixture(params=["uvloop", "asyncio"])
def loop_kind(request, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "uvloop":
            raise ImportError(name)
        return real(name, *rest)

    if request.param == "asyncio":
        monkeypatch.setattr(builtins, "__import__", without)
    return request.param


def test_it_is_uvloop_where_there_is_one(loop_kind):
    loop = loops.new_loop()
    assert isinstance(loop, uvloop.Loop) == (loop_kind == "uvloop")
    loop.close()


def test_who_connects_to_tls_and_says_nothing_is_let_go(loop_kind, monkeypatch, tmp_path):
    monkeypatch.setattr(loops, "HANDSHAKE_S", 0.2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path, "localhost"))

    async def connect_and_say_nothing():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)  # asyncio tells of each of them
        server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            async with asyncio.timeout(30):  # without a limit of ours it would be a minute
                said = await reader.read()
            writer.close()
        return said

    with asyncio.Runner(loop_factory=loops.new_loop) as runner:
        assert runner.run(connect_and_say_nothing()) == b""


def test_a_listener_without_tls_is_as_it_was(loop_kind):
    async def listen():
        async with await asyncio.get_running_loop().create_server(
            asyncio.Protocol, "127.0.0.1", 0
        ) as server:
            return server.is_serving()

    with asyncio.Runner(loop_factory=loops.new_loop) as runner:
        assert runner.run(listen())
