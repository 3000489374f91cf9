"""How does a campaign read a relay's feed? A plain client that remembers its cursor."""

from __future__ import annotations

import http.client
import json
from typing import Any


class Poller:
    """One workstation's view of the feed: everything it was handed, in order.

    The cursor moves when a page was read whole, as a desk's does.
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self.cursor = ""
        self.gaps = 0
        self.handed: list[dict[str, Any]] = []

    def read_on(self, port: int) -> list[dict[str, Any]]:
        """Every change up to the present end. Errors: ``OSError``, ``http.client.HTTPException``."""
        found: list[dict[str, Any]] = []
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            more = True
            while more:
                page = ask(
                    connection, "GET", f"/v1/changes?limit=500&after={self.cursor}", self._token
                )
                self.gaps += bool(page["gap"])
                self.cursor = page["next"]
                found += page["changes"]
                more = page["more"]
        finally:
            connection.close()
        self.handed += found
        return found


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    token: str = "",
    body: object = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Any:
    """One call; its answer. Errors: ``ValueError`` if it has another status."""
    given = {"authorization": f"Bearer {token}"} if token else {}
    connection.request(
        method, path, json.dumps(body) if body is not None else None, given | (headers or {})
    )
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != status:
        raise ValueError(f"{method} {path}: {answer.status} {told[:200]!r}")
    return json.loads(told)


def enrol(port: int, code: str, workstation: str = "campaign") -> str:
    """A token for a one-time code."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        body = {"code": code, "workstation": workstation}
        token: str = ask(connection, "POST", "/v1/enrolments", body=body, status=201)["token"]
        return token
    finally:
        connection.close()
