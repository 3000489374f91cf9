"""What may stand in an argument of ``telesales-relay``?

Every check raises ``ArgumentTypeError`` with a sentence for the person who typed it.
"""

from __future__ import annotations

import argparse
import ipaddress
import re
from pathlib import Path

from telesales_desktop.relay import databases
from telesales_desktop.relay.listening import Listen, listen_at
from telesales_desktop.wire.addresses import MERCHANT, base_url
from telesales_desktop.wire.sealing import SealingKey
from telesales_desktop.wire.strict_json import WireError


def database(text: str) -> databases.Address:
    try:
        return databases.address(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def file(text: str) -> Path:
    place = database(text)
    if isinstance(place, str):
        raise argparse.ArgumentTypeError("version 1 knew files only")
    return place


def listen(text: str) -> Listen:
    try:
        return listen_at(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def proxy(text: str) -> str:
    """What is no address would never be met, and nobody would be told."""
    try:
        if text != "*":  # a proxy that comes over a Unix socket has no address
            ipaddress.ip_network(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text}: must be the address that the proxy comes from, or its network, such as"
            " 127.0.0.1 or 10.0.0.0/24"
        ) from None
    return text


def host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", text):
        raise argparse.ArgumentTypeError(
            f"{text}: must be a name alone, without https:// and port, such as desks.example.com"
        )
    return text


def url(text: str) -> str:
    try:
        return base_url(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def merchant(text: str) -> str:
    if not MERCHANT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: only a-z, 0-9 and -, at most 32 characters")
    return text


def sealing_key(text: str) -> SealingKey:
    try:
        return SealingKey.from_text(text)
    except WireError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text}: must be a number from 1 to 999999")
    return int(text)


def days(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text}: must be a number of days from 0 to 999")
    return int(text)


def name(text: str) -> str:
    if not text.strip() or len(text) > 100 or not text.isprintable():
        raise argparse.ArgumentTypeError("must be a name of at most 100 characters")
    return text.strip()
