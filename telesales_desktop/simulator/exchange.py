"""What is one HTTP request here, what is its answer, and how does the answer leave?"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST_BODY_BYTES = 1_048_576
# Where a server leaves the way to close its connection, within the state of a request.
CLOSE_CONNECTION = "close_connection"


class ConnectionDroppedError(httpx.RemoteProtocolError):
    """In-process, a dropped connection looks to httpx's client as it would on a socket."""

    code = "Simulator.connection_dropped"

    def __init__(self) -> None:
        super().__init__("Server disconnected without sending a response.")


class BodyTooLargeError(Exception):
    """More than ``MOST_BODY_BYTES`` came."""

    code = "Simulator.body_too_large"


class BodyCutError(Exception):
    """The client was gone before its request was whole: there is nothing to carry out."""

    code = "Simulator.body_cut"


class Manner(Enum):
    WHOLE = auto()
    DROP = auto()  # the connection closes without an answer
    CUT = auto()  # the connection closes within the body
    DRIP = auto()  # one byte at a time


@dataclass(frozen=True)
class Call:
    """One request, its body read."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base_url: str
    peer: str

    def header(self, name: str) -> str:
        """The header's value, or "" when it is absent."""
        return self.headers.get(name.lower(), "")

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))


@dataclass(frozen=True)
class Answer:
    """Units: ``drip_s`` between two bytes."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    manner: Manner = Manner.WHOLE
    drip_s: float = field(default=0.0)

    def with_headers(self, *headers: tuple[str, str]) -> "Answer":
        return replace(self, headers=(*self.headers, *headers))


def json_answer(status: int, content: object) -> Answer:
    """Keys sorted, as recorded."""
    return Answer(status, json.dumps(content, sort_keys=True).encode())


async def read_call(scope: Scope, receive: Receive) -> Call:
    """Errors: ``BodyTooLargeError``, ``BodyCutError``."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client") or ("127.0.0.1", 0)
    return Call(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"))),
        headers=headers,
        body=await _read_body(receive),
        base_url=f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}",
        peer=str(client[0]),
    )


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCutError
        body += message.get("body", b"")
        if len(body) > MOST_BODY_BYTES:
            raise BodyTooLargeError
        if not message.get("more_body", False):
            return bytes(body)


async def send_answer(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    if answer.manner is Manner.DROP:
        await _close(scope, receive)
        return
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *((name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.manner is Manner.CUT:
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _close(scope, receive)
    elif answer.manner is Manner.DRIP:
        await _drip(answer, receive, send)
    else:
        await send({"type": "http.response.body", "body": answer.body})


async def _close(scope: Scope, receive: Receive) -> None:
    """Close the connection; in-process, where there is none, raise what the client would see."""
    close = cast("Callable[[], None] | None", scope.get("state", {}).get(CLOSE_CONNECTION))
    if close is None:
        raise ConnectionDroppedError
    close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drip(answer: Answer, receive: Receive, send: Send) -> None:
    """One byte at a time, for as long as somebody listens."""
    gone = asyncio.ensure_future(receive())
    try:
        for index in range(len(answer.body)):
            drop = answer.body[index : index + 1]
            await send({"type": "http.response.body", "body": drop, "more_body": True})
            await asyncio.wait({gone}, timeout=answer.drip_s)
            if gone.done() and gone.result()["type"] == "http.disconnect":
                return
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
