"""The floor of a start: a window with ten fields and a table, and nothing else, on bare PySide6.

    python -m tests.benchmarks.bare_window [--journal FILE] [--stay SECONDS]

With a file its newest 200 rows are read by Python's own sqlite3 before the table is shown.
"""

from __future__ import annotations

import argparse
import os
import sys

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QLineEdit,
    QMainWindow,
    QSplitter,
    QTableView,
    QWidget,
)

from tests.benchmarks.telling import tell
from tests.benchmarks.watcher import Watcher

COLUMNS = 7
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_NOWHERE = QModelIndex()


class Rows(QAbstractTableModel):
    """Rows of plain texts."""

    def __init__(self, rows: list[tuple[str, ...]]) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:  # type: ignore[override]
        return len(self._rows)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:  # type: ignore[override]
        return COLUMNS

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> str | None:  # type: ignore[override]
        return self._rows[index.row()][index.column()] if role == _DISPLAY else None


def read_rows(path: str) -> list[tuple[str, ...]]:
    """The newest rows of a plain database, as texts."""
    import sqlite3

    connection = sqlite3.connect(path)
    found = connection.execute("SELECT * FROM plain ORDER BY id DESC LIMIT 200").fetchall()
    connection.close()
    return [tuple(str(value) for value in row[1:]) for row in found]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bare_window")
    parser.add_argument("--journal", default="")
    parser.add_argument("--stay", type=float, default=0.0)
    wanted = parser.parse_args(argv)
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1366, 740)
    form = QWidget()
    layout = QFormLayout(form)
    fields = [QLineEdit() for _ in range(10)]
    for number, field in enumerate(fields):
        layout.addRow(f"Field {number}", field)
    some = [tuple(f"row {r} {c}" for c in range(COLUMNS)) for r in range(30)]
    rows = read_rows(wanted.journal) if wanted.journal else some
    table = QTableView()
    table.setModel(Rows(rows))
    split = QSplitter()
    split.addWidget(form)
    split.addWidget(table)
    window.setCentralWidget(split)

    def leave() -> None:
        QTimer.singleShot(int(wanted.stay * 1000), window, idle)

    def idle() -> None:
        if wanted.stay:
            tell("idle")
        sys.stdout.flush()
        os._exit(0)  # how it ends is not measured

    Watcher(
        window,
        focused=lambda: fields[0],
        rows_shown=lambda: True,
        views=[table.viewport()],
        then=leave,
    )
    window.show()
    fields[0].setFocus()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
