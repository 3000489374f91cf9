"""Which of Affirm's endpoints is meant, may the caller use it, and what does it answer?"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.checkout import Checkout
from telesales_desktop.simulator.checkout_body import checkout_body
from telesales_desktop.simulator.checkout_rules import LOCALES
from telesales_desktop.simulator.clock import rfc3339
from telesales_desktop.simulator.effects import Attempt
from telesales_desktop.simulator.exchange import Answer, Call, json_answer
from telesales_desktop.simulator.fault_answers import answer_instead, spoil
from telesales_desktop.simulator.faults import AFTER_KINDS, BEFORE_KINDS, Fault
from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.settings import COUNTRY_CODES
from telesales_desktop.simulator.simulated_affirm import SimulatedAffirm

_CHECKOUT = ("api", "v2", "checkout")
_TRANSACTIONS = ("api", "v1", "transactions")
_MONEY = ("authorize", "capture", "refund", "void", "update_transaction")
_NO_STORE = ("Cache-Control", "private, no-cache, no-store, must-revalidate")
REQUEST_ID_HEADER = "X-Affirm-Request-Id"
_REQUESTS_KEPT = 20_000


@dataclass(frozen=True)
class _Target:
    endpoint: str
    subject_id: str = ""


class AffirmApi:
    """Affirm's two APIs over one ``SimulatedAffirm``."""

    def __init__(self, affirm: SimulatedAffirm) -> None:
        self._affirm = affirm
        self.requests: deque[dict[str, object]] = deque(maxlen=_REQUESTS_KEPT)

    async def answer(self, call: Call) -> Answer:
        request_id = self._affirm.account.identifiers.request_id()
        target = _route(call)
        if target is None:
            missing = self._refused(refusals.not_found("There is no such endpoint."))
            return missing.with_headers((REQUEST_ID_HEADER, request_id))
        fault = self._affirm.faults.strike(target.endpoint, path=call.path)
        entry = self._log(call, target, request_id, fault)
        answer = await self._answer(call, target, request_id, fault)
        entry["status"] = answer.status
        return answer

    async def _answer(
        self, call: Call, target: _Target, request_id: str, fault: Fault | None
    ) -> Answer:
        request_header = (REQUEST_ID_HEADER, request_id)
        if fault is not None and fault.kind in BEFORE_KINDS:
            instead = answer_instead(fault, call)
            is_affirms = fault.kind not in ("html", "redirect")
            return instead.with_headers(request_header) if is_affirms else instead
        attempt = Attempt(call.header("idempotency-key") or None, request_id)
        wait_s = fault.seconds if fault is not None and fault.kind == "delay_before" else 0.0
        answer = await self._carry_out(call, target, attempt, wait_s)
        answer = answer.with_headers(request_header)
        if fault is not None and fault.kind == "delay_after":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind in AFTER_KINDS:
            return spoil(fault, answer)
        return answer

    async def _carry_out(
        self, call: Call, target: _Target, attempt: Attempt, wait_s: float
    ) -> Answer:
        """Check the caller, honour the key, wait if a fault says so, and act."""
        try:
            self._check_caller(call, target)
            body = _json_body(call)
            key = attempt.idempotency_key if target.endpoint in _MONEY else None
            if target.endpoint in _MONEY and self._affirm.account.settings.split_capture:
                _require_key(key)
            if key is None:
                await _pause(wait_s)
                return self._act(call, target, body, attempt)
            kept = self._affirm.keys.begin(key, {"path": call.path, "body": body})
        except RefusalError as refusal:
            return self._refused(refusal)
        if kept is not None:
            return Answer(*kept)
        return await self._act_under_key(call, target, body, attempt, wait_s)

    async def _act_under_key(
        self, call: Call, target: _Target, body: JsonObject, attempt: Attempt, wait_s: float
    ) -> Answer:
        key = attempt.idempotency_key or ""
        try:
            await _pause(wait_s)
            answer = self._act(call, target, body, attempt)
        except RefusalError as refusal:
            answer = self._refused(refusal)
        except BaseException:
            self._affirm.keys.forget(key)
            raise
        self._affirm.keys.finish(key, answer.status, answer.body)
        return answer

    def _check_caller(self, call: Call, target: _Target) -> None:
        settings = self._affirm.account.settings
        authorization = call.header("authorization")
        if authorization or target.endpoint != "store":
            self._check_key_pair(authorization)
        country_code = call.header("country-code")
        if country_code:
            if country_code not in {*COUNTRY_CODES.values(), "GBR"}:
                raise refusals.invalid_field("Country-Code", "expected USA, CAN or GBR")
            if country_code != settings.country_code:
                raise refusals.key_pair_invalid()
        elif settings.global_host and call.path.startswith("/api/v1/"):
            raise refusals.invalid_field("Country-Code", "this header is required")
        locale = call.header("affirm-locale")
        if locale and locale not in LOCALES:
            raise refusals.invalid_field("affirm-locale", f"expected one of {', '.join(LOCALES)}")

    def _check_key_pair(self, authorization: str) -> None:
        if not authorization:
            raise refusals.unauthorized(
                "api-key-pair-not-specified", "You have not provided an API key pair."
            )
        keys = self._affirm.account.keys
        scheme, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise refusals.key_pair_invalid() from None
        wanted = f"{keys.public_key}:{keys.private_key}".encode()
        if scheme.lower() != "basic" or not hmac.compare_digest(given, wanted):
            raise refusals.key_pair_invalid()

    def _act(self, call: Call, target: _Target, body: JsonObject, attempt: Attempt) -> Answer:
        if target.endpoint in ("store", "resend", "read_checkout", "update_checkout"):
            return self._act_on_checkouts(call, target, body)
        return json_answer(200, self._act_on_transactions(call, target, body, attempt))

    def _act_on_checkouts(self, call: Call, target: _Target, body: JsonObject) -> Answer:
        checkouts = self._affirm.checkouts
        if target.endpoint == "store":
            locale = call.header("affirm-locale")
            return _link(checkouts.store(body, base_url=call.base_url, locale=locale))
        if target.endpoint == "resend":
            return _link(checkouts.resend(body))
        checkout = checkouts.find(target.subject_id)
        if checkout is None:
            xml = refusals.checkout_not_found_xml(call.header("authorization"))
            cached = ("Cache-Control", "max-age=600")
            return Answer(404, xml, content_type="application/xml", headers=(cached,))
        if target.endpoint == "update_checkout":
            checkouts.update(checkout, body)
        return json_answer(200, checkout_body(checkout, self._affirm.account.settings))

    def _act_on_transactions(
        self, call: Call, target: _Target, body: JsonObject, attempt: Attempt
    ) -> object:
        money, now = self._affirm.transactions, self._affirm.account.now()
        match target.endpoint:
            case "authorize":
                return money.authorize(body, attempt).body(now, with_events=True)
            case "capture":
                return money.capture(target.subject_id, body, attempt)
            case "refund":
                return money.refund(target.subject_id, body, attempt)
            case "void":
                return money.void(target.subject_id, body, attempt)
            case "update_transaction":
                return money.update(target.subject_id, body)
            case "read_transaction":
                return self._affirm.read_transaction(target.subject_id, call.query)
            case "list_transactions":
                return self._affirm.list_transactions(call.query)
            case _:
                return self._affirm.list_events(call.query)

    def _refused(self, refusal: RefusalError) -> Answer:
        as_text = self._affirm.account.settings.status_code_as_text
        answer = json_answer(refusal.status_code, refusal.body(status_code_as_text=as_text))
        return answer.with_headers(_NO_STORE)

    def _log(
        self, call: Call, target: _Target, request_id: str, fault: Fault | None
    ) -> dict[str, object]:
        entry: dict[str, object] = {
            "at": rfc3339(self._affirm.account.now()),
            "endpoint": target.endpoint,
            "method": call.method,
            "path": call.path,
            "idempotency_key": call.header("idempotency-key") or None,
            "country_code": call.header("country-code") or None,
            "locale": call.header("affirm-locale") or None,
            "has_credentials": bool(call.header("authorization")),
            "body_sha256": hashlib.sha256(call.body).hexdigest(),
            "request_id": request_id,
            "fault": None if fault is None else fault.kind,
            "status": None,
        }
        self.requests.append(entry)
        return entry


async def _pause(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)


def _link(checkout: Checkout) -> Answer:
    return json_answer(
        200, {"checkout_id": checkout.checkout_id, "redirect_url": checkout.redirect_url}
    )


def _require_key(key: str | None) -> None:
    if key is None:
        raise refusals.invalid_field("Idempotency-Key", "this header is required")


def _json_body(call: Call) -> JsonObject:
    if call.method == "GET" or not call.body.strip():
        return {}
    try:
        body = json.loads(call.body)
    except (ValueError, RecursionError):
        raise refusals.invalid_request() from None
    if not isinstance(body, dict):
        raise refusals.invalid_request()
    return body


_FIXED: Mapping[tuple[str, ...], str] = {
    ("POST", *_CHECKOUT, "store"): "store",
    ("POST", *_CHECKOUT, "telesales"): "store",  # what Affirm's own Magento module calls
    ("POST", *_CHECKOUT, "resend"): "resend",
    ("POST", *_TRANSACTIONS): "authorize",
    ("GET", *_TRANSACTIONS): "list_transactions",
    ("GET", *_TRANSACTIONS, "events"): "list_events",
}
_ON_TRANSACTION = {
    "capture": "capture",
    "refund": "refund",
    "void": "void",
    "update": "update_transaction",  # what Affirm's Salesforce module calls
}


def _route(call: Call) -> _Target | None:
    segments = tuple(part for part in call.path.split("/") if part)
    fixed = _FIXED.get((call.method, *segments))
    if fixed is not None:
        return _Target(fixed)
    match call.method, segments:
        case "GET", ("api", "v2", "checkout", checkout_id):
            return _Target("read_checkout", checkout_id)
        case "POST", ("api", "v2", "checkout", checkout_id, "update"):
            return _Target("update_checkout", checkout_id)
        case "GET", ("api", "v1", "transactions", transaction_id):
            return _Target("read_transaction", transaction_id)
        case "POST", ("api", "v1", "transactions", transaction_id):
            return _Target("update_transaction", transaction_id)
        case "POST", ("api", "v1", "transactions", transaction_id, verb) if verb in _ON_TRANSACTION:
            return _Target(_ON_TRANSACTION[verb], transaction_id)
    return None
