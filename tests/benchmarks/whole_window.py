"""The program itself, as a person starts it, watched for its marks.

    python -m tests.benchmarks.whole_window --data-dir DIR [--until MARK] [--stay SECONDS]

The profile's secrets are at hand instead of in the keyring: what a keyring takes is the system's.
"""

from __future__ import annotations

import argparse
import os
import sys

from telesales_desktop import cli
from tests.benchmarks.telling import tell


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="whole_window")
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--until", default="rows", choices=["painted", "usable", "rows"])
    parser.add_argument("--stay", type=float, default=0.0)
    wanted = parser.parse_args(argv)
    _watch_the_window(wanted)
    return cli.main(["--profile", "bench", "--data-dir", wanted.data_dir])


def _watch_the_window(wanted: argparse.Namespace) -> None:
    cli._load_qt()  # what the command does first; a second time it costs nothing
    from PySide6.QtCore import QTimer

    from telesales_desktop import window
    from tests.benchmarks.watcher import Watcher

    class WatchedSession(window.WindowSession):
        def show(self) -> None:
            self._secrets = _LazySecrets()
            shown = self.presenter.window
            orders = shown.orders
            Watcher(
                shown,
                focused=shown.focusWidget,
                rows_shown=lambda: orders._loaded,
                views=[orders.view.viewport(), orders.notice],
                then=self._leave_later,
                until=wanted.until,
            )
            super().show()

        def _leave_later(self) -> None:
            QTimer.singleShot(int(wanted.stay * 1000), self.presenter.window, _leave)

    def _leave() -> None:
        if wanted.stay:
            tell("idle")
        sys.stdout.flush()
        os._exit(0)  # how it ends is not measured

    window.WindowSession = WatchedSession  # type: ignore[misc]


class _LazySecrets:
    """Found in ``floor_data`` once the desk asks: nothing of it is loaded before the paint."""

    def __getattr__(self, name: str) -> object:
        from tests.benchmarks.floor_data import PreparedSecrets

        return getattr(self.__dict__.setdefault("found", PreparedSecrets()), name)


if __name__ == "__main__":
    sys.exit(main())
