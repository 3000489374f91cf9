"""Is the French catalogue whole, fresh, and does the window take it?"""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.translation import install_language, remove_language
from tests.ui.conftest import ROOT


@pytest.mark.parametrize("name", ["telesales_en", "telesales_fr_CA"])
def test_the_catalogue_is_fresh_finished_and_keeps_its_placeholders(translations, name):
    assert translations.faults_of(name) == []


def test_a_stale_or_unfinished_catalogue_is_found(translations, tmp_path, monkeypatch):
    damaged = tmp_path / "telesales_fr_CA.ts"
    text = (ROOT / "resources" / "i18n" / damaged.name).read_text(encoding="utf-8")
    text = text.replace(">Lien envoyé<", "><", 1).replace(
        "<source>Orders</source>", "<source>Gone</source>"
    )
    text = text.replace("il y a {elapsed} ({clock})", "il y a {heure}")
    damaged.write_text(text, encoding="utf-8")
    monkeypatch.setattr(translations, "CATALOGUES", tmp_path)
    faults = "\n".join(translations.faults_of("telesales_fr_CA"))
    assert "stale" in faults
    assert "not translated: 'Link sent'" in faults
    assert "placeholders differ" in faults
    assert translations.main(["--check"]) == 1


def test_wrong_usage_of_the_tool_exits_2(translations, capsys):
    assert translations.main(["translate"]) == 2
    assert "usage" in capsys.readouterr().err


def test_in_french_a_shipment_is_not_called_as_the_sending_of_a_link():
    catalogue = ROOT / "resources" / "i18n" / "telesales_fr_CA.ts"
    told = {
        message.findtext("source"): message.findtext("translation").lower()
        for message in ElementTree.parse(catalogue).getroot().iter("message")
        if "shipment" in message.findtext("source").lower()
    }
    assert told["Shipment…"] == "expédition…"
    assert not [text for text in told.values() if "envoi" in text]


def test_in_french_a_question_is_answered_in_the_word_of_its_command():
    catalogue = ROOT / "resources" / "i18n" / "telesales_fr_CA.ts"
    told = {
        message.findtext("source"): message.findtext("translation")
        for message in ElementTree.parse(catalogue).getroot().iter("message")
    }
    for command, answer in (
        ("Take over…", "Take over"), ("Hand over…", "Hand over to {person}"),
        ("Void…", "Void {amount}"), ("Refund…", "Refund {amount}"), ("Capture", "Capture {amount}"),
        ("Close this link…", "Close the link"), ("Allow a new try…", "Allow a new try"),
        ("Rebuild…", "Rebuild"),
    ):  # fmt: skip
        verb = told[command].rstrip("…").split()[0]
        assert told[answer].split()[0] == verb, answer


def test_french_follows_canadian_typography():
    catalogue = ROOT / "resources" / "i18n" / "telesales_fr_CA.ts"
    for message in ElementTree.parse(catalogue).getroot().iter("message"):
        text = "".join(message.find("translation").itertext())
        told = re.sub(r"\{\w+\}|https?:\S*", "x", text)
        assert not re.search(r"[^\s\d]:(\s|$)", told), f"no-break space before the colon: {text}"
        assert not re.search(r"\s[;!?]", told), f"no space before ; ! ?: {text}"
        assert '"' not in told, f"guillemets: {text}"
        assert not re.search("« | »", told), f"no-break spaces within guillemets: {text}"
        assert " :" not in told, f"the space before the colon must not break: {text}"


def test_the_window_speaks_french_and_stops(qapp, compiled):
    translators = install_language(qapp, Language.FR_CA, compiled)
    assert QCoreApplication.translate("labels", "Link sent") == "Lien envoyé"
    assert QCoreApplication.translate("OrdersPanel", "%n state(s)", "", 2) == "2 états"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") != "Cancel"
    assert QLocale().name() == "fr_CA"
    remove_language(qapp, translators)
    for translator in install_language(qapp, Language.EN_US, compiled):
        assert QCoreApplication.translate("OrdersPanel", "%n state(s)", "", 1) in (
            "1 state",
            "1 state(s)",
        )
        qapp.removeTranslator(translator)
    assert QCoreApplication.translate("labels", "Link sent") == "Link sent"


def test_a_missing_catalogue_leaves_english(qapp, tmp_path):
    translators = install_language(qapp, Language.FR_CA, tmp_path)
    assert QCoreApplication.translate("labels", "Link sent") == "Link sent"
    remove_language(qapp, translators)
    install_language(qapp, Language.EN_US, tmp_path)


def test_no_text_is_an_f_string():
    """lupdate takes an f-string as it stands, so it would never be found again."""
    for path in (ROOT / "telesales_desktop" / "ui").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"(\.tr|translate|QT_TRANSLATE_NOOP)\(\s*(\"\w+\",\s*)?f\"", source), (
            path.name
        )
