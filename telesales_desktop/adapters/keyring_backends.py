"""Which keyrings do we trust with a merchant's keys on this platform? Named, never discovered."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from telesales_desktop.domain.errors import CredentialsError

_log = logging.getLogger(__name__)


class Backend(Protocol):
    """What we use of a keyring backend; every call may block on a prompt."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(frozen=True, slots=True)
class BackendName:
    """One keyring that we allow: its class by name, and settings of ours that it must have."""

    title: str
    module: str
    class_name: str
    settings: Mapping[str, str | None] = field(default_factory=dict)


ALLOWED: Mapping[str, tuple[BackendName, ...]] = {
    "linux": (
        BackendName("Secret Service", "keyring.backends.SecretService", "Keyring"),
        BackendName("KWallet", "keyring.backends.kwallet", "DBusKeyring"),
    ),
    "win32": (
        BackendName(
            "Windows Credential Manager",
            "keyring.backends.Windows",
            "WinVaultKeyring",
            # Its own default lets the key roam with the user's domain profile.
            {"persist": "local machine"},
        ),
    ),
    "darwin": (
        # Its own default is a path taken from the environment.
        BackendName("macOS Keychain", "keyring.backends.macOS", "Keyring", {"keychain": None}),
    ),
}
"""By ``sys.platform``, best first."""


def open_backend(platform: str = sys.platform) -> tuple[str, Backend]:
    """The first allowed keyring that works here, and its title.

    keyring's own choice is never asked: it honours an environment variable, a configuration file
    and installed plug-ins before it looks, and one of its backends forgets what it is given.
    Errors: ``CredentialsError`` ``no_keyring``.
    """
    for name in ALLOWED.get(platform, ()):
        backend = _try(name)
        if backend is not None:
            return name.title, backend
    raise CredentialsError("no_keyring", f"none of the allowed keyrings works on {platform}")


def _try(name: BackendName) -> Backend | None:
    try:
        found = getattr(importlib.import_module(name.module), name.class_name)
        found.priority  # noqa: B018 - raises where the keyring's service or library is missing
        backend: Backend = _deaf(found)()
    except Exception as exc:  # noqa: BLE001 - whatever a platform's library raises: not this one
        _log.info("keyring not usable: %s", type(exc).__name__)
        return None
    for setting, value in name.settings.items():
        setattr(backend, setting, value)
    return backend


def _deaf(backend_class: type[Backend]) -> type[Backend]:
    """The class with its ear for ``KEYRING_PROPERTY_*`` variables closed."""
    return type("Pinned", (backend_class,), {"set_properties_from_env": lambda _self: None})
