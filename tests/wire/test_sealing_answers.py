import base64
import json

import pytest

from telesales_desktop.wire.sealing_answers import Sealing, Wrap, WrapPut
from telesales_desktop.wire.strict_json import WireError

WRAP = Wrap("ab" * 8, bytes(60))
SEALING = Sealing("cd" * 32, "-".join(["3f2a"] * 8), (WRAP,))


@pytest.mark.parametrize("answer", [SEALING, Sealing(None, None, ())])
def test_an_answer_comes_back(answer):
    assert Sealing.from_json(answer.to_json()) == answer


def test_a_wrap_comes_back():
    assert WrapPut.from_json(WrapPut(bytes(60)).to_json()) == WrapPut(bytes(60))


@pytest.mark.parametrize(
    ("name", "value"),
    [("public_key", "AB"), ("fingerprint", "3f2a"), ("wrapped", [{"wrap_id": "x", "blob": ""}])],
)
def test_an_answer_that_is_not_as_agreed_is_refused(name, value):
    body = json.loads(SEALING.to_json()) | {name: value}
    with pytest.raises(WireError, match=name if name != "wrapped" else "wrap_id"):
        Sealing.from_json(json.dumps(body).encode())


@pytest.mark.parametrize("octets", [59, 61, 0])
def test_a_wrap_of_another_length_is_refused(octets):
    body = json.dumps({"blob": base64.b64encode(bytes(octets)).decode()})
    with pytest.raises(WireError, match="blob"):
        WrapPut.from_json(body.encode())
