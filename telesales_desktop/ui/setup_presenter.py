"""How is each step of the set-up tried, and when is everything kept?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmError,
    SettingsError,
    TelesalesError,
)
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.ui.error_labels import CRASHED
from telesales_desktop.ui.formats import Formats, Language
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.setup_assistant import SetupAssistant
from telesales_desktop.ui.setup_checks import SetupChecks
from telesales_desktop.ui.setup_labels import setup_error_text
from telesales_desktop.ui.setup_pages import Step
from telesales_desktop.ui.task_runner import Endings, TaskRunner
from telesales_desktop.ui.theme import Theme


class SetupPresenter(QObject):
    """Runs the assistant. ``completed``: the profile that was kept, once it is to be opened."""

    completed = Signal(object)  # Profile

    def __init__(
        self,
        profile_name: str,
        checks: SetupChecks,
        runner: TaskRunner,
        *,
        theme: Theme,
        language: Language,
        default_affirm_url: Callable[[Environment, Country], str],
    ) -> None:
        assistant = SetupAssistant(theme)
        super().__init__(assistant)
        self.assistant = assistant
        self._checks, self._runner = checks, runner
        self._language = language
        self._default_affirm_url = default_affirm_url
        self._profile = Profile(profile_name, Environment.SANDBOX, Country.US, "")
        self.assistant.next_wanted.connect(self._try_step)
        self.assistant.skip_wanted.connect(lambda step: self.assistant.show_step(Step(step + 1)))
        self.assistant.finished.connect(lambda: self.completed.emit(self._profile))

    def _try_step(self, number: int) -> None:
        step = Step(number)
        self._profile = self._taken()
        if step is Step.PLACE:
            self.assistant.show_step(Step.KEYS)
        elif step is Step.KEYS:
            self._run(step, self._try_keys, self.tr("Trying the keyring and the keys at Affirm…"))
        elif step is Step.RELAY and self.assistant.relay.wanted:
            self._run(step, self._try_relay, self.tr("Enrolling this computer at the relay…"))
        elif step is Step.RELAY:
            self.assistant.show_step(Step.MERCHANT)
        else:
            self._run(step, self._keep, self.tr("Checking and saving…"))

    def _taken(self) -> Profile:
        """The profile as typed so far, with what the relay has told about itself."""
        answers = self.assistant.answers()
        url = answers.affirm_url
        if answers.environment is not Environment.SIMULATOR:
            url = self._default_affirm_url(answers.environment, answers.country)
        return replace(
            self._profile,
            environment=answers.environment,
            country=answers.country,
            affirm_url=url,
            relay_url=answers.relay_url,
            merchant_name=answers.merchant_name,
            store=answers.store,
            entity=answers.entity,
            agent=answers.agent or self._profile.agent,
            confirmation_url=answers.confirmation_url,
            cancel_url=answers.cancel_url,
            confirmation_action=answers.confirmation_action,
        )

    def _credentials(self) -> Credentials:
        answers = self.assistant.answers()
        missing = tuple(
            name for name in ("public_key", "private_key") if not getattr(answers, name)
        )
        if missing:
            raise SettingsError("keys missing", fields=missing)
        return Credentials(answers.public_key, answers.private_key)

    async def _try_keys(self) -> None:
        credentials = self._credentials()
        await self._checks.check_keyring()
        await self._checks.check_keys(self._profile, credentials)

    async def _try_relay(self) -> None:
        code = self.assistant.answers().enrolment_code
        self._profile = await self._checks.check_relay(self._profile, code)
        if self._profile.agent:
            self.assistant.merchant.fields["agent"].show_value(self._profile.agent)

    async def _keep(self) -> None:
        await self._checks.check_profile(self._profile)
        await self._checks.save(self._profile, self._credentials())
        self.assistant.show_request(self._profile, self.assistant.answers().webhook_address)

    def _run(self, step: Step, work: Callable[[], Coroutine[Any, Any, None]], doing: str) -> None:
        is_answered = False

        def answered() -> None:
            nonlocal is_answered
            is_answered = True

        def done(_: None) -> None:
            answered()
            self.assistant.show_step(Step(step + 1))

        def ended() -> None:
            self.assistant.set_busy("")
            if not is_answered:  # a bug of ours: it must not look as if it went on
                self.assistant.show_problem(word(CRASHED))

        def failed(error: TelesalesError) -> None:
            answered()
            formats = Formats(self._language, self._profile.country.currency)
            fields = error.fields if isinstance(error, SettingsError) else ()
            refused = isinstance(error, AffirmCredentialsError)
            if refused:
                fields = ("public_key", "private_key")
            untested = isinstance(error, AffirmError) and not refused
            self.assistant.show_problem(
                setup_error_text(error, formats),
                fields=fields,
                skip=self.tr("Go on untested") if untested else "",
            )

        started = self._runner.start(
            "setup",
            work,
            Endings(done=done, failed=failed, cancelled=answered, always=ended),
            writes=step is Step.MERCHANT,
        )
        if started:
            self.assistant.set_busy(doing)
