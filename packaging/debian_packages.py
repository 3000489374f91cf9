"""Which packages of the system does each use of the project need, and how do they come?"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

# What Qt's own libraries link to, measured on a Debian 12 that had nothing but Python.
_OFFSCREEN = (
    "libegl1",
    "libgl1",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libxkbcommon0",
    "fonts-dejavu-core",
)
_ON_SCREEN = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libwayland-cursor0",
    "libwayland-egl1",
)
# A display, a session bus and a Secret Service of the tests' own; the customer's browser.
_TEST_SESSION = ("xvfb", "dbus", "gnome-keyring", "libsecret-1-0")
_BROWSER = ("chromium", "chromium-driver")
# Its programs: the tests start a server of their own, and leave alone the one that Debian makes.
_DATABASE = ("postgresql",)
# PyInstaller reads and strips libraries with binutils, and needs Python as a shared library.
_BUILD = ("binutils", "libpython{}.{}".format(*sys.version_info[:2]))


class PackagesMissingError(Exception):
    """System packages are missing and this account may not install them."""


def needed_for(command: str) -> tuple[str, ...]:
    """The packages that ``command`` of the set-up script needs; none where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return ()
    needed = [*_interpreter(), *_OFFSCREEN]
    if command in {"test", "install"}:
        needed += [*_ON_SCREEN, *_TEST_SESSION, *_BROWSER, *_DATABASE]
    if command == "demo" and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        needed += _ON_SCREEN
    if command in {"build", "install"}:
        needed += _BUILD if _is_debians_python() else _BUILD[:1]
    return tuple(needed)


def ensure(needed: tuple[str, ...]) -> None:
    """Install what is missing, or say exactly what somebody with the right must install."""
    if not needed:
        return
    installed = _installed()
    missing = [name for name in needed if name not in installed]
    if not missing:
        return
    prefix = _right_to_install()
    if prefix is None:
        raise PackagesMissingError(
            "these Debian packages are missing and this account may not install them; "
            "install them, then run the same command again:\n"
            f"    sudo apt-get install --no-install-recommends {' '.join(missing)}"
        )
    print(f"set-up: installing Debian packages: {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _apt([*prefix, "apt-get", "update", "-qq"], environment)
    options = ["-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
    _apt([*prefix, "apt-get", "install", *options, *missing], environment)


def _apt(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(f"    {line}" for line in done.stdout.splitlines()[-15:])
        raise PackagesMissingError(f"`{' '.join(command)}` failed:\n{last}")


def _interpreter() -> tuple[str, ...]:
    """Debian takes `venv` apart; Pythons from elsewhere bring it along."""
    return () if importlib.util.find_spec("ensurepip") else ("python3-venv",)


def _is_debians_python() -> bool:
    return sys.base_prefix == "/usr"


def _installed() -> frozenset[str]:
    """Every installed package, and every name that one stands in for (libglib2.0-0t64)."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Provides}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names: set[str] = set()
    for line in listing.splitlines():
        status, package, provides = line.split("\t")
        if status == "installed":
            names.add(package)
            names.update(entry.split()[0] for entry in provides.split(",") if entry.strip())
    return frozenset(names)


def _right_to_install() -> list[str] | None:
    """The words to put before apt-get: none for root, sudo where it asks no password."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n", "--preserve-env=DEBIAN_FRONTEND"] if asked.returncode == 0 else None
