"""What does the set-up ask on each of its pages?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.application.profile import UrlAction
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.ui.affirm_request import RequestText
from telesales_desktop.ui.field import Field, line_edit
from telesales_desktop.ui.theme import GAP, ROOM


class Step(IntEnum):
    """The pages, in order."""

    PLACE = 0
    KEYS = 1
    RELAY = 2
    MERCHANT = 3
    DONE = 4


@dataclass(frozen=True, slots=True)
class SetupAnswers:
    """Everything that was typed. Keys never show in a repr."""

    environment: Environment = Environment.SANDBOX
    country: Country = Country.US
    affirm_url: str = ""
    public_key: str = ""
    private_key: str = field(default="", repr=False)
    relay_url: str = ""
    enrolment_code: str = field(default="", repr=False)
    webhook_address: str = field(default="", repr=False)
    merchant_name: str = ""
    store: str = ""
    entity: str = ""
    agent: str = ""
    confirmation_url: str = ""
    cancel_url: str = ""
    confirmation_action: UrlAction = UrlAction.GET


class SetupPage(QWidget):
    """A heading, a few sentences, fields in one column."""

    edited = Signal()

    def __init__(self, title: str, explanation: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self.fields: dict[str, Field] = {}
        heading = QLabel(title, self)
        heading.setProperty("face", "title")
        heading.setWordWrap(True)
        said = QLabel(explanation, self)
        said.setWordWrap(True)
        said.setProperty("face", "muted")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(ROOM)
        self.column.addWidget(heading)
        self.column.addWidget(said)

    def ask(self, name: str, title: str, *, hint: str = "", secret: bool = False) -> Field:
        """One line to type."""
        edit = line_edit(limit=512)
        edit.setPlaceholderText(hint)
        if secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        asked = Field(name, title, edit, self)
        asked.edited.connect(self.edited)
        self.column.addWidget(asked)
        self.fields[name] = asked
        return asked

    def choose(self, name: str, title: str, choices: Sequence[tuple[str, str]]) -> QButtonGroup:
        """One of a few; ids follow the order of the choices."""
        caption = QLabel(title, self)
        caption.setProperty("face", "muted")
        self.column.addWidget(caption)
        group = QButtonGroup(self)
        box = QVBoxLayout()
        box.setSpacing(GAP)
        for number, (value, text) in enumerate(choices):
            button = QRadioButton(text, self)
            button.setObjectName(f"{name}_{value}")
            button.setAccessibleName(text)
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            group.addButton(button, number)
            box.addWidget(button)
        group.button(0).setChecked(True)
        group.idClicked.connect(lambda _: self.edited.emit())
        self.column.addLayout(box)
        return group

    def value(self, name: str) -> str:
        return self.fields[name].value().strip()


class PlacePage(SetupPage):
    """Environment and country."""

    ENVIRONMENTS = (Environment.SANDBOX, Environment.LIVE, Environment.SIMULATOR)
    COUNTRIES = (Country.US, Country.CA)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Where do you sell?"),
            self.tr(
                "Each environment and each country has its own keys at Affirm. "
                "Start in the sandbox; nobody pays there."
            ),
            parent,
        )
        texts = (
            self.tr("Sandbox: to try things out, no text messages, no money"),
            self.tr("Live: real customers and real money"),
            self.tr("Practice: a stand-in for Affirm on this computer"),
        )
        self._environment = self.choose(
            "environment",
            self.tr("Environment"),
            [(e.value, text) for e, text in zip(self.ENVIRONMENTS, texts, strict=True)],
        )
        self._country = self.choose(
            "country",
            self.tr("Country"),
            [
                ("US", self.tr("United States, US dollars")),
                ("CA", self.tr("Canada, Canadian dollars")),
            ],
        )
        url = self.ask("affirm_url", self.tr("Address of the stand-in"), hint="http://127.0.0.1:")
        self._environment.idClicked.connect(
            lambda number: url.setVisible(self.ENVIRONMENTS[number] is Environment.SIMULATOR)
        )
        url.hide()
        self.column.addStretch(1)

    @property
    def environment(self) -> Environment:
        return self.ENVIRONMENTS[self._environment.checkedId()]

    @property
    def country(self) -> Country:
        return self.COUNTRIES[self._country.checkedId()]


class KeysPage(SetupPage):
    """The key pair."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("The keys from Affirm"),
            self.tr(
                "You find them in Affirm's merchant portal under API keys. Use the pair made for "
                "telesales. They are kept in this computer's keyring, nowhere else."
            ),
            parent,
        )
        self.ask("public_key", self.tr("Public API key"))
        self.ask("private_key", self.tr("Private API key"), secret=True)
        self.column.addStretch(1)


class RelayPage(SetupPage):
    """The relay, or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("The relay"),
            self.tr(
                "The relay brings news from Affirm at once and lets colleagues see each other's "
                "orders. Everything also works without one; news then takes a little longer."
            ),
            parent,
        )
        self._choice = self.choose(
            "relay",
            self.tr("Does your company run a relay?"),
            [("yes", self.tr("Yes, I have its address and a code")), ("no", self.tr("No relay"))],
        )
        self.ask("relay_url", self.tr("Relay address"), hint="https://")
        self.ask("enrolment_code", self.tr("One-time code"))
        self.ask(
            "webhook_address",
            self.tr("Webhook address for Affirm, as telesales-relay init printed it (optional)"),
            hint="https://…/hooks/affirm/…",
        )
        self._choice.idClicked.connect(self._show_fields)
        self.column.addStretch(1)

    @property
    def wanted(self) -> bool:
        return self._choice.checkedId() == 0

    def _show_fields(self) -> None:
        for asked in self.fields.values():
            asked.setVisible(self.wanted)


class MerchantPage(SetupPage):
    """What the customer sees, and who sells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Your business and you"),
            self.tr("The customer sees the merchant's name on Affirm's page."),
            parent,
        )
        self.ask("merchant_name", self.tr("Merchant name"))
        self.ask("agent", self.tr("Your name, as colleagues know you"))
        self.ask("store", self.tr("Store (may stay empty)"))
        self.ask("entity", self.tr("Entity (may stay empty)"))
        self.urls_note = QLabel(self)
        self.urls_note.setWordWrap(True)
        self.urls_note.setProperty("face", "muted")
        self.column.addWidget(self.urls_note)
        self.ask("confirmation_url", self.tr("Address after confirming"), hint="https://")
        self.ask("cancel_url", self.tr("Address after cancelling"), hint="https://")
        action = QComboBox()
        action.addItem(self.tr("GET: works with any web page"), UrlAction.GET.value)
        action.addItem(self.tr("POST: Affirm's own default"), UrlAction.POST.value)
        self.fields["confirmation_action"] = Field(
            "confirmation_action", self.tr("How the browser comes back"), action, self
        )
        self.column.addWidget(self.fields["confirmation_action"])
        self.column.addStretch(1)

    def show_relay(self, with_relay: bool) -> None:
        """With a relay its own pages are used, so both addresses may stay empty."""
        self.urls_note.setText(
            self.tr("Where the customer's browser goes afterwards. Empty: the relay's own pages.")
            if with_relay
            else self.tr(
                "Where the customer's browser goes afterwards: two pages of your web site."
            )
        )


class DonePage(SetupPage):
    """Kept; what to ask Affirm for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Ready"),
            self.tr(
                "Webhooks must be switched on by Affirm. Send this request to your contact at "
                "Affirm; until they work, the window says that none was seen yet."
            ),
            parent,
        )
        self.request = RequestText(self)
        self.column.addWidget(self.request, 1)
