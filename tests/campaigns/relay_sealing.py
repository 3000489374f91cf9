"""How does a campaign make a relay, and read what that has sealed? With keys of its own, as a desk would."""

from __future__ import annotations

import base64
import contextlib
import hmac
import io
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telesales_desktop.relay import cli
from telesales_desktop.wire import sealing as layout
from telesales_desktop.wire.sealing import DeliveryContent, SealedDelivery, SealingKey

API_KEY = b"campaign-private-api-key-Xq7Lm2"
"""The desks' private key at Affirm."""


def disk() -> str:
    """A folder on a real disk, for what is synced."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()


def command(words: list[str]) -> list[str]:
    """Do one of the relay's commands in this process; the lines it prints. Errors: ``RuntimeError``."""
    complaints, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(complaints), contextlib.redirect_stdout(told):
        status = cli.main(words)
    if status:
        raise RuntimeError(f"{words[0]}: {complaints.getvalue()}")
    return told.getvalue().splitlines()


class Sealing:
    """A merchant data key, and what a desk does with it."""

    def __init__(self, merchant: str = "main") -> None:
        self.merchant = merchant
        self.data_key = os.urandom(layout.KEY_BYTES)
        self._private = X25519PrivateKey.from_private_bytes(
            _derived(self.data_key, layout.DELIVERY_LABEL)
        )
        self.public = self._private.public_key().public_bytes_raw()
        self._batches: dict[bytes, AESGCM] = {}

    def key(self) -> SealingKey:
        """As ``telesales-desktop sealing-key`` would make it."""
        nonce = os.urandom(layout.NONCE_BYTES)
        wrap = AESGCM(_derived(API_KEY, layout.WRAP_LABEL))
        wrapped = nonce + wrap.encrypt(nonce, self.data_key, self.public)
        return SealingKey(self.public, _derived(API_KEY, layout.WRAP_ID_LABEL)[:8], wrapped)

    def init(self, database: str, hook: str, *more: str) -> None:
        """Make the relay's database."""
        words = ["init", "--database", database, "--hook-secret", hook.rpartition("/")[2]]
        command([*words, "--merchant", self.merchant, "--sealing-key", self.key().text(), *more])

    def add(self, database: str, hook: str) -> None:
        """Make the merchant one more of a relay's."""
        words = ["merchants", "--database", database, "add", "--merchant", self.merchant]
        words += ["--hook-secret", hook.rpartition("/")[2]]
        command([*words, "--sealing-key", self.key().text()])

    def code(self, database: str, name: str = "Campaign", role: str = "supervisor") -> str:
        """A one-time code."""
        words = ["enrol", "--database", database, "--merchant", self.merchant]
        return command([*words, "--role", role, "--name", name])[-1]

    def checkout_hash(self, checkout_id: str) -> str:
        return layout.checkout_hash(self.merchant, checkout_id)

    def tag(self, kind: str, value: str) -> str:
        key = _derived(self.data_key, layout.TAG_LABEL)
        return hmac.new(key, layout.tag_message(kind, value), "sha256").hexdigest()

    def record(self, order_key: str, version: int, content: bytes) -> bytes:
        """A sealed order record."""
        nonce = os.urandom(layout.NONCE_BYTES)
        place = layout.record_place(self.merchant, "sandbox", order_key, version)
        cipher = AESGCM(_derived(self.data_key, layout.RECORD_LABEL))
        return layout.SealedRecord(nonce, cipher.encrypt(nonce, content, place)).to_bytes()

    def body(self, change: dict[str, Any]) -> bytes:
        """What Affirm had sent. Errors: ``InvalidTag`` for what is not sealed to this key, or elsewhere."""
        delivery = change["delivery"]
        return self.content(
            base64.b64decode(delivery["sealed"]),
            delivery["delivery_id"],
            datetime.fromisoformat(change["received_at"]),
        ).body

    def content(self, octets: bytes, delivery_id: str, received_at: datetime) -> DeliveryContent:
        """A sealed delivery, opened."""
        sealed = SealedDelivery.from_bytes(octets)
        header = sealed.ephemeral + sealed.data_key
        if header not in self._batches:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(sealed.ephemeral))
            key = _derived(shared, layout.batch_info(sealed.ephemeral, self.public))
            opened = AESGCM(key).decrypt(bytes(layout.NONCE_BYTES), sealed.data_key, None)
            self._batches[header] = AESGCM(opened)
        place = layout.delivery_place(self.merchant, delivery_id, layout.microseconds(received_at))
        plain = self._batches[header].decrypt(sealed.nonce, sealed.ciphertext, place)
        return DeliveryContent.from_json(plain)


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), layout.KEY_BYTES, b"", info).derive(secret)
