"""What does the customer see and do at each step?"""

from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import urlencode, urlsplit, urlunsplit

from telesales_desktop.simulator.checkout import Checkout, CheckoutStatus
from telesales_desktop.simulator.page_html import RETURN_SCRIPT, expiry, progress
from telesales_desktop.simulator.page_text import PageText, money
from telesales_desktop.simulator.plans import Plan, plans_for

_TICK = '<path d="M5 12.5l4.5 4.5L19 7.5"/>'
_CROSS = '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>'
_PAUSE = '<path d="M8.5 6v12M15.5 6v12"/>'
_CLOCK = '<path d="M12 6.5V12l3.5 2.5"/><circle cx="12" cy="12" r="9"/>'


class Step:
    """One step in one language."""

    def __init__(self, text: PageText, checkout: Checkout, merchant: str) -> None:
        self._text = text
        self._checkout = checkout
        self._merchant = merchant

    def content(self, wish: str, *, is_expired: bool) -> tuple[str, str]:
        """The step's title and its HTML; ``wish`` is ``left``, ``return`` or empty."""
        if is_expired:
            return self._expired()
        if wish == "left":
            return self._left()
        if wish == "return" and self._checkout.status is CheckoutStatus.CONFIRMED:
            return self._confirmed(leaves_now=True)
        return self._by_status[self._checkout.status]()

    @property
    def _by_status(self) -> Mapping[CheckoutStatus, Callable[[], tuple[str, str]]]:
        return {
            CheckoutStatus.UNKNOWN: self._start,
            CheckoutStatus.OPENED: self._decide,
            CheckoutStatus.MORE_INFORMATION_NEEDED: self._more,
            CheckoutStatus.APPROVED: self._plan,
            CheckoutStatus.NOT_APPROVED: self._declined,
            CheckoutStatus.CONFIRMED: self._confirmed,
            CheckoutStatus.AUTHORIZED: self._done,
            CheckoutStatus.VOIDED: self._voided,
        }

    def _start(self) -> tuple[str, str]:
        text = self._text
        return text.start_title, (
            f"{self._head(0, text.start_title, text.start_text)}"
            f"{self._form(self._button('open', text.start))}"
            f'{self._cancel()}<p class="soft small last">{expiry(text, self._checkout)}</p>'
        )

    def _decide(self) -> tuple[str, str]:
        text = self._text
        return text.decide_title, (
            f"{self._head(1, text.decide_title, text.decide_text)}"
            f"{self._form(self._outcomes(may_ask=True))}{self._leave()}"
        )

    def _more(self) -> tuple[str, str]:
        text = self._text
        return text.more_title, (
            f"{self._head(1, text.more_title, text.more_text)}"
            f"{self._form(self._outcomes(may_ask=False))}{self._leave()}"
        )

    def _plan(self) -> tuple[str, str]:
        text = self._text
        plans = "".join(
            self._plan_card(plan, is_first=index == 0)
            for index, plan in enumerate(plans_for(self._checkout.total_cents))
        )
        fields = f"<fieldset><legend>{escape(text.plan_text)}</legend>{plans}</fieldset>"
        return text.plan_title, (
            f"{self._head(2, text.plan_title)}"
            f'<form method="post">{fields}{self._button("confirm", text.confirm)}</form>'
            f"{self._leave()}{self._cancel()}"
        )

    def _declined(self) -> tuple[str, str]:
        text, sign = self._text, _sign(_CROSS, "idle")
        head = self._head(None, text.declined_title, text.declined_text, sign=sign)
        way_back = self._link(self._cancel_url, text.back_to_merchant)
        return text.declined_title, f"{head}{way_back}"

    def _confirmed(self, *, leaves_now: bool = False) -> tuple[str, str]:
        text = self._text
        sentence = text.confirmed_text + (f" {text.returning_text}" if leaves_now else "")
        script = f"<script>{RETURN_SCRIPT}</script>" if leaves_now else ""
        merchant = self._checkout.order["merchant"]
        if merchant["user_confirmation_url_action"] == "GET":
            way_back = self._link(confirmation_address(self._checkout), text.back_to_merchant)
        else:
            way_back = (
                f'<form id="return" method="post" action="'
                f'{escape(merchant["user_confirmation_url"])}"><input type="hidden" '
                f'name="checkout_token" value="{escape(self._checkout.checkout_id)}">'
                f'<button class="button">{self._say(text.back_to_merchant)}</button></form>{script}'
            )
        head = self._head(3, text.confirmed_title, sentence, sign=_sign(_TICK))
        return text.confirmed_title, f"{head}{way_back}"

    def _done(self) -> tuple[str, str]:
        text = self._text
        sign = _sign(_TICK)
        return text.done_title, self._head(3, text.done_title, text.done_text, sign=sign)

    def _voided(self) -> tuple[str, str]:
        text = self._text
        sign = _sign(_CROSS, "idle")
        return text.voided_title, self._head(None, text.voided_title, text.voided_text, sign=sign)

    def _left(self) -> tuple[str, str]:
        text = self._text
        head = self._head(None, text.left_title, text.left_text, sign=_sign(_PAUSE, "idle"))
        back = f'<a class="button" href="?lang={text.language}">{escape(text.come_back)}</a>'
        return text.left_title, f"{head}{back}"

    def _expired(self) -> tuple[str, str]:
        text = self._text
        sign = _sign(_CLOCK, "idle")
        return text.expired_title, self._head(
            None, text.expired_title, text.expired_text, sign=sign
        )

    @property
    def _cancel_url(self) -> str:
        return str(self._checkout.order["merchant"]["user_cancel_url"])

    def _head(self, step: int | None, title: str, sentence: str = "", *, sign: str = "") -> str:
        steps = "" if step is None else progress(self._text, step)
        said = f'<p class="soft">{self._say(sentence)}</p>' if sentence else ""
        return f"{steps}{sign}<h1>{self._say(title)}</h1>{said}"

    def _say(self, sentence: str) -> str:
        return escape(sentence.format(merchant=self._merchant))

    def _form(self, inside: str) -> str:
        return f'<form method="post" class="stack">{inside}</form>'

    def _button(self, action: str, label: str, kind: str = "") -> str:
        return (
            f'<button class="button{kind}" name="action" value="{action}">'
            f"{self._say(label)}</button>"
        )

    def _leave(self) -> str:
        return f'<form method="post">{self._button("abandon", self._text.leave, " quiet")}</form>'

    def _cancel(self) -> str:
        return self._link(self._cancel_url, self._text.cancel, " quiet")

    def _link(self, address: str, label: str, kind: str = "") -> str:
        return f'<a class="button{kind}" href="{escape(address)}">{self._say(label)}</a>'

    def _outcomes(self, *, may_ask: bool) -> str:
        text = self._text
        offered = [("approve", text.approve, text.approve_hint, "")]
        if may_ask:
            hint = text.more_information_hint
            offered.append(("more-information", text.more_information, hint, ""))
        offered.append(("decline", text.decline, text.decline_hint, " bad"))
        return "".join(
            f'<button class="button choice{kind}" name="action" value="{action}">'
            f"<b>{escape(label)}</b><span>{escape(hint)}</span></button>"
            for action, label, hint, kind in offered
        )

    def _plan_card(self, plan: Plan, *, is_first: bool) -> str:
        text, checked = self._text, " checked" if is_first else ""
        monthly = text.plan_monthly.format(amount=money(text, plan.monthly_cents))
        cost = text.plan_cost.format(
            rate=plan.apr_percent,
            interest=money(text, plan.finance_charge_cents),
            total=money(text, plan.total_cents),
        )
        return (
            f'<label class="plan"><input type="radio" name="months" value="{plan.months}"{checked}>'
            f'<span><span class="row"><b>{escape(monthly)}</b>'
            f"<span>{escape(text.plan_name.format(months=plan.months))}</span></span>"
            f"<small>{escape(cost if plan.apr_percent else text.plan_free)}</small></span></label>"
        )


def _sign(drawing: str, kind: str = "") -> str:
    return (
        f'<div class="tick {kind}" aria-hidden="true"><svg viewBox="0 0 24 24" fill="none" '
        f'stroke="currentColor" stroke-width="2.5" stroke-linecap="round" '
        f'stroke-linejoin="round">{drawing}</svg></div>'
    )


def confirmation_address(checkout: Checkout) -> str:
    """Where a customer's browser goes by GET after confirming; the address's own query stays."""
    parts = urlsplit(str(checkout.order["merchant"]["user_confirmation_url"]))
    token = urlencode({"checkout_token": checkout.checkout_id})
    query = f"{parts.query}&{token}" if parts.query else token
    return urlunsplit(parts._replace(query=query))
