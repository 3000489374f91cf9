"""Does the installed PySide6 count references to None right? (6.12.0 does not before Python 3.12.)"""

import sys

import pytest


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_a_call_without_an_answer_does_not_use_up_none(qapp):
    from PySide6.QtWidgets import QPushButton

    button = QPushButton()
    before = sys.getrefcount(None)
    for _ in range(1000):
        button.setEnabled(True)
    # The broken wheels lose exactly one reference per call: some 6,000 calls and the process aborts.
    assert sys.getrefcount(None) > before - 500
