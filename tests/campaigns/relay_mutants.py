"""Which faults of a relay must its campaigns see? Each is planted, and taken out again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

from telesales_desktop.relay import access_rows, append_process, ingress, log_rows, orders
from telesales_desktop.relay.intake import Intake
from telesales_desktop.relay.postgres_commit import PostgresCommitter, PostgresTransaction
from telesales_desktop.relay.sealer import Sealer

EARLY_200 = "answers before it has written"
NO_REPEATS = "takes a repetition for something new"
BIGSERIAL = "numbers changes as a bigserial column does"
NO_OWNER = "shows every order to every agent"
NO_MERCHANT = "reads the log of one merchant for all"
CODE_TWICE = "lets a code be used twice"
ENDLESS_TRIES = "lets a code be tried for ever"
OF_ENROLMENT = (CODE_TWICE, ENDLESS_TRIES)
UNSEALED = "seals nothing"
OF_KILLS = (EARLY_200, NO_REPEATS)
OF_ROLES = (NO_OWNER, NO_MERCHANT)


@contextlib.contextmanager
def planted(mutant: str) -> Iterator[None]:
    """The relay with this fault, in this process and those forked off it; "" plants none."""
    with contextlib.ExitStack() as stack:
        if mutant:  # what is planted here is not in a process that was not forked off this one
            stack.enter_context(mock.patch.object(append_process, "BUSY", 10**9))
        if mutant == EARLY_200:
            stack.enter_context(mock.patch.object(Intake, "keep", _keep_later))
        elif mutant == NO_REPEATS:
            anew = mock.patch.object(ingress, "_identity", side_effect=_random_identity)
            stack.enter_context(anew)
        elif mutant == UNSEALED:
            stack.enter_context(mock.patch.object(Sealer, "seal", _leave_readable))
        elif mutant == CODE_TWICE:
            stack.enter_context(mock.patch.object(access_rows, "redeem", _redeem_again))
        elif mutant == ENDLESS_TRIES:
            stack.enter_context(mock.patch.object(access_rows, "try_code", _try_for_ever))
        elif mutant == NO_OWNER:
            stack.enter_context(mock.patch.object(orders, "may_see", return_value=True))
        elif mutant == NO_MERCHANT:
            stack.enter_context(mock.patch.object(log_rows, "read", _read_of_alpha))
        elif mutant == BIGSERIAL:
            stack.enter_context(
                mock.patch.object(PostgresCommitter, "transaction", _BigserialTransaction)
            )
        yield


_read = log_rows.read


def _read_of_alpha(db: Any, _merchant: str, *words: Any) -> Any:
    return _read(db, "alpha", *words)


class _BigserialTransaction(PostgresTransaction):
    """Numbers come from a sequence, ``mutant_seq``, before the commit and beside it.

    One commit in eight dawdles, as on a disk that is busy: what the others commit meanwhile has
    higher numbers. Without it a short run skipped nothing now and then.
    """

    def lock(self, merchant: str) -> tuple[int, bytes]:
        if merchant not in self._heads:
            (chain,) = self.db.execute(
                "SELECT chain FROM merchants WHERE merchant = ?", (merchant,)
            ).fetchone()
            self._heads[merchant] = (0, chain)
        return self._heads[merchant]

    def next_seq(self, merchant: str) -> int:
        (number,) = self.db.execute("SELECT nextval('mutant_seq')").fetchone()
        self._heads[merchant] = (number - 1, self.lock(merchant)[1])
        return int(number)

    def finish(self) -> None:
        self.flush()
        if random.random() < 1 / 8:
            time.sleep(0.02)
        for merchant, (seq, chain) in sorted(self._heads.items()):
            self.db.execute(
                "UPDATE merchants SET seq = GREATEST(seq, ?), chain = ? WHERE merchant = ?",
                (seq, chain, merchant),
            )


_keep = Intake.keep
_LATER: set[asyncio.Task[Any]] = set()


async def _keep_later(self: Intake, change: Any) -> bool:
    task = asyncio.create_task(_keep(self, change))
    _LATER.add(task)
    task.add_done_callback(_LATER.discard)
    return True


_redeem, _try_code = access_rows.redeem, access_rows.try_code


def _redeem_again(db: Any, code: Any, *words: Any) -> Any:
    db.execute("UPDATE codes SET used_us = NULL WHERE code_id = ?", (code.code_id,))
    return _redeem(db, code, *words)


def _try_for_ever(db: Any, code_id: str, now_us: int, _most: int) -> Any:
    return _try_code(db, code_id, now_us, 1 << 30)


def _leave_readable(_sealer: Sealer, *words: Any) -> bytes:
    content = words[-1]
    return b"\x01" + bytes(130) + content.content_type.encode() + bytes(content.body)


def _random_identity(*_parts: object) -> bytes:
    return secrets.token_bytes(32)
