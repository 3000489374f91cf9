"""Is it told once, and only when there is something to see?"""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from telesales_desktop.ui.first_paint import FirstPaint


class Seen(QLabel):
    """Notes when it is painted."""

    def __init__(self, notes: list[str]) -> None:
        super().__init__("seen")
        self._notes = notes

    def paintEvent(self, event: object) -> None:
        super().paintEvent(event)  # type: ignore[arg-type]
        self._notes.append("child")


def test_it_is_told_once_after_everything_in_the_window_was_painted(qtbot):
    notes: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(Seen(notes))
    first = FirstPaint(window)
    first.painted.connect(lambda: notes.append("painted"))
    qtbot.wait(20)
    assert notes == []
    window.show()
    qtbot.waitUntil(lambda: "painted" in notes)
    assert notes.index("child") < notes.index("painted")
    window.repaint()
    qtbot.wait(20)
    assert notes.count("painted") == 1
