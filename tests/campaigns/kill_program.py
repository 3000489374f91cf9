"""How is the program told to settle, watched for a moment and killed in it?"""

from __future__ import annotations

import time
from typing import Any

from tests.campaigns.forked import PATIENCE_S, DiedError, Forked
from tests.campaigns.kill_child import Life, live
from tests.campaigns.kill_stages import Stages


class Program(Forked):
    """One life. ``acknowledged`` holds what it said was done, the last words before a kill included."""

    def __init__(self, life: Life, stages: Stages) -> None:
        super().__init__(lambda commands, told: live(life, commands, told, stages))
        stages.clear()
        self._moments: list[tuple[str, str]] = []
        self.acknowledged: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def begin(self, command: dict[str, Any]) -> int:
        """Give a command; what was told before it is past."""
        self._moments.clear()
        return super().begin(command)

    def settle(self, confirmed: list[str]) -> dict[str, Any]:
        """Let it settle what is left; what it then shows."""
        answer = self.call({"do": "settle", "confirmed": confirmed})
        if "settled" not in answer:
            raise DiedError(str(answer))
        settled: dict[str, Any] = answer["settled"]
        return settled | {"crashed": list(self.crashed)}

    def until_open(self) -> None:
        """Wait until it has taken up every order."""
        self.until("open", "")

    def until(self, moment: str, kind: str) -> None:
        """Wait for a moment that it tells of; at once for none. It may never come: a rule may refuse."""
        kinds = {kind, kind.removeprefix("partial_"), f"partial_{kind}"}
        end = time.monotonic() + (PATIENCE_S if moment == "open" else 0.5)
        while moment and not any(at == moment and k in kinds for at, k in self._moments):
            if not self._hear(end):
                return

    def _take(self, told: dict[str, Any]) -> None:
        if "at" in told:
            self._moments.append((told["at"], told["kind"]))
            return
        super()._take(told)
        if "ok" in told:
            self.acknowledged.append((self._asked[told["n"]], told["ok"]))
