"""Thousands of workstations for a relay that is measured: their tokens, and their parked polls."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from pathlib import Path
from unittest import mock

from telesales_desktop.relay import access, serve
from telesales_desktop.wire.enrolment import EnrolmentRequest, Role, one_time_code
from tests.campaigns import relay_load

POLLS_A_TOKEN = 4


def tokens(database: Path, merchant: str, count: int) -> list[str]:
    """So many supervisors' tokens, made without the work that guessing a code must cost."""
    cheap = mock.patch.object(
        access, "_code_digest", lambda code, salt: hashlib.sha256(salt + code.encode()).digest()
    )
    with cheap:
        return asyncio.run(_tokens(database, merchant, count))


async def _tokens(database: Path, merchant: str, count: int) -> list[str]:
    async with serve.relay(database) as running:
        made = []
        for number in range(count):
            code = await access.make_code(
                running.store, merchant=merchant, role=Role.SUPERVISOR, name=f"Desk {number}"
            )
            request = EnrolmentRequest(one_time_code(code), f"desk {number}")
            made.append((await running.access.enrol(request)).token)
        return made


class Desk(asyncio.Protocol):
    """One connection that polls from where it is, again and again; it costs little beside a relay."""

    def __init__(self, port: int, token: str, after: str) -> None:
        self._port = port
        self._token = token
        self._after = after
        self._told = b""
        self.woken_at = 0.0
        self.answered = asyncio.Event()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)

    def park(self) -> None:
        self.answered.clear()
        head = (
            f"GET /v1/changes?wait=30&limit=1&after={self._after} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        )
        self._transport.write(f"{head}authorization: Bearer {self._token}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._told += data
        head, found, content = self._told.partition(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]) if found else 1
        if len(content) < length:
            return
        assert head.startswith(b"HTTP/1.1 200"), self._told
        self._told = b""
        if content.endswith(b'"changes":[]}'):
            self.park()  # its time was over
            return
        self.woken_at = time.perf_counter()
        self._after = content.partition(b'"next":"')[2].partition(b'"')[0].decode()
        self.answered.set()

    async def wait(self) -> None:
        """Until the poll is answered with something."""
        await self.answered.wait()

    def close(self) -> None:
        self._transport.close()


async def newest(port: int, token: str) -> str:
    """The cursor of a desk that has seen everything."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    cursor, more = "", True
    while more:
        head = f"GET /v1/changes?limit=500&after={cursor} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        writer.write(f"{head}authorization: Bearer {token}\r\n\r\n".encode())
        status, content = await relay_load.whole_answer(reader)
        assert status == 200, content
        page = json.loads(content)
        cursor, more = page["next"], page["more"]
    writer.close()
    return str(cursor)
