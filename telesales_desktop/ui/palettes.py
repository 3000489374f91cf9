"""Which colour does each meaning have, in light, dark and high contrast?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QDir
from PySide6.QtGui import QColor, QPalette

from telesales_desktop.resources import resource_path

_ICONS = "icons"


class Look(StrEnum):
    """The palettes of ``resources/styles/palettes.json``."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST_LIGHT = "high_contrast_light"
    HIGH_CONTRAST_DARK = "high_contrast_dark"


class Tone(StrEnum):
    """What an order's state means to the agent. Always shown with a word and a shape too."""

    NEUTRAL = "neutral"  # waiting on the customer
    PROGRAM = "program"  # the program is at work
    AGENT = "agent"  # the agent, or another person here, must act
    DONE = "done"  # money is held or taken
    STOPPED = "stopped"  # nothing more will come of it
    DANGER = "danger"  # wrong, or not known


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by name, as the stylesheet and the painters ask for them."""

    look: Look
    dark: bool
    names: Mapping[str, str]

    @property
    def high_contrast(self) -> bool:
        return self.look in (Look.HIGH_CONTRAST_LIGHT, Look.HIGH_CONTRAST_DARK)

    def colour(self, name: str) -> QColor:
        return QColor(self.names[name])

    def tone(self, tone: Tone) -> QColor:
        return QColor(self.names[tone.value])

    def tint(self, tone: Tone) -> QColor:
        return QColor(self.names[f"{tone.value}_tint"])

    def fill(self, stylesheet: str) -> str:
        """The stylesheet with every ``@name`` replaced; longer names first, so none is cut."""
        for name in sorted(self.names, key=len, reverse=True):
            stylesheet = stylesheet.replace(f"@{name}", self.names[name])
        return stylesheet

    def qt(self) -> QPalette:
        """The same colours for what the stylesheet does not reach."""
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, name in (
            (roles.Window, "window"),
            (roles.WindowText, "text"),
            (roles.Base, "field"),
            (roles.AlternateBase, "stripe"),
            (roles.Text, "text"),
            (roles.PlaceholderText, "muted"),
            (roles.Button, "raised"),
            (roles.ButtonText, "text"),
            (roles.BrightText, "danger"),
            (roles.Highlight, "accent"),
            (roles.HighlightedText, "on_accent"),
            (roles.ToolTipBase, "raised"),
            (roles.ToolTipText, "text"),
            (roles.Link, "link"),
            (roles.Mid, "border"),
            (roles.Accent, "accent"),
        ):
            palette.setColor(role, self.colour(name))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("disabled"))
        return palette


def load_palettes() -> Mapping[Look, Palette]:
    """Every palette of the resources."""
    # The stylesheet names its pictures by this word: with the folder's own name in it Qt drops the
    # whole sheet, where the program lies in a folder like "Zoë".
    QDir.setSearchPaths(_ICONS, [str(resource_path("icons"))])
    raw = json.loads(resource_path("styles", "palettes.json").read_text(encoding="utf-8"))
    found: dict[Look, Palette] = {}
    for look in Look:
        colours = dict(raw[look.value])
        dark = bool(colours.pop("dark"))
        shade = "dark" if dark else "light"
        for name, icon in (("icon_down", "arrow-down"), ("icon_up", "arrow-up")):
            colours[name] = f"{_ICONS}:{icon}-{shade}.svg"
        found[look] = Palette(look, dark, colours)
    return found
