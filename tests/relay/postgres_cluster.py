"""A PostgreSQL server of the tests' own: a cluster in a folder of its own, on a free port."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = "/usr/lib/postgresql/*/bin"  # where Debian puts what is not for everybody's path


def binary(name: str) -> str | None:
    """One of the server's programs, in the path or where Debian keeps it; the newest."""
    places = sorted(glob.glob(f"{_DEBIAN}/{name}"), key=_major, reverse=True)
    return shutil.which(name) or next(iter(places), None)


def _major(path: str) -> int:
    version = Path(path).parent.parent.name
    return int(version) if version.isdigit() else 0


class Cluster:
    """A running server; ``url(name)`` is the address of one of its databases."""

    def __init__(self, folder: Path, port: int, options: dict[str, str]) -> None:
        self.folder = folder
        self.port = port
        self._options = options
        self._account = _unprivileged()

    def url(self, database: str) -> str:
        return f"postgresql://relay@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        words = ["--auth=trust", "--username=relay", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", "-D", str(self.folder / "data"), *words)

    def start(self) -> None:
        told = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "shared_buffers": "64MB",
            "max_connections": "100",
            **self._options,
        }
        given = " ".join(f"-c {name}={value}" for name, value in told.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", given, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement; its rows as psql prints them, one a line."""
        psql = [binary("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        words = [*psql, "-d", self.url(database), "-c", statement]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [binary(program), *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **self._account,
        )
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(done.stderr + (log.read_text() if log.exists() else ""))


def _unprivileged() -> dict[str, object]:
    """PostgreSQL does not run as root; its own account, or else nobody's, does it there."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def running(place: str | None = None, **options: str) -> Iterator[Cluster]:
    """A new cluster; it and its folder are gone afterwards.

    In memory, or in ``place``; not in pytest's folder, which is closed to the server's account.
    """
    place = place or ("/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="telesales-postgres-", dir=place) as name:
        folder = Path(name)
        cluster = Cluster(folder, _free_port(), options)
        if "user" in cluster._account:
            os.chown(folder, cluster._account["user"], cluster._account["group"])
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")


def _free_port() -> int:
    # PostgreSQL cannot choose a port and tell which.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
