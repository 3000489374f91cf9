"""Does the set-up try each step, say what to fix, keep nothing early, and end with the request?"""

import asyncio

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QPushButton, QRadioButton

from telesales_desktop.adapters.affirm_hosts import default_affirm_url
from telesales_desktop.application.ports import Credentials
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmUnreachableError,
    CredentialsError,
    SettingsError,
)
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.setup_labels import SETTINGS, setting_text
from telesales_desktop.ui.setup_pages import Step
from telesales_desktop.ui.setup_presenter import SetupPresenter
from telesales_desktop.ui.task_runner import TaskRunner
from tests.ui import typist
from tests.ui.fake_setup import FakeSetupChecks
from tests.ui.floor import until

pytestmark = pytest.mark.qt_loop


@pytest.fixture
def checks():
    return FakeSetupChecks()


@pytest.fixture
async def presenter(qapp, theme, checks):
    crashes = []
    checks.crashes = crashes
    runner = TaskRunner(asyncio.get_running_loop(), lambda name, error: crashes.append(error))
    made = SetupPresenter(
        "main", checks, runner, theme=theme, language=Language.EN_US,
        default_affirm_url=default_affirm_url,
    )  # fmt: skip
    made.assistant.show()
    made.assistant.activateWindow()
    await until(made.assistant.isActiveWindow)
    yield made
    await runner.close(timeout_s=5)
    made.assistant.close()
    assert crashes == []


@pytest.fixture
def assistant(presenter):
    return presenter.assistant


def fill(assistant, name, text):
    editor = assistant.findChild(QLineEdit, f"field_{name}")
    editor.setFocus()
    editor.selectAll()
    typist.write(text)


async def go_on(assistant, to):
    typist.click(assistant.next_button)
    await until(lambda: assistant.step is to)


async def to_keys(assistant):
    await go_on(assistant, Step.KEYS)
    fill(assistant, "public_key", "PUB")
    fill(assistant, "private_key", "PRIV")


async def to_relay(assistant):
    await to_keys(assistant)
    await go_on(assistant, Step.RELAY)


async def to_merchant(assistant):
    await to_relay(assistant)
    fill(assistant, "relay_url", "https://relay.example")
    fill(assistant, "enrolment_code", "ABCD-1234")
    await go_on(assistant, Step.MERCHANT)


async def test_the_whole_way(presenter, assistant, checks):
    completed = []
    presenter.completed.connect(completed.append)
    await to_merchant(assistant)
    assert assistant.findChild(QLineEdit, "field_agent").text() == "Dana R."  # the relay knew it
    fill(assistant, "merchant_name", "Northwind")
    await go_on(assistant, Step.DONE)
    assert checks.calls == ["check_keyring", "check_keys", "check_relay", "check_profile", "save"]
    profile, credentials = checks.saved
    assert profile.environment is Environment.SANDBOX
    assert profile.affirm_url == default_affirm_url(Environment.SANDBOX, Country.US)
    assert profile.relay_public_url == "https://hooks.example"
    assert credentials == Credentials("PUB", "PRIV")
    assert "https://hooks.example/hooks/affirm/" in assistant.done.request.text.toPlainText()
    typist.click(assistant.next_button)
    assert completed == [profile]


async def test_the_webhook_address_goes_into_the_request(assistant):
    await to_relay(assistant)
    fill(assistant, "relay_url", "https://relay.example")
    fill(assistant, "webhook_address", "https://hooks.example/hooks/affirm/s3cret")
    await go_on(assistant, Step.MERCHANT)
    await go_on(assistant, Step.DONE)
    assert "https://hooks.example/hooks/affirm/s3cret" in assistant.done.request.text.toPlainText()


@pytest.mark.parametrize(
    ("call", "error", "part", "fields"),
    [
        ("check_keyring", CredentialsError("no_keyring"), "no keyring", ()),
        ("check_keyring", CredentialsError("locked"), "Unlock it", ()),
        ("check_keys", AffirmCredentialsError(http_status=401, reason="api-key-pair-invalid"),
         "does not know these keys", ("public_key", "private_key")),
        ("check_keys", SettingsError("", fields=("affirm_url",)), "address is not one", ()),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_the_keys_is_said(assistant, checks, call, error, part, fields):
    checks.errors[call] = error
    await to_keys(assistant)
    typist.click(assistant.next_button)
    await until(lambda: part in assistant.problem.sentence.text())
    assert assistant.step is Step.KEYS
    assert assistant.next_button.isEnabled()
    assert not assistant.problem.step.isVisible()
    marked = {n for n, f in assistant.keys.fields.items() if f.problem.text()}
    assert marked == set(fields)
    fill(assistant, "public_key", "OTHER")
    assert not assistant.problem.isVisible()
    del checks.errors[call]
    await go_on(assistant, Step.RELAY)


async def test_missing_keys_are_asked_for_before_anything_is_tried(assistant, checks):
    await go_on(assistant, Step.KEYS)
    typist.click(assistant.next_button)
    await until(lambda: "public key is missing" in assistant.problem.sentence.text())
    assert checks.calls == []


async def test_without_a_network_one_may_go_on_untested(assistant, checks):
    checks.errors["check_keys"] = AffirmUnreachableError()
    await to_keys(assistant)
    typist.click(assistant.next_button)
    await until(assistant.problem.step.isVisible)
    typist.click(assistant.problem.step)
    assert assistant.step is Step.RELAY


async def test_a_used_code_is_said_at_its_field(assistant, checks):
    checks.errors["check_relay"] = SettingsError("", fields=("enrolment_code",))
    await to_relay(assistant)
    typist.click(assistant.next_button)
    await until(lambda: "Ask for a new one" in assistant.problem.sentence.text())
    assert typist.focused().objectName() == "field_enrolment_code"


async def test_without_a_relay_both_addresses_are_needed(assistant, checks):
    await to_relay(assistant)
    typist.click(assistant.findChild(QRadioButton, "relay_no"))
    assert not assistant.findChild(QLineEdit, "field_relay_url").isVisible()
    await go_on(assistant, Step.MERCHANT)
    assert "check_relay" not in checks.calls
    assert "two pages" in assistant.merchant.urls_note.text()
    checks.errors["check_profile"] = SettingsError("", fields=("merchant_name", "cancel_url"))
    typist.click(assistant.next_button)
    await until(lambda: assistant.problem.sentence.text().count("\n") == 1)
    assert checks.saved is None


async def test_back_goes_back_and_keeps_what_was_typed(assistant):
    await to_relay(assistant)
    typist.click(assistant.back_button)
    assert assistant.step is Step.KEYS
    assert assistant.answers().private_key == "PRIV"


async def test_practice_asks_for_the_stand_ins_address(presenter, assistant, checks):
    address = assistant.findChild(QLineEdit, "field_affirm_url")
    assert not address.isVisible()
    typist.click(assistant.findChild(QRadioButton, "environment_simulator"))
    typist.click(assistant.findChild(QRadioButton, "country_CA"))
    assert address.isVisible()
    fill(assistant, "affirm_url", "http://127.0.0.1:8080")
    assert presenter._taken().affirm_url == "http://127.0.0.1:8080"
    assert presenter._taken().country is Country.CA


async def test_a_double_click_tries_once(assistant, checks):
    await to_keys(assistant)
    typist.double_click(assistant.next_button)
    await until(lambda: assistant.step is Step.RELAY)
    assert checks.calls.count("check_keys") == 1


async def test_the_private_key_is_never_shown(assistant):
    await to_keys(assistant)
    editor = assistant.findChild(QLineEdit, "field_private_key")
    assert editor.echoMode() is QLineEdit.EchoMode.Password
    assert "PRIV" not in repr(assistant.answers())


async def test_every_field_has_a_name(assistant):
    for kind in (QLineEdit, QRadioButton, QPushButton):
        for widget in assistant.findChildren(kind):
            told = QAccessible.queryAccessibleInterface(widget)
            # A button without a text is not shown: the banner's, while there is no next step.
            assert told.text(QAccessible.Text.Name) or not widget.isVisible(), widget.objectName()


async def test_every_setting_that_can_be_wrong_has_a_sentence(french):
    for name, source in SETTINGS.items():
        assert setting_text(name) != source
    assert "odd" in setting_text("odd")


async def test_a_bug_does_not_look_as_if_it_went_on(assistant, checks):
    checks.errors["check_keys"] = ZeroDivisionError()
    await to_keys(assistant)
    typist.click(assistant.next_button)
    await until(lambda: "Something went wrong" in assistant.problem.sentence.text())
    assert assistant.step is Step.KEYS
    assert assistant.next_button.isEnabled()
    checks.crashes.clear()
