"""Does the report of a rebuilt journal hide nothing?"""

from telesales_desktop.application.rebuilding import Rebuilt
from telesales_desktop.ui.rebuild_dialog import report_lines


def test_from_the_relay(qapp):
    lines = report_lines(Rebuilt(("1",), elsewhere=("2", "3"), from_relay=True))
    assert lines[:2] == (
        "Orders that are back: 1.",
        "Orders on which another desk acts, where they stay: 2.",
    )
    assert "after the last upload" in lines[-1]
    assert len(lines) == 3


def test_from_affirm(qapp):
    many = tuple(str(number) for number in range(14))
    lines = report_lines(Rebuilt((), unusable=many, complete=False))
    assert lines[0] == "Orders that are back: 0."
    assert "0, 1, 2" in lines[1]
    assert "11, …" in lines[1]
    assert "may be more" in lines[2]
    assert "no relay to ask" in lines[3]


def test_in_french(french):
    lines = report_lines(Rebuilt(("1", "2"), elsewhere=("3",), from_relay=True))
    assert lines[0] == "Commandes retrouvées\u00a0: 2."
    assert "un autre poste" in lines[1]
