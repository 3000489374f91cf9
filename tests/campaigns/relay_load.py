"""How does Affirm press on a relay? Connections that post, post again, and note what was acknowledged."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

REPEATS = 0.3
"""The share of posts that repeat an earlier one, as a nervous sender would."""


@dataclass
class Sent:
    """What was posted in a life of the relay, by number; a number is one distinct body."""

    posted: int = 0
    acknowledged: set[int] = field(default_factory=set)
    answers: dict[int, int] = field(default_factory=dict)
    in_flight: set[int] = field(default_factory=set)
    repeats: int = 0

    def next(self, chance: Random) -> int:
        if self.posted and chance.random() < REPEATS:
            self.repeats += 1
            return chance.randrange(self.posted)
        self.posted += 1
        return self.posted - 1


def body(seed: int, number: int) -> bytes:
    """A webhook as Affirm's are, with its number in it."""
    name = f"checkout_token=CAMPAIGN{seed:06d}N{number:09d}&event=confirmed"
    return f"{name}&event_timestamp=2026-11-24T10%3A00%3A00Z&order_id=R-{number}".encode()


def number_of(content: bytes) -> int:
    """The number in a body. Errors: ``ValueError`` for what is none of ours."""
    return int(content.partition(b"N")[2].partition(b"N")[2].partition(b"&")[0])


def request(path: str, content: bytes) -> bytes:
    """The bytes of one POST over a connection that stays."""
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(content)}\r\n"
    kind = "content-type: application/x-www-form-urlencoded\r\n"
    return f"{head}{kind}x-affirm-signature: t=1,v0=00\r\n\r\n".encode() + content


async def answer(reader: asyncio.StreamReader) -> int:
    """The status of an answer, read to its end."""
    return (await whole_answer(reader))[0]


async def whole_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of an answer. Errors: ``OSError``, ``EOFError``."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


async def press(port: int, path: str, seed: int, sent: Sent, chance: Random, width: int) -> None:
    """Post over so many connections until the relay is gone."""
    await asyncio.gather(*(_connection(port, path, seed, sent, chance) for _ in range(width)))


async def _connection(port: int, path: str, seed: int, sent: Sent, chance: Random) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return
    try:
        while True:
            number = sent.next(chance)
            sent.in_flight.add(number)
            writer.write(request(path, body(seed, number)))
            status = await answer(reader)
            sent.answers[status] = sent.answers.get(status, 0) + 1
            if status == 200:
                sent.acknowledged.add(number)
            sent.in_flight.discard(number)
    except (OSError, EOFError):
        pass
    finally:
        writer.close()
