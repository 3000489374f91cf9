"""How do tests and the demo play the customer, break things and count what happened?

Everything is JSON under ``/_simulator/``, for callers on this machine only.

``GET state``
    time, settings, counts, followed redirects
``GET checkouts[?order_id=]``, ``GET checkouts/ID``
    every checkout or one: its true status, ``redirect_url``, links sent
``POST checkouts/ID/ACTION``
    the customer acts: ``open``, ``approve``, ``decline``, ``more-information``, ``confirm``,
    ``abandon``; steps that come first are taken first. Body, all optional:
    ``{"months": 3|6|12, "visit": true}``; ``visit`` also goes to the merchant's (loopback)
    confirmation page as the customer's browser would
``POST checkouts/ID/expire``
    the link ends now
``POST checkouts/ID/webhooks``
    ``{"event": "opened"}``: that webhook now, whatever the status
``GET transactions[?order_id=]``
    every transaction with its events
``POST transactions/ID/status``
    ``{"status": WORD, "amount_cents": N}``: force a state, or a word that Affirm never said;
    the amount is what was captured or refunded by then (half, when it is not named)
``GET effects[?order_id=&kind=]``
    every movement of money with time, key and amount
``GET requests[?endpoint=]``
    every API request: key, hash of its body, fault, status
``GET webhooks``, ``POST webhooks/drain``, ``POST webhooks/N/replay``
    every webhook with its fate; wait until none is on its way; send one again, byte for byte
``GET``, ``POST``, ``PUT``, ``DELETE faults``
    read, add, replace, clear; one fault or a list
``GET``, ``PATCH settings``
    see ``settings.Settings``
``POST clock``
    ``{"advance_s": N}``
``POST reset``
    forget checkouts, transactions, keys, effects, records and faults

A fault is ``{"kind": KIND, "endpoint": ENDPOINT, "times": 1, "after": 0, "probability": 1.0}`` and
the like; kinds, endpoints and members are in ``faults``.
"""

import json
from datetime import datetime

from telesales_desktop.simulator.api import AffirmApi
from telesales_desktop.simulator.body_fields import JsonObject, is_count
from telesales_desktop.simulator.checkout import Checkout, CustomerAction, CustomerActionError
from telesales_desktop.simulator.clock import rfc3339
from telesales_desktop.simulator.exchange import Answer, Call, json_answer
from telesales_desktop.simulator.faults import FaultError, faults_from_json
from telesales_desktop.simulator.loopback import is_loopback, is_loopback_url
from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.settings import SettingsError
from telesales_desktop.simulator.simulated_affirm import SimulatedAffirm
from telesales_desktop.simulator.webhook_message import checkout_event
from telesales_desktop.simulator.webhook_sender import WebhookSender

PREFIX = "/_simulator/"
_FARTHEST_S = 3_000_000_000  # not quite a century


class ControlError(Exception):
    """This control call makes no sense; nothing changed."""

    code = "Simulator.bad_control_call"

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlApi:
    def __init__(self, affirm: SimulatedAffirm, api: AffirmApi, webhooks: WebhookSender) -> None:
        self._affirm = affirm
        self._api = api
        self._webhooks = webhooks
        self.redirects_followed = 0

    async def answer(self, call: Call) -> Answer:
        try:
            _check_caller(call)
            return json_answer(200, await self._answer(call))
        except ControlError as wrong:
            return _wrong(wrong.status, str(wrong))
        except (SettingsError, FaultError) as wrong:
            return _wrong(400, str(wrong))
        except CustomerActionError as wrong:
            return _wrong(409, str(wrong))
        except RefusalError as wrong:
            return _wrong(wrong.status_code, wrong.message)

    async def _answer(self, call: Call) -> object:
        match call.method, call.path.removeprefix(PREFIX).strip("/").split("/"):
            case "GET", ["state"]:
                return self._state()
            case _, ["checkouts", *rest]:
                return self._checkouts(call, rest)
            case _, ["transactions", *rest]:
                return self._transactions(call, rest)
            case "GET", ["effects"]:
                found = [effect.as_json() for effect in self._affirm.transactions.effects]
                return _matching(found, call, "order_id", "kind")
            case "GET", ["requests"]:
                return _matching(list(self._api.requests), call, "endpoint")
            case _, ["webhooks", *rest]:
                return await self._sent_webhooks(call, rest)
            case _, ["faults"]:
                return self._faults(call)
            case _, ["settings"]:
                return self._settings(call)
            case "POST", ["clock"]:
                return self._advance(_body(call))
            case "POST", ["reset"]:
                return self._reset()
            case _:
                raise _unknown(call)

    def _state(self) -> object:
        affirm = self._affirm
        return {
            "now": rfc3339(affirm.account.now()),
            "settings": affirm.account.settings.as_json(),
            "checkouts": len(list(affirm.checkouts)),
            "transactions": len(list(affirm.transactions)),
            "effects": len(affirm.transactions.effects),
            "requests": len(self._api.requests),
            "webhooks": len(self._webhooks.records),
            "faults": len(affirm.faults.queue),
            "redirects_followed": self.redirects_followed,
        }

    def _checkouts(self, call: Call, rest: list[str]) -> object:
        if call.method == "GET" and not rest:
            found = [checkout.as_json() for checkout in self._affirm.checkouts]
            return _matching(found, call, "order_id")
        checkout = self._affirm.checkouts.find(rest[0]) if rest else None
        if checkout is None:
            raise ControlError(404, "there is no such checkout")
        match call.method, rest[1:]:
            case "GET", []:
                return checkout.as_json()
            case "POST", ["expire"]:
                checkout.expires_at = self._affirm.account.now()
                return checkout.as_json()
            case "POST", ["webhooks"]:
                return self._announce(checkout, _body(call))
            case "POST", [action] if action in set(CustomerAction):
                return self._act(checkout, CustomerAction(action), _body(call))
            case _:
                raise _unknown(call)

    def _act(self, checkout: Checkout, action: CustomerAction, body: JsonObject) -> object:
        months = body.get("months")
        if months is not None and not is_count(months):
            raise ControlError(400, "months must be a number")
        merchant, visits = checkout.order["merchant"], body.get("visit") is True
        if visits and not is_loopback_url(merchant["user_confirmation_url"]):
            raise ControlError(400, "only a merchant's page on this machine can be visited")
        self._affirm.checkouts.act(checkout, action, months=months)
        if visits and action is CustomerAction.CONFIRM:
            self._webhooks.visit(
                merchant["user_confirmation_url_action"],
                merchant["user_confirmation_url"],
                checkout.checkout_id,
            )
        return checkout.as_json()

    def _announce(self, checkout: Checkout, body: JsonObject) -> object:
        event = body.get("event")
        if not isinstance(event, str) or not event:
            raise ControlError(400, "event must be a word")
        self._webhooks.submit(checkout_event(checkout, event, self._affirm.account.now()))
        return checkout.as_json()

    def _transactions(self, call: Call, rest: list[str]) -> object:
        now = self._affirm.account.now()
        match call.method, rest:
            case "GET", []:
                every = self._affirm.transactions
                found = [entry.body(now, with_events=True) for entry in every]
                return _matching(found, call, "order_id")
            case "POST", [transaction_id, "status"]:
                return self._force(transaction_id, _body(call), now)
            case _:
                raise _unknown(call)

    def _force(self, transaction_id: str, body: JsonObject, now: datetime) -> object:
        word, amount = body.get("status"), body.get("amount_cents")
        if not isinstance(word, str) or not word:
            raise ControlError(400, "status must be a word")
        if amount is not None and not is_count(amount):
            raise ControlError(400, "amount_cents must be a number")
        transaction = self._affirm.transactions.force(transaction_id, word, amount)
        return transaction.body(now, with_events=True)

    async def _sent_webhooks(self, call: Call, rest: list[str]) -> object:
        match call.method, rest:
            case "GET", []:
                return [record.as_json() for record in self._webhooks.records]
            case "POST", ["drain"]:
                await self._webhooks.drain()
                return [record.as_json() for record in self._webhooks.records]
            case "POST", [number, "replay"] if number.isdecimal():
                if self._webhooks.replay(int(number)):
                    return {"replayed": int(number)}
                raise ControlError(404, "there is no such webhook")
            case _:
                raise _unknown(call)

    def _faults(self, call: Call) -> object:
        plan = self._affirm.faults
        if call.method not in ("GET", "POST", "PUT", "DELETE"):
            raise _unknown(call)
        added = faults_from_json(_json(call)) if call.method in ("POST", "PUT") else []
        if call.method in ("PUT", "DELETE"):
            plan.clear()
        for fault in added:
            plan.add(fault)
        return [fault.as_json() for fault in plan.queue]

    def _settings(self, call: Call) -> object:
        account = self._affirm.account
        if call.method == "PATCH":
            changed = account.settings.changed(_body(call))
            if changed.hook_url and not is_loopback_url(changed.hook_url):
                raise ControlError(400, "hook_url must be an address on this machine")
            account.settings = changed
        elif call.method != "GET":
            raise _unknown(call)
        return account.settings.as_json()

    def _advance(self, body: JsonObject) -> object:
        seconds = body.get("advance_s")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise ControlError(400, "advance_s must be a number of seconds")
        if not 0 <= seconds <= _FARTHEST_S:
            raise ControlError(400, f"advance_s must be from 0 to {_FARTHEST_S}")
        self._affirm.account.clock.advance(seconds)
        return {"now": rfc3339(self._affirm.account.now())}

    def _reset(self) -> object:
        self._affirm.reset()
        self._affirm.faults.clear()
        self._api.requests.clear()
        self._webhooks.records.clear()
        self.redirects_followed = 0
        return self._state()


def _check_caller(call: Call) -> None:
    """Only this machine, and no page of another site that this machine's browser shows."""
    if not is_loopback(call.peer):
        raise ControlError(403, "only for callers on this machine")
    if call.header("origin") not in ("", call.base_url):
        raise ControlError(403, "not for pages of other sites")


def _json(call: Call) -> object:
    try:
        return json.loads(call.body or b"{}")
    except (ValueError, RecursionError):
        raise ControlError(400, "the body is not JSON") from None


def _body(call: Call) -> JsonObject:
    body = _json(call)
    if not isinstance(body, dict):
        raise ControlError(400, "the body is not a JSON object")
    return body


def _matching(entries: list[dict[str, object]], call: Call, *names: str) -> list[dict[str, object]]:
    wanted = {name: call.query[name] for name in names if name in call.query}
    return [
        entry
        for entry in entries
        if all(entry.get(name) == value for name, value in wanted.items())
    ]


def _unknown(call: Call) -> ControlError:
    return ControlError(404, f"there is no {call.method} {call.path}")


def _wrong(status: int, message: str) -> Answer:
    return json_answer(status, {"error": message})
