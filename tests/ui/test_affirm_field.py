"""Does what Affirm refuses land at the field that it named?"""

import pytest

from telesales_desktop.ui.affirm_field import form_field


@pytest.mark.parametrize(
    ("affirm", "ours"),
    [
        ("billing.phone_number.phone_number", "phone"),
        ("billing.phone_number", "phone"),
        ("billing.email", "email"),
        ("shipping.name.first", "first_name"),
        ("billing.name.full", "last_name"),
        ("billing.address.zipcode", "postal_code"),
        ("billing.address.region1_code", "region"),
        ("billing.address.street2", "line2"),
        ("billing.address", "line1"),
        ("order_id", "order_id"),
        ("total", "total"),
        ("shipping_amount", "shipping"),
        ("discounts.AGENT.discount_amount", "discount"),
        ("metadata.store_location", "store"),
        ("items.2.unit_price", "items.2.unit_price"),
        ("items[1].display_name", "items.1.name"),
        ("items", "items"),
        ("merchant.user_cancel_url", ""),
        ("", ""),
    ],
)
def test_a_field_of_affirms_is_one_of_ours(affirm, ours):
    assert form_field(affirm) == ours
