import pytest

from telesales_desktop.simulator.loopback import is_loopback, is_loopback_url


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "example.com", "localhost.evil", "127.0.0.1.evil", ""]
)
def test_elsewhere(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:1/x", True),
        ("https://u:p@localhost/x", True),
        ("http://[::1]:80/", True),
        ("http://127.0.0.1@evil.example/", False),
        ("ftp://127.0.0.1/", False),
        ("http://127.0.0.1:99999/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_addresses(url, near):
    assert is_loopback_url(url) is near
