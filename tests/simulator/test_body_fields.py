from datetime import UTC, datetime

import pytest

from telesales_desktop.simulator import body_fields
from telesales_desktop.simulator.refusals import RefusalError


def refused(read, *args, **named):
    with pytest.raises(RefusalError) as caught:
        read(*args, **named)
    assert caught.value.status_code == 400
    return caught.value.field


def test_absent_and_null_are_the_same():
    for body in ({}, {"a": None}):
        assert body_fields.optional_text(body, "a") == ""
        assert body_fields.optional_id(body, "a") is None
        assert body_fields.optional_cents(body, "a") is None
        assert body_fields.optional_object(body, "a") is None
        assert body_fields.optional_moment(body, "a") is None


def test_required_fields_name_themselves_with_their_owner():
    assert refused(body_fields.required_text, {}, "a", "x") == "x.a"
    assert refused(body_fields.required_cents, {}, "a") == "a"
    assert refused(body_fields.required_object, {}, "a", "x.y") == "x.y.a"


@pytest.mark.parametrize("value", [True, 1.0, "1", -1, float("nan")])
def test_money_is_a_whole_number_of_cents(value):
    assert refused(body_fields.optional_cents, {"total": value}, "total") == "total"


def test_texts_ids_and_objects_are_checked():
    assert refused(body_fields.optional_text, {"a": 1}, "a") == "a"
    assert refused(body_fields.optional_text, {"a": "xx"}, "a", longest=1) == "a"
    assert refused(body_fields.required_text, {"a": "  "}, "a") == "a"
    assert refused(body_fields.optional_id, {"a": ""}, "a") == "a"
    assert refused(body_fields.optional_id, {"a": "x" * 129}, "a") == "a"
    assert body_fields.optional_id({"a": "x" * 128}, "a") == "x" * 128
    assert refused(body_fields.optional_object, {"a": []}, "a") == "a"


@pytest.mark.parametrize("url", ["ftp://a/b", "nowhere", "http://", "http://[::1/x", "https:///x"])
def test_a_url_is_http_with_a_host(url):
    assert refused(body_fields.required_url, {"u": url}, "u", "merchant") == "merchant.u"


def test_moments_have_no_fractions_and_are_utc_without_a_zone():
    read = body_fields.optional_moment
    assert read({"at": "2026-03-02T12:00:00"}, "at") == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert read({"at": "2026-03-02T13:00:00+01:00"}, "at") == datetime(2026, 3, 2, 12, tzinfo=UTC)
    for text in ("2026-03-02T12:00:00.5", "2026-03-02T12:00:00.000", "tomorrow"):
        assert refused(read, {"at": text}, "at") == "at"
