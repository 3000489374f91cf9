"""How does the demo start its neighbours, from source and frozen alike?"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

READY_S = 30.0
STOP_S = 5.0


class ProgramError(Exception):
    """A neighbour did not start, or said that it cannot; the message is what it said."""


def command(program: str, *arguments: str) -> list[str]:
    """The command line of ``relay`` or ``simulator``.

    Frozen, the three programs stand side by side in one folder; from source, each is a module.
    """
    if getattr(sys, "frozen", False):
        suffix = ".exe" if os.name == "nt" else ""
        beside = Path(sys.executable).with_name(f"telesales-{program}{suffix}")
        return [str(beside), *arguments]
    return [sys.executable, "-m", f"telesales_desktop.{program}", *arguments]


async def run(arguments: Sequence[str]) -> list[str]:
    """Run a short command to its end; returns the lines it printed.

    Errors: ``ProgramError`` with its last line of complaint.
    """
    process = await asyncio.create_subprocess_exec(
        *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        out, complaint = await process.communicate()
    except BaseException:  # whoever waited is ended: so is what was waited for
        await _kill(process)
        raise
    if process.returncode != 0:
        lines = complaint.decode(errors="replace").strip().splitlines()
        raise ProgramError(lines[-1] if lines else f"{arguments[0]} ended with no word")
    return out.decode().splitlines()


@dataclass
class Served:
    """A server that runs until ``stop``; ``addresses`` by the word it announced them with."""

    process: asyncio.subprocess.Process
    addresses: dict[str, str]

    async def stop(self) -> None:
        """Ask it to end, and make it end."""
        if self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self.process.wait()
        except TimeoutError:
            await _kill(self.process)


async def serve(
    arguments: Sequence[str], *, announces: Sequence[str], stdin: str = "", log: Path
) -> Served:
    """Start a server and wait until it has announced every address in ``announces``.

    Errors: ``ProgramError`` when it ends or says nothing for ``READY_S`` seconds.
    """
    with log.open("wb") as complaints:
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints
        )
    assert process.stdin is not None
    assert process.stdout is not None
    addresses: dict[str, str] = {}
    try:
        process.stdin.write(stdin.encode())
        with contextlib.suppress(ConnectionError):
            await process.stdin.drain()
        process.stdin.close()
        async with asyncio.timeout(READY_S):
            while not set(announces) <= set(addresses):
                line = (await process.stdout.readline()).decode(errors="replace").strip()
                if not line:
                    break
                word, _, address = line.partition(" ")
                addresses[word] = address
    except TimeoutError:
        pass
    except BaseException:
        await _kill(process)
        raise
    if not set(announces) <= set(addresses):
        await _kill(process)
        raise ProgramError(_last_word(log) or f"{arguments[-1]} did not start")
    return Served(process, addresses)


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _last_word(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
