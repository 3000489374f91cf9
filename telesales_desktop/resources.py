"""Where are the icons, stylesheets, translations and sounds, from source, installed and frozen?"""

import sys
import sysconfig
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """The path of a file or folder in ``resources/``, whether or not it is there."""
    return _root().joinpath(*parts)


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / "resources"
    beside_the_package = Path(__file__).resolve().parent.parent / "resources"
    if beside_the_package.is_dir():
        return beside_the_package
    return Path(sysconfig.get_path("data")) / "share" / "telesales-desktop" / "resources"
