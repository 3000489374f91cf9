"""What may a test touch beyond itself? Loopback and its own processes, nothing else."""

import ipaddress
import os
import sys
from pathlib import Path

# What was refused since the current test began.
attempts: list[str] = []

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"})


class OutsideReachedError(RuntimeError):
    """Not an OSError on purpose: code that handles a failing network must not handle this."""


def close() -> None:
    """Refuse, for the rest of this process, every connection that leaves the machine.

    An audit hook sees every socket of the interpreter, the ones of event loops and of TLS included.
    """
    if not _CLOSED:
        _CLOSED.append(True)
        sys.addaudithook(_refuse)


_CLOSED: list[bool] = []


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _EVENTS:
        return
    host = arguments[0] if event == "socket.getaddrinfo" else _host(arguments[1])
    if not is_near(host):
        attempts.append(f"{event} {host!r}")
        raise OutsideReachedError(f"tests reach loopback only, not {host!r} ({event})")


def _host(address: object) -> object:
    """The host of a socket address; Unix sockets and connected datagrams have none."""
    return address[0] if isinstance(address, tuple) else None


def is_near(host: object) -> bool:
    """Whether ``host`` is this machine, without asking anyone."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def processes_left_behind() -> list[str]:
    """Command lines of this process's children that are still there; empty where /proc is not."""
    left = []
    for tasks in Path("/proc/self/task").glob("*/children"):
        for child in tasks.read_text().split():
            line = Path(f"/proc/{child}/cmdline")
            try:
                words = line.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
            except OSError:
                continue
            if words and "resource_tracker" not in words and int(child) != os.getpid():
                left.append(f"{child} {words}")
    return left
