"""How does a statement that was written for SQLite reach PostgreSQL, from a thread?

The store's statements are few and plain: both engines take them, but for how a place for a value is
written. So there is one set of them, and what is true of one engine is true of the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg

from telesales_desktop.relay.store import NotARelayError, StoreError

CONNECT_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 10.0
PATIENCE_S = 3600.0
"""For a command that copies all there is: it takes as long as there are rows."""

_SESSION = {
    "application_name": "telesales-relay",
    # A commit is on the server's disk before it returns, whatever the server's own setting is.
    "synchronous_commit": "on",
    # Replicas wait for each other's locks: one that is gone must not hold the others up for long.
    "lock_timeout": "4s",
    "statement_timeout": "9s",
    "idle_in_transaction_session_timeout": "5s",
    "TimeZone": "UTC",
}
_PATIENT = {
    "statement_timeout": f"{PATIENCE_S:.0f}s",
    # One side is idle while the other one writes, or syncs gigabytes.
    "idle_in_transaction_session_timeout": f"{PATIENCE_S:.0f}s",
    # Its locks do not outlive a machine that was switched off.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
BROKEN = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class Cursor:
    """A statement's rows, all of them there, and how many rows it changed."""

    def __init__(self, rows: Sequence[Sequence[Any]], rowcount: int) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def fetchone(self) -> tuple[Any, ...] | None:
        row = next(self._rows, None)
        return None if row is None else tuple(row)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._rows]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return map(tuple, self._rows)


class PostgresConnection:
    """One connection for one thread, in the manner of Python's sqlite3.

    Errors: ``BROKEN`` from every method; after one that is not of the statement itself, close it.
    """

    def __init__(self, url: str, *, is_patient: bool = False) -> None:
        """``is_patient``: for a command that copies, not for what others wait for."""
        self._loop = asyncio.new_event_loop()
        self._known: dict[str, Any] = {}
        try:
            self._connection: Any = self._await(
                asyncpg.connect(
                    url,
                    timeout=CONNECT_TIMEOUT_S,
                    command_timeout=PATIENCE_S if is_patient else COMMAND_TIMEOUT_S,
                    server_settings=_SESSION | (_PATIENT if is_patient else {}),
                )
            )
        except BaseException:
            self._loop.close()
            raise

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        cursor: Cursor = self._await(self._execute(statement, values))
        return cursor

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._await(self._connection.executemany(numbered(statement), [tuple(row) for row in rows]))

    def stream(self, statement: str, at_once: int) -> Iterator[Sequence[Any]]:
        """The rows of a query, so many at a time, inside a transaction."""
        cursor = self._await(self._connection.cursor(statement))
        while rows := self._await(cursor.fetch(at_once)):
            yield from rows

    def script(self, statements: str) -> None:
        """Several statements at once, without values."""
        self._await(self._connection.execute(statements))

    def close(self) -> None:
        """At once, from any thread: an open transaction is undone by the server."""
        # In a thread of its own, for the one that closes may have a loop that runs.
        ending = threading.Thread(target=self._end, name="close a connection")
        ending.start()
        ending.join()

    def _end(self) -> None:
        with contextlib.suppress(*BROKEN):
            self._connection.terminate()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _execute(self, statement: str, values: Sequence[Any]) -> Cursor:
        prepared = self._known.get(statement)
        if prepared is None:
            prepared = await self._connection.prepare(numbered(statement))
            self._known[statement] = prepared
        rows = await prepared.fetch(*values)
        changed = re.search(r"(\d+)$", prepared.get_statusmsg() or "")
        return Cursor(rows, int(changed[1]) if changed else -1)

    def _await(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)


@functools.cache
def numbered(statement: str) -> str:
    """SQLite's places for values, ``?``, as PostgreSQL wants them: ``$1``, ``$2`` and so on."""
    count = itertools.count(1)
    return re.sub(r"\?", lambda _: f"${next(count)}", statement)


@contextlib.contextmanager
def errors() -> Iterator[None]:
    """Every trouble with the database becomes a ``StoreError``; none repeats the address."""
    try:
        yield
    except asyncpg.InvalidCatalogNameError:
        raise NotARelayError("PostgreSQL has no such database; make it with: createdb") from None
    except asyncpg.ClientConfigurationError as wrong:
        raise NotARelayError(f"the database's address cannot be used: {wrong}") from None
    except ValueError:  # it would repeat what stands where the port is looked for
        raise NotARelayError(
            "the database's address cannot be used: it must look like postgresql://USER@HOST:PORT/"
            "NAME, with %XX for what has a meaning of its own in an address"
        ) from None
    except asyncpg.UndefinedTableError:
        raise NotARelayError(
            "this PostgreSQL database is not a relay's; make it with: telesales-relay init"
        ) from None
    except BROKEN as broken:
        raise StoreError(f"{type(broken).__name__}: {broken}") from broken
