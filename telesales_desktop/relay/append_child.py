"""What does the process do that only writes deliveries? See ``append_process``."""

from __future__ import annotations

import contextlib
import marshal
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import NewDelivery

WORD = "append-process"
"""What starts it, as the first argument of the program; no command for people."""

_LENGTH = struct.Struct("!I")

# Plain values between two processes of one program: nothing of it comes from anywhere else.


def framed(values: object) -> bytes:
    """Values as they go through the pipe."""
    octets = marshal.dumps(values)  # type: ignore[arg-type]
    return _LENGTH.pack(len(octets)) + octets


def whole_frame(read: bytearray) -> bytes:
    """The first frame of what was read, once it is all there; empty until then."""
    if len(read) < _LENGTH.size:
        return b""
    (length,) = _LENGTH.unpack_from(read)
    end = _LENGTH.size + length
    return bytes(read[:end]) if len(read) >= end else b""


def opened(frame: bytes) -> Any:
    """The values of a frame. Errors: whatever ``marshal`` raises."""
    return marshal.loads(frame[_LENGTH.size :])  # noqa: S302


def main() -> None:
    """Keep what comes through the standard input until that ends; nothing else ends it."""
    from telesales_desktop.relay.committers import committer

    for number in (signal.SIGINT, signal.SIGTERM):  # also sent to a whole group of processes
        signal.signal(number, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(EOFError, OSError):
        database, is_file, name = _receive(asked)
        writer = committer(Path(database) if is_file else database, name)
        _send(answers, "up")
        while True:
            number, rows = _receive(asked)
            _send(answers, (number, *_answer(writer, [NewDelivery._make(row) for row in rows])))


def _answer(writer: Any, deliveries: list[NewDelivery]) -> tuple[object, ...]:
    try:
        kept, appended = writer.commit(deliveries)
    except Exception as broken:  # noqa: BLE001 - it is told, and logged there
        writer.drop()
        known = isinstance(broken, (StoreError, *writer.broken))
        return (str(broken) if known else traceback.format_exc(), (), ())
    return (
        None,
        [one if isinstance(one, bool) else str(one) for one in kept],
        [(each.merchant, each.seq, each.chain, tuple(each.readers)) for each in appended],
    )


def _send(pipe: BinaryIO, values: object) -> None:
    pipe.write(framed(values))
    pipe.flush()


def _receive(pipe: BinaryIO) -> Any:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("nobody asks any more")
    (length,) = _LENGTH.unpack(head)
    octets = pipe.read(length)
    if len(octets) < length:
        raise EOFError("nobody asks any more")
    return opened(head + octets)


if __name__ == "__main__":
    main()
