"""Who may read what, and who may post?"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import logging
import secrets
import time
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.store import Store, StoreError
from telesales_desktop.relay.store_values import AuditEntry, Code, Grant, Hook, Merchant
from telesales_desktop.wire.enrolment import (
    ALPHABET,
    CODE_LENGTH,
    TOKEN,
    Enrolment,
    EnrolmentRequest,
    Role,
)
from telesales_desktop.wire.sealing import SealingKey

PULSE_S = 1.0
"""How often another process's changes are looked for: a revocation acts within this time."""

CODE_LIFE_S = 600
CODE_TRIES = 5
_CODE_ID_LENGTH = 3
_NOTE_SEEN_EVERY_S = 60.0
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_logger = logging.getLogger(__name__)


class EnrolmentRefusedError(Exception):
    """The code is wrong, used, expired, or was tried too often; nobody is told which."""


def digest(secret: str) -> bytes:
    """What rests of a random secret of 128 bits and more."""
    return hashlib.sha256(secret.encode()).digest()


def _code_digest(code: str, salt: bytes) -> bytes:
    """What rests of a one-time code: slow, for a code is short. A quarter of the work a password
    needs, for it lives for minutes."""
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _random_text(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


async def make_code(
    store: Store,
    *,
    merchant: str,
    role: Role,
    name: str,
    by: str = "whoever runs the relay",
    life_s: int = CODE_LIFE_S,
) -> str:
    """A code for one workstation, as it is dictated. ``by``: who makes it, for the audit.

    Units: ``life_s`` seconds.
    Errors: ``StoreError``.
    """
    while True:
        code, salt = _random_text(ALPHABET, CODE_LENGTH), secrets.token_bytes(16)
        made_us = now_us()
        made = Code(
            code_id=code[:_CODE_ID_LENGTH],
            merchant=merchant,
            role=role,
            name=name,
            salt=salt,
            digest=await asyncio.to_thread(_code_digest, code, salt),
            expires_us=made_us + life_s * 1_000_000,
        )
        told = f"code for the role {Role(role).value} made by {by}"
        audit = [AuditEntry(made_us, merchant, "", told)]
        if await store.add_code(made, audit, now_us=made_us):
            return f"{code[:3]}-{code[3:7]}-{code[7:]}"
        # Another one that is good still begins as this one does.


def now_us() -> int:
    return time.time_ns() // 1000


class Access:
    """Tokens and hook secrets in memory, kept in step with the database.

    ``start`` loads them; a pulse then looks for what other processes have changed: every second,
    and whenever the store hears of something.
    """

    def __init__(self, store: Store, feed: Feed) -> None:
        self._store = store
        self._feed = feed
        self._version = -1
        self._grants: dict[str, Grant] = {}
        self._replaced: dict[str, list[str]] = {}
        self._hooks: dict[bytes, Hook] = {}
        self._merchants: dict[str, Merchant] = {}
        self._seen_us: dict[str, int] = {}
        self._last_seen_us: dict[str, int] = {}
        self._readings: Counter[tuple[str, str, str, str | None]] = Counter()
        self._pulse: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._asked = self._answered = 0

    async def start(self) -> None:
        """Errors: ``StoreError``."""
        await self.refresh()
        self._store.on_news(self._news.set)
        self._pulse = asyncio.create_task(self._keep_in_step(), name="pulse")

    async def close(self) -> None:
        if self._pulse is not None:
            self._pulse.cancel()
            await asyncio.gather(self._pulse, return_exceptions=True)
        with contextlib.suppress(StoreError):
            await self._note_seen()

    async def grant(self, token: str) -> Grant | None:
        """The grant behind a token, or None.

        Errors: ``StoreError``.
        """
        if not TOKEN.fullmatch(token) or token[-8:] != _checksum(token[:-9]):
            return None
        token_id = token.split("_", 2)[1]
        if token_id not in self._grants:
            await self.refresh()  # it may be so new that another process has just given it out
        grant = self._grants.get(token_id)
        if grant is None or not hmac.compare_digest(grant.digest, digest(token)):
            return None
        self._seen_us[token_id] = self._last_seen_us[token_id] = now_us()
        if token_id in self._replaced:
            await self._end_replaced(token_id)
        return grant

    async def _end_replaced(self, token_id: str) -> None:
        """One person has one token at one workstation: the newer one is in use, so the earlier
        ones end. Not before: an enrolment whose answer was lost must not lock the desk out."""
        try:
            for earlier in self._replaced.pop(token_id):
                await self._store.revoke(earlier, now_us(), f"the newer token {token_id}")
            await self.refresh()
        except StoreError as broken:
            _logger.error("an earlier token was not ended: %s", broken)
            self._version = -1  # the next pulse finds out what is still to be done

    def is_valid(self, grant: Grant) -> bool:
        """Whether its token has not been ended since it was looked at."""
        return grant.token_id in self._grants

    def hook(self, path_secret: str) -> Merchant | None:
        """Whose hook address ends in this secret? Found by digest: nothing can be felt out."""
        hook = self._hooks.get(digest(path_secret))
        if hook is None or (hook.until_us is not None and hook.until_us <= now_us()):
            return None
        return self._merchants[hook.merchant]

    def merchant(self, name: str) -> Merchant | None:
        return self._merchants.get(name)

    @property
    def merchants(self) -> Collection[Merchant]:
        return self._merchants.values()

    @property
    def last_seen_us(self) -> Mapping[str, int]:
        """When each valid token was last used here. Units: microseconds since 1970."""
        return self._last_seen_us

    def note(self, grant: Grant, what: str, order_key: str | None = None, count: int = 1) -> None:
        """Remember what somebody has read; it is written down within a minute."""
        self._readings[grant.merchant, grant.token_id, what, order_key] += count

    async def enrol(self, request: EnrolmentRequest) -> Enrolment:
        """Turn a code into a token, once.

        Errors: ``EnrolmentRefusedError``; ``StoreError``.
        """
        code = await self._store.try_code(request.code[:_CODE_ID_LENGTH], now_us(), CODE_TRIES)
        if code is None:
            raise EnrolmentRefusedError
        given = await asyncio.to_thread(_code_digest, request.code, code.salt)
        if not hmac.compare_digest(given, code.digest):
            raise EnrolmentRefusedError
        token_id, token = _new_token()
        grant = Grant(
            token_id=token_id,
            merchant=code.merchant,
            person_id="p" + _random_text(_BASE32, 15),
            role=code.role,
            name=code.name,
            workstation=request.workstation,
            digest=digest(token),
            created_us=now_us(),
        )
        # Before the code is used up: nothing that may fail comes after it.
        sealing_key = await self._sealing_key(grant.merchant)
        person_id = await self._store.redeem(code, grant, now_us())
        if person_id is None:
            raise EnrolmentRefusedError
        return Enrolment(
            token=token,
            token_id=token_id,
            merchant=grant.merchant,
            role=Role(grant.role),
            name=grant.name,
            person_id=person_id,
            sealing_key=sealing_key,
        )

    async def _sealing_key(self, merchant: str) -> str | None:
        known = self._merchants.get(merchant)
        wraps = await self._store.wraps(merchant)
        if known is None or known.sealing_key is None or not wraps:
            return None
        wrap_id = bytes.fromhex(wraps[0].wrap_id)
        return SealingKey(known.sealing_key, wrap_id, wraps[0].blob).text()

    async def refresh(self) -> None:
        """Read what has changed. One look tells all who asked before it began.

        Errors: ``StoreError``.
        """
        self._asked += 1
        asked = self._asked
        async with self._refreshing:
            if self._answered >= asked:
                return
            answers = self._asked
            await self._look()
            self._answered = answers

    async def _look(self) -> None:
        pulse = await self._feed.look()
        if pulse.access_version != self._version:
            merchants = await self._store.merchants()
            hooks = await self._store.hooks()
            grants = await self._store.grants()
            self._merchants = {merchant.merchant: merchant for merchant in merchants}
            known = [hook for hook in hooks if hook.merchant in self._merchants]
            self._hooks = {hook.digest: hook for hook in known}
            self._grants = {grant.token_id: grant for grant in grants if grant.revoked_us is None}
            self._replaced = _replaced(self._grants.values())
            for token_id in self._last_seen_us.keys() - self._grants.keys():
                del self._last_seen_us[token_id]
            self._feed.parking.revoke({grant.token_id for grant in grants if grant.revoked_us})
            self._version = pulse.access_version

    async def _keep_in_step(self) -> None:
        noted_at = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PULSE_S):
                    await self._news.wait()
            self._news.clear()
            try:
                await self.refresh()
                if time.monotonic() - noted_at >= _NOTE_SEEN_EVERY_S:
                    noted_at = time.monotonic()
                    await self._note_seen()
            except StoreError as broken:
                _logger.error("access records cannot be read: %s", broken)
            except Exception:
                # Whatever it is: without a pulse no revocation acts here any more.
                _logger.exception("access records cannot be read")

    async def _note_seen(self) -> None:
        seen, self._seen_us = self._seen_us, {}
        readings, self._readings = self._readings, Counter()
        if seen or readings:
            at_us = now_us()
            audit = [AuditEntry(at_us, *about, times) for about, times in readings.items()]
            try:
                await self._store.note_seen(seen, audit)
            except StoreError:  # twice in the audit is better than not at all
                self._seen_us = seen | self._seen_us
                self._readings.update(readings)
                raise


def _replaced(grants: Iterable[Grant]) -> dict[str, list[str]]:
    """Which earlier tokens the same person has at the same workstation; the oldest come first."""
    at_place: dict[tuple[str, str, str], list[str]] = {}
    replaced = {}
    for grant in grants:
        earlier = at_place.setdefault((grant.merchant, grant.person_id, grant.workstation), [])
        if earlier:
            replaced[grant.token_id] = list(earlier)
        earlier.append(grant.token_id)
    return replaced


def basic_matches(header: str, merchant: Merchant) -> bool:
    """Whether an Authorization header carries the merchant's Basic credentials, if it has any."""
    if merchant.basic_digest is None:
        return True
    scheme, _, encoded = header.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(digest(pair), merchant.basic_digest)


def _new_token() -> tuple[str, str]:
    token_id = _random_text(_BASE32, 10)
    body = f"atr1_{token_id}_{secrets.token_urlsafe(32)}"
    return token_id, f"{body}_{_checksum(body)}"


def _checksum(body: str) -> str:
    """Tells a token that was cut or mistyped from one that is wrong, without asking anyone."""
    return f"{zlib.crc32(body.encode()):08x}"
