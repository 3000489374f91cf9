"""Are profiles kept whole, read strictly, and free of secrets?"""

import os
import stat
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesales_desktop.adapters.settings import ProfileFiles, profile_from, profile_text
from telesales_desktop.application.profile import (
    Profile,
    Role,
    SendLink,
    StorePath,
    UrlAction,
)
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country, Environment

PLAIN = Profile("shop", Environment.LIVE, Country.CA, "https://api.global.affirm.com")
FULL = Profile(
    name="shop-2",
    environment=Environment.SIMULATOR,
    country=Country.CA,
    affirm_url="http://127.0.0.1:43121",
    merchant_name='Léa\'s "Lamps" \\ \x7f é',
    relay_url="https://desks.example",
    relay_merchant="m1",
    relay_public_url="https://relay.example",
    confirmation_url="https://shop.example/{order_key}",
    cancel_url="https://shop.example/no",
    confirmation_action=UrlAction.GET,
    store="Denver",
    entity="E 12",
    agent="Dana R.",
    role=Role.SUPERVISOR,
    person_id="p" + "a" * 15,
    locale="fr_CA",
    store_path=StorePath.TELESALES,
    send_link=SendLink.BOTH,
    auto_authorize=False,
    split_capture=True,
    signature_required=False,
    send_items=False,
    link_life_s=86_400,
    call_timeout_s=12.5,
    looks_only=True,
    practice=True,
)


@pytest.fixture
def files(tmp_path):
    return ProfileFiles(tmp_path)


def test_the_full_example_leaves_nothing_at_its_default():
    plain = Profile("x", Environment.LIVE, Country.US, "")
    same = [f.name for f in fields(Profile) if getattr(FULL, f.name) == getattr(plain, f.name)]
    assert same == []


@pytest.mark.parametrize("profile", [PLAIN, replace(FULL, merchant_name='Léa\'s "Lamps" \\ é')])
def test_a_profile_comes_back_as_it_was(files, profile):
    path = files.save(profile)
    assert files.load(profile.name) == profile
    assert files.names() == (profile.name,)
    assert path.suffix == ".toml"
    files.delete(profile.name)
    files.delete(profile.name)
    assert files.names() == ()


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_settings_are_for_this_user_alone(files):
    path = files.save(PLAIN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


texts = st.text(max_size=30)


@given(texts, texts, st.floats(1, 120), st.integers(0, 10**6), st.booleans())
def test_any_text_survives_the_file(name, store, timeout, life, flag):
    import tomllib

    profile = replace(
        PLAIN,
        merchant_name=name,
        store=store,
        call_timeout_s=timeout,
        link_life_s=life,
        auto_authorize=flag,
    )
    assert profile_from("shop", tomllib.loads(profile_text(profile))) == profile


def test_what_is_as_the_program_would_choose_is_not_written():
    assert profile_text(PLAIN).splitlines()[1:] == [
        'environment = "live"',
        'country = "CA"',
        'affirm_url = "https://api.global.affirm.com"',
    ]


def written(files, text, name="shop"):
    path = files.save(replace(PLAIN, name=name))
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", {"environment", "country"}),
        ('environment = "live"', {"country"}),
        ('environment = "prod"\ncountry = "US"', {"environment"}),
        ('environment = "live"\ncountry = "CA"\nprivate_key = "x"', {"private_key"}),
        ('environment = "live"\ncountry = "CA"\nname = "other"', {"name"}),
        ('environment = "live"\ncountry = "CA"\nsplit_capture = 1', {"split_capture"}),
        ('environment = "live"\ncountry = "CA"\nlink_life_s = true', {"link_life_s"}),
        ('environment = "live"\ncountry = "CA"\nlink_life_s = 1.5', {"link_life_s"}),
        ('environment = "live"\ncountry = "CA"\ncall_timeout_s = "9"', {"call_timeout_s"}),
        (
            f'environment = "live"\ncountry = "CA"\ncall_timeout_s = 1{"0" * 400}',
            {"call_timeout_s"},
        ),
        ('environment = "live"\ncountry = "CA"\nstore = 7\nagent = []', {"store", "agent"}),
        ('environment = ["live"]\ncountry = {}', {"environment", "country"}),
        ('environment = "live"\ncountry = "CA"\nlocale = "xx"', {"locale"}),
        (
            'environment = "live"\ncountry = "CA"\naffirm_url = "https://sandbox.affirm.com"',
            {"affirm_url"},
        ),
        ('environment = "simulator"\ncountry = "CA"', {"affirm_url"}),
    ],
)
def test_a_wrong_file_names_every_setting_that_is_wrong(files, text, named):
    with pytest.raises(SettingsError) as refused:
        files.load(written(files, text))
    assert set(refused.value.fields) == named


def test_affirms_address_may_be_left_out(files):
    name = written(files, 'environment = "live"\ncountry = "CA"\ncall_timeout_s = 9')
    assert files.load(name) == replace(PLAIN, call_timeout_s=9.0)


@pytest.mark.parametrize(
    "text", ["environment =", b"\xff\xfe", "a = " + "[" * 10_000, b"#" * 70_000], ids=range(4)
)
def test_a_file_that_is_no_settings_file_is_refused_in_words(files, text):
    with pytest.raises(SettingsError):
        files.load(written(files, text))


def test_a_profile_that_is_not_there(files):
    with pytest.raises(SettingsError) as refused:
        files.load("nobody")
    assert refused.value.fields == ("name",)


def test_a_profile_that_cannot_be_opened(files, tmp_path):
    (tmp_path / "profiles" / "shop.toml").mkdir(parents=True)
    with pytest.raises(SettingsError, match="Is a directory"):
        files.load("shop")


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "Shop", "con", "x" * 41, "-a", "a-", "a b", "é"]
)
def test_a_name_that_is_no_file_name_is_refused(files, name):
    for use in (files.load, files.delete, lambda n: files.save(replace(PLAIN, name=n))):
        with pytest.raises(SettingsError) as refused:
            use(name)
        assert refused.value.fields == ("name",)


def test_an_unsound_profile_is_not_kept(files):
    with pytest.raises(SettingsError):
        files.save(replace(PLAIN, affirm_url="https://evil.example"))
    assert files.names() == ()


def test_what_nobody_can_read_is_kept_beside_what_is_written_over_it(files):
    """Somebody has written it by hand, and made a slip."""
    path = files.save(PLAIN)
    assert not files.is_spoilt("shop")
    slip = path.read_text() + "store = Denver\n"
    path.write_text(slip)
    assert files.is_spoilt("shop")
    assert files.save(PLAIN) == path
    assert files.load("shop") == PLAIN
    assert path.with_name("shop.toml.spoilt").read_text() == slip
    assert files.names() == ("shop",)
    assert not files.is_spoilt("nobody")


def test_what_can_be_read_is_written_over(files):
    path = files.save(PLAIN)
    files.save(replace(PLAIN, store="Denver"))
    assert [entry.name for entry in path.parent.iterdir()] == ["shop.toml"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(files, monkeypatch):
    path = files.save(PLAIN)

    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SettingsError, match="No space left on device"):
        files.save(replace(PLAIN, store="Denver"))
    assert files.load("shop") == PLAIN
    assert [entry.name for entry in path.parent.iterdir()] == ["shop.toml"]


def test_no_field_of_a_profile_is_a_secret():
    for name in (f.name for f in fields(Profile)):
        assert not {"key", "secret", "token", "password"} & set(name.split("_")), name
