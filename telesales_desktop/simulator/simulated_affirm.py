"""What is the whole state of the stand-in, apart from HTTP?"""

from collections.abc import Callable, Mapping

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.account import Account
from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.checkout_body import checkout_body
from telesales_desktop.simulator.checkouts import Checkouts
from telesales_desktop.simulator.clock import Clock
from telesales_desktop.simulator.faults import FaultPlan
from telesales_desktop.simulator.idempotency import IdempotencyKeys
from telesales_desktop.simulator.identifiers import Identifiers
from telesales_desktop.simulator.settings import Keys, Settings
from telesales_desktop.simulator.transaction_lists import list_events, list_transactions
from telesales_desktop.simulator.transactions import Transactions
from telesales_desktop.simulator.webhook_message import WebhookMessage

_EXPANDABLE = frozenset({"checkout", "events"})


class SimulatedAffirm:
    """Pure state: no socket, no thread, no clock but the injected one.

    Webhooks go to ``listener``, which collects them in ``messages`` until it is replaced.
    """

    def __init__(
        self,
        keys: Keys,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        self.account = Account(keys, settings or Settings(), clock or Clock(), Identifiers(seed))
        self.faults = FaultPlan(seed)
        self.messages: list[WebhookMessage] = []
        self.listener: Callable[[WebhookMessage], None] = self.messages.append
        self.reset()

    def reset(self) -> None:
        """Forget every checkout, transaction, key and effect; settings, faults and clock stay."""
        self.messages.clear()
        self.checkouts = Checkouts(self.account, lambda message: self.listener(message))
        self.transactions = Transactions(self.account, self.checkouts)
        self.keys = IdempotencyKeys(self.account)

    def read_transaction(self, transaction_id: str, query: Mapping[str, str]) -> JsonObject:
        """A loan that is confirmed but not authorized is not visible here."""
        expand = frozenset(part for part in query.get("expand", "").split(",") if part)
        if not expand <= _EXPANDABLE:
            raise refusals.invalid_field("expand", "expected checkout, events or both")
        transaction = self.transactions.find(transaction_id)
        body = transaction.body(self.account.now(), with_events="events" in expand)
        if "checkout" in expand:
            checkout = self.checkouts.known(transaction.checkout_id)
            body["checkout"] = checkout_body(checkout, self.account.settings)
        return body

    def list_transactions(self, query: Mapping[str, str]) -> object:
        page = list_transactions(self.transactions, query, self.account.now())
        return self._enveloped("transactions", page)

    def list_events(self, query: Mapping[str, str]) -> object:
        return self._enveloped("events", list_events(self.transactions.event_log, query))

    def _enveloped(self, name: str, page: list[JsonObject]) -> object:
        shape = self.account.settings.page_shape
        return page if shape == "list" else {"data" if shape == "data" else name: page}
