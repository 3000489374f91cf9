"""Which order is due first? A heap that tolerates entries which are true no more."""

from __future__ import annotations

import heapq
from datetime import datetime


class DueTimes:
    """When each order is due. Setting and asking cost O(log n), however many orders there are."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def set(self, order_id: str, due: datetime | None) -> bool:
        """Note when an order is due, None for never; whether that is news."""
        if self._due.get(order_id) == due:
            return False
        if due is None:
            del self._due[order_id]
        else:
            self._due[order_id] = due
            heapq.heappush(self._heap, (due, order_id))
        if len(self._heap) > 2 * len(self._due) + 64:
            self._heap = [(at, name) for name, at in self._due.items()]
            heapq.heapify(self._heap)
        return True

    def earliest(self) -> datetime | None:
        """When the first order is due."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, at: datetime) -> str | None:
        """The order that has been due for longest at that time; it is due no more."""
        earliest = self.earliest()
        if earliest is None or earliest > at:
            return None
        order_id = self._heap[0][1]
        self.set(order_id, None)
        return order_id

    def postpone(self, order_id: str, until: datetime) -> None:
        """An order that is due before ``until`` is due then."""
        due = self._due.get(order_id)
        if due is not None and due < until:
            self.set(order_id, until)
