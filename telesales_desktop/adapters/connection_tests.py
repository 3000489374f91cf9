"""Does each neighbour answer, before anything is kept? What set-up tries, and then keeps whole."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from telesales_desktop.adapters.affirm_client import AffirmClient
from telesales_desktop.adapters.all_or_nothing import Undoing, all_or_nothing
from telesales_desktop.adapters.data_key import DataKey, SealedError, unwrap, wrap_id
from telesales_desktop.adapters.desk_keys import person_place
from telesales_desktop.adapters.keyring_store import KeyringStore
from telesales_desktop.adapters.people_files import PeopleFiles
from telesales_desktop.adapters.profile_checks import ensure_can_send, ensure_sound
from telesales_desktop.adapters.replacing import reason, try_directory
from telesales_desktop.adapters.secret_stores import (
    open_secret_store,
    read_credentials,
    write_credentials,
)
from telesales_desktop.adapters.settings import ProfileFiles
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.ports import Credentials, SecretName, SecretStore
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.application.sharing_ports import SealingState
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmRejectedError,
    CredentialsError,
    OutcomeUnknownError,
    SettingsError,
)
from telesales_desktop.wire.sealing import SealingKey
from telesales_desktop.wire.strict_json import WireError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a relay gives a new workstation. The secrets never show in a repr."""

    merchant: str
    public_url: str
    token: str = field(repr=False)
    role: Role = Role.AGENT
    name: str = ""
    person_id: str = ""
    sealing_key: str = ""  # as the contract spells it; "" where none was told


class Enrol(Protocol):
    """Redeem a one-time code at a relay, once.

    Errors: ``SettingsError`` (``fields`` names ``relay_url`` or ``enrolment_code``).
    """

    async def __call__(self, profile: Profile, code: str) -> Enrolled: ...


class Leave(Protocol):
    """Make a token worthless at its relay. Errors: ``RelayError``."""

    async def __call__(self, profile: Profile, token: str) -> None: ...


class Compare(Protocol):
    """Connect once and tell both fingerprints. Errors: ``RelayError``, ``CredentialsError``."""

    async def __call__(self, profile: Profile, store: SecretStore) -> SealingState: ...


class ConnectionTests:
    """Tries keyring, keys and relay for one set-up, and keeps what passed. Nothing rests here
    after ``save``."""

    def __init__(
        self,
        files: ProfileFiles,
        people: PeopleFiles,
        enrol: Enrol,
        leave: Leave,
        compare: Compare,
        *,
        data_root: Path,
        store_for: Callable[[Profile], SecretStore] = open_secret_store,
        client_for: Callable[[Profile, Callable[[], Awaitable[Credentials]]], AffirmClient] = (
            AffirmClient
        ),
        keyring: SecretStore | None = None,
    ) -> None:
        self._files = files
        self._people = people
        self._enrol = enrol
        self._leave = leave
        self._compare = compare
        self._data_root = data_root
        self._store_for = store_for
        self._client_for = client_for
        self._keyring: SecretStore = keyring or KeyringStore()
        self._enrolled: Enrolled | None = None

    async def check_keyring(self) -> str:
        """Write, read and delete a canary; returns the keyring's name. Errors:
        ``CredentialsError``."""
        return await self._keyring.check()

    async def check_keys(self, profile: Profile, credentials: Credentials) -> None:
        """Ask Affirm for a list of at most one transaction with these keys.

        It is the one documented read that needs no id of anything, only good keys: an answer of
        JSON says that the pair is known to that environment and country; 401 says it is not. It
        does not say that the pair is of the telesales channel: no read of Affirm's tells.
        Errors: ``AffirmCredentialsError`` refused; ``AffirmRejectedError``,
        ``OutcomeUnknownError`` nothing can be concluded; ``AffirmUnreachableError``,
        ``AffirmBusyError`` later; ``SettingsError`` the profile may not speak to that address.
        """

        async def given() -> Credentials:
            return credentials

        client = self._client_for(profile, given)
        try:
            await client.try_keys()
        except AffirmCredentialsError as error:
            _log.info("keys refused: %s", error.reason)
            raise
        except (AffirmRejectedError, OutcomeUnknownError) as error:
            _log.info("keys neither taken nor refused: %s", error.code)
            raise
        finally:
            await client.close()

    def check_folders(self, profile: Profile) -> None:
        """Prove that settings and journal could be kept; nothing is left behind.

        Errors: ``SettingsError`` naming ``data_dir``.
        """
        self._files.ensure_writable()
        try:
            try_directory(self._data_root / profile.name)
        except OSError as exc:
            raise SettingsError(
                f"the data cannot be written: {reason(exc)}", fields=("data_dir",)
            ) from exc

    async def check_relay(self, profile: Profile, enrolment_code: str) -> Profile:
        """Enrol this workstation; the token stays here until ``save``.

        A code is used up by this: what could still fail afterwards is tried before.
        Errors: ``SettingsError`` naming ``relay_url``, ``enrolment_code`` or ``data_dir``.
        """
        ensure_sound(profile)
        self.check_folders(profile)
        self._enrolled = await self._enrol(profile, enrolment_code.strip())
        return replace(
            profile,
            relay_merchant=self._enrolled.merchant,
            relay_public_url=self._enrolled.public_url,
            role=self._enrolled.role,
            person_id=self._enrolled.person_id,
            agent=profile.agent or self._enrolled.name,
        )

    async def check_profile(self, profile: Profile) -> None:
        """Errors: ``SettingsError`` naming every gap."""
        ensure_can_send(profile)

    async def save(self, profile: Profile, credentials: Credentials) -> None:
        """Keep keys and token in the keyring and the rest in the settings: all of it or nothing.

        The settings come last: a profile that can be chosen has its keys. Errors:
        ``CredentialsError``, ``SettingsError``; everything is as it was, and the token still waits
        here for another ``save`` or for ``abandon``.
        """
        ensure_sound(profile)
        store = self._store_for(profile)
        api_keys = [credentials.private_key, *await _private_key(store, profile)]
        async with all_or_nothing(store) as kept:
            await write_credentials(kept, profile, credentials)
            if self._enrolled is not None:
                if not self._files.has_relay_of(profile):
                    await kept.delete(profile.name, SecretName.DATA_KEY)  # another merchant's
                await keep_enrolment(kept, self._people, profile, self._enrolled, api_keys)
            self._files.save(profile)
        self._enrolled = None

    async def save_looking(self, profile: Profile, data_key: DataKey) -> None:
        """Keep the data key and the token of a supervisor who only looks, and no key of Affirm's.

        Errors: as ``save``; ``SettingsError`` naming ``enrolment_code`` for another role, and
        ``data_key`` for one that is not the merchant's.
        """
        assert self._enrolled is not None
        ensure_sound(profile)
        ensure_may_look(profile)
        if not _is_data_key_of(data_key, self._enrolled.sealing_key):
            raise SettingsError("this is not the merchant's data key", fields=("data_key",))
        async with all_or_nothing(self._store_for(profile)) as kept:
            await kept.write(profile.name, SecretName.DATA_KEY, data_key.to_hex())
            for name in (SecretName.PUBLIC_KEY, SecretName.PRIVATE_KEY):
                await kept.delete(profile.name, name)
            await keep_enrolment(kept, self._people, profile, self._enrolled, ())
            self._files.save(profile)
        self._enrolled = None

    async def compare(self, profile: Profile) -> SealingState:
        """Connect to the relay as a start does, after ``save``: it opens the merchant's data key,
        and after a change of the API key it lets the other desks in.

        Errors: ``RelayError``, among them ``RelayFingerprintError``; ``CredentialsError``.
        """
        return await self._compare(profile, self._store_for(profile))

    async def abandon(self, profile: Profile) -> None:
        """Give back a token that was not kept: the relay forgets this workstation.

        Errors: ``RelayError``; whoever runs the relay sees the token in its list.
        """
        if self._enrolled is not None:
            token, self._enrolled = self._enrolled.token, None
            await self._leave(profile, token)


def ensure_may_look(profile: Profile) -> None:
    """Errors: ``SettingsError`` where somebody else than a supervisor would only look."""
    if profile.looks_only and profile.role is not Role.SUPERVISOR:
        raise SettingsError(
            "only a supervisor looks at the orders of others: enrol with --role supervisor",
            fields=("enrolment_code",),
        )


async def keep_enrolment(
    kept: Undoing,
    people: PeopleFiles,
    profile: Profile,
    enrolled: Enrolled,
    api_keys: Sequence[str],
) -> None:
    """Keep a token under its person's name, the data key, and the person's name in the list.

    ``api_keys``: private ones, of which the newest may not be the one that the data key was
    wrapped for. A data key that is here already stays: a relay that names another is told of then.
    """
    await kept.write(person_place(profile), SecretName.RELAY_TOKEN, enrolled.token)
    data_key = _data_key(enrolled.sealing_key, api_keys)
    if data_key is not None and await kept.read(profile.name, SecretName.DATA_KEY) is None:
        await kept.write(profile.name, SecretName.DATA_KEY, data_key.to_hex())
    if enrolled.person_id:
        before = people.content(profile.name)
        others = [each for each in people.load(profile.name) if each.person_id != profile.person_id]
        me = WorkstationPerson(enrolled.person_id, enrolled.name, enrolled.role)
        kept.on_failure(lambda: people.restore(profile.name, before))
        people.save(profile.name, [*others, me])


def _data_key(sealing_key: str, api_keys: Sequence[str]) -> DataKey | None:
    """The data key, where the sealing key was made with one of these; else the relay is asked."""
    try:
        told = SealingKey.from_text(sealing_key)
    except WireError:
        return None
    for api_key in api_keys:
        if told.wrap_id.hex() == wrap_id(api_key):
            with contextlib.suppress(SealedError):
                return unwrap(told.wrapped, api_key, told.public_key)
            _log.warning("the data key that came with the enrolment does not open")
    return None


def _is_data_key_of(data_key: DataKey, sealing_key: str) -> bool:
    try:
        return SealingKey.from_text(sealing_key).public_key == data_key.public_key
    except WireError:
        return False  # the relay has none, so it keeps nothing that could be looked at


async def _private_key(store: SecretStore, profile: Profile) -> list[str]:
    """The API key that is kept so far, if any."""
    try:
        return [(await read_credentials(store, profile)).private_key]
    except CredentialsError:
        return []
