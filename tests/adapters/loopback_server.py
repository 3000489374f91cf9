"""A server on loopback that does to a connection what a test says, and leaves nothing open."""

import asyncio
import contextlib


@contextlib.asynccontextmanager
async def loopback_server(play):
    """Serve each connection with ``play(reader, writer)``; gives the port."""
    serving = set()

    async def serve(reader, writer):
        serving.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await play(reader, writer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        if serving:
            await asyncio.wait(serving)
