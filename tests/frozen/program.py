"""Where is the program that packaging/build.py built?"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def built_program(name: str) -> Path:
    """The path of one of the three built programs, whether or not it is there."""
    return ROOT / "dist" / "telesales" / (f"{name}.exe" if os.name == "nt" else name)
