"""What does a customer read whose browser comes back from Affirm?"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

from telesales_desktop.wire.feed import Landing

_STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center }
main { max-width: 28rem; padding: 1.5rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem }
p { margin: 0 0 .75rem }
"""

_TEXT = {
    "en": {
        Landing.CONFIRMED: (
            "Thank you. You can go back to your call.",
            "The person you are speaking with will see it in a moment.",
            "You can close this page.",
        ),
        Landing.CANCELLED: (
            "You can go back to your call.",
            "Nothing was confirmed here. The person you are speaking with can help you further.",
            "You can close this page.",
        ),
    },
    "fr": {
        Landing.CONFIRMED: (
            "Merci. Vous pouvez reprendre votre appel.",
            "La personne au téléphone le verra dans un instant.",
            "Vous pouvez fermer cette page.",
        ),
        Landing.CANCELLED: (
            "Vous pouvez reprendre votre appel.",
            "Rien n’a été confirmé ici. La personne au téléphone peut vous aider à continuer.",
            "Vous pouvez fermer cette page.",
        ),
    },
}

_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def page(landing: Landing, accept_language: str) -> tuple[bytes, Mapping[str, str]]:
    """A page in UTF-8 and the headers that belong to it."""
    language = chosen_language(accept_language)
    title, *paragraphs = _TEXT[language][landing]
    html = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n" + "".join(f"<p>{text}</p>\n" for text in paragraphs)
    )
    headers = {
        "content-language": language,
        "vary": "accept-language",
        "content-security-policy": _POLICY,
    }
    return (html + "</main>\n</body>\n</html>\n").encode(), headers


def chosen_language(accept_language: str) -> str:
    """The language that the browser likes best of those there are; English where it says none.

    Source: RFC 9110, 12.5.4.
    """
    best, best_weight = "en", 0.0
    for item in accept_language.lower().split(","):
        tag, _, rest = item.partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", rest)
        liking = float(weight[1]) if weight else float(not rest.strip())
        language = tag.strip().partition("-")[0]
        if language in _TEXT and liking > best_weight:
            best, best_weight = language, liking
    return best
