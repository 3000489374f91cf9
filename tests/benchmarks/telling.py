"""What does a measured program say of itself? A line for each mark; imports next to nothing."""

from __future__ import annotations

import os
import time


def tell(name: str) -> None:
    """Say that a mark is reached: the machine's own clock, and what the process used by then."""
    at, used_ms = time.monotonic_ns(), time.process_time() * 1e3
    print(f"mark {name} {at} {used_ms:.3f} {rss_mb():.3f}", flush=True)


def rss_mb(process: int | str = "self") -> float:
    """What a process holds in memory, in MB (10^6 bytes). Linux; 0 elsewhere."""
    path = f"/proc/{process}/status"
    if not os.path.exists(path):
        return 0.0
    with open(path) as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def processor_s(pid: int) -> float:
    """The processor time that a process has used. Units: seconds. Linux."""
    with open(f"/proc/{pid}/stat") as status:
        told = status.read().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
