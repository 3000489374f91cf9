"""Is a profile whole, and free of contradictions?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from telesales_desktop.adapters.affirm_hosts import bind_origin, is_loopback
from telesales_desktop.application.profile import Profile, ProfileGap
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Environment
from telesales_desktop.wire.enrolment import PERSON_ID

LOCALES = ("", "en_US", "en_CA", "fr_CA")
_MAX_TEXT = 256
_TEXTS = ("merchant_name", "store", "entity", "agent", "relay_merchant")


def profile_faults(profile: Profile) -> tuple[ProfileGap, ...]:
    """What is wrong with the profile: such a profile is neither kept nor loaded.

    Problems: not_allowed (an address that this environment may not speak to), not_a_url,
    unknown, out_of_range, too_long, not_printable, needs_other (one of two is set),
    practice_only.
    """
    return tuple(_faults(profile))


def profile_gaps(profile: Profile) -> tuple[ProfileGap, ...]:
    """All that stands between this profile and its first checkout; empty when it can send.

    Problems: those of ``profile_faults``, and missing.
    """
    return (*_faults(profile), *_missing(profile))


def ensure_can_send(profile: Profile) -> None:
    """Errors: ``SettingsError`` naming every gap."""
    _raise_for(profile_gaps(profile))


def ensure_sound(profile: Profile) -> None:
    """Errors: ``SettingsError`` naming every fault."""
    _raise_for(profile_faults(profile))


def _raise_for(gaps: tuple[ProfileGap, ...]) -> None:
    if gaps:
        told = ", ".join(f"{gap.field}: {gap.problem}" for gap in gaps)
        raise SettingsError(told, fields=tuple(dict.fromkeys(gap.field for gap in gaps)))


def _faults(profile: Profile) -> Iterator[ProfileGap]:
    try:
        bind_origin(profile.environment, profile.country, profile.affirm_url)
    except SettingsError:
        yield ProfileGap("affirm_url", "not_allowed")
    for name in ("relay_url", "relay_public_url", "confirmation_url", "cancel_url"):
        url = getattr(profile, name)
        if url and not is_web_address(url, profile.environment):
            yield ProfileGap(name, "not_a_url")
    if bool(profile.confirmation_url) != bool(profile.cancel_url):
        yield ProfileGap(
            "cancel_url" if profile.confirmation_url else "confirmation_url", "needs_other"
        )
    yield from _text_faults(profile)
    if profile.person_id and not PERSON_ID.fullmatch(profile.person_id):
        yield ProfileGap("person_id", "unknown")
    if profile.locale not in LOCALES:
        yield ProfileGap("locale", "unknown")
    if not 1 <= profile.call_timeout_s <= 120:
        yield ProfileGap("call_timeout_s", "out_of_range")
    if not 0 <= profile.link_life_s <= 365 * 86_400:
        yield ProfileGap("link_life_s", "out_of_range")
    if profile.looks_only and not profile.relay_url:
        yield ProfileGap("relay_url", "needs_other")
    if profile.practice and profile.environment is not Environment.SIMULATOR:
        yield ProfileGap("practice", "practice_only")


def _text_faults(profile: Profile) -> Iterator[ProfileGap]:
    for name in _TEXTS:
        value = getattr(profile, name)
        if len(value) > _MAX_TEXT:
            yield ProfileGap(name, "too_long")
        elif not value.isprintable():
            yield ProfileGap(name, "not_printable")


def _missing(profile: Profile) -> Iterator[ProfileGap]:
    if profile.looks_only:
        return  # it sends nothing
    if not profile.merchant_name.strip():
        yield ProfileGap("merchant_name", "missing")
    landing = bool(profile.relay_public_url and profile.relay_merchant)
    for name in ("confirmation_url", "cancel_url"):
        if not getattr(profile, name) and not landing:
            yield ProfileGap(name, "missing")


def is_web_address(url: str, environment: Environment) -> bool:
    """Whether a customer's browser, or this program, may be sent there.

    https with a host and no user info; plain http only to loopback, and only in the simulator.
    """
    if not url.isprintable() or not url.isascii() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or port == 0:
        return False
    local = environment is Environment.SIMULATOR and parts.scheme == "http"
    return parts.scheme == "https" or (local and is_loopback(host))
