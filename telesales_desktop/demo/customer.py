"""How does the demo play the customer? Through the simulator's own controls, as a phone would."""

from __future__ import annotations

from enum import StrEnum

import httpx


class Choice(StrEnum):
    """What the customer does with the link, and so how the order must end."""

    APPROVE = "approve"
    DECLINE = "decline"
    MORE_INFORMATION = "more-information"
    ABANDON = "abandon"


_STEPS = {
    Choice.APPROVE: ("open", "approve", "confirm"),
    Choice.DECLINE: ("open", "decline"),
    Choice.MORE_INFORMATION: ("open", "more-information"),
    Choice.ABANDON: ("open", "abandon"),
}


class SimulatedCustomer:
    """The customer of one simulator."""

    def __init__(self, simulator_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=simulator_url, trust_env=False, timeout=10.0)

    def steps(self, choice: Choice) -> tuple[str, ...]:
        """What the customer does, in order."""
        return _STEPS[choice]

    async def act(self, checkout_id: str, step: str) -> None:
        """Take one step on the customer's page; the browser follows where it leads."""
        body = {"visit": True} if step == "confirm" else {}
        answer = await self._http.post(f"/_simulator/checkouts/{checkout_id}/{step}", json=body)
        answer.raise_for_status()

    async def lose_webhooks(self) -> None:
        """Let the simulator lose every webhook from now on."""
        answer = await self._http.post("/_simulator/faults", json={"kind": "lost", "times": None})
        answer.raise_for_status()

    async def close(self) -> None:
        """Close the connection."""
        await self._http.aclose()
