import json

import pytest

from telesales_desktop.simulator.settings import Keys, Settings, SettingsError


def test_a_private_key_is_never_printed():
    assert "secret" not in repr(Keys("public", "secret"))


def test_canada_lives_on_the_global_host():
    settings = Settings.for_country("CA")
    assert (settings.currency, settings.country_code) == ("CAD", "CAN")
    assert settings.global_host
    assert not Settings.for_country("US").global_host


def test_settings_change_by_name_and_can_be_written_as_json():
    changed = Settings().changed({"split_capture": True, "webhook_delay_s": 2})
    assert changed.split_capture
    assert json.loads(json.dumps(changed.as_json()))["webhook_delay_s"] == 2.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no_such", 1),
        ("split_capture", 1),
        ("webhook_copies", True),
        ("webhook_copies", -1),
        ("webhook_delay_s", "2"),
        ("country", "GB"),
        ("key_conflict_status", 500),
        ("page_shape", "tree"),
    ],
)
def test_a_wrong_setting_changes_nothing_and_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings().changed({"split_capture": True, name: value})
