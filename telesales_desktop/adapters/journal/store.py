"""How does the journal keep its word on one connection: all of a step or nothing, then durable?

Synchronous and of one thread; ``thread`` brings it to the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import apsw

from telesales_desktop.adapters.journal import (
    audit,
    desk,
    examination,
    inbox,
    orders,
    schema,
    search,
    sharing,
)
from telesales_desktop.adapters.journal.connection import connect
from telesales_desktop.adapters.journal.failures import SPENT, journal_error
from telesales_desktop.adapters.journal.key import JournalKey
from telesales_desktop.adapters.journal.mark import Mark
from telesales_desktop.application.ports import (
    Commit,
    Cursor,
    Draft,
    JournalProblem,
    OrderFile,
    SearchQuery,
    StoredDelivery,
)
from telesales_desktop.application.sharing_journal import OutboxEntry, SeenRecord
from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.domain.errors import JournalError


class JournalStore:
    """One journal file. Errors of every method: ``JournalError``.

    ``CONFLICT``, ``RULE`` and ``FULL`` concern one write, and nothing of it is there. After every
    other problem the handle is never used again: every call raises until ``open``, and what the
    last write meant to keep may be there or not.
    """

    def __init__(
        self,
        path: str,
        key: JournalKey,
        mark: Mark,
        *,
        read_start: Callable[[], bytes],
        vfs: str | None = None,
        of: tuple[str, str] | None = None,
    ) -> None:
        """``of``: environment and country whose orders it may hold; None for any."""
        self._of = of
        self._path = path
        self._key = key
        self._mark = mark
        self._read_start = read_start
        self._vfs = vfs
        self._connection: apsw.Connection | None = None
        self._why_not = JournalError(JournalProblem.CLOSED, "not opened")
        self._commits = 0
        self.log_pages = 0
        """How many pages the log holds that a checkpoint would move into the file."""

    # --- opening and closing -----------------------------------------------------------------

    def open(self) -> None:
        """Open, migrate, and prove what can be proved in constant time.

        Errors: ``LOCKED``, ``WRONG_KEY``, ``DAMAGED``, ``READ_ONLY``, ``NEWER``, ``FULL``, ``IO``,
        ``OTHER_PLACE``.
        """
        self._let_go(JournalError(JournalProblem.CLOSED, "not opened"))
        with self._watched():
            self._connection = connect(self._path, self._key, vfs=self._vfs)
            self._connection.set_wal_hook(self._note_log)
            try:
                schema.migrate(self._connection)
                schema.demand_rules(self._connection)
                if self._of is not None:
                    orders.demand_place(self._connection, *self._of)
                self._commits = self._proved_commits(self._connection)
            except (apsw.Error, JournalError) as error:
                self._let_go(JournalError(JournalProblem.CLOSED, f"not opened: {error}"))
                raise

    def close(self) -> None:
        """Move the log into the file and let go of it. What failed before is only let go of.

        Errors: ``FULL``, ``IO``: the log stays, nothing is lost.
        """
        try:
            if self._connection is not None:
                self._checkpoint(apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            self._let_go(JournalError(JournalProblem.CLOSED, "closed"))

    def let_go(self) -> None:
        """Let go of the file as it is, log and all."""
        self._let_go(JournalError(JournalProblem.CLOSED, "closed"))

    def checkpoint(self) -> None:
        """Move the log's pages into the file. Errors: ``FULL``, ``IO``: the log stays."""
        self._checkpoint(apsw.SQLITE_CHECKPOINT_PASSIVE)

    # --- orders ------------------------------------------------------------------------------

    def load_open_orders(self) -> Sequence[OrderFile]:
        """Every order that is not archived, newest first."""
        with self._reading() as connection:
            return orders.load_open(connection)

    def load_order(self, order_id: str) -> OrderFile | None:
        """One order, archived or not."""
        with self._reading() as connection:
            return orders.load(connection, order_id)

    def commit(self, commit: Commit) -> None:
        """Write a step whole; durable on return."""
        with self._writing() as connection:
            orders.write(connection, commit)
            if commit.applied_delivery:
                inbox.close(
                    connection,
                    commit.applied_delivery,
                    commit.delivery_verdict,
                    commit.delivery_note,
                )
            if commit.drop_draft:
                desk.delete_draft(connection, commit.drop_draft)
            if commit.reopens:
                inbox.reopen(connection, commit.reopens)
            sharing.mark(connection, commit)

    def timeline(self, order_id: str) -> Sequence[TimelineEntry]:
        """An order's timeline, oldest first."""
        with self._reading() as connection:
            return orders.read_timeline(connection, order_id)

    def search(self, query: SearchQuery) -> Sequence[OrderFile]:
        """A page of orders, newest first."""
        with self._reading() as connection:
            return search.find(connection, query)

    # --- the relay's feed --------------------------------------------------------------------

    def take_in(
        self,
        deliveries: Sequence[StoredDelivery],
        *,
        merchant: str,
        cursor: Cursor,
        records: Sequence[SeenRecord] = (),
    ) -> None:
        """Keep deliveries, each once, records and the cursor; durable on return."""
        with self._writing() as connection:
            inbox.take_in(connection, deliveries, merchant, cursor)
            sharing.keep_records(connection, records)

    def cursor(self, merchant: str) -> Cursor | None:
        """Our place in the relay's log."""
        with self._reading() as connection:
            return inbox.read_cursor(connection, merchant)

    def unapplied_deliveries(self) -> Sequence[StoredDelivery]:
        """Deliveries that are still to be taken in, in the order in which they came."""
        with self._reading() as connection:
            return inbox.unapplied(connection)

    def mark_delivery(self, delivery_id: str, *, verdict: str, note: str) -> None:
        """Close a delivery that changed no order; durable on return."""
        with self._writing() as connection:
            inbox.close(connection, delivery_id, verdict, note)

    def last_delivery_at(self) -> datetime | None:
        """When the newest webhook was received."""
        with self._reading() as connection:
            return inbox.last_webhook_at(connection)

    def reopen_deliveries(self, notes: Sequence[str]) -> None:
        """Apply those again that went elsewhere with one of these notes; durable on return."""
        with self._writing() as connection:
            inbox.reopen(connection, notes)

    # --- what is shared with other desks -------------------------------------------------------

    def outbox(self) -> Sequence[OutboxEntry]:
        """What waits to be uploaded, the oldest first."""
        with self._reading() as connection:
            return sharing.load_outbox(connection)

    def uploaded(self, order_id: str, marks: int, record: SeenRecord) -> None:
        """Forget what was uploaded, unless more was marked since; durable on return.

        A record whose version was seen meanwhile changes nothing: what was seen is newer.
        """
        with self._writing() as connection:
            sharing.unmark(connection, order_id, marks)
            sharing.keep_put(connection, record)

    def lost_orders(self) -> Sequence[str]:
        """Orders on which another desk acts now."""
        with self._reading() as connection:
            return sharing.load_lost(connection)

    def mark_lost(self, order_id: str, at: datetime) -> None:
        """Another desk acts on it from now on; durable on return."""
        with self._writing() as connection:
            sharing.mark_lost(connection, order_id, at)

    def keep_records(self, records: Sequence[SeenRecord]) -> None:
        """Keep what was seen at the relay; durable on return."""
        with self._writing() as connection:
            sharing.keep_records(connection, records)

    def open_records(self) -> Sequence[SeenRecord]:
        """Records with content whose order is not archived, newest first."""
        with self._reading() as connection:
            return sharing.load_open(connection)

    def heads_of(self, order_keys: Sequence[str]) -> Mapping[str, SeenRecord]:
        """The newest records of these orders, without their content."""
        with self._reading() as connection:
            return sharing.load_heads(connection, order_keys)

    def order_ids(self, order_keys: Sequence[str]) -> Mapping[str, str]:
        """Which of these orders are this desk's own, and their ids."""
        with self._reading() as connection:
            return orders.ids_of(connection, order_keys)

    def load_by_order_key(self, order_key: str) -> OrderFile | None:
        """One order, archived or not."""
        with self._reading() as connection:
            return orders.load_by_order_key(connection, order_key)

    # --- the desk's own ----------------------------------------------------------------------

    def save_draft(self, draft: Draft) -> None:
        """Keep a form as typed; durable on return."""
        with self._writing() as connection:
            desk.save_draft(connection, draft)

    def delete_draft(self, draft_id: str) -> None:
        """Forget a form."""
        with self._writing() as connection:
            desk.delete_draft(connection, draft_id)

    def drafts(self) -> Sequence[Draft]:
        """Every form that was not sent, newest first."""
        with self._reading() as connection:
            return desk.load_drafts(connection)

    def get_meta(self, name: str) -> str:
        """A small fact, empty if never set."""
        with self._reading() as connection:
            return desk.get_meta(connection, name)

    def set_meta(self, name: str, value: str) -> None:
        """Keep a small fact; durable on return."""
        with self._writing() as connection:
            desk.set_meta(connection, name, value)

    # --- proofs ------------------------------------------------------------------------------

    def verify_audit(self) -> Sequence[audit.AuditBreak]:
        """Where the audit record was cut or edited; empty if it holds."""
        with self._reading() as connection:
            return tuple(audit.find_breaks(connection))

    def examine(self) -> Sequence[str]:
        """Read and compare everything; what does not hold, in words for IT. Takes its time.

        The handle is not used again if anything does not hold.
        """
        with self._reading() as connection:
            problems = tuple(examination.find_problems(connection))
        if problems:
            self._let_go(JournalError(JournalProblem.DAMAGED, problems[0]))
        return problems

    # --- inside ------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        if self._connection is None:
            raise self._why_not
        with self._watched():
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("UPDATE commits SET n = ?", (self._commits + 1,))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        self._commits += 1
        self._mark.write(self._key, self._commits)

    def _checkpoint(self, mode: int) -> None:
        with self._reading() as connection:
            connection.wal_checkpoint(mode=mode)
        self.log_pages = 0

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except apsw.NotADBError as error:
            problem = JournalProblem.DAMAGED if self._is_our_key() else JournalProblem.WRONG_KEY
            told = JournalError(problem, "the first page does not open")
            self._let_go(told)
            raise told from error
        except apsw.Error as error:
            told = journal_error(error)
            if told.problem in SPENT:
                self._let_go(told)
            raise told from error
        except (OverflowError, UnicodeError) as error:
            detail = f"cannot be stored: {type(error).__name__}"
            raise JournalError(JournalProblem.RULE, detail) from None
        except JournalError as error:
            if error.problem in SPENT:
                self._let_go(error)
            raise

    def _is_our_key(self) -> bool:
        """Two proofs that do not need the first page: what the file starts with, and the mark."""
        is_in_file = self._key.is_of(self._read_start())
        return is_in_file or self._mark.read(self._key) is not None

    def _proved_commits(self, connection: apsw.Connection) -> int:
        n = connection.execute("SELECT n FROM commits").get
        if not isinstance(n, int):
            raise JournalError(JournalProblem.DAMAGED, "the number of commits is missing")
        marked = self._mark.read(self._key)
        if marked is not None and marked > n:
            raise JournalError(JournalProblem.DAMAGED, f"{marked - n} commits are missing")
        return n

    def _note_log(self, connection: apsw.Connection, name: str, pages: int) -> int:
        self.log_pages = pages
        return apsw.SQLITE_OK

    def _let_go(self, why: JournalError) -> None:
        self._why_not = why
        self.log_pages = 0
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close(True)
        self._mark.close()
