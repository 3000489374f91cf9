"""What may stand in an argument of ``telesales-desktop``?

Every check raises ``ValueError`` with a sentence for the person who typed it.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def argument(convert: Callable[[str], T]) -> Callable[[str], T]:
    """Let a ``ValueError``'s sentence reach the person, which argparse would swallow."""

    def converted(text: str) -> T:
        try:
            return convert(text)
        except ValueError as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    return converted


def profile_name(text: str) -> str:
    """A name that can be a file and a keyring item on every platform."""
    from telesales_desktop.adapters.data_paths import ensure_profile_name
    from telesales_desktop.domain.errors import SettingsError

    try:
        return ensure_profile_name(text)
    except SettingsError as wrong:
        raise ValueError(str(wrong)) from None


def folder(text: str) -> Path:
    """A folder, named: an empty word is a script's variable that was not set, and no folder."""
    if not text:
        raise ValueError("the name of a folder is needed")
    return Path(text)


def loopback_address(text: str) -> str:
    """``HOST:PORT`` of this machine; an IPv6 host in brackets."""
    from telesales_desktop.wire.addresses import is_loopback

    host, _, port = text.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if is_bracketed else host
    if (
        (":" in bare) is not is_bracketed  # an IPv6 address is written [::1]
        or not is_loopback(bare)
        or not re.fullmatch("[0-9]{1,5}", port, re.ASCII)
        or not 0 < int(port) < 65536
    ):
        raise ValueError(f"{text}: must be an address of this machine, like 127.0.0.1:8700")
    return text


def path_secret(text: str) -> str:
    """What may end a webhook address."""
    if not re.fullmatch(r"[A-Za-z0-9_~-]{1,128}", text):
        raise ValueError("only letters, digits, - _ and ~, at most 128")
    return text


def seconds(text: str) -> float:
    """Units: seconds, less than a day."""
    try:
        found = float(text)
    except ValueError:
        raise ValueError(f"{text}: must be a number of seconds") from None
    if not 0 < found < 86_400:
        raise ValueError(f"{text}: must be more than 0 and less than a day")
    return found
