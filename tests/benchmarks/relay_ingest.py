"""How many webhooks a second does the relay keep, sealed and synced, beside servers that do less?

    python -m tests.benchmarks.relay_ingest [--seconds S] [--rounds K] [--postgres]

By turns, each with wrk (Debian's package `wrk`) over 32 connections and bodies of 600 bytes that are
all different: the relay; the relay with its database replaced by nothing; the same HTTP server with
an application that only reads the body; and Debian's `webhook` and nginx with nchan, where they are
installed. wrk has its share of the processors. Judges nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.campaigns.relay_sealing import Sealing, disk
from tests.relay import postgres_cluster

_HOOK = "/hooks/affirm/benchmark-hook-secret"
_SCRIPT = """
local n = 0
local id = "%s"
init = function(args) math.randomseed(os.time()) id = id .. math.random(1e9) end
request = function()
  n = n + 1
  local body = "checkout_token=BENCH" .. id .. "N" .. n .. "&event=confirmed&pad="
  return wrk.format("POST", nil, nil, body .. string.rep("x", 600 - #body))
end
"""


@contextlib.contextmanager
def program(words: list[str], first: str) -> Iterator[str]:
    """A server; its address, from the line of its output that begins with ``first``."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(first):
                yield line.split()[1]
                break
    finally:
        process.terminate()
        process.communicate()


def relay(database: str, *options: str) -> contextlib.AbstractContextManager[str]:
    """The relay, or with ``--nothing`` its stand-in whose database is replaced by nothing."""
    module = "telesales_desktop.relay"
    if options == ("--nothing",):
        module, options = "tests.benchmarks.relay_without_database", ()
    words = [sys.executable, "-m", module, "serve", "--database", database, *options]
    words += ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
    return program(words, "hooks ")


@contextlib.contextmanager
def quiet(words: list[str], port: int) -> Iterator[str]:
    """A server that says nothing: its address, once it takes connections."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def webhook(folder: Path) -> contextlib.AbstractContextManager[str]:
    hooks, port = folder / "hooks.json", free_port()
    hooks.write_text(json.dumps([{"id": "x", "execute-command": "/bin/true"}]))
    words = ["webhook", "-hooks", str(hooks), "-ip", "127.0.0.1", "-port", str(port)]
    return quiet(words, port)


def nchan(folder: Path) -> contextlib.AbstractContextManager[str]:
    port = free_port()
    module = next(Path("/usr/lib/nginx/modules").glob("ngx_nchan_module.so"))
    file = folder / "nchan.conf"
    file.write_text(
        f"load_module {module}; daemon off; pid {folder}/nchan.pid; error_log /dev/null; user root;"
        f"worker_processes 1; events {{ worker_connections 4096; }} http {{ access_log off;"
        f"client_body_temp_path {folder}; server {{ listen 127.0.0.1:{port};"
        f" location / {{ nchan_publisher; nchan_channel_id main; nchan_message_buffer_length 1000;"
        f" }} }} }}"
    )
    return quiet(["nginx", "-c", str(file)], port)


def press(url: str, seconds: int, mark: str, folder: Path) -> tuple[float, float, float, int]:
    """Requests a second, median and p99 in ms, and answers that were no success."""
    script = folder / "press.lua"
    script.write_text(_SCRIPT % mark)
    words = ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", "-s", str(script), url]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert rate is not None, told
    return (
        float(rate[1]),
        _milliseconds(told, "50%"),
        _milliseconds(told, "99%"),
        int(wrong[1]) if wrong else 0,
    )


def _milliseconds(told: str, name: str) -> float:
    found = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", told)
    assert found is not None, told
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="relay_ingest", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true", help="the relay on PostgreSQL too")
    wanted = parser.parse_args()
    if not shutil.which("wrk"):
        print("needs wrk", file=sys.stderr)
        return 2
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=disk())))
        servers = _servers(stack, folder, postgres=wanted.postgres)
        figures: dict[str, list[tuple[float, float, float, int]]] = {name: [] for name in servers}
        for number in range(wanted.rounds):
            for name, (start, path) in servers.items():
                with start() as url:
                    press(url + path, 1, f"w{number}", folder)
                    figures[name].append(press(url + path, wanted.seconds, f"r{number}", folder))
    _tell(figures)
    return 0


def _servers(
    stack: contextlib.ExitStack, folder: Path, *, postgres: bool
) -> dict[str, tuple[Callable[[], contextlib.AbstractContextManager[str]], str]]:
    database = str(folder / "relay.db")
    Sealing().init(database, _HOOK)
    bare = [sys.executable, "-m", "tests.benchmarks.relay_without_database", "bare"]
    servers: dict[str, tuple[Callable[[], contextlib.AbstractContextManager[str]], str]] = {
        "bare server, no database": (lambda: program(bare, "hooks "), _HOOK),
        "relay without its database": (lambda: relay(database, "--nothing"), _HOOK),
        "relay on SQLite, sealed, synced": (lambda: relay(database), _HOOK),
    }
    if postgres:
        cluster = stack.enter_context(postgres_cluster.running(disk()))
        cluster.sql("CREATE DATABASE relay")
        url = cluster.url("relay")
        Sealing().init(url, _HOOK)
        spool = str(folder / "spool")
        servers["relay on PostgreSQL, sealed, synced"] = (
            lambda: relay(url, "--spool", spool),
            _HOOK,
        )
    if shutil.which("webhook"):
        servers["webhook (Debian), fire and forget"] = (lambda: webhook(folder), "/hooks/x")
    if list(Path("/usr/lib/nginx/modules").glob("ngx_nchan_module.so")):
        servers["nginx with nchan, memory"] = (lambda: nchan(folder), "/")
    return servers


def _tell(figures: dict[str, list[tuple[float, float, float, int]]]) -> None:
    bare = statistics.median(each[0] for each in figures["bare server, no database"])
    print(f"{'':38} req/s   ratio   p50 ms  p99 ms  refused")
    for name, rounds in figures.items():
        rate, p50, p99 = (statistics.median(each[at] for each in rounds) for at in range(3))
        refused = sum(each[3] for each in rounds)
        print(f"{name:38} {rate:6.0f}  {rate / bare:6.2f}  {p50:7.2f} {p99:7.2f}  {refused}")


if __name__ == "__main__":
    sys.exit(main())
