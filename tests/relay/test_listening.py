import os
import socket

import pytest

from telesales_desktop.relay.listening import Listen, is_elsewhere, listen_at, open_socket


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("127.0.0.1:0", Listen("127.0.0.1", 0)),
        ("[::1]:8700", Listen("::1", 8700)),
        ("relay.example.com:443", Listen("relay.example.com", 443)),
        ("systemd:desks", Listen("", 0, "desks")),
    ],
)
def test_an_address_is_read(text, listen):
    assert listen_at(text) == listen


@pytest.mark.parametrize(
    "text", ["", "8700", ":8700", "host:", "host:99999", "host:٣", "systemd:", "systemd:a b"]
)
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="must be"):
        listen_at(text)


def test_it_listens_where_it_was_told():
    with open_socket(Listen("127.0.0.1", 0)) as opened:
        with socket.create_connection(opened.getsockname()):
            pass
        with pytest.raises(OSError, match=r"cannot listen at 127\.0\.0\.1"):
            open_socket(Listen("127.0.0.1", opened.getsockname()[1]))


def test_a_host_that_is_not_known_is_told():
    with pytest.raises(OSError, match="cannot listen at no-such-host"):
        open_socket(Listen("no-such-host.invalid", 1))


@pytest.mark.parametrize(
    "changed", [{"LISTEN_PID": "1"}, {"LISTEN_FDS": "0"}, {"LISTEN_FDNAMES": "hooks"}, {}]
)
def test_a_socket_that_was_not_passed_is_told(changed):
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "hooks"}
    with pytest.raises(OSError, match="no socket with the name desks"):
        open_socket(Listen("", 0, "desks"), environment | changed)


@pytest.mark.parametrize(
    ("wanted", "elsewhere"),
    [
        (Listen("127.0.0.1", 0), False),
        (Listen("0.0.0.0", 0), True),
        (Listen("::1", 0), True),
        (Listen("localhost", 0), False),
        (Listen("127.0.0.1", 1), True),
        (Listen("", 0, passed="desks"), False),
    ],
)
def test_what_is_taken_over_may_listen_elsewhere(wanted, elsewhere):
    with socket.create_server(("127.0.0.1", 0)) as opened:
        assert is_elsewhere(opened, wanted) is elsewhere
        same = Listen(wanted.host, opened.getsockname()[1])
        assert is_elsewhere(opened, same) is (wanted.host in ("0.0.0.0", "::1"))
    with socket.socket(socket.AF_UNIX) as passed:
        assert not is_elsewhere(passed, wanted)
