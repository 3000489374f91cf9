"""Has a server told the time, before anything of weight is stamped and leaves?

The age of an idempotency key goes by these stamps: one that a wrong clock gave lets an old key
pass for young, and money moves twice.
"""

from __future__ import annotations

import asyncio
import logging

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.ports import AffirmGateway, Clock
from telesales_desktop.application.read_slots import ReadSlots
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    TelesalesError,
)

log = logging.getLogger(__name__)

GOOD_FOR_S = 1.0
"""What one question told serves everybody who asks within this time; no operation is tried again
so soon."""


class TimeCheck:
    """Asks Affirm something harmless when the clock is not sure; asks nothing when it is.

    Known limit: a proxy that strips the ``Date`` of every answer must not block the desk for ever.
    Where Affirm answers without one, the workstation's own clock goes, right or wrong.
    """

    def __init__(
        self, gateway: AffirmGateway, connection: Connection, slots: ReadSlots, clock: Clock
    ) -> None:
        self._gateway = gateway
        self._connection = connection
        self._slots = slots
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._told: tuple[float, bool] | None = None

    async def is_told(self) -> bool:
        """Whether the clock can be gone by. False: no answer came, and people can see that."""
        if self._clock.is_sure:
            return True
        async with self._one_at_a_time:
            return await self._in_turn()

    async def _in_turn(self) -> bool:
        if self._clock.is_sure:  # by what another has asked meanwhile
            return True
        if self._told is not None and self._clock.monotonic_s() - self._told[0] < GOOD_FOR_S:
            return self._told[1]
        is_told = await self._ask()
        self._remember(is_told)
        return is_told

    def _remember(self, is_told: bool) -> None:
        """What a date told is the clock's to remember: it forgets when somebody sets it."""
        self._told = None if self._clock.is_sure else (self._clock.monotonic_s(), is_told)

    async def _ask(self) -> bool:
        log.info("no server has told the time yet: asking Affirm before anything leaves")
        try:
            await self._gateway.try_keys()
        except TelesalesError as error:
            if isinstance(error, AffirmBusyError):
                self._slots.hold_back(error.retry_after_s)
            is_answer = isinstance(error, AffirmBusyError | AffirmRejectedError)
            return self._failed(error, is_answer=is_answer)
        except Exception as error:  # a bug of ours: what it was asked for stays planned
            log.exception("the question for the time crashed")
            return self._failed(error, is_answer=False)
        self._connection.affirm_answered()
        return True

    def _failed(self, error: Exception, *, is_answer: bool) -> bool:
        """Whether it told the time all the same: any answer may, a 500 too."""
        is_told = is_answer or self._clock.is_sure
        says_so = is_told or isinstance(error, CredentialsError)
        if says_so and isinstance(error, TelesalesError):
            self._connection.affirm_failed(error)
        elif not is_told:  # something waits for it now: that must be seen
            self._connection.affirm_failed(AffirmUnreachableError())
        return is_told
