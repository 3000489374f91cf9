import os
import pwd

import pytest

from telesales_desktop.relay.operator import operator

ACCOUNT = pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize(
    ("asked", "told"),
    [(None, ACCOUNT), ("", ACCOUNT), ("dana", f"dana as {ACCOUNT}"), ("a\nb", ACCOUNT)],
)
def test_the_account_and_who_asked_for_it(monkeypatch, asked, told):
    monkeypatch.delenv("SUDO_USER", raising=False)
    if asked is not None:
        monkeypatch.setenv("SUDO_USER", asked)
    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert operator() == told


def test_an_account_may_have_no_name(monkeypatch):
    monkeypatch.delenv("SUDO_USER", raising=False)

    def unknown(uid):
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert operator() == "an unnamed account"
