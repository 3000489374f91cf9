"""How do webhooks leave, and what became of each?

Every webhook is sent once. What the endpoint answers, or that it does not, changes nothing.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace

import httpx

from telesales_desktop.simulator.account import Account
from telesales_desktop.simulator.clock import rfc3339
from telesales_desktop.simulator.faults import Fault, FaultPlan
from telesales_desktop.simulator.webhook_message import SIGNATURE_HEADER, WebhookMessage, sign

_DEADLINE_S = 10.0
_RECORDS_KEPT = 20_000
_STALE_S = 600
# The customer's last word is never held back for a later event: there is none.
_LAST_EVENTS = frozenset({"confirmed", "not_approved"})


@dataclass
class WebhookRecord:
    """One webhook and its fate: ``lost``, ``held``, ``waiting``, ``sent`` or ``failed``."""

    number: int
    message: WebhookMessage
    fate: str
    at: str
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    signature: str | None = field(default=None, repr=False)
    http_status: int | None = None
    error: str | None = None
    sends: int = 0

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "checkout_id": self.message.checkout_id,
            "order_id": self.message.fields.get("order_id"),
            "event": self.message.event,
            "fate": self.fate,
            "at": self.at,
            "http_status": self.http_status,
            "error": self.error,
            "sends": self.sends,
            "body": self.body.decode("utf-8", "replace"),
            "signature": self.signature,
        }


@dataclass(frozen=True)
class _Wishes:
    """How one message is to leave, from the account's settings and a fault.

    Units: ``delay_s`` seconds before it leaves.
    """

    lost: bool = False
    held: bool = False
    copies: int = 1
    delay_s: float = 0.0
    stray_ampersand: bool = False
    signing: str = "right"  # right, none, wrong or stale


class WebhookSender:
    def __init__(
        self,
        account: Account,
        faults: FaultPlan,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._account = account
        self._faults = faults
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._last: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, WebhookRecord] = {}
        self._count = 0
        self.records: deque[WebhookRecord] = deque(maxlen=_RECORDS_KEPT)

    def submit(self, message: WebhookMessage) -> None:
        """Start sending, in the checkout's order of events; returns at once."""
        if not self._account.settings.hook_url:
            return
        fault = self._faults.strike("webhook", event=message.event)
        wishes = self._wishes(message, fault)
        if wishes.lost:
            self._record(message, "lost")
            return
        record = self._compose(message, wishes)
        earlier = self._held.pop(message.checkout_id, None)
        if wishes.held and earlier is None:
            record.fate = "held"
            self._held[message.checkout_id] = record
            return
        for _ in range(max(1, wishes.copies)):
            self._start(record, wishes.delay_s)
        if earlier is not None:
            self._start(earlier, 0.0)

    def replay(self, number: int) -> bool:
        """Send a kept webhook again, byte for byte; False when there is none of this number."""
        for record in self.records:
            if record.number == number and record.body:
                self._count += 1
                again = replace(record, number=self._count, fate="waiting", sends=0)
                self.records.append(again)
                self._start(again, 0.0)
                return True
        return False

    def visit(self, method: str, url: str, checkout_id: str) -> None:
        """Go where the customer's browser would go after confirming."""
        self._spawn(self._browse(method, url, checkout_id))

    async def drain(self) -> None:
        """Wait until nothing is on its way; what is held goes out first."""
        for record in self._held.values():
            self._start(record, 0.0)
        self._held.clear()
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def aclose(self) -> None:
        """Drop what is on its way and close the connections."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _wishes(self, message: WebhookMessage, fault: Fault | None) -> _Wishes:
        settings = self._account.settings
        kind = "" if fault is None else fault.kind
        seconds = 0.0 if fault is None else fault.seconds
        signings = {"unsigned": "none", "bad_signature": "wrong", "stale_signature": "stale"}
        reorder = settings.webhook_out_of_order and message.event not in _LAST_EVENTS
        return _Wishes(
            lost=kind == "lost",
            held=kind == "held" or reorder,
            copies=fault.copies if fault and kind == "duplicated" else settings.webhook_copies,
            delay_s=seconds if kind == "delayed" else settings.webhook_delay_s,
            stray_ampersand=kind == "stray_ampersand" or settings.webhook_stray_ampersand,
            signing=signings.get(kind, "right" if settings.webhook_signed else "none"),
        )

    def _compose(self, message: WebhookMessage, wishes: _Wishes) -> WebhookRecord:
        settings = self._account.settings
        body, content_type = message.encoded(
            settings.webhook_format, stray_ampersand=wishes.stray_ampersand
        )
        record = self._record(message, "waiting")
        record.body, record.content_type = body, content_type
        if wishes.signing != "none":
            private_key = self._account.keys.private_key
            if wishes.signing == "wrong":
                private_key += "-of-somebody-else"
            signed_at = int(self._account.clock.wall().timestamp())
            signed_at -= _STALE_S if wishes.signing == "stale" else 0
            record.signature = sign(
                body, private_key, signed_at, style=settings.webhook_signature_style
            )
        return record

    def _record(self, message: WebhookMessage, fate: str) -> WebhookRecord:
        self._count += 1
        record = WebhookRecord(self._count, message, fate, rfc3339(self._account.now()))
        self.records.append(record)
        return record

    def _start(self, record: WebhookRecord, delay_s: float) -> None:
        checkout_id = record.message.checkout_id
        # A delayed webhook is overtaken by the next ones; all others keep their order.
        before = None if delay_s else self._last.get(checkout_id)
        task = self._spawn(self._send(record, delay_s, before))
        if not delay_s:
            self._last[checkout_id] = task
            task.add_done_callback(lambda done: self._forget_last(checkout_id, done))

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _forget_last(self, checkout_id: str, done: asyncio.Task[None]) -> None:
        if self._last.get(checkout_id) is done:
            del self._last[checkout_id]

    async def _send(
        self, record: WebhookRecord, delay_s: float, before: asyncio.Task[None] | None
    ) -> None:
        if delay_s:
            await asyncio.sleep(delay_s)
        if before is not None:
            await asyncio.wait({before})
        record.sends += 1
        headers = {"Content-Type": record.content_type}
        if record.signature is not None:
            headers[SIGNATURE_HEADER] = record.signature
        try:
            async with asyncio.timeout(_DEADLINE_S):
                answer = await self._http().post(
                    self._account.settings.hook_url, content=record.body, headers=headers
                )
        except (httpx.HTTPError, TimeoutError) as failure:
            record.fate, record.error = "failed", type(failure).__name__
        else:
            record.fate, record.http_status = "sent", answer.status_code

    async def _browse(self, method: str, url: str, checkout_id: str) -> None:
        token = {"checkout_token": checkout_id}
        headers = {"User-Agent": "Mozilla/5.0 (simulated customer)"}
        try:
            async with asyncio.timeout(_DEADLINE_S):
                if method == "GET":
                    url = str(httpx.URL(url).copy_merge_params(token))
                    await self._http().get(url, headers=headers)
                else:
                    await self._http().post(url, data=token, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return  # a browser that did not arrive tells nobody

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport,
                timeout=_DEADLINE_S,
                trust_env=False,
                headers={"User-Agent": "Affirm-Webhook", "Accept-Encoding": "gzip"},
            )
        return self._client
