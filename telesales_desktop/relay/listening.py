"""Where do the listeners' sockets come from: an address, or systemd?"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

BACKLOG = 2048
_FIRST_PASSED = 3
_SYSTEMD = "systemd:"


@dataclass(frozen=True, slots=True)
class Listen:
    """An address to listen at; port 0 lets the system choose. ``passed``: the name of a socket
    that systemd holds open, so that nobody meets a closed door while the relay is replaced."""

    host: str
    port: int
    passed: str = ""


def listen_at(text: str) -> Listen:
    """Errors: ``ValueError``, with a sentence."""
    if text.startswith(_SYSTEMD):
        name = text.removeprefix(_SYSTEMD)
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
            raise ValueError(f"{text}: must be systemd:NAME, as FileDescriptorName says")
        return Listen("", 0, passed=name)
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not re.fullmatch(r"\d{1,5}", port, re.ASCII) or int(port) > 65535:
        raise ValueError(f"{text}: must be HOST:PORT, such as 127.0.0.1:8700, or systemd:NAME")
    return Listen(host, int(port))


def is_elsewhere(opened: socket.socket, wanted: Listen) -> bool:
    """Whether a socket that was taken over certainly listens at another address than is wanted."""
    if wanted.passed or opened.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    host, port = opened.getsockname()[:2]
    if wanted.port not in (0, port):
        return True
    try:
        return ip_address(wanted.host) != ip_address(host)
    except ValueError:
        return False  # a name, which may mean this address


def open_socket(listen: Listen, environment: Mapping[str, str] = os.environ) -> socket.socket:
    """A socket that listens. Errors: ``OSError`` that says where and why not."""
    if listen.passed:
        return _passed(listen.passed, environment)
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family, backlog=BACKLOG)
    except OSError as refused:
        code = refused.errno or 0  # below zero: the name of a host is not known
        why = os.strerror(code) if code > 0 else str(refused)
        raise OSError(f"cannot listen at {listen.host}:{listen.port}: {why}") from refused


def _passed(name: str, environment: Mapping[str, str]) -> socket.socket:
    """Source: sd_listen_fds(3)."""
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    mine = environment.get("LISTEN_PID") == str(os.getpid())
    count = int(environment.get("LISTEN_FDS", "0")) if mine else 0
    for place, known in enumerate(names[:count]):
        if known == name:
            return socket.socket(fileno=_FIRST_PASSED + place)
    raise OSError(f"systemd passed no socket with the name {name}; see: systemctl list-sockets")
