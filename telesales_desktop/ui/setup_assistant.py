"""How does a new workstation come to sell, step by step, with each step tried for real?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
)

from telesales_desktop.application.profile import Profile, UrlAction
from telesales_desktop.ui.banner import Banner
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.icons import application_icon
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.setup_pages import (
    DonePage,
    KeysPage,
    MerchantPage,
    PlacePage,
    RelayPage,
    SetupAnswers,
    SetupPage,
    Step,
)
from telesales_desktop.ui.theme import HUGE, LARGE, ROOM, SPACE, Theme, set_property

_SIDE_PX = 128  # wide enough for the chosen step's heavier letters: nothing shifts


class SetupAssistant(QFrame):
    """Pages with Back and Next. ``next_wanted``: try this step's answers, then ``show_step``."""

    next_wanted = Signal(int)  # a Step
    skip_wanted = Signal(int)
    finished = Signal()
    closing = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("setupAssistant")
        self.setWindowTitle(self.tr("Telesales: set-up"))
        self.setWindowIcon(application_icon())
        self.setProperty("role", "panel")
        self.place, self.keys, self.relay = PlacePage(), KeysPage(), RelayPage()
        self.merchant, self.done = MerchantPage(), DonePage()
        self._step = Step.PLACE
        self._build(theme)
        self.show_step(Step.PLACE)
        self.resize(860, 620)

    def _build_side(self) -> QVBoxLayout:
        titles = (
            self.tr("Environment"),
            self.tr("Keys"),
            self.tr("Relay"),
            self.tr("Business"),
            self.tr("Ready"),
        )
        side = QVBoxLayout()
        side.setContentsMargins(HUGE, HUGE, HUGE, HUGE)
        side.setSpacing(ROOM)
        brand = QLabel("Telesales", self)
        brand.setProperty("face", "title")
        side.addWidget(brand)
        self._marks = []
        for number, title in enumerate(titles, start=1):
            mark = QLabel(f"{number}   {title}", self)
            mark.setMinimumWidth(_SIDE_PX)
            side.addWidget(mark)
            self._marks.append(mark)
        side.addStretch(1)
        return side

    def _build(self, theme: Theme) -> None:
        side = self._build_side()
        self.stack = QStackedWidget(self)
        self._pages: tuple[SetupPage, ...] = (
            self.place,
            self.keys,
            self.relay,
            self.merchant,
            self.done,
        )
        for page in self._pages:
            scroll = QScrollArea(self)
            scroll.setWidgetResizable(True)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            page.setContentsMargins(2, 2, LARGE, 2)
            scroll.setWidget(page)
            self.stack.addWidget(scroll)
            page.edited.connect(self.clear_problem)
        self.problem = Banner(theme, "setupProblem", self)
        self.problem.step_chosen.connect(lambda _: self.skip_wanted.emit(self._step))
        self.back_button = Button(self.tr("Back"), self)
        self.back_button.setObjectName("setupBack")
        self.back_button.clicked.connect(lambda: self.show_step(Step(self._step - 1)))
        self.next_button = Button(self)
        self.next_button.setObjectName("setupNext")
        self.next_button.setProperty("kind", "primary")
        self.next_button.setDefault(True)
        self.next_button.clicked.connect(self._on_next)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addStretch(1)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        main = QVBoxLayout()
        main.setContentsMargins(HUGE, HUGE, HUGE, LARGE)
        main.setSpacing(LARGE)
        main.addWidget(self.stack, 1)
        main.addWidget(self.problem)
        main.addLayout(foot)
        rule = QFrame(self)
        rule.setProperty("role", "upright")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(side)
        layout.addWidget(rule)
        layout.addLayout(main, 1)

    # --- what is shown -----------------------------------------------------------------------

    @property
    def step(self) -> Step:
        return self._step

    def answers(self) -> SetupAnswers:
        """Everything typed so far."""
        merchant = self.merchant
        with_relay = self.relay.wanted
        return SetupAnswers(
            environment=self.place.environment,
            country=self.place.country,
            affirm_url=self.place.value("affirm_url"),
            public_key=self.keys.value("public_key"),
            private_key=self.keys.value("private_key"),
            relay_url=self.relay.value("relay_url") if with_relay else "",
            enrolment_code=self.relay.value("enrolment_code") if with_relay else "",
            webhook_address=self.relay.value("webhook_address") if with_relay else "",
            merchant_name=merchant.value("merchant_name"),
            store=merchant.value("store"),
            entity=merchant.value("entity"),
            agent=merchant.value("agent"),
            confirmation_url=merchant.value("confirmation_url"),
            cancel_url=merchant.value("cancel_url"),
            confirmation_action=UrlAction(merchant.value("confirmation_action")),
        )

    def show_step(self, step: Step) -> None:
        self._step = step
        self.clear_problem()
        self.set_busy("")
        self.stack.setCurrentIndex(step)
        for number, mark in enumerate(self._marks):
            set_property(mark, "face", "heading" if number == step else "muted")
        self.back_button.setVisible(Step.PLACE < step < Step.DONE)
        last = step is Step.DONE
        self.next_button.setText(self.tr("Open the window") if last else self.tr("Next"))
        if step is Step.MERCHANT:
            self.merchant.show_relay(self.relay.wanted)
            self.next_button.setText(self.tr("Check and save"))
        first = next(iter(self._pages[step].fields.values()), None)
        if first is not None and first.isVisibleTo(self):
            first.editor.setFocus()

    def show_request(self, profile: Profile, webhook_address: str = "") -> None:
        self.done.request.show_profile(profile, webhook_address)

    def set_busy(self, sentence: str) -> None:
        """While a step is tried: what is going on, and nothing can be pressed twice."""
        busy = bool(sentence)
        self.next_button.setEnabled(not busy)
        self.back_button.setEnabled(not busy)
        self.stack.setEnabled(not busy)
        if busy:
            self.problem.show_sentence(Tone.PROGRAM, "wait", sentence)

    def show_problem(self, sentence: str, *, fields: tuple[str, ...] = (), skip: str = "") -> None:
        """What is to be fixed; ``skip``: what a button says that goes on untested, "" for none."""
        self.set_busy("")
        self.problem.show_sentence(
            Tone.DANGER, "warning", sentence, step="skip" if skip else "", step_text=skip
        )
        page = self._pages[self._step]
        for name, asked in page.fields.items():
            asked.show_problem(self.tr("check this") if name in fields else "", sentence)
        wrong = next((page.fields[name] for name in fields if name in page.fields), None)
        if wrong is not None:
            wrong.editor.setFocus()

    def clear_problem(self) -> None:
        self.problem.hide()
        for asked in self._pages[self._step].fields.values():
            asked.show_problem("")

    def _on_next(self) -> None:
        if self._step is Step.DONE:
            self.finished.emit()
        else:
            self.next_wanted.emit(self._step)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
