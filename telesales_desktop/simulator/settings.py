"""How is the merchant's account at Affirm configured, and where is Affirm's behaviour unproven?

Whatever no source settles is a setting here, with the cautious choice as its default.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace

CURRENCIES = {"US": "USD", "CA": "CAD"}
COUNTRY_CODES = {"US": "USA", "CA": "CAN"}

_CHOICES: Mapping[str, tuple[object, ...]] = {
    "country": ("US", "CA"),
    "key_conflict_status": (400, 409, 422),
    "unconfirmed_authorize_status": (400, 402, 403, 404),
    "unrecorded_refusal_status": (400, 402, 403, 409),
    "page_shape": ("data", "named", "list"),
    "webhook_format": ("form", "json"),
    "webhook_signature_style": ("plain", "spaced", "several"),
}


class SettingsError(Exception):
    """A setting's name or value is not one of ours; nothing was changed."""

    code = "Simulator.bad_setting"


@dataclass(frozen=True)
class Keys:
    """The pair that the merchant got from Affirm."""

    public_key: str
    private_key: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Units: ``*_s`` seconds, ``*_days`` days."""

    country: str = "US"
    account_name: str = "Maple Street Outfitters"
    hook_url: str = ""  # empty: this account has no webhooks
    # The global hosts take both address shapes and want Country-Code on Transactions.
    global_host: bool = False
    # Partial captures, and with them a compulsory Idempotency-Key.
    split_capture: bool = False
    # Not published; 24 h is the shortest that any comparable service publishes.
    key_retention_s: int = 86_400
    # A key with other parameters: an error, of unpublished status.
    key_conflict_status: int = 400
    # Whether a refusal is kept under its key as a success is.
    key_keeps_refusals: bool = True
    # No answer to authorizing an unconfirmed checkout was ever recorded.
    unconfirmed_authorize_status: int = 403
    # Documented codes (`capture-voided`, `refund-exceeded`, ...) whose HTTP status is not.
    unrecorded_refusal_status: int = 403
    # `status_code` is documented as a string and recorded as a number.
    status_code_as_text: bool = False
    # The lists' envelope is not published: {"data": []}, {"transactions"|"events": []} or [].
    page_shape: str = "data"
    reads_show_confirmed: bool = True
    reads_show_progress: bool = True
    # Without a data sharing agreement only `confirmed` is sent.
    data_sharing: bool = True
    # A visit alone (a mail scanner's, too) counts as opened.
    open_on_visit: bool = False
    sends_texts: bool = True
    sends_emails: bool = True
    honours_send_link: bool = False
    shipping_required: bool = False
    link_life_s: int = 7 * 86_400
    authorization_days: int = 30
    refund_window_days: int = 120
    webhook_signed: bool = True
    webhook_format: str = "form"
    webhook_signature_style: str = "plain"
    webhook_stray_ampersand: bool = False
    webhook_copies: int = 1
    webhook_out_of_order: bool = False
    webhook_delay_s: float = 0.0

    @classmethod
    def for_country(cls, country: str) -> "Settings":
        """Canada lives on the global host; the Telesales page shows the United States' own host."""
        return cls().changed({"country": country, "global_host": country != "US"})

    @property
    def currency(self) -> str:
        return CURRENCIES[self.country]

    @property
    def country_code(self) -> str:
        return COUNTRY_CODES[self.country]

    def changed(self, changes: Mapping[str, object]) -> "Settings":
        """The same settings with these changes.

        Errors: ``SettingsError`` for a name or a value that does not exist; nothing was changed.
        """
        checked = {name: self._checked(name, value) for name, value in changes.items()}
        return replace(self, **checked)  # type: ignore[arg-type]  # names and types just checked

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def _checked(self, name: str, value: object) -> object:
        if name not in {known.name for known in fields(self)}:
            raise SettingsError(f"there is no setting {name!r}")
        wanted = type(getattr(self, name))
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise SettingsError(f"{name} must be of type {wanted.__name__}")
        choices = _CHOICES.get(name)
        if choices is not None and value not in choices:
            raise SettingsError(f"{name} must be one of {', '.join(map(str, choices))}")
        if isinstance(value, (int, float)) and value < 0:
            raise SettingsError(f"{name} must not be negative")
        return value
