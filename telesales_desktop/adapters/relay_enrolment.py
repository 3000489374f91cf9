"""How does a workstation become known to a relay, in the words of set-up?"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from telesales_desktop.adapters.connection_tests import Enrolled
from telesales_desktop.adapters.desk_keys import this_workstation
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.relay_errors import (
    RelayEnrolmentRefusedError,
    RelayError,
    RelayTokenRefusedError,
    RelayUnreachableError,
)
from telesales_desktop.wire import enrolment as wire
from telesales_desktop.wire.enrolment import one_time_code
from telesales_desktop.wire.meta import CONTRACT
from telesales_desktop.wire.strict_json import WireError


async def enrol_workstation(
    profile: Profile,
    code: str,
    *,
    workstation: str = "",
    client_for: Callable[[str], RelayClient] | None = None,
) -> Enrolled:
    """The port ``Enrol``: redeem a one-time code, once.

    The relay is asked who it is first, so that a wrong address costs no code.
    Errors: ``SettingsError`` whose ``fields`` names ``relay_url`` or ``enrolment_code``.
    """
    try:
        spelled = one_time_code(code)
    except WireError as wrong:
        raise SettingsError(str(wrong), fields=("enrolment_code",)) from None
    client = (client_for or _client)(profile.relay_url)
    try:
        meta = await client.meta()
        if meta.contract != CONTRACT:
            raise SettingsError(
                f"this relay speaks contract {meta.contract}, this program {CONTRACT}",
                fields=("relay_url",),
            )
        enrolment = await client.enrol(spelled, workstation or this_workstation())
    except RelayEnrolmentRefusedError:
        raise SettingsError(
            "the code is wrong, used or expired; ask for a new one", fields=("enrolment_code",)
        ) from None
    except RelayUnreachableError as lost:
        raise SettingsError(
            f"the relay cannot be reached: {lost}; check its address, and ask for a new code if "
            "this one was sent",
            fields=("relay_url",),
        ) from lost
    except RelayError as error:
        raise SettingsError(
            f"the relay did not answer as expected ({error}); check its address, and ask for a new "
            "code if this one was sent",
            fields=("relay_url",),
        ) from error
    finally:
        await client.close()
    if enrolment.role is wire.Role.OPERATIONS:
        with contextlib.suppress(RelayError):  # else it is seen in the relay's list of tokens
            await leave_relay(profile, enrolment.token, client_for=client_for)
        raise SettingsError(
            "this code is for watching the relay, not for a desk", fields=("enrolment_code",)
        )
    return _enrolled(meta.public_url, enrolment)


def _enrolled(public_url: str, enrolment: wire.Enrolment) -> Enrolled:
    return Enrolled(
        merchant=enrolment.merchant,
        public_url=public_url,
        token=enrolment.token,
        role=Role(enrolment.role),
        name=enrolment.name,
        person_id=enrolment.person_id,
        sealing_key=enrolment.sealing_key or "",
    )


async def leave_relay(
    profile: Profile,
    token: str,
    *,
    client_for: Callable[[str], RelayClient] | None = None,
) -> None:
    """Make a token worthless. Errors: ``RelayError``; one that is worthless already is no error."""

    async def given() -> str:
        return token

    client = (client_for or (lambda url: RelayClient(url, given)))(profile.relay_url)
    try:
        await client.leave()
    except RelayTokenRefusedError:
        return
    finally:
        await client.close()


def _client(relay_url: str) -> RelayClient:
    async def no_token() -> None:
        """A workstation that is not enrolled has none."""

    return RelayClient(relay_url, no_token)
