"""Does a command go on where nobody listens, and say so where what it said is lost?"""

import errno
import io
import json
import os
import subprocess
import sys

import pytest

from telesales_desktop.standard_streams import Output, is_read_no_further, steady_streams

PEOPLE = """
import sys
from telesales_desktop import cli, people
from telesales_desktop.application.people_ports import WorkstationPerson
from telesales_desktop.application.profile import Role
class Here:
    async def here(self):
        for _ in range(2):
            print("asked", file=sys.stderr)
        return [WorkstationPerson("p1", "Zo\\u00eb \\u0141uk", Role.AGENT)]
people.workstation_people = lambda *_: Here()
sys.exit(cli.main(sys.argv[1:]))
"""


class Broken(io.StringIO):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def write(self, _text=""):
        raise OSError(self.number, os.strerror(self.number))

    flush = write


def people(*words, **given):
    environment = {**os.environ, **given.pop("environment", {})}
    command = [sys.executable, "-c", PEOPLE, "people", "list", *words]
    return subprocess.run(command, env=environment, check=False, **given)


@pytest.fixture
def unread_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("buffered", ["", "1"])
def test_whoever_reads_no_further_makes_no_error(unread_pipe, buffered):
    environment = {"PYTHONUNBUFFERED": buffered}
    done = people(stdout=unread_pipe, stderr=subprocess.PIPE, environment=environment)
    assert (done.returncode, done.stderr.decode()) == (0, "asked\nasked\n")


def test_complaints_that_nobody_reads_stop_nothing(unread_pipe):
    done = people(stdout=subprocess.PIPE, stderr=unread_pipe)
    assert done.returncode == 0
    assert done.stdout


def test_streams_that_were_closed_are_nobodys():
    command = [sys.executable, "-m", "telesales_desktop", "sealing-key", "--private-key-stdin"]
    close = ["sh", "-c", 'exec "$@" <&- >&-', "sh"]
    done = subprocess.run([*close, *command], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().endswith("standard input must give the private key, one per line\n")


def test_letters_that_the_output_does_not_know_are_spelled_out():
    environment = {"PYTHONIOENCODING": "ascii"}
    done = people(stdout=subprocess.PIPE, stderr=subprocess.PIPE, environment=environment)
    assert (done.returncode, done.stdout.decode()) == (0, "  Zo\\xeb \\u0141uk (agent)\n")
    done = people("--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE, environment=environment)
    assert json.loads(done.stdout)["name"] == "Zoë Łuk"


def test_output_that_is_lost_is_a_failure_that_is_told(command, monkeypatch):
    monkeypatch.setattr("telesales_desktop.self_test.run_self_test", lambda **_: print("ok") or 0)
    monkeypatch.setattr(sys, "stdout", Broken(errno.ENOSPC))
    done = command("self-test")
    assert done.status == 1
    assert done.err == f"telesales-desktop: the output was lost: {os.strerror(errno.ENOSPC)}\n"


def test_what_is_lost_first_is_what_is_known():
    stream = Broken(errno.EPIPE)
    told = Output(stream)
    assert told.write("word") == 4
    first = told.lost
    told.flush()
    assert told.lost is first
    assert is_read_no_further(first)


def test_the_streams_are_given_back():
    before = sys.stdout, sys.stderr
    with steady_streams() as told:
        assert sys.stdout is told
        assert told.encoding == before[0].encoding
    assert (sys.stdout, sys.stderr) == before
