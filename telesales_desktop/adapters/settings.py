"""How are profiles kept on this workstation? One file each, never with a secret in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from telesales_desktop.adapters.affirm_hosts import default_affirm_url
from telesales_desktop.adapters.data_paths import ensure_profile_name
from telesales_desktop.adapters.profile_checks import ensure_sound
from telesales_desktop.adapters.replacing import reason, replace_file, try_directory
from telesales_desktop.application.profile import Profile, Role, SendLink, StorePath, UrlAction
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country, Environment

SPOILT_SUFFIX = ".spoilt"
_MAX_FILE_BYTES = 64 * 1024
_ENUMS: Mapping[str, type[StrEnum]] = {
    "environment": Environment,
    "country": Country,
    "confirmation_action": UrlAction,
    "role": Role,
    "store_path": StorePath,
    "send_link": SendLink,
}
_FLAGS = (
    "auto_authorize",
    "split_capture",
    "signature_required",
    "send_items",
    "looks_only",
    "practice",
)
_NUMBERS: Mapping[str, tuple[type, ...]] = {
    "link_life_s": (int,),
    "call_timeout_s": (int, float),
}
_NAMES = tuple(field.name for field in fields(Profile))
_FILE_NAMES = tuple(name for name in _NAMES if name != "name")  # the file's name says it


class ProfileFiles:
    """The profiles under one configuration directory, as TOML files that a person can read."""

    def __init__(self, root: Path) -> None:
        self._directory = root / "profiles"

    def names(self) -> tuple[str, ...]:
        """Every profile there is, by name."""
        return tuple(sorted(path.stem for path in self._directory.glob("*.toml")))

    def load(self, name: str) -> Profile:
        """Errors: ``SettingsError`` naming every setting that is missing, unknown or wrong."""
        profile = self._read(name)
        ensure_sound(profile)
        return profile

    def is_spoilt(self, name: str) -> bool:
        """Whether there is a file of that name that nobody can read as a profile."""
        try:
            self._read(name)
        except SettingsError:
            return name in self.names()
        return False

    def has_relay_of(self, profile: Profile) -> bool:
        """Whether the profile of that name, as it is kept, is of the same merchant and relay."""
        try:
            kept = self.load(profile.name)
        except SettingsError:
            return False
        return (kept.relay_url, kept.relay_merchant) == (profile.relay_url, profile.relay_merchant)

    def save(self, profile: Profile) -> Path:
        """Replace the profile's file whole, or leave the old one. Errors: ``SettingsError``.

        A spoilt one may hold what somebody has written by hand: it is kept beside the new one.
        """
        ensure_sound(profile)
        path = self._path(profile.name)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.is_spoilt(profile.name):
                replace_file(path.with_name(path.name + SPOILT_SUFFIX), path.read_bytes())
            replace_file(path, profile_text(profile).encode())
        except OSError as exc:
            raise SettingsError(f"cannot write: {reason(exc)}") from exc
        return path

    def ensure_writable(self) -> None:
        """Prove that a profile could be kept; nothing is left behind. Errors: ``SettingsError``."""
        try:
            try_directory(self._directory)
        except OSError as exc:
            raise SettingsError(
                f"settings cannot be written: {reason(exc)}", fields=("data_dir",)
            ) from exc

    def delete(self, name: str) -> None:
        """Forget a profile; its secrets are the keyring's."""
        self._path(name).unlink(missing_ok=True)

    def _read(self, name: str) -> Profile:
        try:
            with self._path(name).open("rb") as file:
                content = file.read(_MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            raise SettingsError(f"there is no profile {name!r}", fields=("name",)) from None
        except OSError as exc:
            raise SettingsError(f"profile {name!r}: {reason(exc)}") from exc
        return profile_from(name, _parse(name, content))

    def _path(self, name: str) -> Path:
        return self._directory / f"{ensure_profile_name(name)}.toml"


def profile_from(name: str, found: Mapping[str, object]) -> Profile:
    """A profile from plain values; ``affirm_url`` may be left out where Affirm has one.

    Errors: ``SettingsError`` naming every setting that is missing, unknown or of a wrong kind.
    """
    wrong = [key for key in found if key not in _FILE_NAMES]
    values: dict[str, Any] = {"name": ensure_profile_name(name)}
    for key in _FILE_NAMES:
        if key in found:
            try:
                values[key] = _value(key, found[key])
            except (ValueError, OverflowError):  # the latter: more seconds than a float counts
                wrong.append(key)
        elif key in ("environment", "country"):
            wrong.append(key)
    if wrong:
        raise SettingsError(f"wrong or missing settings: {', '.join(wrong)}", fields=tuple(wrong))
    if not values.get("affirm_url"):
        values["affirm_url"] = default_affirm_url(values["environment"], values["country"])
    return Profile(**values)


def profile_text(profile: Profile) -> str:
    """The profile as TOML; what is as the program would choose is left out."""
    plain = Profile(profile.name, profile.environment, profile.country, "")
    lines = ["# Telesales Desktop. The keys are in the operating system's keyring, never here."]
    for name in _FILE_NAMES:
        value = getattr(profile, name)
        if name in ("environment", "country") or value != getattr(plain, name):
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _value(key: str, value: object) -> object:
    if key in _ENUMS:
        return _ENUMS[key](cast(str, value))
    kinds: tuple[type, ...] = (str,)
    if key in _FLAGS:
        kinds = (bool,)
    elif key in _NUMBERS:
        kinds = _NUMBERS[key]
    if type(value) not in kinds:
        raise ValueError(key)
    return float(cast(float, value)) if key == "call_timeout_s" else value


def _parse(name: str, content: bytes) -> Mapping[str, object]:
    import tomllib

    if len(content) > _MAX_FILE_BYTES:
        raise SettingsError(f"profile {name!r} is no settings file: it is too large")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise SettingsError(f"profile {name!r} is not a readable TOML file") from None


def _toml(value: str | bool | int | float) -> str:
    # JSON spells strings, booleans and numbers as TOML does, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
