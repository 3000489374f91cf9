import pytest

from telesales_desktop.wire.addresses import (
    MERCHANT,
    ORDER_KEY,
    PATH_SECRET,
    base_url,
    hook_url,
    is_loopback,
    landing_url,
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://relay.example.com", "https://relay.example.com"),
        ("https://relay.example.com/", "https://relay.example.com"),
        ("https://relay.example.com:8443/telesales/", "https://relay.example.com:8443/telesales"),
        ("http://127.0.0.1:8701", "http://127.0.0.1:8701"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_an_allowed_address_is_kept_without_its_last_slash(given, kept):
    assert base_url(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "relay.example.com",
        "ftp://relay.example.com",
        "https://",
        "https://relay.example.com:0",
        "https://relay.example.com:99999",
        "https://relay.example.com:x",
        "https://[::1",
        "https://dana@relay.example.com",
        "https://:secret@relay.example.com",
        "https://relay.example.com?x=1",
        "https://relay.example.com/?",
        "https://relay.example.com#x",
        "https://relay.example.com/a b",
        "https://relay.example.com\\@evil.example",
        "http://relay.example.com",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0:1",
    ],
)
def test_any_other_address_is_refused_with_a_sentence(given):
    with pytest.raises(ValueError, match=":"):
        base_url(given)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_only_what_can_mean_nothing_else(host, near):
    assert is_loopback(host) is near


def test_addresses_are_put_together():
    assert hook_url("https://r.example", "s3cret") == "https://r.example/hooks/affirm/s3cret"
    assert (
        landing_url("https://r.example", "main", "k" * 32, "confirmed")
        == f"https://r.example/customer/main/{'k' * 32}/confirmed"
    )


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (MERCHANT, ["main", "us-1", "a" * 32], ["", "Main", "-a", "a" * 33, "a/b", "main\n"]),
        (ORDER_KEY, ["0" * 16, "a_B-" * 16], ["0" * 15, "0" * 65, "0" * 15 + "/", "é" * 16]),
        (PATH_SECRET, ["s", "-", "~_-9", "x" * 128], ["", "x" * 129, "a/b", "a%20", "a."]),
    ],
)
def test_names_in_addresses(pattern, good, bad):
    assert all(pattern.fullmatch(text) for text in good)
    assert not any(pattern.fullmatch(text) for text in bad)
