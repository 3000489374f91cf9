"""What does the set-up say about each setting that is missing or cannot be used?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.domain.errors import SettingsError, TelesalesError
from telesales_desktop.ui.error_labels import error_text
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word

SETTINGS = {
    "affirm_url": QT_TRANSLATE_NOOP(
        "labels", "This address is not one that keys of this environment may be sent to."
    ),
    "public_key": QT_TRANSLATE_NOOP("labels", "The public key is missing or not a key."),
    "private_key": QT_TRANSLATE_NOOP("labels", "The private key is missing or not a key."),
    "relay_url": QT_TRANSLATE_NOOP(
        "labels", "The relay does not answer at this address as a relay does. Check it with IT."
    ),
    "enrolment_code": QT_TRANSLATE_NOOP(
        "labels", "The code is wrong, used or too old. Ask for a new one: telesales-relay enrol."
    ),
    "merchant_name": QT_TRANSLATE_NOOP(
        "labels", "The merchant's name is needed: the customer sees it on Affirm's page."
    ),
    "confirmation_url": QT_TRANSLATE_NOOP(
        "labels",
        "The address after confirming is needed where there is no relay: a page of yours that says "
        '"you can go back to your call".',
    ),
    "cancel_url": QT_TRANSLATE_NOOP(
        "labels", "The address after cancelling is needed where there is no relay."
    ),
    "agent": QT_TRANSLATE_NOOP("labels", "Your name is needed: it stands beside your orders."),
    "name": QT_TRANSLATE_NOOP("labels", "The profile needs a short name of letters and digits."),
}
OTHER_SETTING = QT_TRANSLATE_NOOP("labels", "The setting {field} cannot be used.")


def setting_text(field: str) -> str:
    """What is wrong with one setting, and what to do."""
    text = SETTINGS.get(field)
    return word(text) if text else word(OTHER_SETTING).format(field=field)


def setup_error_text(error: TelesalesError, formats: Formats) -> str:
    """Every gap in words, one a line."""
    if isinstance(error, SettingsError) and error.fields:
        return "\n".join(setting_text(field) for field in error.fields)
    return error_text(error, formats)
