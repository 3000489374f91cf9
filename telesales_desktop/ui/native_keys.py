"""How does this system write a key?"""

from PySide6.QtGui import QKeySequence


def native(keys: str) -> str:
    """``Ctrl+Shift+C`` as people here read it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
