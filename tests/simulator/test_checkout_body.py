from telesales_desktop.simulator.checkout_body import checkout_body
from telesales_desktop.simulator.settings import Settings
from tests.simulator.orders import BASE_URL, stand_in, us_order

# The members of a checkout that Affirm was recorded to read back.
RECORDED = {
    "api_version", "billing", "shipping", "checkout_flow_type", "checkout_status", "checkout_type",
    "config", "currency", "discounts", "financing_program_name",
    "financing_program_external_name", "items", "loan_type", "merchant",
    "merchant_external_reference", "metadata", "mfp_rule_input_data", "order_id", "product",
    "shipping_amount", "tax_amount", "total",
}  # fmt: skip


def body(settings=None, **changes):
    checkout = stand_in().checkouts.store(us_order(**changes), base_url=BASE_URL)
    return checkout_body(checkout, settings or Settings())


def test_a_checkout_reads_back_with_the_recorded_members():
    read = body(shipping=us_order()["billing"])
    assert set(read) == RECORDED
    assert read["order_id"] == read["merchant_external_reference"] == "ORDER-1"
    assert read["items"]["D-1"]["qty"] == 2
    assert read["metadata"]["checkout_channel_type"] == "in_store"
    assert read["metadata"]["webhook_session_id"] == "session-1"
    assert read["billing"]["phone_number"] == "+1-415-555-2222"


def test_what_was_not_sent_is_not_read_back():
    read = body(order_id=None)
    assert RECORDED - set(read) == {"shipping", "order_id", "merchant_external_reference"}


def test_without_a_name_the_customer_sees_the_account_with_a_suffix():
    merchant = us_order()["merchant"]
    del merchant["name"]
    read = body(Settings(account_name="Maple"), merchant=merchant)
    assert read["merchant"]["name"] == "Maple Telesales"
    assert body()["merchant"]["name"] == "Telesales Affirm demo"


def test_a_financing_program_is_kept():
    assert body()["financing_program_name"] == "standard_3_6_12"
    assert body(financing_program="zero")["financing_program_name"] == "zero"
