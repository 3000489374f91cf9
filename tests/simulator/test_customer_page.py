from html.parser import HTMLParser

import pytest

from telesales_desktop.simulator.checkout import CheckoutStatus
from tests.simulator.orders import PUBLIC_KEY, us_order


class Page(HTMLParser):
    """What a browser without scripts would make of an answer."""

    def __init__(self, answer):
        super().__init__()
        self.text, self.links, self.actions, self.forms, self.language = "", {}, [], [], ""
        self.hidden = {}
        self._open = []
        self.feed(answer.text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._open.append((tag, given))
        if tag == "html":
            self.language = given["lang"]
        if tag == "button" and given.get("name") == "action":
            self.actions.append(given["value"])
        if tag == "form":
            self.forms.append((given["method"], given.get("action", "")))
        if tag == "input":
            self._open.pop()
            if given["type"] == "hidden":
                self.hidden[given["name"]] = given["value"]
        if tag in ("meta", "link", "path", "circle"):
            self._open.pop()

    def handle_endtag(self, tag):
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data):
        tag, given = self._open[-1] if self._open else ("", {})
        if tag in ("style", "script"):
            return
        self.text += data
        if tag == "a":
            self.links[data] = given["href"]


@pytest.fixture
async def checkout(app, client):
    stored = await client.post("/api/v2/checkout/store", json=us_order())
    return app.affirm.checkouts.find(stored.json()["checkout_id"])


async def get(browser, checkout, **query):
    answer = await browser.get(checkout.redirect_url, params=query)
    assert answer.status_code == 200
    return Page(answer)


async def press(browser, checkout, action, **form):
    answer = await browser.post(checkout.redirect_url, data={"action": action, **form})
    assert answer.status_code == 303
    return answer.headers["Location"]


async def test_the_link_shows_merchant_amount_and_items(browser, checkout):
    page = await get(browser, checkout)
    for told in ("Telesales Affirm demo", "$50.00", "Desk", "Qty 2", "$40.00", "Order ORDER-1"):
        assert told in page.text
    assert "This is not Affirm" in page.text
    assert "This link works until March 9, 2026." in page.text
    assert page.actions == ["open"]
    assert page.links["Cancel and return to Telesales Affirm demo"].endswith("/cancelled")
    assert (checkout.status, checkout.visits) == ("unknown", 1)


async def test_looking_at_the_headers_is_no_visit(browser, checkout):
    assert (await browser.head(checkout.redirect_url)).status_code == 200
    assert checkout.visits == 0


async def test_a_customer_can_walk_to_the_end_without_scripts(browser, checkout):
    assert (await press(browser, checkout, "open")).endswith("?lang=en")
    assert (await get(browser, checkout)).actions == [
        "approve", "more-information", "decline", "abandon",
    ]  # fmt: skip
    await press(browser, checkout, "more-information")
    assert (await get(browser, checkout)).actions == ["approve", "decline", "abandon"]
    await press(browser, checkout, "approve")
    plans = await get(browser, checkout)
    assert plans.actions == ["confirm", "abandon"]
    assert "$16.67 a month" in plans.text
    location = await press(browser, checkout, "confirm", months="12")
    assert location.endswith("?lang=en&step=return")
    assert (checkout.status, checkout.plan.months) == ("confirmed", 12)
    done = Page(await browser.get(location))
    assert done.forms == [("post", "http://127.0.0.1:9/confirmed")]
    assert done.hidden == {"checkout_token": checkout.checkout_id}


async def test_a_script_spares_the_last_click_only_once(browser, checkout):
    await press(browser, checkout, "approve")
    leaving = await browser.get(await press(browser, checkout, "confirm"))
    assert "<script>" in leaving.text
    later = await browser.get(checkout.redirect_url)
    assert "<script>" not in later.text
    assert Page(later).hidden == {"checkout_token": checkout.checkout_id}


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("http://127.0.0.1:9/ok", "http://127.0.0.1:9/ok?checkout_token={}"),
        ("http://127.0.0.1:9/ok?a=1#end", "http://127.0.0.1:9/ok?a=1&checkout_token={}#end"),
    ],
)
async def test_by_get_the_browser_is_sent_at_once(app, client, browser, url, location):
    merchant = us_order()["merchant"] | {
        "user_confirmation_url": url,
        "user_confirmation_url_action": "GET",
    }
    stored = await client.post("/api/v2/checkout/store", json=us_order(merchant=merchant))
    checkout = app.affirm.checkouts.find(stored.json()["checkout_id"])
    await press(browser, checkout, "approve")
    wanted = location.format(checkout.checkout_id)
    assert await press(browser, checkout, "confirm") == wanted
    page = await get(browser, checkout)
    assert page.links["Return to Telesales Affirm demo"] == wanted


async def test_a_decline_leads_to_the_cancel_page(browser, checkout):
    await press(browser, checkout, "decline")
    page = await get(browser, checkout)
    assert "This purchase was not approved" in page.text
    assert page.links["Return to Telesales Affirm demo"] == "http://127.0.0.1:9/cancelled"
    assert page.actions == []


async def test_who_leaves_may_come_back(browser, checkout):
    await press(browser, checkout, "open")
    left = Page(await browser.get(await press(browser, checkout, "abandon")))
    assert "Nothing was decided" in left.text
    back = await browser.get(checkout.redirect_url + left.links["Go back to the application"])
    assert "approve" in Page(back).actions
    assert checkout.status == "opened"


@pytest.mark.parametrize("action", ["confirm", "decline", "", "steal"])
async def test_a_step_that_is_no_longer_possible_says_so(browser, checkout, action):
    checkout.status = CheckoutStatus.AUTHORIZED
    page = Page(await browser.get(await press(browser, checkout, action)))
    assert "no longer possible" in page.text
    assert "All done" in page.text


async def test_a_wrong_plan_confirms_nothing(browser, checkout):
    await press(browser, checkout, "approve")
    for months in ("7", "many"):
        assert "step=stale" in await press(browser, checkout, "confirm", months=months)
    assert checkout.status == "approved"


async def test_an_expired_link_says_so(app, browser, checkout):
    app.affirm.account.clock.advance(7 * 86_400)
    page = await get(browser, checkout)
    assert "This link has expired" in page.text
    assert page.actions == []
    assert "step=stale" in await press(browser, checkout, "open")
    assert checkout.status == "unknown"


@pytest.mark.parametrize(
    ("status", "told"),
    [("authorized", "There is nothing more to do here"), ("voided", "This purchase was cancelled")],
)
async def test_what_is_over_offers_nothing(browser, checkout, status, told):
    checkout.status = CheckoutStatus(status)
    page = await get(browser, checkout, step="return")
    assert told in page.text
    assert page.actions == page.forms == []


async def test_french_by_browser_by_merchant_and_by_switch(client, browser, checkout):
    answer = await browser.get(checkout.redirect_url, headers={"Accept-Language": "fr-CA"})
    page = Page(answer)
    assert page.language == "fr"
    assert "50,00\u00a0$" in page.text
    assert "Ce n’est pas Affirm" in page.text
    english = await browser.get(checkout.redirect_url.split("?")[0], params={"lang": "en"})
    assert Page(english).language == "en"
    stored = await client.post(
        "/api/v2/checkout/store", json=us_order(), headers={"affirm-locale": "fr_CA"}
    )
    assert Page(await browser.get(stored.json()["redirect_url"])).language == "fr"


async def test_the_switch_keeps_the_step(browser, checkout):
    page = await get(browser, checkout, step="left")
    assert page.links["Français"].endswith("?lang=fr&step=left")


async def test_what_the_merchant_writes_is_text_and_nothing_else(client, browser):
    nasty = '<img src=x onerror="alert(1)">{merchant}&'
    merchant = us_order()["merchant"] | {"name": nasty}
    item = {"display_name": nasty, "sku": nasty, "unit_price": 1, "qty": 1}
    discounts = {"X": {"discount_amount": 1, "discount_display_name": nasty}}
    order = us_order(merchant=merchant, items=[item], discounts=discounts, order_id=nasty)
    stored = await client.post("/api/v2/checkout/store", json=order)
    url = stored.json()["redirect_url"]
    for address in (url, "/"):
        answer = await browser.get(address)
        assert "<img" not in answer.text
        assert nasty in Page(answer).text


async def test_forms_may_go_to_the_merchant_and_nowhere_else(browser, checkout):
    answer = await browser.get(checkout.redirect_url)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9;" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [f"{PUBLIC_KEY}/new/NOBODY/", "OTHER/new/{}/", "x", ""])
async def test_an_unknown_link_says_so(browser, checkout, path):
    answer = await browser.get(f"/checkout/{path.format(checkout.checkout_id)}")
    assert answer.status_code == 404
    assert "This link is not known" in Page(answer).text


async def test_the_customers_messages(browser, client):
    assert "No message yet" in (await browser.get("/")).text
    stored = await client.post("/api/v2/checkout/store", json=us_order())
    page = Page(await browser.get("/"))
    assert "Text to +1-415-555-2222" in page.text
    assert "E-mail to john@example.com" in page.text
    assert page.links["Open the link"] == stored.json()["redirect_url"]


async def test_an_order_without_lines_or_number_is_shown(client, browser):
    order = us_order(items=[], order_id=None, tax_amount=300)
    stored = await client.post("/api/v2/checkout/store", json=order)
    page = Page(await browser.get(stored.json()["redirect_url"]))
    assert "Tax" in page.text
    assert "Order " not in page.text
    stored = await client.post("/api/v2/checkout/store", json=us_order(items=[]))
    assert "<table" not in (await browser.get(stored.json()["redirect_url"])).text
