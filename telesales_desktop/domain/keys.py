"""Which idempotency key belongs to a money command?"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping

NAMESPACE = uuid.UUID("6f1f0a0e-5d0e-5c36-9c5b-7f7d2a7c1e11")
"""Fixed for ever: two desks must derive the same key for the same command."""


def derived_key(
    *,
    environment: str,
    country: str,
    checkout_id: str,
    kind: str,
    amount_cents: int,
    generation: int,
) -> str:
    """The key of an authorize, a void or a full capture.

    Two workstations that act on one order send the same key and collide harmlessly at Affirm.
    Never built from an API key or a profile name: those may differ between desks.
    Units: ``amount_cents`` cents; ``generation`` is raised only by a supervisor after a definitive
    refusal, because a server may cache the refusal under the key.
    """
    name = "|".join((environment, country, checkout_id, kind, str(amount_cents), str(generation)))
    return str(uuid.uuid5(NAMESPACE, name))


def canonical_body(body: Mapping[str, object]) -> str:
    """One spelling of a JSON body, so that a resend is byte-identical."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def order_key(secret: bytes, environment: str, order_id: str) -> str:
    """The name under which the relay knows an order: it tells nothing about the order number.

    Travels in ``metadata.webhook_session_id`` and in both customer URLs.
    Units: ``secret`` is the order-key key (32 bytes) that the merchant's desks share.
    """
    message = f"{environment}|{order_id}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]
