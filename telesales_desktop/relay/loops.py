"""Which event loop does a relay run on, and how long may a connection keep silent before TLS?"""

from __future__ import annotations

import asyncio
from typing import Any

HANDSHAKE_S = 10.0
"""For the whole handshake. uvloop and asyncio wait for a minute; until it is through, a connection
counts towards no limit of ours, as nobody knows of it yet, and holds an open file all the while."""


class Punctual:
    """Before a loop's class: its servers wait for no handshake longer than ``HANDSHAKE_S``."""

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:
        if options.get("ssl") is not None:
            options.setdefault("ssl_handshake_timeout", HANDSHAKE_S)
        made: asyncio.Server = await super().create_server(*args, **options)  # type: ignore[misc]
        return made


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop, where there is one (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        made = asyncio.new_event_loop()
        kind: type[asyncio.AbstractEventLoop] = type(made)
        made.close()
    else:
        kind = uvloop.Loop
    loop: asyncio.AbstractEventLoop = type("PunctualLoop", (Punctual, kind), {})()
    return loop
