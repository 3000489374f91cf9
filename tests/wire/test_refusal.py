import pytest

from telesales_desktop.wire.refusal import Refusal, RefusalCode


def test_it_comes_back():
    refusal = Refusal(RefusalCode.NOT_FOUND, "there is nothing here")
    assert Refusal.from_json(refusal.to_json()) == refusal


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"[]", b"{}", b'{"error":"no"}', b'{"error":{"code":"x"}}']
)
def test_the_page_of_a_proxy_is_no_refusal(raw):
    assert Refusal.from_json(raw) is None
