"""A relay: a log with an epoch, of which old entries may be gone, and polls that it parks."""

import asyncio
import contextlib
import hashlib
import json
from collections import deque

from telesales_desktop.application.ports import (
    Cursor,
    DeliveryContent,
    FeedPage,
    StoredDelivery,
)


class FakeRelay:
    """The port ``RelayFeed``, and the hands that put deliveries in."""

    def __init__(self, clock):
        self.clock = clock
        self.epoch = "epoch-1"
        self.log = []
        self.kept_from = 0
        self.polls = []
        self.is_closed = False
        self.parks = True
        self._faults = deque()
        self._news = asyncio.Event()

    # --- what a test may do ------------------------------------------------------------------

    def plan(self, *faults):
        """The next polls raise these; None is none."""
        self._faults.extend(faults)

    def forget(self):
        """Retention: nothing that came so far is kept."""
        self.kept_from = len(self.log)

    def restore(self):
        """The log was restored from a backup: another epoch, and its newest entries are gone."""
        self.epoch += "'"
        self.log = []
        self.kept_from = 0

    def webhook(self, word, checkout_id="", *, order_id="", order_key="", signed=True):
        content = {"event": word, "checkout_token": checkout_id, "order_id": order_id}
        content["session"] = order_key
        body = json.dumps(content).encode()
        return self.deliver("webhook", body, signatures=("signed",) if signed else ())

    def browser(self, order_key, *, checkout_id="", landing="confirmed"):
        """The customer's browser comes back."""
        body = json.dumps({"checkout_token": checkout_id}).encode()
        return self.deliver("customer", body, order_key=order_key, landing=landing)

    def deliver(self, source, body, *, signatures=(), order_key="", landing=""):
        position = str(len(self.log) + 1)
        name = hashlib.sha256(f"{self.epoch}|{position}".encode()).hexdigest()
        delivery = StoredDelivery(
            delivery_id=name,
            cursor=position,
            source=source,
            content_type="application/json",
            signatures=signatures,
            body=body,
            received_at=self.clock.now(),
            order_key=order_key,
            landing=landing,
        )
        self.repeat(delivery)
        return delivery

    def repeat(self, delivery):
        """The same delivery once more, at another place of the log."""
        self.log.append(delivery)
        self._news.set()

    # --- the port ----------------------------------------------------------------------------

    async def changes(self, after, *, wait_s, limit):
        assert not self.is_closed, "a poll after close"
        self.polls.append((after, wait_s))
        await asyncio.sleep(0.01)
        fault = self._faults.popleft() if self._faults else None
        if fault is not None:
            raise fault
        if not self._is_gap(after) and self._place(after) >= len(self.log) and self.parks:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
        start = max(self._place(after), self.kept_from)
        page = tuple(self.log[start : start + limit])
        end = start + len(page)
        cursor = Cursor(self.epoch, str(end))
        return FeedPage(page, cursor, self._is_gap(after), end < len(self.log))

    def _place(self, after):
        return int(after.position) if after is not None and after.epoch == self.epoch else 0

    def _is_gap(self, after):
        if after is None:
            return False
        return after.epoch != self.epoch or int(after.position) < self.kept_from

    async def close(self):
        self.is_closed = True


async def check_signature(delivery):
    """The port ``SignatureCheck``."""
    await asyncio.sleep(0)
    if not delivery.signatures:
        return "unsigned"
    return "verified" if delivery.signatures == ("signed",) else "wrong"


def read_delivery(delivery):
    """The port ``DeliveryReader``: anything but a JSON object with an event is poison."""
    try:
        content = json.loads(delivery.body)
    except ValueError:
        return DeliveryContent(readable=False)
    return DeliveryContent(
        readable="event" in content,
        word=content.get("event", ""),
        checkout_id=content.get("checkout_token", ""),
        order_id=content.get("order_id", ""),
        order_key=content.get("session", "") or delivery.order_key,
    )
