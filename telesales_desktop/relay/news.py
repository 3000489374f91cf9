"""For whom is what the log has grown by of late? In memory, so that many desks need no database."""

from __future__ import annotations

from collections import deque

from telesales_desktop.relay.store_values import Appended

_MOST = 2000


class News:
    """The readers of a merchant's newest changes, without a gap up to the log's end.

    What it says may be too much (a change that was announced again since), never too little.
    """

    def __init__(self, seq: int) -> None:
        self._end = seq
        self._doubted = -1
        self._changes: deque[tuple[int, frozenset[str]]] = deque(maxlen=_MOST)

    def add(self, appended: Appended) -> None:
        if appended.seq == self._end + 1:
            self._changes.append((appended.seq, appended.readers))
            self._end = appended.seq

    def reach(self, seq: int) -> None:
        """The log ends here; what another process has appended meanwhile is not known."""
        if seq > self._end:
            self._changes.clear()
            self._end = seq

    def doubt(self) -> None:
        """What is known up to here may be of a log that is not there any more."""
        self._changes.clear()
        self._doubted = self._end

    def covers(self, seq: int) -> bool:
        """Whether all changes after this one are known."""
        start = self._changes[0][0] if self._changes else self._end + 1
        return seq >= start - 1 and seq > self._doubted

    def since(self, seq: int, person: str) -> tuple[bool, bool]:
        """Whether a change after this one is for everybody, and whether one is for this person."""
        for_all = for_person = False
        for number, readers in reversed(self._changes):
            if number <= seq:
                break
            for_all = for_all or not readers
            for_person = for_person or person in readers
        return for_all, for_person
