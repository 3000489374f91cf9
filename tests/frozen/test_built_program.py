"""Does the built program run the main job, away from the sources and their environment?"""

import json
import os
import subprocess

import pytest

from telesales_desktop import __version__
from tests.frozen.program import built_program

pytestmark = pytest.mark.frozen

PROGRAMS = ("telesales-desktop", "telesales-relay", "telesales-simulator")


def run(tmp_path, name, *arguments):
    """Run a built program as a stranger would: another folder, an empty HOME, no display."""
    keep = {"PATH", "LANG", "SYSTEMROOT", "TEMP", "TMP"}
    environment = {key: value for key, value in os.environ.items() if key in keep}
    environment["HOME"] = environment["USERPROFILE"] = str(tmp_path)
    return subprocess.run(
        [built_program(name), *arguments],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_tells_its_version(tmp_path, name):
    done = run(tmp_path, name, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert __version__ in done.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_wrong_use_is_one_line_and_2(tmp_path, name):
    done = run(tmp_path, name, "no-such-command")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{name}: ")
    assert "no-such-command" in line


def test_the_built_relay_is_also_the_process_that_writes_and_ends_with_its_input(tmp_path):
    done = run(tmp_path, "telesales-relay", "append-process")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_built_program_proves_itself_whole(tmp_path):
    done = run(tmp_path, "telesales-desktop", "self-test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_main_job_runs(tmp_path):
    pictures = tmp_path / "pictures"
    options = ["--customer", "approve", "--json", "--screenshots", str(pictures)]
    done = run(tmp_path, "telesales-desktop", "demo", "--headless", *options)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines[-1]["status"] == "captured"
    assert lines[-1]["transaction_id"]
    assert [path for path in pictures.iterdir() if path.read_bytes().startswith(b"\x89PNG")]
