"""Is what was arranged brought back whole, or not at all?"""

import pytest
from PySide6.QtCore import QByteArray

from telesales_desktop.ui.window_memory import WindowMemory

VALUE = QByteArray(bytes(range(256)))


def test_what_was_kept_comes_back_in_the_next_run(tmp_path):
    path = tmp_path / "window.ini"
    WindowMemory(path).keep("split", VALUE)
    assert WindowMemory(path).load("split") == VALUE
    assert WindowMemory(path).load("other").isEmpty()


def test_without_a_path_nothing_is_kept():
    memory = WindowMemory(None)
    memory.keep("split", VALUE)
    assert memory.load("split").isEmpty()


@pytest.mark.parametrize("damage", [("A", "B"), ("=", ""), ("-", ""), ("split=", "split=7 ;")])
def test_a_damaged_value_is_none(tmp_path, damage):
    path = tmp_path / "window.ini"
    WindowMemory(path).keep("split", VALUE)
    path.write_text(path.read_text().replace(*damage, 1))
    assert WindowMemory(path).load("split").isEmpty()


@pytest.mark.parametrize(
    "text", ["", "split=7", "split=@ByteArray(xx)", "split=deadbeef-AAAA", "\0\0"]
)
def test_a_file_that_is_not_ours_is_none(tmp_path, text):
    path = tmp_path / "window.ini"
    path.write_text(f"[window]\n{text}\n")
    assert WindowMemory(path).load("split").isEmpty()
