"""What does the window speak to before the desk is there?

The window paints first; the keyring, the journal and the network come after it. Until the desk is
open its questions wait, and when it cannot be opened they end with the reason, which the window
shows with its next step.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.floor_values import SharedOrder
from telesales_desktop.application.listeners import Listeners, tell_one
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import (
    CommandRefusedError,
    CredentialsError,
    JournalError,
    TelesalesError,
)

if TYPE_CHECKING:  # the use cases are not needed to paint a window
    from telesales_desktop.application.desk import Listener, OrderDesk

    Build = Callable[[], Awaitable[OrderDesk]]

log = logging.getLogger(__name__)

QUESTIONS = frozenset(
    [
        "authorize",
        "cancel_planned",
        "capture",
        "correct",
        "delete_draft",
        "drafts",
        "give_verdict",
        "hand_over",
        "keep",
        "lift_freeze",
        "open_orders",
        "people",
        "raise_generation",
        "rebuild",
        "refresh",
        "refund",
        "resend",
        "save_draft",
        "search",
        "send",
        "send_again",
        "shared_orders",
        "supersede",
        "take_over",
        "timeline",
        "update_shipping",
        "void",
    ]
)
"""What may be asked of a desk, open or not: every coroutine of ``OrderDesk`` but its life."""


class OpeningDesk:
    """A desk that may not be open yet; implements the window's ``Desk``.

    Every coroutine of ``OrderDesk`` can be asked for here; it waits until the desk is open.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._opening: OrderDesk | None = None
        self._desk: OrderDesk | None = None
        self._failure: TelesalesError | None = None
        self._is_closed = False
        self._settled = asyncio.Event()
        self._listeners: dict[Listener, Callable[[], None]] = {}
        self._floor_listeners: Listeners[Callable[[SharedOrder], None]] = Listeners()

    async def open(self) -> None:
        """Build and start the desk; a failure is told to listeners and kept, not raised.

        May be called again after a failure: the person has unlocked the keyring, or made room.
        """
        self._settled.clear()
        self._failure = None
        try:
            self._opening = await self._build()
            if not self._is_wanted():
                return
            for listener in tuple(self._listeners):
                self._listeners[listener] = self._opening.subscribe(listener)
            self._opening.subscribe_floor(self._tell_floor)
            await self._opening.start()
        except TelesalesError as error:
            log.warning("the desk could not be opened: %s", error.code)
            self._failed(error)
        except Exception:  # a bug: whoever waits for the desk hears of it instead of waiting on
            log.exception("opening the desk crashed")
            self._failed(TelesalesError("crashed"))
        else:
            self._desk = self._opening if self._is_wanted() else None
        finally:
            await self._let_go()

    def _is_wanted(self) -> bool:
        return not self._is_closed

    async def _let_go(self) -> None:
        """A desk that did not open, or is wanted no more, leaves nothing behind."""
        opening, self._opening = self._opening, None
        if opening is not None and opening is not self._desk:
            await opening.close()
        self._settled.set()

    def _failed(self, error: TelesalesError) -> None:
        self._failure = error
        for listener in tuple(self._listeners):
            tell_one(listener, lambda one: one.connection_changed(_status_of(error)))

    @property
    def failure(self) -> TelesalesError | None:
        """Why the desk is not open; None while it opens and once it is."""
        return self._failure

    async def close(self) -> None:
        """Close the desk, also one that is only opening; whoever still waits for it is refused."""
        self._is_closed = True
        for desk in (self._opening, self._desk):
            if desk is not None:
                await desk.close()
        self._desk = None
        self._settled.set()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` from now on, also of a desk that opens later."""
        desk = self._desk or self._opening
        if desk is not None:
            self._listeners[listener] = desk.subscribe(listener)
        else:
            self._listeners[listener] = lambda: None
            if self._failure is not None:
                listener.connection_changed(_status_of(self._failure))

        def stop() -> None:
            self._listeners.pop(listener, lambda: None)()

        return stop

    def subscribe_floor(self, shared_changed: Callable[[SharedOrder], None]) -> Callable[[], None]:
        """Tell of every order whose place on the floor changes, also of a desk that opens later."""
        return self._floor_listeners.add(shared_changed)

    def _tell_floor(self, shared: SharedOrder) -> None:
        self._floor_listeners.tell(lambda listener: listener(shared))

    def now(self) -> datetime:
        """Aware UTC; the machine's own clock until the desk knows better."""
        return datetime.now(UTC) if self._desk is None else self._desk.now()

    async def opened(self) -> OrderDesk:
        """The desk, once it is open. Errors: whatever kept it from opening."""
        await self._settled.wait()
        if self._failure is not None:
            raise self._failure
        if self._desk is None:
            raise CommandRefusedError("closed")
        return self._desk

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        if name not in QUESTIONS:
            raise AttributeError(name)

        async def ask(*args: object, **options: object) -> Any:
            return await getattr(await self.opened(), name)(*args, **options)

        return ask


def _status_of(error: TelesalesError) -> ConnectionStatus:
    status = ConnectionStatus()
    if isinstance(error, CredentialsError):
        return replace(status, credentials_problem=error.problem)
    if isinstance(error, JournalError):
        try:
            return replace(status, journal_problem=JournalProblem(error.problem))
        except ValueError:
            return replace(status, journal_problem=JournalProblem.IO)
    return status
