"""How do both listeners run in one process, from the first byte to the last?"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from telesales_desktop.relay.access import Access
from telesales_desktop.relay.deadlines import DeskProtocol, IngressProtocol, PunctualProtocol
from telesales_desktop.relay.desk_api import DeskApi
from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.health import Health
from telesales_desktop.relay.ingress import Ingress
from telesales_desktop.relay.intake import Intake
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import Store

_LAST_ANSWERS_S = 10
_KEEP_ALIVE_S = 75  # longer than a proxy's, so that it never posts into a closing connection
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Listen:
    """An address to listen at; port 0 lets the system choose."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the relay is to run. ``trusted_proxies``: whose X-Forwarded-For is believed."""

    database: Path
    desks: Listen
    hooks: Listen
    public_url: str | None
    trusted_proxies: tuple[str, ...]
    development: bool


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay's parts, put together and running; both listeners are ASGI applications."""

    store: Store
    access: Access
    intake: Intake
    feed: Feed
    desks: DeskApi
    hooks: Ingress


@contextlib.asynccontextmanager
async def relay(
    database: Path, public_url: str | None = None, *, development: bool = False
) -> AsyncIterator[Relay]:
    """Put the relay together over a database.

    Errors: ``NotARelayError``, ``StoreError``.
    """
    async with contextlib.AsyncExitStack() as closing:
        store = await SqliteStore.open(database)
        closing.push_async_callback(store.close)
        intake = Intake(store, Spool(database.with_name(database.name + ".spool")))
        await intake.start()
        closing.push_async_callback(intake.close)
        feed = Feed(store)
        access = Access(store, feed)
        await access.start()
        closing.push_async_callback(access.close)
        hooks = Ingress(access, intake)
        health = Health(store, access, intake, hooks, feed)
        url = public_url or store.public_url
        desks = DeskApi(store, access, feed, health, url, development=development)
        yield Relay(store, access, intake, feed, desks, hooks)


async def serve(options: ServeOptions) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is begun.

    Errors: ``OSError`` if an address cannot be had; ``NotARelayError``, ``StoreError``.
    """
    _allow_many_connections()
    stop = asyncio.Event()
    with _listening(options.desks) as desks, _listening(options.hooks) as hooks:
        async with relay(
            options.database, options.public_url, development=options.development
        ) as running:
            servers = {
                "desks": server(running.desks, DeskProtocol, options.trusted_proxies),
                "hooks": server(running.hooks, IngressProtocol, options.trusted_proxies),
            }
            sockets = {"desks": desks, "hooks": hooks}
            with _stop_signals(stop):
                async with asyncio.TaskGroup() as group:
                    for name, each in servers.items():
                        group.create_task(each.serve(sockets=[sockets[name]]), name=name)
                    await _announce(servers, sockets)
                    await stop.wait()
                    running.feed.parking.close()
                    for each in servers.values():
                        each.should_exit = True


class Server(uvicorn.Server):
    """Two servers share one process, so the signals are ours."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: Any, protocol: type[PunctualProtocol], proxies: Sequence[str]) -> Server:
    """One listener's server."""
    return Server(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_LAST_ANSWERS_S,
        )
    )


def _listening(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family, backlog=_BACKLOG)
    except OSError as refused:
        code = refused.errno or 0  # below zero: the name of a host is not known
        why = os.strerror(code) if code > 0 else str(refused)
        raise OSError(f"cannot listen at {listen.host}:{listen.port}: {why}") from refused


async def _announce(servers: dict[str, Server], sockets: dict[str, socket.socket]) -> None:
    """Say where each server listens, once it does."""
    for name, opened in sockets.items():
        await servers[name].listens.wait()
        host, port = opened.getsockname()[:2]
        print(f"{name} http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)  # noqa: T201


@contextlib.contextmanager
def _stop_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = [signal.SIGINT, signal.SIGTERM, *filter(None, [getattr(signal, "SIGBREAK", None)])]
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        for number in signals
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _allow_many_connections() -> None:
    """Every parked poll is an open file; the usual limit of 1024 is too low."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
