"""The floor of a relay: a POST is appended and synced, then whoever waits is woken; nothing else.

    python -m tests.benchmarks.raw_relay FILE

Prints its port. One POST and one waiting GET a connection, kept alive.
"""

from __future__ import annotations

import asyncio
import os
import sys


class RawRelay:
    """The last body, and who waits for the next."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self._waiting: list[asyncio.Future[bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"POST"):
                    fields = head.lower().split(b"content-length:")
                    body = await reader.readexactly(int(fields[1].split(b"\r\n")[0]))
                    os.write(self._file, body)
                    os.fsync(self._file)
                    waiting, self._waiting = self._waiting, []
                    for one in waiting:
                        one.set_result(body)
                    answer = b""
                else:
                    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
                    self._waiting.append(future)
                    answer = await future
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer))
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main(path: str) -> None:
    server = await asyncio.start_server(RawRelay(path).serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
