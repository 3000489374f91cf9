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
    project = Path(__file__).resolve().parent.parent
    if (project / "pyproject.toml").is_file():
        return project / "resources"
    return Path(sysconfig.get_path("data")) / "share" / "telesales-desktop" / "resources"
