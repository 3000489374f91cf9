"""How does what came back reach the book, whatever the disk does meanwhile?"""

from __future__ import annotations

import logging
from dataclasses import replace

from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.application.under_way import UnderWay
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from telesales_desktop.domain.events import Event, NoVerdict, OperationAnswered, SendAnswered

log = logging.getLogger(__name__)

JOURNAL_RETRY_S = 5.0


class Answers:
    """Takes answers in. One that cannot be written is kept until it can be."""

    def __init__(self, book: OrderBook, under_way: UnderWay) -> None:
        self._book = book
        self._under_way = under_way

    async def take(self, order_id: str, event: Event) -> None:
        """Apply an answer, however long the journal takes to be well again.

        What the journal's rules or a fault of ours refuse for good is taken in as "no verdict": a
        command whose answer nobody could write is in doubt, and doubt is settled by reading.
        """
        pending: Event | None = event
        while pending is not None:
            try:
                await self._book.submit(order_id, pending)
            except CommandRefusedError as error:
                log.warning("%s was refused: %s", type(pending).__name__, error.reason)
            except JournalError as error:
                if error.problem == JournalProblem.RULE:
                    log.error("%s breaks a rule of the journal: %s", type(pending).__name__, error)
                    pending = doubted(pending)
                    continue
                if self._under_way.is_leaving:
                    log.error("%s could not be written", type(pending).__name__)
                    return
                with self._under_way.apart(order_id):
                    await self._under_way.pause(JOURNAL_RETRY_S)
                continue
            except Exception:  # a bug must not leave a command sent for ever
                log.exception("%s could not be taken in", type(pending).__name__)
                pending = doubted(pending)
                continue
            return


def doubted(event: Event) -> Event | None:
    """The same command, with nothing concluded; None for what concerns no command."""
    if not isinstance(event, OperationAnswered | SendAnswered):
        return None
    if isinstance(event.outcome, NoVerdict):
        return None
    return replace(event, outcome=NoVerdict("not_written"))
