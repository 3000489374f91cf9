"""How do tests get a transaction at the stand-in?"""

from telesales_desktop.simulator.checkout import CustomerAction
from telesales_desktop.simulator.effects import Attempt
from tests.simulator.orders import BASE_URL, us_order

KEYED = Attempt("key-1", "request-1")


def confirmed(affirm, **changes):
    checkout = affirm.checkouts.store(us_order(**changes), base_url=BASE_URL)
    affirm.checkouts.act(checkout, CustomerAction.CONFIRM)
    return checkout


def authorized(affirm, **changes):
    checkout = confirmed(affirm, **changes)
    return affirm.transactions.authorize({"transaction_id": checkout.checkout_id}, KEYED)
