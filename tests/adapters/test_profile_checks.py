"""Does a profile name all that it lacks, and all that is wrong with it?"""

from dataclasses import replace

import pytest

from telesales_desktop.adapters.profile_checks import (
    ensure_can_send,
    ensure_sound,
    is_web_address,
    profile_faults,
    profile_gaps,
)
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country, Environment

BARE = Profile("shop", Environment.SANDBOX, Country.US, "https://sandbox.affirm.com")
READY = replace(
    BARE,
    merchant_name="Lamp Shop",
    confirmation_url="https://shop.example/ok?k={order_key}",
    cancel_url="https://shop.example/no",
)


def found(gaps):
    return {(gap.field, gap.problem) for gap in gaps}


def test_a_bare_profile_is_sound_and_says_all_that_it_needs():
    assert profile_faults(BARE) == ()
    assert found(profile_gaps(BARE)) == {
        ("merchant_name", "missing"),
        ("confirmation_url", "missing"),
        ("cancel_url", "missing"),
    }
    ensure_sound(BARE)
    with pytest.raises(SettingsError) as incomplete:
        ensure_can_send(BARE)
    assert incomplete.value.fields == ("merchant_name", "confirmation_url", "cancel_url")
    assert "merchant_name: missing" in str(incomplete.value)


def test_own_urls_or_a_relays_landing_pages_are_enough():
    assert profile_gaps(READY) == ()
    ensure_can_send(READY)
    relay = replace(
        BARE,
        merchant_name="Lamp Shop",
        relay_url="https://desks.example",
        relay_public_url="https://relay.example",
        relay_merchant="m1",
    )
    assert profile_gaps(relay) == ()
    assert ("cancel_url", "missing") in found(profile_gaps(replace(relay, relay_merchant="")))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"affirm_url": "https://api.affirm.com"}, ("affirm_url", "not_allowed")),
        ({"affirm_url": "http://127.0.0.1:1"}, ("affirm_url", "not_allowed")),
        ({"environment": Environment.LIVE}, ("affirm_url", "not_allowed")),
        ({"country": Country.CA}, ("affirm_url", "not_allowed")),
        ({"relay_url": "http://relay.example"}, ("relay_url", "not_a_url")),
        ({"relay_public_url": "relay"}, ("relay_public_url", "not_a_url")),
        ({"confirmation_url": "javascript:1"}, ("confirmation_url", "not_a_url")),
        ({"cancel_url": ""}, ("cancel_url", "needs_other")),
        ({"confirmation_url": ""}, ("confirmation_url", "needs_other")),
        ({"store": "x" * 257}, ("store", "too_long")),
        ({"agent": "a\nb"}, ("agent", "not_printable")),
        ({"locale": "de_DE"}, ("locale", "unknown")),
        ({"call_timeout_s": 0.5}, ("call_timeout_s", "out_of_range")),
        ({"call_timeout_s": float("nan")}, ("call_timeout_s", "out_of_range")),
        ({"call_timeout_s": 121.0}, ("call_timeout_s", "out_of_range")),
        ({"person_id": "../elsewhere"}, ("person_id", "unknown")),
        ({"link_life_s": -1}, ("link_life_s", "out_of_range")),
        ({"practice": True}, ("practice", "practice_only")),
        ({"looks_only": True, "relay_url": ""}, ("relay_url", "needs_other")),
    ],
)
def test_each_fault_is_named(changes, fault):
    profile = replace(READY, **changes)
    assert fault in found(profile_faults(profile))
    with pytest.raises(SettingsError) as refused:
        ensure_sound(profile)
    assert fault[0] in refused.value.fields


@pytest.mark.parametrize(
    ("url", "anywhere", "in_the_simulator"),
    [
        ("https://relay.example/x?y=1#z", True, True),
        ("https://relay.example:8443", True, True),
        ("http://127.0.0.1:8000/x", False, True),
        ("http://[::1]:8000/x", False, True),
        ("http://relay.example", False, False),
        ("https://", False, False),
        ("https://user@relay.example", False, False),
        ("https://relay.example:0", False, False),
        ("https://relay.example:x", False, False),
        ("https://[::1", False, False),
        ("https://relay.example/ x", False, False),
        ("https://relay.example\\@evil", False, False),
        ("https://relày.example", False, False),
        ("https://relay.example/\n", False, False),
        ("ftp://relay.example", False, False),
        ("relay.example", False, False),
        ("", False, False),
    ],
)
def test_web_addresses(url, anywhere, in_the_simulator):
    assert is_web_address(url, Environment.LIVE) is anywhere
    assert is_web_address(url, Environment.SANDBOX) is anywhere
    assert is_web_address(url, Environment.SIMULATOR) is in_the_simulator
