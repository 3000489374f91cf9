"""Which addresses does the relay answer under, and what may stand in them?"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

HOOK_PATH = "/hooks/affirm/"
CUSTOMER_PATH = "/customer/"

MERCHANT = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""A merchant at the relay: one Affirm key pair."""

ORDER_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""The name of an order at the relay, made by a desk; it tells nothing about the order number."""

PATH_SECRET = re.compile(r"[A-Za-z0-9_~-]{1,128}")


def base_url(text: str) -> str:
    """A base address as it is used everywhere: no slash at its end.

    Errors: ``ValueError`` with a sentence, unless it is https, or http on this machine, without
    a user name, a query or a fragment.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as malformed:
        raise ValueError(f"{text}: {malformed}") from None
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise ValueError(f"{text}: must look like https://relay.example.com")
    if parts.username is not None or "?" in text or "#" in text or re.search(r"[\s\\]", text):
        raise ValueError(f"{text}: must have no user name, query, fragment or blank in it")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(f"{text}: must begin with https:// (http is for this machine only)")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host's name can only mean this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hook_url(public_url: str, path_secret: str) -> str:
    """Where Affirm posts its webhooks."""
    return f"{public_url}{HOOK_PATH}{path_secret}"


def landing_url(public_url: str, merchant: str, order_key: str, landing: str) -> str:
    """Where Affirm sends the customer's browser; ``landing``: ``confirmed`` or ``cancelled``."""
    return f"{public_url}{CUSTOMER_PATH}{merchant}/{order_key}/{landing}"
