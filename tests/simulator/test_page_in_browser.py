"""The customer's page in a real Chromium, as a customer would use it."""

import pytest

from tests.simulator.orders import us_order
from tests.simulator.programs import simulator, tiny_merchant

pytestmark = pytest.mark.browser

chromium = pytest.importorskip("tests.simulator.chromium", reason="needs selenium")
By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
Wait = pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait

PATIENCE_S = 20
WALK = ("open", "more-information", "approve", "confirm")


@pytest.fixture(scope="module")
def merchant():
    with tiny_merchant() as (address, received):
        yield address, received


@pytest.fixture(scope="module")
def affirm():
    with simulator() as client:
        yield client


@pytest.fixture(scope="module")
def shared():
    browser = chromium.Chromium()
    yield browser
    browser.close()


@pytest.fixture
def phone(shared):
    shared.look_like(chromium.PHONE)
    shared.complaints()
    yield shared
    assert shared.complaints() == []


@pytest.fixture
def sell(affirm, merchant):
    """Send a link and return it with the checkout's id."""
    address, received = merchant
    while not received.empty():
        received.get_nowait()

    def send(*, action="POST", locale="", **changes):
        order = us_order(**changes)
        order["merchant"] |= {
            "user_confirmation_url": f"{address}/confirmed?order=1",
            "user_cancel_url": f"{address}/cancelled",
            "user_confirmation_url_action": action,
        }
        headers = {"affirm-locale": locale} if locale else {}
        answer = affirm.post("/api/v2/checkout/store", json=order, headers=headers).json()
        return answer["redirect_url"], answer["checkout_id"]

    return send


def status(affirm, checkout_id):
    return affirm.get(f"/api/v2/checkout/{checkout_id}").json()["checkout_status"]


def press(browser, label):
    """Press what carries this label, and wait until its page has gone."""
    path = f"//button[contains(., '{label}')] | //a[contains(., '{label}')]"
    element = browser.driver.find_element(By.XPATH, path)
    page = browser.driver.find_element(By.TAG_NAME, "html")
    element.click()
    Wait(browser.driver, PATIENCE_S).until(lambda _: gone(page))


def gone(page):
    try:
        page.is_enabled()
    except Exception:
        return True
    return False


def heading(browser):
    return browser.driver.find_element(By.TAG_NAME, "h1").text


def arrive(browser, path):
    Wait(browser.driver, PATIENCE_S).until(lambda driver: path in driver.current_url)


def test_approve_choose_confirm_and_back_to_the_merchant(phone, affirm, merchant, sell):
    url, checkout_id = sell()
    phone.driver.get(url)
    assert "Telesales Affirm demo" in phone.driver.page_source
    assert status(affirm, checkout_id) == "unknown"
    press(phone, "Start the application")
    assert status(affirm, checkout_id) == "opened"
    press(phone, "Approve")
    assert heading(phone) == "You are approved. Choose a plan."
    phone.driver.find_element(By.XPATH, "//label[contains(., '12 months')]").click()
    press(phone, "Confirm")
    assert status(affirm, checkout_id) == "confirmed"
    arrive(phone, "/confirmed?order=1")
    path, headers, body = merchant[1].get(timeout=PATIENCE_S)
    assert path == "/confirmed?order=1"
    assert body.decode() == f"checkout_token={checkout_id}"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_by_get_the_token_is_in_the_address(phone, affirm, sell):
    url, checkout_id = sell(action="GET")
    phone.driver.get(url)
    press(phone, "Start the application")
    press(phone, "Approve")
    press(phone, "Confirm")
    arrive(phone, f"/confirmed?order=1&checkout_token={checkout_id}")
    assert status(affirm, checkout_id) == "confirmed"


def test_decline_and_back_to_the_merchant(phone, affirm, sell):
    url, checkout_id = sell()
    phone.driver.get(url)
    press(phone, "Start the application")
    press(phone, "Decline")
    assert heading(phone) == "This purchase was not approved"
    assert status(affirm, checkout_id) == "not_approved"
    press(phone, "Return to Telesales Affirm demo")
    arrive(phone, "/cancelled")


def test_more_information_then_leave_come_back_and_approve(phone, affirm, sell):
    url, checkout_id = sell()
    phone.driver.get(url)
    press(phone, "Start the application")
    press(phone, "Ask for more information")
    assert status(affirm, checkout_id) == "more_information_needed"
    press(phone, "Close without finishing")
    assert heading(phone) == "You left before the end"
    assert status(affirm, checkout_id) == "more_information_needed"
    press(phone, "Go back to the application")
    press(phone, "Approve")
    assert status(affirm, checkout_id) == "approved"


def test_the_keyboard_alone_is_enough(phone, affirm, sell):
    url, checkout_id = sell()
    affirm.post(f"/_simulator/checkouts/{checkout_id}/approve")
    phone.driver.get(url)

    def focused():
        return phone.driver.switch_to.active_element

    for _ in range(2):
        focused().send_keys(Keys.TAB)
    assert focused().get_attribute("value") == "3"
    focused().send_keys(Keys.ARROW_DOWN)
    assert focused().get_attribute("value") == "6"
    focused().send_keys(Keys.TAB)
    page = phone.driver.find_element(By.TAG_NAME, "html")
    focused().send_keys(Keys.ENTER)
    Wait(phone.driver, PATIENCE_S).until(lambda _: gone(page))
    assert status(affirm, checkout_id) == "confirmed"
    arrive(phone, "/confirmed")


def test_the_page_speaks_french_and_can_be_switched(phone, sell):
    url, _ = sell(locale="fr_CA")
    phone.driver.get(url)
    assert heading(phone) == "Payez cet achat en plusieurs fois"
    press(phone, "English")
    assert heading(phone) == "Pay over time for this purchase"
    press(phone, "Start the application")
    assert heading(phone) == "How should the application end?"


def test_without_scripts_in_french(affirm, merchant, sell):
    browser = chromium.Chromium(scripts=False, language="fr-CA")
    try:
        browser.look_like(chromium.PHONE)
        url, checkout_id = sell()
        browser.driver.get(url)
        press(browser, "Commencer la demande")
        press(browser, "Approuver")
        press(browser, "Confirmer")
        assert heading(browser) == "C’est confirmé"
        assert merchant[1].empty()
        press(browser, "Retourner chez")
        arrive(browser, "/confirmed?order=1")
        assert merchant[1].get(timeout=PATIENCE_S)[2].decode() == f"checkout_token={checkout_id}"
    finally:
        browser.close()


def every_page(affirm, sell):
    """Each page of the walk, by a name; the customer moves on between them."""
    long = {"display_name": "W" * 60 + " écran à très long nom", "sku": "L", "qty": 3}
    url, checkout_id = sell(items=[long | {"unit_price": 99_999_999}], total=299_999_997)
    yield "start", url
    for action in WALK:
        affirm.post(f"/_simulator/checkouts/{checkout_id}/{action}")
        yield action, url
    affirm.post("/api/v1/transactions", json={"transaction_id": checkout_id})
    yield "done", url
    for action in ("decline", "expire"):
        url, checkout_id = sell()
        affirm.post(f"/_simulator/checkouts/{checkout_id}/{action}")
        yield action, url
    yield "left", f"{url}?step=left"
    yield "stale", f"{url}?step=stale"
    yield "unknown link", url.replace(checkout_id, "NOBODY")
    yield "messages", str(affirm.base_url)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "size", [chromium.SMALL_PHONE, chromium.PHONE, chromium.DESKTOP], ids=["320", "390", "1280"]
)
def test_every_page_fits_is_legible_and_has_names(shared, affirm, sell, language, dark, size):
    shared.look_like(size, dark=dark)
    for name, url in every_page(affirm, sell):
        shared.driver.get(f"{url}{'&' if '?' in url else '?'}lang={language}")
        assert shared.driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
        assert shared.faults_of_layout() == {}, name
        assert shared.nameless() == [], name
    # A link that is not known is a 404, which Chromium mentions, and nothing else.
    assert [told for told in shared.complaints() if "404" not in told] == []
