"""What does the customer's browser get at the link, and what do its buttons do?

The page works without scripts; a script only spares the last click. ``GET /`` lists the texts and
e-mails that customers would have received.
"""

from html import escape
from urllib.parse import urlencode

from telesales_desktop.simulator.checkout import (
    Checkout,
    CheckoutStatus,
    CustomerAction,
    CustomerActionError,
)
from telesales_desktop.simulator.checkout_body import merchant_name
from telesales_desktop.simulator.exchange import Answer, Call
from telesales_desktop.simulator.page_html import (
    document,
    order_card,
    policy,
    switch_language,
)
from telesales_desktop.simulator.page_steps import Step, confirmation_address
from telesales_desktop.simulator.page_text import PageText, choose_text, money
from telesales_desktop.simulator.simulated_affirm import SimulatedAffirm

PREFIX = "/checkout/"


class CustomerPage:
    def __init__(self, affirm: SimulatedAffirm) -> None:
        self._affirm = affirm

    def answer(self, call: Call) -> Answer:
        if call.path == "/":
            return self._inbox(call)
        checkout = self._find(call)
        text = self._text(call, checkout)
        if checkout is None:
            return self._missing(call, text)
        if call.method == "POST":
            return self._act(call, checkout, text)
        if call.method == "GET":
            self._affirm.checkouts.visit(checkout)
        return self._show(call, checkout, text)

    def _find(self, call: Call) -> Checkout | None:
        match call.path.strip("/").split("/"):
            case ["checkout", public_key, "new", checkout_id]:
                known = public_key == self._affirm.account.keys.public_key
                return self._affirm.checkouts.find(checkout_id) if known else None
            case _:
                return None

    def _text(self, call: Call, checkout: Checkout | None) -> PageText:
        locale = "" if checkout is None else checkout.locale
        return choose_text(call.query.get("lang", ""), locale, call.header("accept-language"))

    def _act(self, call: Call, checkout: Checkout, text: PageText) -> Answer:
        form = call.form()
        query = {"lang": text.language}
        try:
            action = CustomerAction(form.get("action", ""))
            months = int(form["months"]) if form.get("months") else None
            self._affirm.checkouts.act(checkout, action, months=months)
        except (CustomerActionError, ValueError):
            return _go_to(f"{call.path}?{urlencode({**query, 'step': 'stale'})}", checkout)
        if action is CustomerAction.CONFIRM:
            if checkout.order["merchant"]["user_confirmation_url_action"] == "GET":
                return _go_to(confirmation_address(checkout), checkout)
            query["step"] = "return"
        if action is CustomerAction.ABANDON:
            query["step"] = "left"
        return _go_to(f"{call.path}?{urlencode(query)}", checkout)

    def _show(self, call: Call, checkout: Checkout, text: PageText) -> Answer:
        account = self._affirm.account
        merchant = merchant_name(checkout, account.settings)
        wish = call.query.get("step", "")
        step = Step(text, checkout, merchant)
        is_expired = checkout.is_expired(account.now())
        title, content = step.content(wish, is_expired=is_expired)
        if wish == "stale":
            content = f'<p class="note" role="status">{escape(text.stale_text)}</p>{content}'
        order = order_card(text, checkout)
        step_card = f'<section class="card step">{content}</section>'
        # On a phone the purchase is read first, and out of the way of every later step.
        starts = checkout.status is CheckoutStatus.UNKNOWN and not is_expired
        main = order + step_card if starts else step_card + order
        kept = {"step": wish} if wish else {}
        page = document(
            text,
            title=title.format(merchant=merchant),
            who=merchant,
            switch=switch_language(text, call.path, **kept),
            main=main,
            is_wide=True,
        )
        return _html(200, page, checkout)

    def _missing(self, call: Call, text: PageText) -> Answer:
        main = (
            f'<section class="card step"><h1>{escape(text.missing_title)}</h1>'
            f'<p class="soft last">{escape(text.missing_text)}</p></section>'
        )
        page = document(
            text,
            title=text.missing_title,
            who=self._affirm.account.settings.account_name,
            switch=switch_language(text, escape(call.path)),
            main=main,
            is_wide=False,
        )
        return _html(404, page)

    def _inbox(self, call: Call) -> Answer:
        text = self._text(call, None)
        messages = [
            self._message(text, checkout, link.channel, link.to)
            for checkout in self._affirm.checkouts
            for link in checkout.links
        ]
        listed = f'<ul class="messages">{"".join(reversed(messages))}</ul>'
        empty = f'<p class="card soft last">{escape(text.inbox_empty)}</p>'
        main = (
            f'<div><h1>{escape(text.inbox_title)}</h1><p class="soft">{escape(text.inbox_text)}</p>'
            f"{listed if messages else empty}</div>"
        )
        page = document(
            text,
            title=text.inbox_title,
            who=self._affirm.account.settings.account_name,
            switch=switch_language(text, "/"),
            main=main,
            is_wide=False,
        )
        return _html(200, page)

    def _message(self, text: PageText, checkout: Checkout, channel: str, place: str) -> str:
        merchant = merchant_name(checkout, self._affirm.account.settings)
        amount = money(text, checkout.total_cents)
        label = text.by_text if channel == "text" else text.by_email
        return (
            f'<li class="card"><div class="row soft small"><span>'
            f"{escape(label.format(place=place))}</span>"
            f"<span>{escape(text.statuses[checkout.status.value])}</span></div>"
            f"<p>{escape(text.inbox_message.format(merchant=merchant, amount=amount))}</p>"
            f'<a class="button" href="{escape(checkout.redirect_url)}">{escape(text.open_link)}</a>'
            f"</li>"
        )


def _html(status: int, page: str, checkout: Checkout | None = None) -> Answer:
    answer = Answer(status, page.encode(), content_type="text/html; charset=utf-8")
    return answer.with_headers(*_headers(checkout))


def _go_to(address: str, checkout: Checkout) -> Answer:
    return Answer(303).with_headers(("Location", address), *_headers(checkout))


def _headers(checkout: Checkout | None) -> tuple[tuple[str, str], ...]:
    places = []
    if checkout is not None:
        merchant = checkout.order["merchant"]
        places = [merchant["user_confirmation_url"], merchant["user_cancel_url"]]
    return (
        ("Content-Security-Policy", policy(*places)),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    )
