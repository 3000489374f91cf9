"""How do a mouse and a keyboard speak to the window, so that nothing between them and Qt is left out?

A client of the X server in as many bytes as it takes: XTEST moves the pointer, presses buttons and holds keys; the
server repeats a key that is held. What arrives at Qt is what a person's hands would have sent.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import NamedTuple

_KEY_PRESS, _KEY_RELEASE, _BUTTON_PRESS, _BUTTON_RELEASE, _MOTION = 2, 3, 4, 5, 6
_LEFT = 1

KEYSYMS = {
    "Return": 0xFF0D,
    "Enter": 0xFF8D,
    "Tab": 0xFF09,
    "Escape": 0xFF1B,
    "space": 0x20,
    "Control": 0xFFE3,
    "Shift": 0xFFE1,
    **{letter: ord(letter) for letter in "acdr"},
}


class Point(NamedTuple):
    """A place on the screen, in its own pixels."""

    x: int
    y: int


_ANYWHERE = Point(0, 0)


class XInput:
    """Hands at a display without access control, such as a test session's."""

    def __init__(self, display: str) -> None:
        number = int(display.rpartition(":")[2].partition(".")[0])
        self._server = socket.socket(socket.AF_UNIX)
        # Where every X server listens, whatever the folder for temporary files is.
        self._server.connect(os.path.join(os.sep, "tmp", ".X11-unix", f"X{number}"))
        self._server.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        status, length = struct.unpack("<BxHHH", self._read(8))[0::3]
        told = self._read(length * 4)
        if status != 1:
            raise OSError(f"the display refuses: {told[:80]!r}")
        vendor = struct.unpack_from("<H", told, 16)[0]
        formats = told[21]
        screens = 32 + (vendor + 3) // 4 * 4 + formats * 8
        self._root = struct.unpack_from("<I", told, screens)[0]
        self._first_code, last_code = told[26], told[27]
        self._xtest = self._extension("XTEST")
        self._xkb = self._extension("XKEYBOARD")
        self._codes = self._keyboard(last_code - self._first_code + 1)
        self._down: list[str] = []

    @classmethod
    def here(cls) -> XInput:
        """At the display of this process."""
        return cls(os.environ["DISPLAY"])

    def close(self) -> None:
        """Let go of every key, and of the server."""
        for name in tuple(self._down):
            self.key_up(name)
        self._server.close()

    # --- hands -----------------------------------------------------------------------------

    def move(self, to: Point) -> None:
        self._fake(_MOTION, 0, to)

    def button_down(self) -> None:
        self._fake(_BUTTON_PRESS, _LEFT)

    def button_up(self) -> None:
        self._fake(_BUTTON_RELEASE, _LEFT)

    def key_down(self, name: str) -> None:
        self._down.append(name)
        self._fake(_KEY_PRESS, self._codes[KEYSYMS[name]])

    def key_up(self, name: str) -> None:
        self._down.remove(name)
        self._fake(_KEY_RELEASE, self._codes[KEYSYMS[name]])

    def repeat_after(self, delay_ms: int, every_ms: int) -> None:
        """How soon and how fast the server repeats a key that is held."""
        self._server.sendall(struct.pack("<BBHHH", self._xkb, 0, 2, 1, 0))  # use the extension
        self._read(32)
        core_keyboard, repeat_keys = 0x100, 1
        told = struct.pack("<BBHH", self._xkb, 7, 25, core_keyboard) + bytes(18)
        told += struct.pack("<IIIHH", 0, 0, repeat_keys, delay_ms, every_ms)
        self._server.sendall(told.ljust(100, b"\0"))

    # --- the protocol ----------------------------------------------------------------------

    def _fake(self, kind: int, detail: int, to: Point = _ANYWHERE) -> None:
        told = struct.pack("<BBHBBxxI", self._xtest, 2, 9, kind, detail, 0)
        told += struct.pack("<I8xhh8x", self._root, to.x, to.y)
        self._server.sendall(told)

    def _extension(self, name: str) -> int:
        padded = name.encode().ljust((len(name) + 3) // 4 * 4, b"\0")
        length = 2 + len(padded) // 4
        self._server.sendall(struct.pack("<BxHHxx", 98, length, len(name)) + padded)
        answer = self._read(32)
        if not answer[8]:
            raise OSError(f"the display has no {name}")
        return answer[9]

    def _keyboard(self, count: int) -> dict[int, int]:
        """Key codes by what is written on the keys."""
        self._server.sendall(struct.pack("<BxHBBxx", 101, 2, self._first_code, count))
        answer = self._read(32)
        a_code = answer[1]
        told = self._read(struct.unpack_from("<I", answer, 4)[0] * 4)
        codes: dict[int, int] = {}
        for place, (keysym,) in enumerate(struct.iter_unpack("<I", told)):
            codes.setdefault(keysym, self._first_code + place // a_code)
        return codes

    def _read(self, size: int) -> bytes:
        told = b""
        while len(told) < size:
            more = self._server.recv(size - len(told))
            if not more:
                raise OSError("the display is gone")
            told += more
        return told
