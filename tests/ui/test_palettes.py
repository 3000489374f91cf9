"""Can everything be read, in every palette?"""

import shutil

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox

from telesales_desktop.resources import resource_path
from telesales_desktop.ui import palettes
from telesales_desktop.ui.palettes import Look, Tone, load_palettes

PALETTES = load_palettes()


def luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


TEXT_PAIRS = [
    ("text", "window"),
    ("text", "panel"),
    ("text", "field"),
    ("text", "stripe"),
    ("muted", "window"),
    ("muted", "panel"),
    ("muted", "stripe"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("selection_text", "selection"),
    ("link", "panel"),
    ("danger", "panel"),
    ("danger", "danger_tint"),
    ("on_sandbox", "sandbox"),
    ("on_practice", "practice"),
    *((tone.value, "panel") for tone in Tone),
    *(("text", f"{tone.value}_tint") for tone in Tone),
]
EDGE_PAIRS = [("field_border", "field"), ("focus", "panel"), ("sandbox", "window")]


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_has_the_contrast_of_aa(look, front, back):
    palette = PALETTES[look]
    wanted = 7.0 if palette.high_contrast else 4.5
    assert contrast(palette.colour(front), palette.colour(back)) >= wanted


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize(("front", "back"), EDGE_PAIRS)
def test_edges_and_focus_can_be_seen(look, front, back):
    palette = PALETTES[look]
    assert contrast(palette.colour(front), palette.colour(back)) >= 3.0


@pytest.mark.parametrize("look", Look)
def test_every_colour_that_the_stylesheet_asks_for_is_there(look):
    sheet = resource_path("styles", "telesales.qss").read_text(encoding="utf-8")
    assert "@" in sheet.split("*/", 1)[1]
    assert "@" not in PALETTES[look].fill(sheet.split("*/", 1)[1])


def test_every_palette_has_the_same_names():
    assert len({frozenset(palette.names) for palette in PALETTES.values()}) == 1


@pytest.fixture
def looked_up_here_again():
    yield
    load_palettes()


@pytest.mark.usefixtures("looked_up_here_again")
@pytest.mark.parametrize("folder", ["plain", "Program Files (x86)", "Zo\u00eb", "O'Neil", "@text"])
def test_the_window_is_dressed_wherever_the_program_lies(qtbot, tmp_path, monkeypatch, folder):
    moved = tmp_path / folder
    shutil.copytree(resource_path("icons"), moved / "icons")
    shutil.copytree(resource_path("styles"), moved / "styles")
    monkeypatch.setattr(palettes, "resource_path", moved.joinpath)
    palette = load_palettes()[Look.LIGHT]
    sheet = resource_path("styles", "telesales.qss").read_text(encoding="utf-8")
    box = QComboBox()
    qtbot.addWidget(box)
    box.resize(120, 32)
    box.setStyleSheet(palette.fill(sheet))  # a sheet that Qt cannot read is a warning, and fails
    picture = box.grab().toImage()
    right = range(picture.width() - 28, picture.width() - 4)
    drawn = {picture.pixelColor(x, y).name() for x in right for y in range(6, 26)}
    assert len(drawn) > 1  # its arrow
