"""Set-up checks that behave: each passes unless told what to raise."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import TelesalesError


class FakeSetupChecks:
    """``errors``: by method, what it raises; ``calls``: what was asked, in order."""

    def __init__(self) -> None:
        self.errors: dict[str, TelesalesError] = {}
        self.calls: list[str] = []
        self.saved: tuple[Profile, Credentials] | None = None

    async def check_keyring(self) -> str:
        await self._answer("check_keyring")
        return "test keyring"

    async def check_keys(self, profile: Profile, credentials: Credentials) -> None:
        await self._answer("check_keys")

    async def check_relay(self, profile: Profile, enrolment_code: str) -> Profile:
        await self._answer("check_relay")
        return replace(profile, relay_public_url="https://hooks.example", agent="Dana R.")

    async def check_profile(self, profile: Profile) -> None:
        await self._answer("check_profile")

    async def save(self, profile: Profile, credentials: Credentials) -> None:
        await self._answer("save")
        self.saved = (profile, credentials)

    async def _answer(self, call: str) -> None:
        self.calls.append(call)
        await asyncio.sleep(0)
        if call in self.errors:
            raise self.errors[call]
