"""What does a thief read who takes the relay's disk, its log, its figures, a backup, a core dump?

    python -m tests.campaigns.relay_theft [--webhooks N]

Words that must not leak are planted through real webhooks, customers' visits and sealed order records, while
the database works and while it refuses (so that the spool is used). Then everything that rests is searched for them, in
every spelling that they could rest in; and the process's whole memory for the private API key, which the
relay never had. The control is the same relay with sealing switched off: the search must find the words.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import http.client
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.campaigns import relay_desk, relay_mutants
from tests.campaigns.relay_forked import ForkedRelay
from tests.campaigns.relay_sealing import API_KEY, Sealing, command, disk

_HOOK = "/hooks/affirm/theft-hook-secret-4Jq"
_ORDER_KEY = "0123456789abcdef0123456789abcdef"
CUSTOMER = {
    "name": "Zoraide Plantagenet",
    "e-mail": "zoraide.planted@example.com",
    "amount": "86753091",
    "checkout id": "PLANTEDCHECKOUT7",
    "order number": "R-PLANTED-4711",
}
"""What a customer's webhook holds. The search of the control must find each of them."""


@dataclass
class Result:
    """Where which word was found."""

    places: int = 0
    octets: int = 0
    found: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    core_octets: int = 0
    key_in_core: bool = False
    sentinel_in_core: bool = False


class SpawnedRelay:
    """The relay as it is installed: a program of its own."""

    def __init__(self, database: str, log: str) -> None:
        words = [sys.executable, "-m", "telesales_desktop.relay", "serve", "--database", database]
        words += ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
        with open(log, "a") as complaints:
            self._process = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=complaints, text=True
            )
        assert self._process.stdout is not None
        ports = [int(self._process.stdout.readline().rpartition(":")[2]) for _ in range(2)]
        self.pid, (self.desks, self.hooks) = self._process.pid, ports

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


Relay = ForkedRelay | SpawnedRelay


def spellings(word: str) -> Iterator[bytes]:
    """A word as it may rest: plain, escaped, encoded; base64 at each of its three alignments."""
    plain = word.encode()
    yield from (plain, word.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode())
    yield from (
        quote(word).encode(),
        quote(word, safe="").encode(),
        word.replace(" ", "+").encode(),
    )
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        start, end = (shift * 8 + 5) // 6, len(encoded.rstrip(b"=")) - 1
        yield encoded[start:end]
        yield base64.urlsafe_b64encode(b"\0" * shift + plain)[start:end]


def search(places: dict[str, bytes], words: dict[str, str], result: Result) -> None:
    for place, content in places.items():
        result.places += 1
        result.octets += len(content)
        for name, word in words.items():
            if any(spelled in content for spelled in spellings(word)):
                result.found.append(f"{name} in {place}")
                result.words.add(name)


def run(webhooks: int = 50, mutant: str = "") -> Result:
    """One relay's life, and the search."""
    result = Result()
    with tempfile.TemporaryDirectory(dir=disk()) as name, relay_mutants.planted(mutant):
        folder, sealing = Path(name), Sealing()
        database, log = folder / "relay.db", folder / "log"
        sealing.init(str(database), _HOOK)
        code = sealing.code(str(database))
        # A fork would have this campaign's own memory in it, and so its key.
        start = ForkedRelay if mutant else SpawnedRelay
        relay = start(str(database), str(log))
        try:
            token = relay_desk.enrol(relay.desks, code, "desk 1")
            _plant(relay, sealing, token, webhooks)
            places = _spooled(relay, database)
            places["figures"] = _get(relay.desks, "/metrics")
            command(["backup", "--database", str(database), "--to", str(folder / "backup.db")])
            places |= _files(folder, "while it serves")
            secrets = {"token": token, "code": code, "address": _HOOK.rpartition("/")[2]}
            _search_core(relay.pid, result)
            relay.stop()
        finally:
            relay.kill()
        places |= _files(folder, "at rest")
    search(places, {**CUSTOMER, **secrets, "API key": API_KEY.decode()}, result)
    return result


def _plant(relay: Relay, sealing: Sealing, token: str, webhooks: int) -> None:
    for number in range(webhooks):
        _post(relay.hooks, _HOOK, _webhook(number))
    visit = f"/customer/main/{_ORDER_KEY}/confirmed?checkout_token={CUSTOMER['checkout id']}"
    _get(relay.hooks, visit)
    body = {
        "version": 1,
        "environment": "sandbox",
        "checkout_hashes": [sealing.checkout_hash(CUSTOMER["checkout id"])],
        "tags": [sealing.tag("email", CUSTOMER["e-mail"])],
        "sealed": base64.b64encode(sealing.record(_ORDER_KEY, 1, repr(CUSTOMER).encode())).decode(),
    }
    connection = http.client.HTTPConnection("127.0.0.1", relay.desks, timeout=60)
    with contextlib.closing(connection):
        headers = {"If-Match": '"0"'}
        relay_desk.ask(connection, "PUT", f"/v1/orders/{_ORDER_KEY}", token, body, headers=headers)
        relay_desk.ask(connection, "GET", "/v1/changes?limit=500", token)


def _webhook(number: int) -> bytes:
    fields = {
        "checkout_token": CUSTOMER["checkout id"],
        "event": "confirmed",
        "order_id": CUSTOMER["order number"],
        "first_name": CUSTOMER["name"],
        "email_address": CUSTOMER["e-mail"],
        "total": CUSTOMER["amount"],
        "n": number,
    }
    return urlencode(fields).encode()


def _spooled(relay: Relay, database: Path) -> dict[str, bytes]:
    """What the spool holds while the database is held by somebody else."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        _post(relay.hooks, _HOOK, _webhook(-1))
        spool = database.with_name(database.name + ".spool")
        held = {
            f"spool {place.name}": place.read_bytes()
            for place in (spool, spool.with_name(spool.name + ".draining"))
            if place.exists()
        }
        holder.execute("ROLLBACK")
    assert held, "the spool was not used"
    return held


def _files(folder: Path, when: str) -> dict[str, bytes]:
    return {
        f"{file.name} {when}": file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and not file.name.endswith(".ballast")
    }


def _search_core(pid: int, result: Result) -> None:
    """Everything that a core dump would hold, read from the living process."""
    maps = Path(f"/proc/{pid}/maps")
    if not maps.exists():
        return
    sentinel = b"/hooks/affirm/"  # the program's own text: the search can find something
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps.read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            if "r" not in rights or line.endswith(("[vvar]", "[vsyscall]")):
                continue
            with contextlib.suppress(OSError, OverflowError):
                memory.seek(start)
                content = memory.read(end - start)
                result.core_octets += len(content)
                result.sentinel_in_core |= sentinel in content
                result.key_in_core |= any(s in content for s in spellings(API_KEY.decode()))


def _post(port: int, path: str, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("POST", path, body, {"x-affirm-signature": "t=1,v0=00"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().read()


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 if nothing was found and the control found all; 1 if not; 2 for usage."""
    parser = argparse.ArgumentParser(prog="relay_theft", description=__doc__.splitlines()[0])
    parser.add_argument("--webhooks", type=int, default=200)
    wanted = parser.parse_args(argv)
    if wanted.webhooks < 1:
        parser.error("--webhooks is at least 1")
    return report(run(wanted.webhooks), run(wanted.webhooks, relay_mutants.UNSEALED))


def report(result: Result, control: Result) -> int:
    """Print the figures; 0 if they show what they must."""
    print(
        f"searched {result.places} places, {result.octets} bytes: {len(result.found)} found; core of"
        f" {result.core_octets} bytes: API key {'FOUND' if result.key_in_core else 'not found'}"
    )
    print(f"control, {relay_mutants.UNSEALED}: found {sorted(control.words)}")
    for line in result.found[:20]:
        print(f"  {line}")
    good = not result.found and not result.key_in_core and result.places > 0
    good = good and result.sentinel_in_core and control.words >= set(CUSTOMER)
    print("kept" if good else "BROKEN")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
