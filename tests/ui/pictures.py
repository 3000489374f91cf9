"""The pictures of README and docs: `python -m tests.ui.pictures docs/pictures`.

One sheet of every state for each language and look, cut from the real window, and the whole window
in the scenes that people ask about. Needs a display server or QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from telesales_desktop.ui.formats import Language
from telesales_desktop.ui.palettes import Look
from telesales_desktop.ui.theme import Theme
from tests.ui import gallery

DETAIL = QRect(424, 367, 931, 196)  # from the title to the commands, notes between them
COLUMNS, GAP_PX, QUALITY = 2, 10, 72

WHOLE = {
    "floor": "window-light-en",
    "floor-dark": "window-dark-en",
    "fr-floor": "window-light-fr",
    "fr-floor-dark": "window-dark-fr",
    "state-outcome_unknown": "unknown-light-en",
    "entered": "form-entered",
    "wrong": "form-wrong",
    "read-back": "read-back",
    "refused": "refused-by-affirm",
    "void": "void-question",
    "partial-refund": "partial-refund",
    "supervisor-frozen": "supervisor-frozen",
    "inbox": "inbox",
    "first-run": "empty",
    "nothing-found": "nothing-found",
    "keyring-locked": "keyring-locked",
    "journal-locked": "journal-locked",
    "affirm-offline": "affirm-offline",
    "relay-offline": "relay-offline",
    "no-webhook": "no-webhook",
    "floor-contrast": "high-contrast",
    "floor-1024": "narrow",
    "floor-1920": "wide",
    "boss-everyone": "floor-light-en",
    "fr-boss-everyone-dark": "floor-dark-fr",
    "boss-stuck": "stuck-en",
    "fr-boss-stuck": "stuck-fr",
    "boss-today": "today",
    "boss-unknown": "unknown-instruction",
    "boss-take-over": "take-over",
    "boss-hand-over": "hand-over",
    "boss-lost": "lost-place",
    "boss-left": "nobody-acts",
    "connection-alarm-dark": "connection-alarm",
    "fr-connection-late": "connection-late-fr",
    "connection-revoked": "token-revoked",
    "settings": "settings-en",
    "fr-settings": "settings-fr",
    "keys": "keys-en",
    "fr-keys": "keys-fr",
    "locked": "locked",
    "rebuild": "rebuild-question",
}


def sheet(pictures: list[Path], target: Path) -> None:
    """Cut the detail out of each picture and lay them out in columns."""
    rows = -(-len(pictures) // COLUMNS)
    cell_w, cell_h = DETAIL.width() + GAP_PX, DETAIL.height() + GAP_PX
    whole = QImage(COLUMNS * cell_w, rows * cell_h, QImage.Format.Format_RGB32)
    whole.fill(QColor("#808890"))
    painter = QPainter(whole)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        cut = QImage(str(picture)).copy(DETAIL)
        painter.drawImage(column * cell_w + GAP_PX // 2, row * cell_h + GAP_PX // 2, cut)
    painter.end()
    smaller = whole.scaledToWidth(1500, Qt.TransformationMode.SmoothTransformation)
    if not smaller.save(str(target), quality=QUALITY):
        raise SystemExit(f"cannot save {target}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument(
        "--only", default="", help="only scenes whose name contains this; no sheets"
    )
    arguments = parser.parse_args()
    target: Path = arguments.directory
    target.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    loop = asyncio.new_event_loop()
    theme = Theme(application)
    scenes = gallery.scenes()
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder)
        for scene in scenes:
            if scene.name in WHOLE and arguments.only in scene.name:
                gallery.take(scene, application, theme, loop, taken)
                picture = QImage(str(taken / f"{scene.name}.png"))
                picture.save(str(target / f"{WHOLE[scene.name]}.webp"), quality=QUALITY)
        for language in () if arguments.only else (Language.EN_US, Language.FR_CA):
            for look in (Look.LIGHT, Look.DARK):
                prefix = "fr-state-" if language.french else "state-"
                states = [scene for scene in scenes if scene.name.startswith(prefix)]
                for scene in states:
                    gallery.take(replace(scene, look=look), application, theme, loop, taken)
                name = f"states-{look.value}-{'fr' if language.french else 'en'}.webp"
                sheet([taken / f"{scene.name}.png" for scene in states], target / name)
    loop.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
