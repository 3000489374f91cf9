"""Has Affirm signed this delivery?"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from telesales_desktop.application.ports import StoredDelivery
from telesales_desktop.domain.errors import CredentialsError

TOLERANCE_S = 300
_MOST_SIGNATURES = 16
_STAMP = re.compile(r"\d{1,12}")
_HEX = re.compile(r"[0-9a-fA-F]{128}")


class Verdict(StrEnum):
    """What a delivery's signature proves."""

    VERIFIED = "verified"  # signed under one of our keys, shortly before the relay received it
    UNSIGNED = "unsigned"  # it carries no signature
    WRONG = "wrong"  # signatures, but none under a key of ours
    OUT_OF_TOLERANCE = "out_of_tolerance"  # rightly signed, but long before or after it came
    MALFORMED = "malformed"  # a signature header that nobody can read
    UNCHECKED = "unchecked"  # signed, and there is no key here to check it with


def verify(
    raw_body: bytes,
    signature_headers: Sequence[str],
    private_keys: Sequence[str],
    received_at: datetime,
    tolerance_s: float = TOLERANCE_S,
) -> Verdict:
    """Check ``X-Affirm-Signature: t=SECONDS,v0=HEX`` over the bytes as they came. Never raises.

    Several headers, several ``v0`` in one, and several keys (while they are rotated) are tried, all
    of them in the same time. An empty key is no key: anybody could sign under it.
    Units: ``tolerance_s`` seconds between the stamp and ``received_at`` (aware UTC, the relay's
    clock), in either direction.
    Source: docs/checking-webhook-signatures and Affirm's own sample, read 2026-11.
    """
    if not any(header.strip() for header in signature_headers):
        return Verdict.UNSIGNED
    signatures = _signatures(signature_headers)
    if not signatures:
        return Verdict.MALFORMED
    keys = [_octets(key) for key in private_keys if key.strip()]
    right = [
        stamp
        for stamp, signature in signatures
        if sum(hmac.compare_digest(_expected(stamp, raw_body, key), signature) for key in keys)
    ]
    if not right:
        return Verdict.WRONG
    received_s = _seconds(received_at)
    if any(abs(int(stamp) - received_s) <= tolerance_s for stamp in right):
        return Verdict.VERIFIED
    return Verdict.OUT_OF_TOLERANCE


def sign(raw_body: bytes, private_key: str, at: datetime) -> str:
    """The header that Affirm would send with this body. Units: ``at`` aware UTC."""
    stamp = str(int(_seconds(at)))
    return f"t={stamp},v0={_expected(stamp, raw_body, _octets(private_key)).decode()}"


class SignatureChecker:
    """The port ``SignatureCheck``: fetches the keys for each check, and hashes in a thread."""

    def __init__(
        self, private_keys: Callable[[], Awaitable[Sequence[str]]], tolerance_s: float = TOLERANCE_S
    ) -> None:
        self._private_keys = private_keys
        self._tolerance_s = tolerance_s

    async def __call__(self, delivery: StoredDelivery) -> str:
        """Without keys (a locked keyring) nothing is verified: the delivery stays a hint."""
        try:
            keys = await self._private_keys()
        except CredentialsError:
            keys = ()
        if not keys and delivery.signatures:
            return Verdict.UNCHECKED
        return await asyncio.to_thread(
            verify,
            delivery.body,
            delivery.signatures,
            keys,
            delivery.received_at,
            self._tolerance_s,
        )


def _signatures(headers: Sequence[str]) -> list[tuple[str, bytes]]:
    """Stamps and their signatures; each ``v0`` belongs to the ``t`` before it, else after it."""
    found: list[tuple[str, bytes]] = []
    for header in headers:
        stamp = ""
        unstamped: list[bytes] = []
        for item in header.split(","):
            name, _, value = ("".join(item.split())).partition("=")
            if name == "t" and _STAMP.fullmatch(value) and value.isascii():
                stamp = value
                found += [(stamp, signature) for signature in unstamped]
                unstamped = []
            elif name == "v0" and _HEX.fullmatch(value):
                unstamped.append(value.lower().encode())
                if stamp:
                    found.append((stamp, unstamped.pop()))
    return found[:_MOST_SIGNATURES]


def _expected(stamp: str, raw_body: bytes, key: bytes) -> bytes:
    message = stamp.encode() + b"." + raw_body
    return hmac.new(key, message, hashlib.sha512).hexdigest().encode()


def _octets(key: str) -> bytes:
    return key.strip().encode("utf-8", "surrogatepass")


def _seconds(instant: datetime) -> float:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
