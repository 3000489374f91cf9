"""What does a demonstration stand on? Throw-away data, a relay and a stand-in for Affirm."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from telesales_desktop.adapters.data_key import DataKey
from telesales_desktop.application.ports import Credentials
from telesales_desktop.application.profile import Profile
from telesales_desktop.demo import programs
from telesales_desktop.domain.money import Country, Environment

AGENT = "Dana R."
MERCHANT_NAME = "Northwind Outfitters"


@dataclass(frozen=True, slots=True)
class StageRequest:
    """What was asked for on the command line; empty means "choose for me"."""

    affirm_url: str = ""
    credentials: Credentials | None = None
    relay_listen: str = ""
    hook_listen: str = ""
    hook_path: str = ""
    country: Country = Country.US


class Stage:
    """Servers, profile and folder of one demonstration; all gone after ``clear``."""

    def __init__(self, request: StageRequest) -> None:
        self._request = request
        self.folder = Path(tempfile.mkdtemp(prefix="telesales-demo-"))
        self._servers: list[programs.Served] = []
        self.simulator_url = ""
        self.credentials = request.credentials or Credentials(
            f"DEMO{secrets.token_hex(6).upper()}", secrets.token_urlsafe(24)
        )
        self.enrolment_code = ""
        self.hook_url = ""
        self._relay_url = ""
        self._hook_base = ""

    async def set_up(self) -> Profile:
        """Start relay and, unless another stand-in is named, the simulator.

        Errors: ``programs.ProgramError``, ``OSError``.
        """
        await self._start_relay()
        affirm_url = self._request.affirm_url
        if not affirm_url:
            await self._start_simulator()
            affirm_url = self.simulator_url
        return Profile(
            name="demo",
            environment=Environment.SIMULATOR,
            country=self._request.country,
            affirm_url=affirm_url,
            merchant_name=MERCHANT_NAME,
            relay_url=self._relay_url,
            relay_public_url=self._hook_base,
            store="Denver",
            entity="Northwind 1234",
            agent=AGENT,
            practice=True,
        )

    async def _start_relay(self) -> None:
        database = str(self.folder / "relay.db")
        desks = self._request.relay_listen or _free_address()
        hooks = self._request.hook_listen or _free_address()
        secret = self._request.hook_path or secrets.token_urlsafe(24)
        base = f"http://{hooks}"
        sealing = DataKey.make().sealing_key(self.credentials.private_key)
        told = await programs.run(
            programs.command(
                "relay", "init", "--database", database, "--public-url", base,
                f"--hook-secret={secret}",  # one word: a secret may begin with a dash
                "--sealing-key", sealing.text(),
            )
        )  # fmt: skip
        self.hook_url = next(line.strip() for line in told if "/hooks/affirm/" in line)
        relay = await programs.serve(
            programs.command(
                "relay", "serve", "--database", database, "--listen", desks, "--hook-listen", hooks
            ),
            announces=("desks", "hooks"),
            log=self.folder / "relay.log",
        )
        self._servers.append(relay)
        self._relay_url = relay.addresses["desks"]
        self._hook_base = relay.addresses["hooks"]
        told = await programs.run(
            programs.command(
                "relay", "enrol", "--database", database, "--role", "agent", "--name", AGENT
            )
        )
        self.enrolment_code = told[-1].strip()

    async def _start_simulator(self) -> None:
        simulator = await programs.serve(
            programs.command(
                "simulator",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--hook-url",
                self.hook_url,
                "--country",
                self._request.country.value,
            ),
            announces=("listening",),
            stdin=f"{self.credentials.public_key}\n{self.credentials.private_key}\n",
            log=self.folder / "simulator.log",
        )
        self._servers.append(simulator)
        self.simulator_url = simulator.addresses["listening"]

    async def clear(self) -> None:
        """Stop the servers and throw the data away."""
        for server in reversed(self._servers):
            with contextlib.suppress(ProcessLookupError):
                await server.stop()
        self._servers.clear()
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_address() -> str:
    """A loopback address that was free a moment ago: relay and hook must know it beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
