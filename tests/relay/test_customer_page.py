import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from telesales_desktop.relay.customer_page import chosen_language, page
from telesales_desktop.wire.feed import Landing


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("FR-ca", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.3, fr;q=0.7", "fr"),
        ("de, fr;q=0.5, en;q=0.5", "fr"),
        ("de,es", "en"),
        ("*", "en"),
        ("fr;q=0", "en"),
        ("fr;q=2", "en"),
        ("fr;q=x", "en"),
        ("fr;level=1", "en"),
        ("fr; ", "fr"),
        (";;;,,,=", "en"),
    ],
)
def test_the_language_that_the_browser_likes_best(accepted, language):
    assert chosen_language(accepted) == language


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags, self.text, self.attributes = [], "", {}

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes[tag] = dict(attributes)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("landing", Landing)
@pytest.mark.parametrize(("language", "said"), [("en", "your call"), ("fr", "votre appel")])
def test_a_page_says_that_the_call_can_go_on(landing, language, said):
    body, headers = page(landing, language)
    words = Words()
    words.feed(body.decode())
    assert said in words.text
    assert words.attributes["html"] == {"lang": language}
    assert headers["content-language"] == language
    assert "accept-language" in headers["vary"]
    assert "width=device-width" in body.decode()
    assert "script" not in words.tags
    assert "img" not in words.tags
    assert "link" not in words.tags


def test_nothing_is_said_to_be_paid():
    for landing in Landing:
        for language in ("en", "fr"):
            text = page(landing, language)[0].decode().lower()
            assert not re.search(r"\b(paid|payment|approved|payé|paiement|approuvé)", text)


def test_only_its_own_style_may_run():
    body, headers = page(Landing.CONFIRMED, "en")
    style = re.search(r"<style>(.*)</style>", body.decode(), re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
