"""How is the customer's page put together around one step?"""

import hashlib
from base64 import b64encode
from html import escape
from urllib.parse import urlencode, urlsplit

from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.checkout import Checkout
from telesales_desktop.simulator.page_style import STYLE
from telesales_desktop.simulator.page_text import PageText, day, money

RETURN_SCRIPT = "setTimeout(() => document.getElementById('return').submit(), 1200);"


def _source(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_STYLE_SOURCE, _SCRIPT_SOURCE = _source(STYLE), _source(RETURN_SCRIPT)


def policy(*places: str) -> str:
    """The page's content security policy; its forms may go to these addresses and to itself."""
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, places)}
    return "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            f"style-src {_STYLE_SOURCE}",
            f"script-src {_SCRIPT_SOURCE}",
            " ".join(["form-action 'self'", *sorted(origins)]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def document(text: PageText, *, title: str, who: str, switch: str, main: str, is_wide: bool) -> str:
    """The whole page; ``main`` and ``switch`` (an address) are safe already."""
    layout = ("shell", "two") if is_wide else ("shell narrow", "one")
    initial = next((letter for letter in who if letter.isalnum()), "?").upper()
    return f"""<!doctype html>
<html lang="{text.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} · {escape(text.simulator)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<div class="banner" role="note"><p><strong>{escape(text.simulator)}</strong>
{escape(text.not_affirm)}</p></div>
<div class="{layout[0]}">
<header>
<span class="mark" aria-hidden="true">{escape(initial)}</span>
<span class="who">{escape(who)}</span>
<a class="tongue" href="{switch}" lang="{text.other_language}"
 hreflang="{text.other_language}">{escape(text.other_language_name)}</a>
</header>
<main class="{layout[1]}">{main}</main>
</div>
</body>
</html>
"""


def progress(text: PageText, current: int) -> str:
    """Units: ``current`` counts steps from zero."""
    items = []
    for index, name in enumerate(text.steps):
        state = ' class="past"' if index < current else ""
        state = ' aria-current="step"' if index == current else state
        items.append(f"<li{state}>{escape(name)}</li>")
    return f'<ol class="progress" aria-label="{escape(text.steps_label)}">{"".join(items)}</ol>'


def order_card(text: PageText, checkout: Checkout) -> str:
    """What is bought, and for how much."""
    order, number = checkout.order, ""
    if checkout.order_id is not None:
        shown = text.order_number.format(number=checkout.order_id)
        number = f'<p class="soft small last">{escape(shown)}</p>'
    total = money(text, checkout.total_cents)
    rows = "".join(_item_row(text, item) for item in order["items"].values())
    extras = _extra_rows(text, order)
    table = ""
    if rows or extras:
        extras = extras.replace("<tr>", '<tr class="rule">', 1) if rows else extras
        table = (
            f'<table class="sum"><tbody>{rows}{extras}</tbody><tfoot><tr><th scope="row">'
            f"{escape(text.total)}</th><td>{total}</td></tr></tfoot></table>"
        )
    return (
        f'<section class="card order" aria-labelledby="order"><h2 id="order">'
        f"{escape(text.order)}</h2>"
        f'<p class="price">{total}</p>{number}{table}</section>'
    )


def expiry(text: PageText, checkout: Checkout) -> str:
    ends = checkout.expires_at
    return escape(text.expires.format(date=day(text, ends.year, ends.month, ends.day)))


def switch_language(text: PageText, path: str, **kept: str) -> str:
    """The same page in the other language."""
    query = urlencode({"lang": text.other_language, **kept})
    return escape(f"{path}?{query}")


def _item_row(text: PageText, item: JsonObject) -> str:
    count = int(item["qty"])
    hint = f"<small>{escape(text.quantity.format(count=count))}</small>" if count > 1 else ""
    amount = money(text, int(item["unit_price"]) * count)
    return f'<tr><th scope="row">{escape(item["display_name"])}{hint}</th><td>{amount}</td></tr>'


def _extra_rows(text: PageText, order: JsonObject) -> str:
    extras = [
        (discount.get("discount_display_name") or text.discount, -discount["discount_amount"])
        for discount in order["discounts"].values()
    ]
    extras += [(text.shipping, order["shipping_amount"]), (text.tax, order["tax_amount"])]
    return "".join(
        f'<tr><th scope="row">{escape(str(name))}</th><td>{money(text, amount)}</td></tr>'
        for name, amount in extras
        if amount
    )
