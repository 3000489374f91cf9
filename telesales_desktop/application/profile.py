"""What is set for one merchant on one workstation? Everything but the secrets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from telesales_desktop.domain.money import Country, Environment


class Role(StrEnum):
    """The product's order, not a wall: Affirm's own permissions are the outer wall."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class StorePath(StrEnum):
    """Which of Affirm's two endpoints sends the link (documented; used by its own module)."""

    STORE = "store"
    TELESALES = "telesales"


class UrlAction(StrEnum):
    """How Affirm's page sends the customer's browser back."""

    GET = "GET"
    POST = "POST"


class SendLink(StrEnum):
    """Whether ``send_link`` goes with a checkout (old Affirm code; undocumented today)."""

    OMIT = "omit"
    SMS = "sms"
    EMAIL = "email"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Profile:
    """One merchant on this workstation.

    ``confirmation_url`` and ``cancel_url`` may hold ``{order_key}``; where they are empty and a
    relay is set, the relay's landing pages are used. Units: seconds in ``*_s``.
    """

    name: str
    environment: Environment
    country: Country
    affirm_url: str  # base, without a path
    merchant_name: str = ""
    relay_url: str = ""
    relay_merchant: str = ""
    relay_public_url: str = ""
    confirmation_url: str = ""
    cancel_url: str = ""
    confirmation_action: UrlAction = UrlAction.POST
    store: str = ""
    entity: str = ""
    agent: str = ""
    role: Role = Role.AGENT
    person_id: str = ""  # whose token and key are used: who works here just now
    locale: str = ""  # "" follows the system; en_US, en_CA, fr_CA
    store_path: StorePath = StorePath.STORE
    send_link: SendLink = SendLink.OMIT
    auto_authorize: bool = True
    split_capture: bool = False  # partial capture only where the merchant has it
    signature_required: bool = True  # Affirm signs its webhooks: one that is not signed is told
    send_items: bool = True
    link_life_s: int = 0  # 0: no expiry is sent, and the link's clock says "unknown"
    call_timeout_s: float = 20.0
    looks_only: bool = False  # no Affirm keys are here: orders are shown, none is acted on
    practice: bool = False  # demo and practice: in-memory keyring allowed, nowhere else


@dataclass(frozen=True, slots=True)
class ProfileGap:
    """One thing that a profile lacks before it can send; ``field`` is the setting's name."""

    field: str
    problem: str
