"""How long may a connection take to say what it wants, and how many may there be?"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_DEADLINE_S = 5.0
LAST_WORD_S = 1.0
"""How long a connection that is kept open is heard after the server has decided to end."""

ANSWER_DEADLINE_S = 60.0
"""How long somebody may take to read what was sent, once more lies here than a buffer holds."""

MOST_HEAD_BYTES = 64 * 1024
WHOLE = "telesales.whole"
"""In the scope of a request that has come whole: nobody has to wait for its body."""

CYCLE = "telesales.cycle"
"""In the scope of every request: where ``write_whole`` answers it."""


def write_whole(cycle: RequestResponseCycle, head: bytes, body: bytes) -> bool:
    """Answer 200 in one piece; False if that cannot be just now, and nothing was written.

    ``head``: lines of headers, the body's length among them. It does what ``send`` of an answer in
    two parts does, but that no header is looked at again: a third of a webhook's time in the loop.
    """
    if cycle.disconnected or cycle.flow.write_paused:
        return False
    lines = [b"HTTP/1.1 200 OK\r\n"]
    for name, value in cycle.default_headers:
        lines += (name, b": ", value, b"\r\n")
    lines += (head, b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n", body)
    cycle.transport.write(b"".join(lines))
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True


def read_whole(cycle: RequestResponseCycle) -> bytes | None:
    """The body of a request that has come whole, once; None where its sender is gone. It does what
    ``receive`` does, without its wait."""
    if cycle.disconnected or cycle.response_complete:
        return None
    body, cycle.body = bytes(cycle.body), bytearray()
    return body


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's protocol with what it lacks: a deadline and a size for the head of a request, a
    deadline for who does not read the answers, and a refusal of bodies that the parser would leave
    out.

    Where there are too many connections, the one that has been without a whole request, or has not
    read its answer, for longest makes room: slow and idle connections cannot keep a webhook out.
    """

    most_connections: ClassVar[int]
    _waiting: ClassVar[dict[PunctualProtocol, None]]  # those that make room, the longest first

    def __init_subclass__(cls) -> None:
        cls._waiting = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reads_head = True
        self._head_bytes = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._leaves = False

    def shutdown(self) -> None:
        """The server ends. Who has just come, or keeps a connection open, is heard first: what they
        post may be on its way, and would be lost with the connection."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        self._leaves = True
        if cycle is None:
            return  # the deadline of the head still holds
        if cycle.response_complete:
            self.loop.call_later(LAST_WORD_S, self._close_if_idle)
        else:
            super().shutdown()

    def _close_if_idle(self) -> None:
        """A request that has begun meanwhile is answered, and told that it is the last."""
        if self._reads_head and not self._head_bytes and not self._has_more():
            self.transport.close()

    def _has_more(self) -> bool:
        """Whether something lies in the system's hands that nobody has read yet."""
        opened = self.transport.get_extra_info("socket")
        try:
            here = socket.socket(fileno=os.dup(opened.fileno()))
        except (AttributeError, OSError):
            return False
        with here:
            try:
                return bool(here.recv(1, socket.MSG_PEEK | getattr(socket, "MSG_DONTWAIT", 0)))
            except OSError:
                return False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            slowest = next(iter(self._waiting), self)
            self._waiting.pop(slowest, None)
            slowest.transport.abort()  # to close would wait for one who does not read
        self._waiting[self] = None
        self._set_alarm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_alarm()
        self._stop_unread()
        self._waiting.pop(self, None)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(ANSWER_DEADLINE_S, self.transport.abort)
        self._waiting[self] = None

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_unread()
        if self._is_at_work():
            self._waiting.pop(self, None)

    def _is_at_work(self) -> bool:
        """Whether there is a whole request that is not answered yet."""
        return self._reads_head and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        further = self.timeout_keep_alive_task is not None  # the first byte of a further request
        self._head_bytes += len(data)
        super().data_received(data)
        if further and self in self._waiting and not self._reads_body():
            self._set_alarm()
        if self._reads_head and self._head_bytes > MOST_HEAD_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and any(map(_tells_of_body, self.headers)):
            raise ValueError("what follows an upgrade is not read")  # uvicorn makes it a 400
        self._stop_alarm()
        self._reads_head = False
        super().on_headers_complete()
        cast("dict[str, Any]", self.scope)[CYCLE] = self.cycle
        if self._leaves:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._reads_head = True
        self._head_bytes = 0
        cast("dict[str, Any]", self.scope)[WHOLE] = True
        if self._is_at_work():
            self._waiting.pop(self, None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None or self._reads_body():
            self._waiting[self] = None

    def _reads_body(self) -> bool:
        """Whether a request has begun whose body, which has its own deadline, is not all there."""
        return not self._reads_head and not self.cycle.response_complete

    def _set_alarm(self) -> None:
        self._alarm = self.loop.call_later(HEAD_DEADLINE_S, self.transport.close)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


def _tells_of_body(header: tuple[bytes, bytes]) -> bool:
    name, value = header
    return name == b"transfer-encoding" or (name == b"content-length" and bool(value.strip(b"0")))


class IngressProtocol(PunctualProtocol):
    """For Affirm and customers: many connections, each short."""

    most_connections = 4096


class DeskProtocol(PunctualProtocol):
    """For workstations: each keeps a poll parked."""

    most_connections = 16384
