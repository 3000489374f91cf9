"""What must Affirm's account team be asked for, once a relay stands?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.application.profile import Profile
from telesales_desktop.domain.money import Environment
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.theme import LARGE, SPACE

# Webhooks are not self-serve, signing must be enabled, and only `confirmed` comes without data
# sharing. Source: facts, webhooks.
LETTER = QT_TRANSLATE_NOOP(
    "labels",
    "Hello,\n\n"
    "we sell by phone with Affirm (telesales) and ask you to set up webhooks for our account.\n\n"
    "Merchant: {merchant}\n"
    "Environment and country: {environment}, {country}\n"
    "Webhook address: {address}\n"
    "Events: sent, opened, approved, not_approved, more_information_needed, confirmed\n"
    "Signing: please switch on webhook signatures (X-Affirm-Signature, HMAC-SHA512).\n"
    "Basic authentication: {basic}\n"
    "Data sharing: please tell us what is needed so that opened, approved and not_approved are "
    "sent too, not only confirmed.\n\n"
    "Please also tell us how long a checkout link stays open, and whether text messages are sent "
    "for our country.\n\n"
    "Thank you.",
)
BASIC_NO = QT_TRANSLATE_NOOP("labels", "none is set on our side; the address itself is secret")
ADDRESS_UNKNOWN = QT_TRANSLATE_NOOP(
    "labels", "<as printed by telesales-relay init: {base}/hooks/affirm/...>"
)
ENVIRONMENTS = {
    Environment.LIVE: QT_TRANSLATE_NOOP("labels", "live"),
    Environment.SANDBOX: QT_TRANSLATE_NOOP("labels", "sandbox"),
    Environment.SIMULATOR: QT_TRANSLATE_NOOP("labels", "simulator"),
}


def request_text(profile: Profile, webhook_address: str = "") -> str:
    """The letter, ready to be sent; the address is open where only the relay's host knows it."""
    base = profile.relay_public_url or profile.relay_url or "https://…"
    address = webhook_address or word(ADDRESS_UNKNOWN).format(base=base.rstrip("/"))
    return word(LETTER).format(
        merchant=profile.merchant_name or "?",
        environment=word(ENVIRONMENTS[profile.environment]),
        country=profile.country.value,
        address=address,
        basic=word(BASIC_NO),
    )


class RequestText(QWidget):
    """The letter and a button that copies it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("affirmRequest")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Request to Affirm's account team"))
        self.copy_button = Button(self.tr("Copy the request"), self)
        self.copy_button.setObjectName("copyAffirmRequest")
        self.copy_button.setProperty("kind", "primary")
        self.copy_button.clicked.connect(self._copy)
        self.copied = QLabel(self)
        self.copied.setProperty("tone", "done")
        row = QHBoxLayout()
        row.addWidget(self.copy_button)
        row.addWidget(self.copied, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.text, 1)
        layout.addLayout(row)

    def show_profile(self, profile: Profile, webhook_address: str = "") -> None:
        self.text.setPlainText(request_text(profile, webhook_address))
        self.copied.setText("")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copied.setText(self.tr("Copied."))


class RequestDialog(QDialog):
    """The letter, from the header's "No webhook seen yet"."""

    def __init__(self, profile: Profile, explanation: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("affirmRequestDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Webhooks from Affirm"))
        said = QLabel(explanation, self)
        said.setWordWrap(True)
        letter = RequestText(self)
        letter.show_profile(profile)
        close = Button(self.tr("Close (Esc)"), self)
        close.setObjectName("closeAffirmRequest")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        layout.setSpacing(LARGE)
        layout.addWidget(said)
        layout.addWidget(letter, 1)
        layout.addLayout(row)
        self.resize(620, 520)
