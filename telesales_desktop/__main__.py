"""``python -m telesales_desktop`` is ``telesales-desktop``."""

import sys

from telesales_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
