"""Is `.venv` exactly what the locks and the project say, and how does it become that?"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

# A smaller set is satisfied by every larger one: who tests can also run the demo.
_SATISFIED_BY = {"programs": ("programs", "development"), "development": ("development",)}
_INTERPRETER = f"{sys.implementation.cache_tag} {sys.base_prefix}"


class EnvironmentFailedError(Exception):
    """The environment could not be made; the message holds the tool's last words."""


def ensure(root: Path, lock_name: str) -> Path:
    """Make `.venv` hold what ``lock_name`` locks and the project itself; returns its Python."""
    folder = root / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "set-up.json"
    wanted = {name: _fingerprint(root, name) for name in _SATISFIED_BY}
    held = _read(stamp)
    if any(held.get(name) == wanted[name] for name in _SATISFIED_BY[lock_name]):
        return python
    # Gone while it is being changed: a set-up that was interrupted is seen as not done.
    stamp.unlink(missing_ok=True)
    if not _works(python):
        print("set-up: creating .venv", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], root)
    lock = root / "packaging" / "locks" / f"{lock_name}.lock"
    count = sum("==" in line for line in lock.read_text("utf-8").splitlines())
    print(f"set-up: installing {count} locked Python packages, a minute or two", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q"]
    # Wheels only: nothing that came over the network is run in order to install it.
    _run([*pip, "--require-hashes", "--only-binary=:all:", "--compile", "-r", str(lock)], root)
    # No isolation: the build backend is in the lock, so this needs no network and no luck.
    _run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(root)], root)
    stamp.write_text(json.dumps({lock_name: wanted[lock_name]}), "utf-8")
    return python


def compile_catalogues(root: Path, python: Path) -> None:
    """Make the translations that the program loads, where a catalogue is newer than its own."""
    catalogues = list((root / "resources" / "i18n").glob("*.ts"))
    if any(_is_stale(catalogue, catalogue.with_suffix(".qm")) for catalogue in catalogues):
        _run([str(python), str(root / "packaging" / "translations.py"), "compile"], root)


def _is_stale(source: Path, product: Path) -> bool:
    return not product.exists() or product.stat().st_mtime < source.stat().st_mtime


def _fingerprint(root: Path, lock_name: str) -> str:
    """Changes when the lock, the project's metadata or the interpreter does."""
    # Not sys.version: a rebuilt package of the same Python needs no new environment.
    digest = hashlib.sha256(f"{_INTERPRETER} {root}".encode())
    for part in (
        root / "packaging" / "locks" / f"{lock_name}.lock",
        root / "pyproject.toml",
        root / "telesales_desktop" / "__init__.py",
    ):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def _read(stamp: Path) -> dict[str, str]:
    try:
        held = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _works(python: Path) -> bool:
    """Whether there is an environment with pip, made by the Python that runs this script."""
    program = "import pip, sys; print(sys.implementation.cache_tag, sys.base_prefix)"
    try:
        asked = subprocess.run(
            [str(python), "-c", program], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return asked.stdout.strip() == _INTERPRETER


def _run(command: list[str], root: Path) -> None:
    environment = {**os.environ}
    # Settings of the caller's shell that would send pip somewhere else than into `.venv`.
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"):
        environment.pop(name, None)
    done = subprocess.run(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(f"    {line}" for line in done.stdout.splitlines()[-15:])
        raise EnvironmentFailedError(f"`{' '.join(command)}` failed:\n{last}")
