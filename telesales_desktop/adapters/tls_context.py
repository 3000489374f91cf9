"""Which certificates does this machine trust? One context for every client of the program."""

from __future__ import annotations

import asyncio
import ssl
from functools import lru_cache


async def shared_tls_context() -> ssl.SSLContext:
    """The operating system's trust store behind one TLS context, made once, off the loop.

    No silent fall-back to a bundled list: a company's own authority counts here as in its browser.
    """
    return await asyncio.to_thread(_tls_context)


@lru_cache(maxsize=1)
def _tls_context() -> ssl.SSLContext:
    import truststore  # lazily: the first paint does not need it

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
