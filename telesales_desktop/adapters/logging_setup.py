"""What does the program write to its log? Enough to find a fault, nothing about a person."""

from __future__ import annotations

import contextlib
import logging
import os
import time
import traceback
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from telesales_desktop.adapters.redaction import redact, safe_argument

LOG_NAME = "telesales-desktop.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 4
_OURS = "telesales_desktop"
_CHATTY = ("httpx", "httpcore", "asyncio", "keyring", "secretstorage", "jeepney", "qasync")


def set_up_logging(directory: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Write the program's log to a rotating file in ``directory``; returns the handler.

    httpx logs whole URLs at INFO and httpcore whole headers at DEBUG: both stay at WARNING.
    Units: at most ``MAX_BYTES`` bytes a file, ``KEPT_FILES`` files beside the current one.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFileHandler(
        directory / LOG_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
    )
    handler.setFormatter(SafeFormatter())
    handler.addFilter(_is_wanted)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    ours = logging.getLogger(_OURS)
    ours.setLevel(level)
    logging.getLogger().addHandler(handler)
    logging.raiseExceptions = False  # a full disk must not end in a traceback on the agent's screen
    return handler


def tear_down_logging(handler: logging.Handler) -> None:
    """Close the log again."""
    logging.getLogger().removeHandler(handler)
    handler.close()


class SafeFormatter(logging.Formatter):
    """Our own constant sentences with allow-listed arguments; of others only that they spoke."""

    default_msec_format = "%s.%03d"
    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds; never raises."""
        line = (
            f"{self.formatTime(record)}Z {record.levelname} {record.name}: {_sentence(record)}"
            f"{_trace(record)}"
        )
        return "".join(c if c.isprintable() else " " for c in line)


class _PrivateFileHandler(RotatingFileHandler):
    """Log files are for this user alone; more than one process may write them.

    Windows renames no file that another process has open. The standard library finds that out
    when it has moved the older files on already: each line then costs one of them, and is lost.
    """

    def doRollover(self) -> None:  # noqa: N802 - the standard library spells it so
        """Begin a new file; where the full one cannot be moved, go on with it for now."""
        if self.stream:
            self.stream.close()
        with contextlib.suppress(OSError):
            os.replace(self.baseFilename, f"{self.baseFilename}.0")
            for age in range(self.backupCount, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    os.replace(f"{self.baseFilename}.{age - 1}", f"{self.baseFilename}.{age}")
        self.stream = self._open()

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        os.chmod(self.baseFilename, 0o600)
        return stream


def _is_wanted(record: logging.LogRecord) -> bool:
    return _is_ours(record) or record.levelno >= logging.WARNING


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == _OURS or record.name.startswith(f"{_OURS}.")


def _sentence(record: logging.LogRecord) -> str:
    if not _is_ours(record):
        return f"spoke at line {record.lineno}"  # its text may hold anything
    # A constant of ours; should a value have been written into it, the second net takes it out.
    sentence = redact(str(record.msg))
    args = record.args
    try:
        if isinstance(args, dict):
            return sentence % {name: safe_argument(value) for name, value in args.items()}
        return sentence % tuple(safe_argument(value) for value in args) if args else sentence
    except (TypeError, ValueError, KeyError, OverflowError):
        return f"{sentence} (arguments do not fit)"  # such as %d of an argument taken out


def _trace(record: logging.LogRecord) -> str:
    """Where an exception came from: types and places, no message and no local."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, error, trace = record.exc_info
    places = (
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    )
    code = safe_argument(error)
    return f" | {kind.__name__} ({code}) at {' > '.join(places)}"
