"""How is a delivery sealed, so that the relay itself cannot read it any more?

Formats: docs/adr/0008-sealing-and-shared-orders.md.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telesales_desktop.wire.sealing import (
    KEY_BYTES,
    MOST_SEALED_DELIVERY,
    MOST_SIGNATURES,
    NONCE_BYTES,
    DeliveryContent,
    SealedDelivery,
    batch_info,
    delivery_place,
)

BATCH_S = 3600.0
MOST_IN_BATCH = 100_000
_MOST_READABLE = MOST_SEALED_DELIVERY - 256  # keys, nonce and tag around it


@dataclass(slots=True)
class _Batch:
    """A data key in use: in this process' memory, and sealed in front of each delivery."""

    cipher: AESGCM = field(repr=False)
    head: bytes
    until: float
    left: int


class Sealer:
    """Seals deliveries to their merchants' public keys.

    A new data key an hour keeps it cheap: most deliveries cost one AES-GCM. Nonces are random, so
    that a process that was forked does not use one twice.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._batches: dict[bytes, _Batch] = {}

    def seal(
        self,
        merchant: str,
        public_key: bytes,
        delivery_id: str,
        received_us: int,
        content: DeliveryContent,
    ) -> bytes:
        """A ``wire.sealing.SealedDelivery``. Units: microseconds since 1970."""
        batch = self._batch(public_key)
        batch.left -= 1
        nonce = os.urandom(NONCE_BYTES)
        place = delivery_place(merchant, delivery_id, received_us)
        return batch.head + nonce + batch.cipher.encrypt(nonce, _readable(content), place)

    def _batch(self, public_key: bytes) -> _Batch:
        batch = self._batches.get(public_key)
        if batch is None or batch.left == 0 or self._clock() >= batch.until:
            batch = self._batches[public_key] = _new_batch(public_key, self._clock() + BATCH_S)
        return batch


def _readable(content: DeliveryContent) -> bytes:
    """Signatures that no desk would take are left out, for it would take nothing of the page that
    they are in. Unsigned, the delivery makes it read Affirm, as with a signature that is wrong."""
    text = content.to_json()
    if len(text) > _MOST_READABLE or len(content.signatures) > MOST_SIGNATURES:
        text = replace(content, signatures=()).to_json()
    return text


def _new_batch(public_key: bytes, until: float) -> _Batch:
    private = X25519PrivateKey.generate()
    ephemeral = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(public_key))
    info = batch_info(ephemeral, public_key)
    key = HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(shared)
    data_key = os.urandom(KEY_BYTES)
    # A nonce of zeros is used once: the key is new with every ephemeral key.
    sealed = AESGCM(key).encrypt(bytes(NONCE_BYTES), data_key, None)
    head = SealedDelivery(ephemeral, sealed, b"", b"").to_bytes()
    return _Batch(AESGCM(data_key), head, until, MOST_IN_BATCH)
