"""Which orders do the simulator's tests send, and how do they reach a stand-in?"""

import copy
from datetime import UTC, datetime
from typing import Any

from telesales_desktop.simulator.clock import Clock
from telesales_desktop.simulator.settings import Keys, Settings
from telesales_desktop.simulator.simulated_affirm import SimulatedAffirm

PUBLIC_KEY, PRIVATE_KEY = "PUBLICKEY0000001", "private-key-of-the-tests"
KEYS = Keys(PUBLIC_KEY, PRIVATE_KEY)
CREDENTIALS = (PUBLIC_KEY, PRIVATE_KEY)
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:8000"

_US_ADDRESS = {
    "line1": "325 Pacific Ave",
    "city": "San Francisco",
    "state": "CA",
    "zipcode": "94112",
    "country": "USA",
}
GLOBAL_ADDRESS = {
    "street1": "1200 rue Sainte-Catherine",
    "city": "Montréal",
    "region1_code": "QC",
    "postal_code": "H3B 1K9",
    "country": "CAN",
}


def us_order(**changes: Any) -> dict[str, Any]:
    """The Telesales page's own example, with items."""
    order: dict[str, Any] = {
        "merchant": {
            "public_api_key": PUBLIC_KEY,
            "user_cancel_url": "http://127.0.0.1:9/cancelled",
            "user_confirmation_url": "http://127.0.0.1:9/confirmed",
            "name": "Telesales Affirm demo",
        },
        "billing": {
            "name": {"full": "John Doe"},
            "address": _US_ADDRESS,
            "phone_number": "4155552222",
            "email": "john@example.com",
        },
        "items": [
            {"display_name": "Desk", "sku": "D-1", "unit_price": 2000, "qty": 2},
            {"display_name": "Lamp", "sku": "L-1", "unit_price": 1000, "qty": 1},
        ],
        "metadata": {"entity_name": "Vignan 1234", "webhook_session_id": "session-1"},
        "order_id": "ORDER-1",
        "total": 5000,
    }
    return copy.deepcopy(order | changes)


def canadian_order(**changes: Any) -> dict[str, Any]:
    order = us_order(currency="CAD", **changes)
    order["billing"]["address"] = dict(GLOBAL_ADDRESS)
    return order


def fixed_clock() -> Clock:
    """A clock that stands still until a test advances it."""
    return Clock(lambda: NOON)


def stand_in(**settings: Any) -> SimulatedAffirm:
    return SimulatedAffirm(KEYS, Settings().changed(settings), clock=fixed_clock(), seed=1)
