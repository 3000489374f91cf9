from telesales_desktop.simulator import refusals


def test_the_error_object_leaves_out_what_is_absent():
    assert refusals.transaction_not_found().body() == {
        "status_code": 404,
        "message": "The transaction could not be found.",
    }
    assert refusals.bad_phone("billing").body() == {
        "status_code": 400,
        "type": "invalid_request",
        "code": "invalid_field",
        "message": "expected AffirmPhone",
        "field": "billing.phone_number.phone_number",
    }


def test_the_status_code_can_be_the_documented_string():
    assert refusals.key_pair_invalid().body(status_code_as_text=True) == {
        "status_code": "401",
        "type": "unauthorized",
        "code": "api-key-pair-invalid",
        "message": "You have provided an invalid API key pair.",
    }


def test_the_xml_echoes_the_credentials_as_recorded():
    xml = refusals.checkout_not_found_xml("Basic <QUJD>").decode()
    assert "<ArgumentValue>Basic &lt;QUJD&gt;</ArgumentValue>" in xml
