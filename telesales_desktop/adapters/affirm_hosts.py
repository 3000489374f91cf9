"""Which addresses may ever see a merchant's keys?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country, Environment

_HOSTS: Mapping[Environment, Mapping[Country, tuple[str, ...]]] = {
    # The first of each line is the default. Canada is documented on the global hosts only.
    Environment.LIVE: {
        Country.US: ("api.affirm.com", "api.global.affirm.com"),
        Country.CA: ("api.global.affirm.com",),
    },
    Environment.SANDBOX: {
        Country.US: ("sandbox.affirm.com", "api.global.sandbox.affirm.com"),
        Country.CA: ("api.global.sandbox.affirm.com",),
    },
    Environment.SIMULATOR: {Country.US: (), Country.CA: ()},
}
AFFIRM_HOSTS = frozenset(
    host for countries in _HOSTS.values() for hosts in countries.values() for host in hosts
)
_BASE_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>[0-9]{1,5}))?/?",
    re.ASCII | re.IGNORECASE,
)
_DEFAULT_PORT = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """The one place that a client is bound to. ``host`` is lower-case ASCII, without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The origin as a base URL, without a path and without a default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = self.port == _DEFAULT_PORT[self.scheme]
        return f"{self.scheme}://{host}" if default else f"{self.scheme}://{host}:{self.port}"


def default_affirm_url(environment: Environment, country: Country) -> str:
    """Affirm's base address for an environment and a country.

    Errors: ``SettingsError`` for the simulator, which has no address of its own.
    Source: Affirm's reference (US hosts) and its shipping modules (global hosts).
    """
    hosts = _HOSTS[environment][country]
    if not hosts:
        raise SettingsError("the simulator's address must be given", fields=("affirm_url",))
    return f"https://{hosts[0]}"


def bind_origin(environment: Environment, country: Country, url: str) -> Origin:
    """The origin that ``url`` names, if a profile of this environment may speak to it.

    A live profile cannot name a sandbox host, nor the reverse; only the simulator may use plain
    http, and only on loopback. User info, paths, other ports, a trailing dot and non-ASCII
    names are refused rather than cleaned.
    Errors: ``SettingsError`` naming ``affirm_url``; nothing was sent.
    """
    origin = _parse(url)
    if origin is not None and environment is Environment.SIMULATOR:
        if is_loopback(origin.host) and origin.scheme == "http":
            return origin
        origin = None
    if (
        origin is None
        or origin.scheme != "https"
        or origin.port != _DEFAULT_PORT["https"]
        or origin.host not in _HOSTS[environment][country]
    ):
        raise SettingsError(
            f"a {environment.value} profile for {country.value} may not speak to this address",
            fields=("affirm_url",),
        )
    return origin


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine itself, by name or number."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse(url: str) -> Origin | None:
    match = _BASE_URL.fullmatch(url)
    if match is None:
        return None
    scheme = match["scheme"].lower()
    port = int(match["port"]) if match["port"] else _DEFAULT_PORT[scheme]
    if not 0 < port < 65536:
        return None
    return Origin(scheme, match["host"].lower().strip("[]"), port)
