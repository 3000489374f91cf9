"""Where do the window and the watch log, and what where that cannot be written?"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from telesales_desktop.adapters.data_paths import data_root
from telesales_desktop.adapters.logging_setup import set_up_logging


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
