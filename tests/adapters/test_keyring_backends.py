"""Is the keyring the one we name, whatever the environment, a file or a plug-in says?"""

import os
import subprocess
import sys
import types

import pytest

from telesales_desktop.adapters import keyring_backends
from telesales_desktop.adapters.keyring_backends import ALLOWED, BackendName, open_backend
from telesales_desktop.domain.errors import CredentialsError


def planted(monkeypatch, *, priority=5, **members):
    """A module with one backend class that behaves as keyring's do."""

    class Priority:
        def __get__(self, _instance, _owner):
            if isinstance(priority, Exception):
                raise priority
            return priority

    def from_environment(self):
        for name, value in os.environ.items():
            if name.startswith("KEYRING_PROPERTY_"):
                setattr(self, name.removeprefix("KEYRING_PROPERTY_").lower(), value)

    def init(self):
        self.set_properties_from_env()

    found = type(
        "Keyring",
        (),
        {
            "priority": Priority(),
            "set_properties_from_env": from_environment,
            "__init__": init,
            "persist": "enterprise",
            **members,
        },
    )
    module = types.ModuleType("planted_keyring")
    module.Keyring = found
    monkeypatch.setitem(sys.modules, "planted_keyring", module)
    return found


def allow(monkeypatch, *names):
    monkeypatch.setattr(keyring_backends, "ALLOWED", {"planted": names})


def test_the_first_that_works_is_taken_with_our_settings(monkeypatch):
    kind = planted(monkeypatch)
    missing = BackendName("Missing", "no_such_module_anywhere", "Keyring")
    ours = BackendName("Ours", "planted_keyring", "Keyring", {"persist": "local machine"})
    allow(monkeypatch, missing, ours)
    title, backend = open_backend("planted")
    assert title == "Ours"
    assert isinstance(backend, kind)
    assert backend.persist == "local machine"


def test_a_keyring_whose_service_is_not_there_is_passed_over(monkeypatch):
    planted(monkeypatch, priority=RuntimeError("no service"))
    allow(monkeypatch, BackendName("Ours", "planted_keyring", "Keyring"))
    with pytest.raises(CredentialsError) as refused:
        open_backend("planted")
    assert refused.value.problem == "no_keyring"


def test_a_platform_without_a_name_has_no_keyring():
    with pytest.raises(CredentialsError) as refused:
        open_backend("plan9")
    assert refused.value.problem == "no_keyring"


def test_the_environment_has_no_say_in_a_backends_settings(monkeypatch):
    planted(monkeypatch)
    allow(monkeypatch, BackendName("Ours", "planted_keyring", "Keyring"))
    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "session")
    monkeypatch.setenv("KEYRING_PROPERTY_GET_PASSWORD", "x")
    _, backend = open_backend("planted")
    assert vars(backend) == {}
    assert backend.persist == "enterprise"


def test_every_allowed_keyring_is_an_operating_systems():
    named = [name for names in ALLOWED.values() for name in names]
    assert {(name.module, name.class_name) for name in named} == {
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
        ("keyring.backends.Windows", "WinVaultKeyring"),
        ("keyring.backends.macOS", "Keyring"),
    }
    (windows,) = ALLOWED["win32"]
    assert windows.settings == {"persist": "local machine"}


HOSTILE = {
    "environment": {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    "no_bus": {"DBUS_SESSION_BUS_ADDRESS": "disabled:"},
}


@pytest.mark.skipif(sys.platform != "linux", reason="tries the Secret Service")
@pytest.mark.parametrize("config", [False, True])
def test_a_keyring_that_forgets_is_never_taken_for_one(tmp_path, config):
    """No bus, so no keyring: the null backend that variable and file name must not step in."""
    if config:
        folder = tmp_path / "config" / "python_keyring"
        folder.mkdir(parents=True)
        (tmp_path / "planted").mkdir()
        (folder / "keyringrc.cfg").write_text(
            "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n"
            f"keyring-path={tmp_path / 'planted'}\n"
        )
    source = """
import asyncio, sys
from telesales_desktop.adapters.keyring_store import KeyringStore
from telesales_desktop.domain.errors import CredentialsError
try:
    print("took", asyncio.run(KeyringStore().check()))
except CredentialsError as error:
    print(error.problem, any("planted" in place for place in sys.path))
"""
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={
            **os.environ,
            **HOSTILE["environment"],
            **HOSTILE["no_bus"],
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "no_keyring False"
