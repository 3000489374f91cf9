"""Does every desk derive the same key, for ever?"""

import pytest

from telesales_desktop.domain.keys import canonical_body, derived_key, order_key

BASE = {
    "environment": "live",
    "country": "US",
    "checkout_id": "HEYR6TCV4VBX6NPM",
    "kind": "authorize",
    "amount_cents": 4999,
    "generation": 0,
}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "83aba2c5-8ad2-5d35-a8fc-34aa4eefc983"),
        ({"kind": "void"}, "5571e47d-6d2a-5ad1-b537-8d834a81811c"),
        ({"kind": "capture"}, "5e7af283-5a0b-58b1-b8af-7684bec1fd69"),
        ({"generation": 1}, "8eddb88a-8f0f-570e-8edb-4e03d821f7db"),
        ({"amount_cents": 5000}, "333a14d0-41b7-5d1f-9d8d-a65f76661bce"),
        ({"country": "CA"}, "3fac4737-a282-5a7c-85bf-5c8df2e7f55c"),
        ({"environment": "sandbox"}, "fba3d67e-7ce5-5866-9489-2e7da803b68d"),
        ({"checkout_id": "AAAA6TCV4VBX6NPM"}, "2caef423-d889-5336-9b2a-310e9b6a0b08"),
    ],
)
def test_golden_vectors(changes, key):
    # Printed once and never changed: two versions of the program must meet at one key.
    assert derived_key(**(BASE | changes)) == key


def test_a_body_has_one_spelling():
    assert canonical_body({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    assert canonical_body({"a": "é", "b": 1}) == canonical_body({"b": 1, "a": "é"})


def test_order_key_golden_vector():
    assert order_key(b"k" * 32, "live", "1001") == "51d1a825fa16438b0f2b8d3b6f5d09b0"


@pytest.mark.parametrize(
    ("secret", "environment", "order_id"),
    [(b"x" * 32, "live", "1001"), (b"k" * 32, "sandbox", "1001"), (b"k" * 32, "live", "1002")],
)
def test_order_key_hangs_on_everything(secret, environment, order_id):
    made = order_key(secret, environment, order_id)
    assert made != order_key(b"k" * 32, "live", "1001")
    assert len(made) == 32
