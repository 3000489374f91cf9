"""Where does the program log, and what where that cannot be written?"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from telesales_desktop.adapters.data_paths import data_root
from telesales_desktop.adapters.logging_setup import SafeFormatter, set_up_logging


def open_log(data_dir: Path | None, program: str) -> logging.Handler:
    """The handler that writes the log, for ``tear_down_logging``.

    A log that cannot be written, such as one that another account made, keeps nobody from selling:
    that is said, and the handler writes nothing.
    """
    try:
        return set_up_logging(data_root(data_dir) / "logs")
    except OSError as wrong:
        sys.stderr.write(f"{program}: there will be no log: {wrong.strerror}: {wrong.filename}\n")
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)  # else Python prints warnings as they are
    return handler


@contextlib.contextmanager
def warnings_on_stderr() -> Iterator[None]:
    """Tell warnings where somebody reads along, redacted as the log is."""
    told = logging.StreamHandler()
    told.setFormatter(SafeFormatter())
    told.setLevel(logging.WARNING)
    logging.getLogger().addHandler(told)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(told)
