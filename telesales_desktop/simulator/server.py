"""How does the stand-in listen, and how does it close a connection in a client's face?"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from types import FrameType

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from telesales_desktop.simulator.app import SimulatorApp
from telesales_desktop.simulator.exchange import CLOSE_CONNECTION


class _ClosableProtocol(HttpToolsProtocol):
    """Hands each request the way to close its own connection, in the request's state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, CLOSE_CONNECTION: transport.abort}


class _Server(uvicorn.Server):
    """Says where it listens, and ends without raising the signal that ended it once more."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            print(f"listening {base_url(listener)}", flush=True)  # noqa: T201 - for the starter

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        wanted = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, stop) for number in wanted]
        try:
            yield
        finally:
            for number, handler in zip(wanted, before, strict=True):
                signal.signal(number, handler)


def bind(host: str, port: int) -> socket.socket:
    """Errors: ``OSError`` when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server_for(app: SimulatorApp) -> uvicorn.Server:
    """A server for one application: no access log, and out within a second of being asked."""
    config = uvicorn.Config(
        app,
        http=_ClosableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


def serve(app: SimulatorApp, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT."""
    server_for(app).run([listener])
