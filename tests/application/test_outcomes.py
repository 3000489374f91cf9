"""Is nothing concluded from an error but what it proves?"""

import pytest

from telesales_desktop.application.outcomes import failure_of
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmError,
    AffirmRejectedError,
    AffirmUnreachableError,
    CredentialsError,
    OutcomeUnknownError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.events import Busy, NotSent, NoVerdict, Rejected

REFUSAL = {"http_status": 403, "reason": "r", "affirm_message": "m", "field": "f"}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AffirmRejectedError(**REFUSAL, request_id="id"), Rejected(403, "r", "m", "f", "id")),
        (AffirmCredentialsError(**REFUSAL, request_id="id"), Rejected(403, "r", "m", "f", "id")),
        (AffirmBusyError(retry_after_s=7, in_progress=True), Busy(7, True)),
        (AffirmUnreachableError(), NotSent("unreachable")),
        (CredentialsError("locked"), NotSent("credentials_locked")),
        (SettingsError("no urls"), NotSent("settings")),
        (OutcomeUnknownError("timeout", request_id="id"), NoVerdict("timeout", "id")),
        (AffirmError("?", request_id="id"), NoVerdict("affirm.error", "id")),
        (TelesalesError(), NoVerdict("telesales.error")),
    ],
)
def test_what_an_error_proves(error, outcome):
    assert failure_of(error) == outcome
