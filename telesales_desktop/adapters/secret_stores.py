"""Which secret store may a profile use? The keyring, but for practice, which keeps nothing."""

from __future__ import annotations

from telesales_desktop.adapters.keyring_store import MAX_SECRET_CHARS, KeyringStore
from telesales_desktop.application.ports import Credentials, SecretName, SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.money import Environment


class MemorySecretStore:
    """Secrets that are gone when the program ends; implements ``SecretStore``.

    Errors: ``CredentialsError`` ``not_allowed`` at construction for any profile that is not for
    practice in the simulator, and at use for any other profile's name.
    """

    def __init__(self, profile: Profile) -> None:
        if not profile.practice or profile.environment is not Environment.SIMULATOR:
            raise CredentialsError("not_allowed", "secrets in memory are for practice only")
        self._profile = profile.name
        self._kept: dict[tuple[str, SecretName], str] = {}

    async def read(self, profile: str, name: SecretName) -> str | None:
        self._ensure_own(profile)
        return self._kept.get((profile, name))

    async def write(self, profile: str, name: SecretName, value: str) -> None:
        self._ensure_own(profile)
        if not value or len(value) > MAX_SECRET_CHARS:
            raise CredentialsError("not_allowed", f"1 to {MAX_SECRET_CHARS} characters")
        self._kept[profile, name] = value

    async def delete(self, profile: str, name: SecretName) -> None:
        self._ensure_own(profile)
        self._kept.pop((profile, name), None)

    async def check(self) -> str:
        return "memory"

    def _ensure_own(self, profile: str) -> None:
        if profile.partition("/")[0] != self._profile:  # what follows is one of its people
            raise CredentialsError("not_allowed", "secrets in memory are for practice only")


def open_secret_store(profile: Profile) -> SecretStore:
    """The keyring, or memory for a practice profile and for no other."""
    return MemorySecretStore(profile) if profile.practice else KeyringStore()


async def read_credentials(store: SecretStore, profile: Profile) -> Credentials:
    """The profile's key pair.

    Errors: ``CredentialsError``: ``missing`` where one is not there, ``not_allowed`` where it was
    kept for another environment or country: settings that were changed by hand since do not lead
    a live key to the sandbox, nor the reverse.
    """
    public_key = await store.read(profile.name, SecretName.PUBLIC_KEY)
    kept = await store.read(profile.name, SecretName.PRIVATE_KEY)
    if not public_key or not kept:
        raise CredentialsError("missing", "the keyring has no keys for this profile")
    place, _, private_key = kept.rpartition(":")
    if place != _place(profile):
        raise CredentialsError("not_allowed", "these keys belong to another environment or country")
    return Credentials(public_key, private_key)


async def write_credentials(store: SecretStore, profile: Profile, credentials: Credentials) -> None:
    """Keep a key pair, the private key first: a public key alone looks like a set-up profile.

    Errors: ``CredentialsError``; ``not_allowed`` for keys that could not be sent as they are.
    """
    if not all(map(is_key, (credentials.public_key, credentials.private_key))):
        raise CredentialsError("not_allowed", "a key has characters that no key has")
    kept = f"{_place(profile)}:{credentials.private_key}"
    await store.write(profile.name, SecretName.PRIVATE_KEY, kept)
    await store.write(profile.name, SecretName.PUBLIC_KEY, credentials.public_key)


def is_key(text: str) -> bool:
    """Whether this may be one of Affirm's keys: it can be sent as it is."""
    return bool(text) and text.isascii() and text.isprintable() and not set(" :") & set(text)


def _place(profile: Profile) -> str:
    """Where the keys are good: kept with them, so that they are used nowhere else."""
    return f"{profile.environment.value}:{profile.country.value}"
