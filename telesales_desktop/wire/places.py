"""How is a place in the feed written?"""

from __future__ import annotations

import re

CURSOR = re.compile(r"[A-Za-z0-9._~-]{1,128}")
"""A cursor is opaque: a desk keeps it and gives it back, and reads nothing in it."""

EPOCH = re.compile(r"[A-Za-z0-9-]{1,32}")
