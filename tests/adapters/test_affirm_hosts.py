"""Which addresses may a profile speak to?"""

import itertools

import pytest

from telesales_desktop.adapters.affirm_hosts import (
    AFFIRM_HOSTS,
    Origin,
    bind_origin,
    default_affirm_url,
    is_loopback,
)
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country, Environment

LIVE, SANDBOX, SIMULATOR = Environment.LIVE, Environment.SANDBOX, Environment.SIMULATOR
US, CA = Country.US, Country.CA

ALLOWED = {
    (LIVE, US): {"api.affirm.com", "api.global.affirm.com"},
    (LIVE, CA): {"api.global.affirm.com"},
    (SANDBOX, US): {"sandbox.affirm.com", "api.global.sandbox.affirm.com"},
    (SANDBOX, CA): {"api.global.sandbox.affirm.com"},
    (SIMULATOR, US): set(),
    (SIMULATOR, CA): set(),
}


def refused(environment, country, url):
    try:
        bind_origin(environment, country, url)
    except SettingsError as error:
        return error.fields == ("affirm_url",)
    return False


@pytest.mark.parametrize(
    ("environment", "country", "host"),
    list(itertools.product(Environment, Country, sorted(AFFIRM_HOSTS))),
)
def test_no_environment_may_speak_to_anothers_host(environment, country, host):
    allowed = host in ALLOWED[environment, country]
    assert refused(environment, country, f"https://{host}") is not allowed


@pytest.mark.parametrize(
    ("environment", "country", "url"),
    [
        (SANDBOX, US, "https://sandbox.affirm.com"),
        (LIVE, US, "https://api.affirm.com"),
        (SANDBOX, CA, "https://api.global.sandbox.affirm.com"),
        (LIVE, CA, "https://api.global.affirm.com"),
    ],
)
def test_each_country_has_its_default(environment, country, url):
    assert default_affirm_url(environment, country) == url
    assert bind_origin(environment, country, url).url == url


def test_the_simulator_has_no_default():
    with pytest.raises(SettingsError):
        default_affirm_url(SIMULATOR, US)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.affirm.com",
        "http://api.affirm.com",
        "http://api.affirm.com:443",
        "https://api.affirm.com.",
        "https://api.affirm.com.evil.example",
        "https://evil.example",
        "https://api.affirm.com@evil.example",
        "https://evil@api.affirm.com",
        "https://api.affirm.com:8443",
        "https://api.affirm.com:0",
        "https://api.affirm.com:65536",
        "https://api.affirm.com/x",
        "https://api.affirm.com?x",
        "https://api.affirm.com#x",
        "https://api.affirm.com\\@evil.example",
        "https://api.affirm.com\n",
        " https://api.affirm.com",
        "https://аpi.affirm.com",  # a Cyrillic letter
        "https://ａpi.affirm.com",  # a full-width letter
        "https://api。affirm.com",
        "https://xn--pi-7lc.affirm.com",
        "https://127.0.0.1",
        "https://[::1]",
        "ftp://api.affirm.com",
        "http://127.0.0.1:8000",
    ],
)
def test_a_live_profile_refuses_every_other_spelling(url):
    assert refused(LIVE, US, url)


@pytest.mark.parametrize("url", ["https://api.affirm.com/", "HTTPS://API.AFFIRM.COM:443"])
def test_case_a_slash_and_the_default_port_change_nothing(url):
    assert bind_origin(LIVE, US, url) == Origin("https", "api.affirm.com", 443)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:43121", "http://127.0.0.1:43121"),
        ("http://127.1.2.3/", "http://127.1.2.3"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_simulator_is_on_loopback(url, base):
    assert bind_origin(SIMULATOR, CA, url).url == base


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8000",
        "http://192.0.2.1",
        "http://0.0.0.0",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://localhost.",
        "http://2130706433",
        "http://127.1",
        "http://0x7f000001",
        "http://[::ffff:192.0.2.1]",
        "http://api.affirm.com",
        "https://api.affirm.com",
    ],
)
def test_the_simulator_is_nowhere_else(url):
    assert refused(SIMULATOR, US, url)


def test_loopback():
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("example.com")
    assert not is_loopback("10.0.0.1")
