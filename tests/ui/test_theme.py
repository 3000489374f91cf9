"""Does the window look as it should, and follow the system?"""

import wave

import pytest
from PySide6.QtCore import QProcess, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QLabel, QPushButton

from telesales_desktop.resources import resource_path
from telesales_desktop.ui import chime
from telesales_desktop.ui.icons import application_icon, icon, pixmap
from telesales_desktop.ui.palettes import Look
from telesales_desktop.ui.theme import body_font, set_property


def test_figures_have_one_width(theme, qtbot):
    label = QLabel("1")
    qtbot.addWidget(label)
    label.ensurePolished()
    for font in (body_font(), label.font()):
        metrics = QFontMetricsF(font)
        assert len({round(metrics.horizontalAdvance(figure)) for figure in "0123456789"}) == 1


class Hints:
    """What the system says."""

    def __init__(self, *, dark, contrast):
        self._dark, self._contrast = dark, contrast

    def colorScheme(self):
        return Qt.ColorScheme.Dark if self._dark else Qt.ColorScheme.Light

    def accessibility(self):
        return self

    def contrastPreference(self):
        wanted = Qt.ContrastPreference
        return wanted.HighContrast if self._contrast else wanted.NoPreference


@pytest.mark.parametrize(
    ("dark", "contrast", "look"),
    [
        (False, False, Look.LIGHT),
        (True, False, Look.DARK),
        (False, True, Look.HIGH_CONTRAST_LIGHT),
        (True, True, Look.HIGH_CONTRAST_DARK),
    ],
)
def test_the_look_follows_the_system(theme, monkeypatch, dark, contrast, look):
    monkeypatch.setattr(
        type(theme._application), "styleHints", lambda self: Hints(dark=dark, contrast=contrast)
    )
    theme.choose(None)
    assert theme.palette.look is look


def test_a_chosen_look_stays_whatever_the_system_says(theme, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.choose(Look.DARK)
    with qtbot.assertNotEmitted(theme.changed):
        theme.follow()
    assert theme.palette.dark


def test_a_property_changes_the_look_at_once(theme, qtbot):
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.show()
    set_property(button, "kind", "primary")
    picture = button.grab().toImage()
    assert picture.pixelColor(button.width() // 2, 4) == theme.palette.colour("accent")


@pytest.mark.parametrize(
    "name", sorted(p.stem for p in resource_path("icons").glob("*.svg") if "arrow" not in p.stem)
)
def test_every_icon_draws_something_in_the_colour_asked_for(qapp, name):
    red = QColor("#ff0000")
    picture = pixmap(name, red.name(), 20, 2.0).toImage()
    drawn = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() > 200
    }
    assert drawn
    assert name == "telesales" or red.name() in drawn
    assert not icon(name, red).isNull()


def test_the_program_has_a_sign(qapp):
    assert application_icon().availableSizes()


def test_the_sound_of_news_is_short_and_soft():
    with wave.open(str(resource_path("sounds", "news.wav")), "rb") as sound:
        assert sound.getnframes() / sound.getframerate() < 1
        frames = sound.readframes(sound.getnframes())
    loudest = max(
        abs(int.from_bytes(frames[n : n + 2], "little", signed=True))
        for n in range(0, len(frames), 2)
    )
    assert 1000 < loudest < 12_000


def test_the_sound_is_played_by_what_the_system_has_and_never_waited_for(monkeypatch, qapp):
    started, bells = [], []
    monkeypatch.setattr(chime.sys, "platform", "linux")
    monkeypatch.setattr(chime, "_PLAYERS", ("one", "two"))
    monkeypatch.setattr(chime.shutil, "which", lambda name: "/bin/two" if name == "two" else None)
    monkeypatch.setattr(QProcess, "startDetached", lambda *call: started.append(call))
    chime.play_chime()
    assert started == [("/bin/two", [str(resource_path("sounds", "news.wav"))])]
    monkeypatch.setattr(chime.shutil, "which", lambda name: None)
    monkeypatch.setattr(chime.QApplication, "beep", lambda: bells.append(1))
    chime.play_chime()
    assert bells == [1]
