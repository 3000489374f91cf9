"""The relay, started as a module."""

import sys

from telesales_desktop.relay.cli import main

sys.exit(main())
