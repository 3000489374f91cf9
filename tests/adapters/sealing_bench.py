"""The other side of the sealing formats, written a second time from the decision record alone.

HKDF by hand from HMAC, so that one misreading of a library does not hide on both sides.
"""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def hkdf(secret, info, length=32):
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    block, made, count = b"", b"", 1
    while len(made) < length:
        block = hmac.new(extracted, block + info + bytes([count]), hashlib.sha256).digest()
        made += block
        count += 1
    return made[:length]


def label(words):
    return f"telesales-desktop v1 {words}".encode()


class Batch:
    """A data key that the relay made, sealed to a desk's public key."""

    def __init__(self, public_key, *, ephemeral=b"\x11" * 32, key=b"\x22" * 32):
        private = X25519PrivateKey.from_private_bytes(ephemeral)
        own = private.public_key().public_bytes_raw()
        shared = private.exchange(X25519PublicKey.from_public_bytes(public_key))
        wrapping = hkdf(shared, label("batch") + own + public_key)
        self.key = key
        self.header = own + AESGCM(wrapping).encrypt(bytes(12), key, None)

    def seal(self, content, *, merchant, delivery_id, received_us, nonce=b"\x33" * 12):
        bound = f"{merchant}|{delivery_id}|{received_us}".encode()
        return b"\x01" + self.header + nonce + AESGCM(self.key).encrypt(nonce, content, bound)


def delivery_content(body, *, content_type="application/json", signatures=(), landing=None):
    return json.dumps(
        {
            "content_type": content_type,
            "signatures": list(signatures),
            "body": base64.b64encode(body).decode(),
            "landing": landing,
        }
    ).encode()
