"""How is the relay's log kept in PostgreSQL, by several replicas at once?"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any, ClassVar

import asyncpg

from telesales_desktop.relay import postgres_schema
from telesales_desktop.relay.append_process import AppendProcess
from telesales_desktop.relay.committers import committer
from telesales_desktop.relay.postgres_commit import CHANNEL
from telesales_desktop.relay.postgres_connection import BROKEN, CONNECT_TIMEOUT_S
from telesales_desktop.relay.sql_store import SqlStore

READERS = 4
_LISTEN_AGAIN_S = 1.0
_logger = logging.getLogger(__name__)


class PostgresStore(SqlStore):
    """A ``Store`` in PostgreSQL: one connection writes, some read, one hears of other replicas."""

    broken: ClassVar[tuple[type[Exception], ...]] = BROKEN
    begin_read: ClassVar[str] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: str, *, apart: bool = False) -> None:
        """Use ``open``."""
        self._name = secrets.token_hex(8)
        super().__init__(
            lambda: postgres_schema.connect(url),
            committer(url, self._name),
            AppendProcess(url, self._name) if apart else None,
            readers=READERS,
        )
        self._url = url
        self._look: Callable[[], None] = lambda: None
        self._listening: asyncio.Task[None] | None = None
        self.listens = False

    @classmethod
    async def open(cls, url: str, *, apart: bool = False) -> PostgresStore:
        """``apart``: many deliveries are written by an ``AppendProcess``.

        Errors: ``NotARelayError``, ``StoreError``.
        """
        store = cls(url, apart=apart)
        try:
            await store.learn_itself()
        except BaseException:
            await store.close()
            raise
        return store

    def on_news(self, look: Callable[[], None]) -> None:
        self._look = look
        self._listening = asyncio.create_task(self._listen(), name="listen to other replicas")

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await super().close()

    async def _listen(self) -> None:
        """Hear of every commit. Nothing depends on it but speed: the pulse sees what is missed."""
        while True:
            try:
                await self._hear()
            except BROKEN as broken:
                _logger.warning("other replicas cannot be heard: %s", type(broken).__name__)
            await asyncio.sleep(_LISTEN_AGAIN_S)

    async def _hear(self) -> None:
        """Until the connection is gone."""
        gone = asyncio.Event()
        connection: Any = await asyncpg.connect(self._url, timeout=CONNECT_TIMEOUT_S)
        try:
            connection.add_termination_listener(lambda _: gone.set())
            await connection.add_listener(CHANNEL, self._heard)
            self.listens = True
            await gone.wait()
        finally:
            self.listens = False
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, who: str) -> None:
        if who != self._name:
            self._look()
