"""How long may a connection take to say what it wants, and how many may there be?"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_DEADLINE_S = 5.0
MOST_HEAD_BYTES = 64 * 1024


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's protocol with what it lacks: a deadline and a size for the head of a request.

    Where there are too many connections, the one that has been without a whole request for longest
    makes room: slow and idle connections cannot keep a webhook out.
    """

    most_connections: ClassVar[int]
    _waiting: ClassVar[dict[PunctualProtocol, None]]  # without a request, the longest first

    def __init_subclass__(cls) -> None:
        cls._waiting = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reads_head = True
        self._head_bytes = 0
        self._alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            next(iter(self._waiting), self).transport.close()
        self._waiting[self] = None
        self._set_alarm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_alarm()
        self._waiting.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            self._set_alarm()  # the first byte of a further request
        self._head_bytes += len(data)
        super().data_received(data)
        if self._reads_head and self._head_bytes > MOST_HEAD_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._stop_alarm()
        self._reads_head = False
        self._waiting.pop(self, None)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._reads_head = True
        self._head_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None:
            self._waiting[self] = None

    def _set_alarm(self) -> None:
        self._alarm = self.loop.call_later(HEAD_DEADLINE_S, self.transport.close)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


class IngressProtocol(PunctualProtocol):
    """For Affirm and customers: many connections, each short."""

    most_connections = 4096


class DeskProtocol(PunctualProtocol):
    """For workstations: each keeps a poll parked."""

    most_connections = 16384
