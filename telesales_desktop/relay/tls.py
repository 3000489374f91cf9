"""Can what crosses the network be read on the way: is there a certificate, or a proxy with one?"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

_READS = {"desks": "the workstations' tokens", "hooks": "webhooks"}


def check_pair(certificate: Path, key: Path) -> None:
    """Errors: ``ValueError``, with a sentence, for files that no listener can be started with;
    ``OSError`` for one that cannot be read."""
    for file in (certificate, key):
        try:
            file.read_bytes()
        except OSError as refused:
            raise OSError(f"{file} cannot be read: {refused.strerror}") from refused
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, _refuse)
    except ssl.SSLError as wrong:
        if wrong.reason == "KEY_VALUES_MISMATCH":
            raise ValueError(
                f"--tls-key {key} is not the key of --tls-cert {certificate}"
            ) from None
        raise ValueError(
            f"--tls-cert {certificate} and --tls-key {key} must be a certificate and its key in PEM"
        ) from None


def _refuse() -> NoReturn:
    raise ValueError("--tls-key has a password, which nobody is there to give; take one without")


def readable(
    sockets: Mapping[str, socket.socket], *, tls: bool, behind_proxy: bool
) -> Iterator[str]:
    """A sentence for each listener that other machines reach, and whose traffic is readable."""
    if tls or behind_proxy:
        return
    for name, opened in sockets.items():
        if opened.family not in (socket.AF_INET, socket.AF_INET6):
            continue  # systemd may pass one that only this machine reaches
        host, port = opened.getsockname()[:2]
        if not ip_address(host).is_loopback:
            yield (
                f"{name} listens at {host}:{port} without TLS, and no --trusted-proxy is named:"
                f" whoever is on the way reads {_READS[name]}"
            )
