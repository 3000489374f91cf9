"""What does ``python -m telesales_desktop.simulator`` start?"""

import sys

from telesales_desktop.simulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
