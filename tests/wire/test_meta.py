import json
from datetime import UTC, datetime

import pytest

from telesales_desktop import __version__
from telesales_desktop.wire.meta import CONTRACT, RelayMeta
from telesales_desktop.wire.strict_json import WireError

META = RelayMeta(
    CONTRACT, __version__, "0.1.0", "https://r.example", None, datetime(2026, 1, 1, tzinfo=UTC)
)


def test_it_comes_back():
    assert RelayMeta.from_json(META.to_json()) == META


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contract", 0),
        ("contract", "1"),
        ("version", "latest"),
        ("oldest_desktop", None),
        ("public_url", 5),
        ("sealing_fingerprint", 5),
        ("now", "now"),
    ],
)
def test_what_is_not_as_agreed_is_refused(name, value):
    body = json.loads(META.to_json())
    body[name] = value
    with pytest.raises(WireError):
        RelayMeta.from_json(json.dumps(body).encode())
