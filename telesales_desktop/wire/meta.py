"""What does a relay tell anyone about itself?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.wire.strict_json import decode, encode, instant_text

CONTRACT = 1
"""The version of this contract; it changes only when an old desk would misread an answer."""

_VERSION = re.compile(r"\d+\.\d+\.\d+[0-9A-Za-z.+-]{0,32}")


@dataclass(frozen=True, slots=True)
class RelayMeta:
    """The answer to ``GET /v1/meta``.

    ``public_url`` is where Affirm and customers reach the relay. ``sealing_fingerprint`` names the
    key that deliveries are sealed to: of the merchant whose token asks, or of the only merchant
    there is; None otherwise, and where there is no key yet. Units: ``now`` aware UTC by
    the relay's clock, so that a desk can notice a wrong one.
    """

    contract: int
    version: str
    oldest_desktop: str
    public_url: str
    sealing_fingerprint: str | None
    now: datetime

    def to_json(self) -> bytes:
        return encode(
            {
                "contract": self.contract,
                "version": self.version,
                "oldest_desktop": self.oldest_desktop,
                "public_url": self.public_url,
                "sealing_fingerprint": self.sealing_fingerprint,
                "now": instant_text(self.now),
            }
        )

    @classmethod
    def from_json(cls, raw: bytes) -> RelayMeta:
        """Errors: ``WireError``."""
        members = decode(raw)
        return cls(
            contract=members.integer("contract", least=1, most=1000),
            version=members.text("version", pattern=_VERSION),
            oldest_desktop=members.text("oldest_desktop", pattern=_VERSION),
            public_url=members.text("public_url", most=2048),
            sealing_fingerprint=members.text_or_none("sealing_fingerprint"),
            now=members.instant("now"),
        )
