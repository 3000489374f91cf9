"""Who runs the relay's commands on its machine?"""

from __future__ import annotations

import getpass
import os


def operator() -> str:
    """The operating system's account, for the audit; with sudo, who asked for it too."""
    try:
        account = getpass.getuser() if os.name == "nt" else _account()
    except (KeyError, OSError):  # an account without a name, as in some containers
        account = "an unnamed account"
    asked = os.environ.get("SUDO_USER", "")
    return f"{asked} as {account}" if asked and asked.isprintable() else account


def _account() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
