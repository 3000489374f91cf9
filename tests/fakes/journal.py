"""A journal in memory that holds the rules, takes time to write, and can fail at any write."""

import asyncio
from copy import copy
from dataclasses import dataclass, field, replace

from telesales_desktop.application.ports import ONE_WRITE, JournalProblem, OrderFile
from telesales_desktop.application.sharing_journal import OutboxEntry
from telesales_desktop.domain.errors import JournalError


@dataclass
class Disk:
    """What is durable: it outlives the program."""

    files: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    timelines: dict = field(default_factory=dict)
    inbox: dict = field(default_factory=dict)
    closed: dict = field(default_factory=dict)
    cursors: dict = field(default_factory=dict)
    drafts: dict = field(default_factory=dict)
    meta: dict = field(default_factory=dict)
    outbox: dict = field(default_factory=dict)
    lost: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)
    unfilled: dict = field(default_factory=dict)

    def snapshot(self):
        """The disk as it is now, for a program that starts after a crash."""
        return Disk(**{name: copy(value) for name, value in vars(self).items()})


@dataclass
class Failure:
    """A write that will fail. ``written``: it is there all the same."""

    problem: JournalProblem
    when: object
    times: int
    written: bool


class MemoryJournal:
    """The port ``Journal``. After any problem but those of one write it wants to be opened again."""

    def __init__(self, disk=None, *, write_s=0.002):
        self.disk = disk or Disk()
        self.write_s = write_s
        self.commits = []
        self.opened = 0
        self.is_closed = False
        self.died = asyncio.Event()
        self._dies_after = None
        self._failures = []
        self._open_failures = []
        self._why_not = JournalProblem.CLOSED

    # --- what a test may do ------------------------------------------------------------------

    def fail(self, problem, *, when=lambda commit: True, times=1, written=False):
        """The next writes for which ``when`` holds fail. A ``take_in`` or draft is ``None``."""
        self._failures.append(Failure(problem, when, times, written))

    def fail_open(self, *problems):
        """The next openings fail."""
        self._open_failures.extend(problems)

    def break_down(self, problem):
        """From now on nothing works until it is opened again."""
        self._why_not = problem

    def die(self, *, after_writes, written):
        """The machine dies at a write: before it is on the disk, or just after. None is answered."""
        self._dies_after, self._written_at_death = after_writes, written

    def live_on(self):
        """The machine does not die any more."""
        self._dies_after = None

    def order(self, order_id):
        return self.disk.files[order_id].order

    # --- the port ----------------------------------------------------------------------------

    async def open(self):
        await self._hop()
        if self._open_failures:
            self._refuse(self._open_failures.pop(0))
        self.opened += 1
        self._why_not = None

    async def is_unfilled(self):
        await self._ready()
        return bool(self.disk.unfilled)

    async def filled(self):
        await self._write(None, self.disk.unfilled.clear)

    async def load_open_orders(self):
        await self._ready()
        files = [f for f in self.disk.files.values() if not f.order.archived]
        return sorted(files, key=lambda file: file.order.created_at, reverse=True)

    async def load_order(self, order_id):
        await self._ready()
        return self.disk.files.get(order_id)

    async def commit(self, commit):
        self.commits.append(commit)
        await self._write(commit, lambda: self._put(commit))

    async def timeline(self, order_id):
        await self._ready()
        return tuple(self.disk.timelines.get(order_id, ()))

    async def search(self, query):
        await self._ready()
        names = {
            order_id: " ".join([order_id, *(c.checkout_id for c in file.order.checkouts)]).lower()
            for order_id, file in self.disk.files.items()
        }
        found = [f for i, f in self.disk.files.items() if query.text.lower() in names[i]]
        return found[query.offset : query.offset + query.limit]

    async def save_draft(self, draft):
        await self._write(None, lambda: self.disk.drafts.update({draft.draft_id: draft}))

    async def delete_draft(self, draft_id):
        await self._write(None, lambda: self.disk.drafts.pop(draft_id, None))

    async def drafts(self):
        await self._ready()
        return tuple(self.disk.drafts.values())

    async def take_in(self, deliveries, *, merchant, cursor, records=()):
        def put():
            for delivery in deliveries:
                name = delivery.delivery_id
                self.disk.inbox.setdefault(name, delivery)
                if name in self.disk.closed and _is_nobodys(self.disk.closed[name].note):
                    del self.disk.closed[name]
            self.disk.cursors[merchant] = cursor
            self._keep(records)

        await self._write(None, put)

    async def cursor(self, merchant):
        await self._ready()
        return self.disk.cursors.get(merchant)

    async def unapplied_deliveries(self):
        await self._ready()
        return tuple(d for i, d in self.disk.inbox.items() if i not in self.disk.closed)

    async def mark_delivery(self, delivery_id, *, verdict, note):
        await self._write(None, lambda: self._close(delivery_id, verdict, note))

    async def last_delivery_at(self):
        await self._ready()
        times = [d.received_at for d in self.disk.inbox.values() if d.source == "webhook"]
        return max(times, default=None)

    async def reopen_deliveries(self, notes):
        await self._write(None, lambda: self._reopen(notes))

    # --- what is shared ----------------------------------------------------------------------

    async def outbox(self):
        await self._ready()
        return tuple(sorted(self.disk.outbox.values(), key=lambda entry: entry.since))

    async def uploaded(self, order_id, marks, record):
        def put():
            entry = self.disk.outbox.get(order_id)
            if entry is not None and entry.marks == marks:
                del self.disk.outbox[order_id]
            kept = self.disk.records.get(record.order_key)
            if kept is None or kept.version < record.version:
                self._keep((record,))

        await self._write(None, put)

    async def lost_orders(self):
        await self._ready()
        return tuple(self.disk.lost)

    async def mark_lost(self, order_id, at):
        def put():
            if order_id not in self.disk.files:
                raise JournalError(JournalProblem.RULE, "no such order")
            self.disk.outbox.pop(order_id, None)
            self.disk.lost[order_id] = at

        await self._write(None, put)

    async def keep_records(self, records):
        await self._write(None, lambda: self._keep(records))

    async def open_records(self):
        await self._ready()
        found = [r for r in self.disk.records.values() if r.file and not r.file.order.archived]
        return tuple(reversed(found))

    async def heads_of(self, order_keys):
        await self._ready()
        kept = self.disk.records
        return {key: replace(kept[key], file=None) for key in order_keys if key in kept}

    async def order_ids(self, order_keys):
        found = {key: await self.load_by_order_key(key) for key in order_keys}
        return {key: file.order.order_id for key, file in found.items() if file}

    async def load_by_order_key(self, order_key):
        await self._ready()
        found = [f for f in self.disk.files.values() if f.order.order_key == order_key]
        return max(found, key=lambda file: file.order.created_at, default=None)

    def _keep(self, records):
        for record in records:
            kept = self.disk.records.get(record.order_key)
            if kept is None or kept.version <= record.version:
                self.disk.records[record.order_key] = record

    async def get_meta(self, name):
        await self._ready()
        return self.disk.meta.get(name, "")

    async def set_meta(self, name, value):
        await self._write(None, lambda: self.disk.meta.update({name: value}))

    async def close(self):
        await self._hop()
        self.is_closed = True
        self._why_not = JournalProblem.CLOSED

    # --- inside ------------------------------------------------------------------------------

    async def _hop(self):
        await asyncio.sleep(0)

    async def _ready(self):
        await self._hop()
        if self._why_not is not None:
            raise JournalError(self._why_not)

    async def _write(self, commit, put):
        """As from a thread: what was asked for is written even if nobody waits any more."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def write():
            if self.died.is_set() or self._dies(put):
                return
            try:
                self._carry_out(commit, put)
            except JournalError as error:
                outcome = error
            else:
                outcome = None
            if done.cancelled():
                return
            if outcome is None:
                done.set_result(None)
            else:
                done.set_exception(outcome)

        loop.call_later(self.write_s, write)
        await done

    def _carry_out(self, commit, put):
        if self._why_not is not None:
            raise JournalError(self._why_not)
        failure = next((f for f in self._failures if f.times and f.when(commit)), None)
        if failure is None:
            put()
        else:
            failure.times -= 1
            if failure.written:
                put()
            self._refuse(failure.problem)

    def _dies(self, put):
        if self._dies_after is None:
            return False
        self._dies_after -= 1
        if self._dies_after:
            return False
        if self._written_at_death:
            put()
        self.died.set()
        return True

    def _refuse(self, problem):
        if problem not in ONE_WRITE:
            self._why_not = problem
        raise JournalError(problem, "as planned")

    def _put(self, commit):
        order, held = commit.order, self.disk.files.get(commit.order.order_id)
        if commit.expected_version != (held.order.version if held else 0):
            raise JournalError(JournalProblem.CONFLICT, f"at version {held and held.order.version}")
        details = commit.details or (held and held.details)
        if details is None:
            raise JournalError(JournalProblem.RULE, "a new order needs its details")
        if held and order.version == held.order.version and order != held.order:
            raise JournalError(JournalProblem.RULE, "a changed order needs a new version")
        authorizes = [
            o
            for o in order.operations
            if o.kind.value == "authorize" and o.state.value != "refused"
        ]
        if len(authorizes) > 1:
            raise JournalError(JournalProblem.RULE, "a second authorize")
        if commit.applied_delivery:
            self._close(commit.applied_delivery, commit.delivery_verdict, commit.delivery_note)
        self.disk.files[order.order_id] = OrderFile(order, details)
        self.disk.states[order.order_id] = commit.state
        lines = self.disk.timelines.get(order.order_id, ())
        self.disk.timelines[order.order_id] = (*lines, *commit.timeline)
        self.disk.drafts.pop(commit.drop_draft, None)
        if commit.taken_over:
            self.disk.lost.pop(order.order_id, None)
        self._reopen(commit.reopens)
        if commit.share:
            marked = self.disk.outbox.get(order.order_id)
            new = OutboxEntry(order.order_id, 0, order.updated_at)
            self.disk.outbox[order.order_id] = replace(
                marked or new, marks=(marked or new).marks + 1
            )

    def _reopen(self, notes):
        for name in [n for n, d in self.disk.closed.items() if d.note in notes]:
            del self.disk.closed[name]

    def _close(self, delivery_id, verdict, note):
        if delivery_id not in self.disk.inbox:
            raise JournalError(JournalProblem.RULE, "no such delivery")
        kept = self.disk.inbox[delivery_id]
        self.disk.closed[delivery_id] = replace(kept, verdict=verdict, note=note)


def _is_nobodys(note):
    return note == "no_such_order" or note.startswith("elsewhere ")
