"""How does a command speak where nobody listens, and read where nobody speaks?

A command's work must not end in its middle because a pipe was closed, a disk is full, or a terminal
knows fewer letters than a customer's town has.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast

_NOBODY_LISTENS = (errno.EPIPE, errno.EINVAL)  # the second is how Windows tells of a closed pipe


class Output:
    """A stream for output that never raises: what cannot be written is lost, and known to be."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or lose, ``text``."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._lose(error)
        return len(text)

    def flush(self) -> None:
        """Write, or lose, what waits."""
        try:
            self._stream.flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        self.lost = self.lost or error
        # What waits in the stream is tried again at every flush, and when the program ends.
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


@contextlib.contextmanager
def steady_streams() -> Iterator[Output]:
    """The command's own standard streams, while it runs; gives its standard output."""
    _open_closed()
    out, err = Output(_lossless(sys.stdout)), Output(_lossless(sys.stderr))
    with (
        contextlib.redirect_stdout(cast(TextIO, out)),
        contextlib.redirect_stderr(cast(TextIO, err)),
    ):
        try:
            yield out
        finally:
            out.flush()
            err.flush()


def is_read_no_further(lost: OSError) -> bool:
    """Whether somebody read only the beginning (``people list | head -1``): that is no failure."""
    return lost.errno in _NOBODY_LISTENS


def _open_closed() -> None:
    """Let no file or socket take the number of a stream that was closed at the start."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _lossless(stream: TextIO) -> TextIO:
    """Letters that the stream's encoding lacks are spelled out instead of raising."""
    if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="backslashreplace")
    return stream
