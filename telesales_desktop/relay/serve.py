"""How do both listeners run in one process, from the first byte to the last?"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from telesales_desktop.relay.access import Access
from telesales_desktop.relay.databases import Address, open_store, spool_file
from telesales_desktop.relay.deadlines import DeskProtocol, IngressProtocol, PunctualProtocol
from telesales_desktop.relay.desk_api import DeskApi
from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.health import Health
from telesales_desktop.relay.ingress import Ingress
from telesales_desktop.relay.intake import Intake
from telesales_desktop.relay.listening import BACKLOG, Listen, is_elsewhere, open_socket
from telesales_desktop.relay.one_server import PATIENCE_S, sole_server, successor, take_over
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.sqlite_file import must_be_there
from telesales_desktop.relay.store import Store, StoreError
from telesales_desktop.relay.tls import readable
from telesales_desktop.relay.watchdog import watched

_logger = logging.getLogger(__name__)
_LAST_ANSWERS_S = 10
_TURN_S = 0.0005
_KEEP_ALIVE_S = 75  # longer than a proxy's, so that it never posts into a closing connection


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the relay is to run.

    ``trusted_proxies``: whose X-Forwarded-For is believed. ``hosts``: further names under which
    workstations reach it. ``tls``: files of a certificate and its key, where no proxy has them.
    ``take_over``: follow the process that serves now. ``spool``: instead of the usual file; each
    process has one of its own.
    """

    database: Address
    desks: Listen
    hooks: Listen
    public_url: str | None
    trusted_proxies: tuple[str, ...]
    development: bool
    hosts: tuple[str, ...] = ()
    spool: Path | None = None
    tls: tuple[Path, Path] | None = None
    take_over: bool = False

    @property
    def place(self) -> Path:
        """The file that one process at a time may serve: the database's own, or the spool's."""
        if isinstance(self.database, Path):
            return self.database
        return self.spool or spool_file(self.database)


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
    database: Address,
    public_url: str | None = None,
    hosts: Collection[str] = (),
    development: bool = False,
    spool: Path | None = None,
    apart: bool = False,
) -> AsyncIterator[Relay]:
    """Put the relay together over a database. ``apart``: many deliveries at once are written by a
    process of their own.

    Errors: ``NotARelayError``, ``StoreError``.
    """
    async with contextlib.AsyncExitStack() as closing:
        store = await open_store(database, apart=apart)
        closing.push_async_callback(store.close)
        with contextlib.suppress(StoreError):  # a full disk behind it: that is what a spool is for
            await store.check_write()  # what writes is opened now, not by the first webhook
        intake = Intake(store, Spool(spool or spool_file(database)))
        await intake.start()
        closing.push_async_callback(intake.close)
        feed = Feed(store)
        access = Access(store, feed)
        await access.start()
        closing.push_async_callback(access.close)
        hooks = Ingress(access, intake)
        health = Health(store, access, intake, hooks, feed)
        url = public_url or store.public_url
        desks = DeskApi(store, access, feed, health, url, hosts, development=development)
        yield Relay(store, access, intake, feed, desks, hooks)


async def serve(options: ServeOptions) -> None:
    """Serve until SIGTERM or SIGINT, or until another process follows; finish what is begun.

    Errors: ``OSError`` if an address cannot be had; ``ServedAlreadyError``; ``NotARelayError``,
    ``StoreError``, also where the database or the spool cannot be written.
    """
    _allow_many_connections()
    if isinstance(options.database, Path):
        must_be_there(options.database)
    _must_take_writes(options)
    stop = asyncio.Event()
    followed = await _follow(options) if options.take_over else []
    patience_s = PATIENCE_S if followed else 0.0
    async with contextlib.AsyncExitStack() as closing:
        closing.enter_context(_short_turns())
        await closing.enter_async_context(watched())
        await closing.enter_async_context(sole_server(options.place, patience_s=patience_s))
        opened = followed or [
            closing.enter_context(open_socket(each)) for each in (options.desks, options.hooks)
        ]
        sockets = dict(zip(("desks", "hooks"), opened, strict=True))
        behind_proxy = bool(options.trusted_proxies)
        for told in readable(sockets, tls=options.tls is not None, behind_proxy=behind_proxy):
            _logger.warning("%s", told)
        for each, wanted in zip(followed, (options.desks, options.hooks), strict=False):
            if is_elsewhere(each, wanted):
                told = "what is taken over listens at %s:%d, and goes on: %s:%d is not opened"
                _logger.warning(told, *each.getsockname()[:2], wanted.host, wanted.port)
        running = await closing.enter_async_context(
            relay(
                options.database,
                options.public_url,
                options.hosts,
                options.development,
                options.spool,
                apart=True,
            )
        )
        servers = {
            "desks": server(running.desks, DeskProtocol, options),
            "hooks": server(running.hooks, IngressProtocol, options),
        }
        closing.enter_context(_stop_signals(stop))
        await closing.enter_async_context(successor(options.place, opened, stop.set))
        # What is loaded stays: to look through all of it again and again held up every webhook.
        gc.collect()
        gc.freeze()
        await _serve(running, servers, sockets, stop)


def _must_take_writes(options: ServeOptions) -> None:
    """What could keep nothing must not say that it serves. Errors: ``StoreError``."""
    spool = options.spool or spool_file(options.database)
    if not spool.parent.is_dir():
        raise StoreError(f"the folder of the spool {spool} is not there")
    files = [spool, *([options.database] if isinstance(options.database, Path) else [])]
    for path in [spool.parent, *(each for each in files if each.exists())]:
        if not os.access(path, os.W_OK):
            raise StoreError(f"{path} cannot be written by the account that this runs under")


async def _follow(options: ServeOptions) -> list[socket.socket]:
    """The sockets of the relay that serves now, once it is certain that this one could serve."""
    store = await open_store(options.database)
    await store.close()
    return take_over(options.place)


async def _serve(
    running: Relay,
    servers: Mapping[str, Server],
    sockets: Mapping[str, socket.socket],
    stop: asyncio.Event,
) -> None:
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


def server(app: Any, protocol: type[PunctualProtocol], options: ServeOptions) -> Server:
    """One listener's server."""
    certificate, key = options.tls or (None, None)
    return Server(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(options.trusted_proxies),
            forwarded_allow_ips=list(options.trusted_proxies),
            backlog=BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_LAST_ANSWERS_S,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
    )


async def _announce(servers: Mapping[str, Server], sockets: Mapping[str, socket.socket]) -> None:
    """Say where each server listens, once it does."""
    for name, opened in sockets.items():
        await servers[name].listens.wait()
        scheme = "https" if servers[name].config.is_ssl else "http"
        # A full disk behind it, or nobody who reads it: webhooks are let in all the same.
        with contextlib.suppress(OSError):
            print(f"{name} {_place(scheme, opened)}", flush=True)  # noqa: T201


def _place(scheme: str, opened: socket.socket) -> str:
    where = opened.getsockname()
    if opened.family not in (socket.AF_INET, socket.AF_INET6):
        return f"unix:{os.fsdecode(where).replace(chr(0), '@')}"  # systemd passed it
    host, port = where[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


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


@contextlib.contextmanager
def _short_turns() -> Iterator[None]:
    """The database's threads ask for the interpreter at each statement; each time they would wait
    the usual 5 ms for it. It holds for the whole process, so it is set for a whole process only."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _allow_many_connections() -> None:
    """Every parked poll is an open file; the usual limit of 1024 is too low."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
