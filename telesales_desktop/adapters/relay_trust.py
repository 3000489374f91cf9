"""Is the relay that answers the one that seals to our merchant's key?"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from telesales_desktop.adapters.data_key import DataKey, SealedError, unwrap, wrap_id
from telesales_desktop.adapters.desk_keys import DeskKeys
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.application.ports import SecretStore
from telesales_desktop.application.profile import Profile
from telesales_desktop.application.sharing_ports import (
    DataKeyMissingError,
    RelayFingerprintError,
    SealingState,
)
from telesales_desktop.domain.errors import CredentialsError
from telesales_desktop.domain.relay_errors import RelayError
from telesales_desktop.wire.sealing import MOST_WRAPS, fingerprint
from telesales_desktop.wire.sealing_answers import Sealing

CHECK_AGAIN_S = 300.0
"""A relay may be exchanged under a connection that stays: it is asked again after that long."""

_log = logging.getLogger(__name__)


class RelayTrust:
    """Compares fingerprints at every connection, and finds the merchant data key at the first.

    What the relay says of its key is believed by comparison only: with the key that this desk
    derives, or, at the first connection, by opening the wrapped data key with the API key.
    """

    def __init__(
        self,
        client: RelayClient,
        keys: DeskKeys,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._keys = keys
        self._monotonic = monotonic
        self._checked_at: float | None = None
        self._one_at_a_time = asyncio.Lock()

    def doubt(self) -> None:
        """Something went wrong: ask again before the next call."""
        self._checked_at = None

    async def ensure(self) -> None:
        """Return if the relay has been compared on this connection, or compare it now.

        Errors: ``RelayFingerprintError``; ``RelayError`` no answer; ``CredentialsError``. A relay
        without a sealing key, and a desk without a data key, are no mismatch: see ``data_key``.
        """
        async with self._one_at_a_time:
            if not self._is_fresh():
                await self._check()

    async def data_key(self) -> DataKey:
        """The merchant data key, after the comparison. Errors: ``DataKeyMissingError``."""
        await self.ensure()
        key = self._keys.known_data_key
        if key is None:
            raise DataKeyMissingError("the merchant's data key is not open at this desk")
        return key

    async def state(self) -> SealingState:
        """Both fingerprints as they are now, whether they agree or not.

        Errors: ``DataKeyMissingError`` where there is a key to compare and this desk has none.
        """
        told, own = await self._both()
        if own is None and told.public_key is not None:
            raise DataKeyMissingError("the merchant's data key is not open at this desk")
        return SealingState(
            ours=own.fingerprint if own else "",
            relays=fingerprint(bytes.fromhex(told.public_key)) if told.public_key else "",
        )

    def _is_fresh(self) -> bool:
        return self._checked_at is not None and self._monotonic() - self._checked_at < CHECK_AGAIN_S

    async def _check(self) -> None:
        self._checked_at = None
        told, own = await self._both()
        if own is not None:
            if told.public_key != own.public_key.hex():
                _log.error("the relay's sealing key is not this merchant's")
                raise RelayFingerprintError("the relay's sealing key is not ours")
            await self._wrap_for_our_api_key(own, told)
        self._checked_at = self._monotonic()

    async def _both(self) -> tuple[Sealing, DataKey | None]:
        told = await self._client.sealing()
        own = await self._keys.data_key()
        if own is None and told.public_key is not None:
            own = await self._open(told)
        return told, own

    async def _open(self, told: Sealing) -> DataKey | None:
        """The data key, if one of the wraps opens with our API key; kept for the next start."""
        found = open_wrap(told, await self._keys.private_api_key())
        if found is None:
            _log.warning("the merchant's data key does not open with this desk's API key")
        else:
            await self._keys.keep_data_key(found)
        return found

    async def _wrap_for_our_api_key(self, own: DataKey, told: Sealing) -> None:
        """After a change of the API key the first desk that has it lets the others in."""
        try:
            api_key = await self._keys.private_api_key()
        except CredentialsError:
            return  # who only looks has no API key
        name = wrap_id(api_key)
        if any(each.wrap_id == name for each in told.wrapped) or len(told.wrapped) >= MOST_WRAPS:
            return
        try:
            await self._client.put_wrap(name, own.wrap(api_key))
        except RelayError as error:  # the next connection tries again
            _log.info("the data key could not be wrapped anew: %s", error.code)


async def compare_sealing(profile: Profile, store: SecretStore) -> SealingState:
    """Connect once, as a start does: find the data key, let a new API key in, say what both have.

    Errors: ``RelayError``, among them ``RelayFingerprintError``; ``CredentialsError``.
    """
    keys = DeskKeys(store, profile)
    client = RelayClient(profile.relay_url, keys.token)
    try:
        trust = RelayTrust(client, keys)
        await trust.ensure()
        return await trust.state()
    finally:
        await client.close()


def open_wrap(told: Sealing, private_api_key: str) -> DataKey | None:
    """The data key out of what a relay keeps, None where this API key opens none of it."""
    name = wrap_id(private_api_key)
    for each in told.wrapped:
        if each.wrap_id == name and told.public_key is not None:
            try:
                return unwrap(each.blob, private_api_key, bytes.fromhex(told.public_key))
            except SealedError as refused:
                _log.warning("a wrapped key under our name: %s", refused)
    return None
