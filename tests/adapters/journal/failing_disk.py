"""A disk that fails at a chosen call: full, or with an error, once or from then on."""

from collections import Counter
from itertools import count

import apsw

_NUMBERS = count()


class FailingDisk(apsw.VFS):
    """A VFS over the system's own. ``fail_at`` names a call (``"xSync", 3``) and its error."""

    def __init__(self) -> None:
        self.name = f"failing-{next(_NUMBERS)}"
        super().__init__(self.name, "unix")
        self.calls: Counter[str] = Counter()
        self.failed = 0
        self._call = ""
        self._number = 0
        self._error = 0
        self._lasts = False

    @property
    def cipher_name(self) -> str:
        """The name to open an encrypted file on this disk."""
        return f"multipleciphers-{self.name}"

    def fail_at(self, call: str, number: int, error: int, *, lasts: bool = False) -> None:
        self.calls.clear()
        self.failed = 0
        self._call, self._number, self._error, self._lasts = call, number, error, lasts

    def heal(self) -> None:
        self._call = ""

    def note(self, call: str) -> None:
        self.calls[call] += 1
        n = self.calls[call]
        if call == self._call and (n == self._number or (self._lasts and n > self._number)):
            self.failed += 1
            raise apsw.exception_for(self._error)

    def xOpen(self, name, flags):
        self.note("xOpen")
        return FailingFile(self, name, flags)

    def xDelete(self, name, sync):
        self.note("xDelete")
        super().xDelete(name, sync)


class FailingFile(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        super().__init__("unix", name, flags)
        self._disk = disk

    def xRead(self, amount, offset):
        self._disk.note("xRead")
        return super().xRead(amount, offset)

    def xWrite(self, data, offset):
        self._disk.note("xWrite")
        super().xWrite(data, offset)

    def xSync(self, flags):
        self._disk.note("xSync")
        super().xSync(flags)

    def xTruncate(self, size):
        self._disk.note("xTruncate")
        super().xTruncate(size)
