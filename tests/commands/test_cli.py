"""Does the command line say in one line what is wrong, and start nothing heavy for it?"""

import builtins
import gc
import json
import os
import subprocess
import sys

import pytest

from telesales_desktop import __version__, cli
from tests.commands.bench import one_line


def test_the_version_is_told(command):
    done = command("--version")
    assert (done.status, done.out.strip()) == (0, f"telesales-desktop {__version__}")


@pytest.mark.parametrize(
    ("words", "of", "told"),
    [
        (["sell"], "", "invalid choice: 'sell'"),
        (["--profile", "A b"], "", "a profile's name has 1 to 40"),
        (["--prof=a"], "", "unrecognized arguments"),
        (["watch", "--data-dir", ""], "watch", "the name of a folder is needed"),
        (["demo", "--screenshots", ""], "demo", "the name of a folder is needed"),
        (["configure"], "configure", "--environment, --country"),
        (["configure", "--environment", "live", "--country", "FR"], "configure", "'FR'"),
        (["configure", "--environment", "live", "--country", "US"], "configure", "--profile"),
        (["demo", "--relay-listen", "10.0.0.1:80"], "demo", "an address of this machine"),
        (["demo", "--relay-listen", "127.0.0.1:0"], "demo", "an address of this machine"),
        (["demo", "--relay-listen", "127.0.0.1:65536"], "demo", "an address of this machine"),
        (["demo", "--relay-listen", "127.0.0.1:x"], "demo", "an address of this machine"),
        (["demo", "--relay-listen", "::1:8700"], "demo", "an address of this machine"),
        (["demo", "--relay-listen", "[127.0.0.1]:8700"], "demo", "an address of this machine"),
        (["demo", "--hook-path", "a/b"], "demo", "only letters, digits"),
        (["demo", "--timeout", "soon"], "demo", "a number of seconds"),
        (["demo", "--timeout", "0"], "demo", "more than 0"),
        (["demo", "--patience", "nan"], "demo", "more than 0"),
        (["demo", "--public-key", "K"], "demo", "go with --affirm-url"),
        (["demo", "--private-key-stdin"], "demo", "go with --affirm-url"),
        (["demo", "--affirm-url", "https://api.affirm.com"], "demo", "--affirm-url"),
        (["demo", "--affirm-url", "http://127.0.0.1:1"], "demo", "needs --public-key"),
        (["demo", "--screenshots", "/dev/null/x"], "demo", "--screenshots"),
        (["sealing-key"], "sealing-key", "--private-key-stdin is needed"),
        (
            ["sealing-key", "--private-key-stdin", "--rewrap"],
            "sealing-key",
            "--rewrap needs --profile",
        ),
        (["people"], "people", "ACTION"),
        (["people", "switch"], "people switch", "NAME"),
        (["people", "enrol"], "people enrol", "--code"),
    ],
)
def test_wrong_use_is_one_line_and_exit_status_2(command, words, of, told):
    done = command(*words)
    assert done.status == 2
    assert done.out == ""
    assert told in one_line(done, of)


@pytest.mark.parametrize(
    ("words", "of"),
    [(["people"], "people"), (["configure"], "configure"), (["watch", "--what"], "")],
)
def test_what_is_missing_or_unknown_is_explained_by_the_help(command, words, of):
    line = one_line(command(*words), of)
    assert line.endswith(f"; see {f'telesales-desktop {of}'.strip()} --help")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("configure", "needed: the name that these settings are kept under"),
        ("sealing-key", "whose relay is asked; only making a new key needs none"),
    ],
)
def test_no_default_is_told_where_there_is_none(command, name, told):
    done = command(name, "--help")
    said = " ".join(done.out.split())
    assert done.status == 0
    assert told in said
    assert "(default: default)" not in said


def test_configure_says_what_an_environment_and_a_country_are(command):
    said = " ".join(command("configure", "--help").out.split())
    assert "{sandbox,live,simulator} which Affirm the keys are for" in said
    assert "{US,CA} where the merchant's account with Affirm is" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--lose-webhooks"], "--lose-webhooks is for the built-in simulator"),
        ([], "no key came on standard input"),
    ],
)
def test_a_demo_with_another_stand_in_needs_its_keys(command, options, told):
    words = ["--affirm-url", "http://127.0.0.1:1", "--public-key", "K", "--private-key-stdin"]
    done = command("demo", "--headless", *words, *options)
    assert done.status == 2
    assert told in one_line(done, "demo")


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8700", "localhost:1", "[::1]:8700", "127.8.9.1:65535"]
)
def test_every_loopback_address_is_one(address):
    options = cli.build_parser().parse_args(["demo", "--relay-listen", address])
    assert options.relay_listen == address


def test_a_demo_may_be_told_its_addresses_and_its_times():
    words = ["demo", "--hook-path=-a_~Z9", "--timeout", "1.5", "--patience", "86399"]
    options = cli.build_parser().parse_args(words)
    assert (options.hook_path, options.timeout, options.patience) == ("-a_~Z9", 1.5, 86_399)


def test_qt_is_loaded_without_its_own_way_to_import():
    own, threshold = builtins.__import__, gc.get_threshold()
    try:
        cli._load_qt()
        assert builtins.__import__ is own
        assert "PySide6.QtCore" in sys.modules
        assert gc.get_threshold()[0] == cli.YOUNG_OBJECTS
    finally:
        gc.set_threshold(*threshold)


def test_what_is_given_before_a_command_counts_for_it():
    parser = cli.build_parser()
    options = parser.parse_args(["--profile", "shop", "people", "list"])
    assert options.profile == "shop"
    options = parser.parse_args(["--profile", "shop", "people", "--profile", "other", "list"])
    assert options.profile == "other"


def test_ending_it_by_the_keyboard_is_no_traceback(command, monkeypatch):
    def interrupted(_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_self_test", interrupted)
    done = command("self-test")
    assert (done.status, done.err) == (130, "")


def test_without_a_display_there_is_no_window_and_no_crash(command, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    done = command()
    assert done.status == 1
    assert "no display" in one_line(done, "")


def test_without_a_command_the_window_of_the_profile_opens(command, monkeypatch):
    opened = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(cli, "_load_qt", lambda: None)
    monkeypatch.setattr(
        "telesales_desktop.window.run_window",
        lambda profile, *, data_dir: opened.append((profile, data_dir)) or 0,
    )
    assert command().status == 0
    assert command("--profile", "shop").status == 0
    assert opened == [("default", command.data_dir), ("shop", command.data_dir)]


@pytest.mark.parametrize(
    ("display", "platform", "headless"),
    [
        ({}, "linux", True),
        ({"DISPLAY": ":0"}, "linux", False),
        ({"WAYLAND_DISPLAY": "w"}, "linux", False),
        ({}, "win32", False),
        ({}, "darwin", False),
    ],
)
def test_the_demo_runs_headless_where_there_is_no_display(
    command, monkeypatch, display, platform, headless
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(cli, "_load_qt", lambda: None)
    ran = []
    for place in ("headless.run_headless", "interactive.run_interactive"):
        monkeypatch.setattr(
            f"telesales_desktop.demo.{place}",
            lambda options, key, place=place: ran.append((place, key)) or 0,
        )
    done = command("demo")
    assert done.status == 0
    assert ran == [("headless.run_headless" if headless else "interactive.run_interactive", "")]
    assert (os.environ.get("QT_QPA_PLATFORM") == "offscreen") is headless
    assert ("No display was found" in done.err) is headless


def test_the_demo_is_given_the_key_of_another_stand_in(command, monkeypatch):
    ran = []
    monkeypatch.setattr(cli, "_load_qt", lambda: None)
    monkeypatch.setattr(
        "telesales_desktop.demo.headless.run_headless",
        lambda options, key: ran.append((options.public_key, key)) or 0,
    )
    words = ["--affirm-url", "http://127.0.0.1:1", "--public-key", "K", "--private-key-stdin"]
    assert command("demo", "--headless", *words, stdin="secret\n").status == 0
    assert ran == [("K", "secret")]


@pytest.mark.parametrize("key", ["", "with blank", "cl\xe9", "\udcff"])
def test_the_demo_takes_nothing_for_a_key_that_is_none(command, monkeypatch, key):
    monkeypatch.setattr(cli, "_load_qt", lambda: None)
    words = ["--affirm-url", "http://127.0.0.1:1", "--public-key", "K", "--private-key-stdin"]
    done = command("demo", "--headless", *words, stdin=f"{key}\n")
    assert done.status == 2
    assert "--private-key-stdin" in one_line(done, "demo")


def test_a_demo_that_has_no_room_or_no_relay_says_so(command, monkeypatch):
    def impossible(_options, _key):
        raise FileNotFoundError(2, "No such file or directory", "telesales-relay")

    monkeypatch.setattr(cli, "_load_qt", lambda: None)
    monkeypatch.setattr("telesales_desktop.demo.headless.run_headless", impossible)
    done = command("demo", "--headless")
    assert done.status == 1
    assert one_line(done, "demo").endswith("No such file or directory: 'telesales-relay'")


def test_the_self_test_is_told_how_to_print(command, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "telesales_desktop.self_test.run_self_test",
        lambda *, as_json: asked.append(as_json) or 0,
    )
    assert command("self-test", "--json").status == 0
    assert asked == [True]


def test_an_answer_at_once_loads_nothing_heavy():
    heavy = ("PySide6", "httpx", "apsw", "cryptography", "keyring")
    script = (
        "import sys, telesales_desktop.cli as cli\n"
        "try: cli.main(['demo', '--timeout', 'x'])\n"
        "except SystemExit as left: status = left.code\n"
        f"import json; print(json.dumps([status, [m for m in {heavy} if m in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert json.loads(done.stdout) == [2, []]
