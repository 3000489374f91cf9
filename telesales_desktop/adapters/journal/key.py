"""How does the journal's key open the file, and how is a wrong key told from a damaged file?"""

from __future__ import annotations

import hashlib
import hmac
import re

from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError

_HEX = re.compile(r"[0-9a-f]{64}")
SALT_BYTES = 16
MARK_BYTES = 32
_NUMBER_BYTES = 8


class JournalKey:
    """The raw 256-bit key, as 64 hexadecimal digits; never shown.

    The first 16 bytes of an encrypted file are its salt, in the clear. With a raw key the salt
    adds nothing to the key, so it is chosen as a fingerprint of the key: it tells whether this key
    belongs to the file even when the first page can no longer be read.
    Errors: ``WRONG_KEY`` for anything that is not such a key.
    """

    __slots__ = ("_hex", "_raw")

    def __init__(self, hex_key: str) -> None:
        if _HEX.fullmatch(hex_key) is None:
            raise JournalError(JournalProblem.WRONG_KEY, "not 64 hexadecimal digits")
        self._hex = hex_key
        self._raw = bytes.fromhex(hex_key)

    @property
    def pragma(self) -> str:
        """The value of ``PRAGMA key``: the key as it is, then the salt for a new file."""
        return f"raw:{self._hex}{self.fingerprint.hex()}"

    @property
    def fingerprint(self) -> bytes:
        """What a file of this key starts with; tells nothing about the key."""
        return self._tag(b"salt")[:SALT_BYTES]

    def is_of(self, first_bytes: bytes) -> bool:
        """Whether a file that starts like this was made with this key."""
        return hmac.compare_digest(first_bytes[:SALT_BYTES], self.fingerprint)

    def seal_mark(self, number: int) -> bytes:
        """A number that only a holder of the key can have written."""
        told = number.to_bytes(_NUMBER_BYTES, "big")
        return told + self._tag(b"mark" + told)[: MARK_BYTES - _NUMBER_BYTES]

    def read_mark(self, mark: bytes) -> int | None:
        """The number of a mark; None if it was not written with this key, whole."""
        number = int.from_bytes(mark[:_NUMBER_BYTES], "big")
        return number if hmac.compare_digest(mark, self.seal_mark(number)) else None

    def _tag(self, label: bytes) -> bytes:
        return hmac.new(self._raw, b"telesales journal 1 " + label, hashlib.sha256).digest()
