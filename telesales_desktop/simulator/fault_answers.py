"""What does a fault make of an answer?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.exchange import Answer, Call, Manner, json_answer
from telesales_desktop.simulator.faults import Fault

PORTAL_PAGE = (
    b"<!doctype html><html><head><title>Guest network</title></head>"
    b"<body><h1>Welcome</h1><p>Accept the terms to go online.</p></body></html>"
)
# Whoever follows a redirect arrives here, and is counted.
ELSEWHERE = "/elsewhere"


def answer_instead(fault: Fault, call: Call) -> Answer:
    """The answer of a fault that strikes before anything happens."""
    match fault.kind:
        case "drop_before":
            return Answer(0, manner=Manner.DROP)
        case "error_before":
            return json_answer(fault.status, {"status_code": fault.status, "message": "Error"})
        case "processing":
            return json_answer(409, refusals.processing().body())
        case "html":
            return _portal()
        case "rate_limited":
            refusal = refusals.RefusalError(429, "Too many requests.", kind="rate_limit")
            retry_after = ("Retry-After", str(int(fault.seconds)))
            return json_answer(429, refusal.body()).with_headers(retry_after)
        case "redirect":
            location = fault.location or f"{call.base_url}{ELSEWHERE}{call.path}"
            return Answer(307, headers=(("Location", location),))
        case _:
            raise ValueError(f"{fault.kind} does not strike before the effect")


def spoil(fault: Fault, answer: Answer) -> Answer:
    """What leaves instead of the true answer, after everything happened."""
    return _SPOILERS[fault.kind](fault, answer)


def _portal() -> Answer:
    return Answer(200, PORTAL_PAGE, content_type="text/html; charset=utf-8")


def _lose(_fault: Fault, answer: Answer) -> Answer:
    return replace(answer, manner=Manner.DROP)


def _fail(fault: Fault, _answer: Answer) -> Answer:
    return Answer(fault.status, b"<html><h1>Bad gateway</h1></html>", content_type="text/html")


def _overload(fault: Fault, _answer: Answer) -> Answer:
    """A proxy that gave up waiting says so in the manner of one that never asked."""
    retry_after = ("Retry-After", str(int(fault.seconds)))
    return json_answer(503, {"status_code": 503, "message": "Error"}).with_headers(retry_after)


def _truncate(_fault: Fault, answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _cut(_fault: Fault, answer: Answer) -> Answer:
    return replace(answer, manner=Manner.CUT)


def _inflate(fault: Fault, answer: Answer) -> Answer:
    """Still JSON, and still true, but far too long."""
    padding = max(0, fault.size_bytes - len(answer.body))
    return replace(answer, body=answer.body + b" " * padding)


def _drip(fault: Fault, answer: Answer) -> Answer:
    return replace(answer, manner=Manner.DRIP, drip_s=fault.interval_s)


def _altered(answer: Answer, change: Callable[[dict[str, object]], None]) -> Answer:
    """The same answer with something changed in its JSON object; any other body stays."""
    try:
        content = json.loads(answer.body)
    except ValueError:
        return answer
    if isinstance(content, dict):
        change(content)
    return replace(answer, body=json.dumps(content, sort_keys=True).encode())


def _wrong_amount(fault: Fault, answer: Answer) -> Answer:
    def change(content: dict[str, object]) -> None:
        for name in ("amount", "total"):
            value = content.get(name)
            if isinstance(value, int):
                content[name] = value + fault.delta_cents

    return _altered(answer, change)


def _wrong(names: tuple[str, ...], otherwise: str) -> Callable[[Fault, Answer], Answer]:
    def spoiler(fault: Fault, answer: Answer) -> Answer:
        def change(content: dict[str, object]) -> None:
            for name in names:
                if name in content:
                    content[name] = fault.value or otherwise

        return _altered(answer, change)

    return spoiler


_SPOILERS: Mapping[str, Callable[[Fault, Answer], Answer]] = {
    "lost_reply": _lose,
    "error_after": _fail,
    "overloaded_after": _overload,
    "html_after": lambda _fault, _answer: _portal(),
    "truncated": _truncate,
    "cut": _cut,
    "oversized": _inflate,
    "drip": _drip,
    "empty": lambda _fault, answer: replace(answer, body=b""),
    "wrong_type": lambda _fault, answer: replace(answer, content_type="text/plain"),
    "wrong_amount": _wrong_amount,
    "wrong_currency": _wrong(("currency",), "EUR"),
    "wrong_order_id": _wrong(("order_id", "merchant_external_reference"), "SOMEBODY-ELSE"),
    "wrong_checkout_id": _wrong(("checkout_id",), "WRONGCHECKOUT000"),
    "wrong_status": _wrong(("status", "checkout_status"), "a_word_never_seen"),
}
