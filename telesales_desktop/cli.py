"""What can be asked of ``telesales-desktop`` on the command line?

Nothing heavy is imported before the arguments are right: ``--version`` and a wrong use answer at
once.
"""

from __future__ import annotations

import argparse
import builtins
import gc
import importlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from telesales_desktop import __version__

USAGE = 2
FAILED = 1
DEFAULT_PROFILE = "default"

T = TypeVar("T")


class _Parser(argparse.ArgumentParser):
    """Wrong use is one clear line and exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done; 1 it could not be done; 2 wrong use; ``demo``: see its help."""
    options = build_parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(
        prog="telesales-desktop",
        description="Sell by phone with Affirm: the order form and the live order list.",
        epilog="Without a command it opens the window.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    _add_where(parser)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _add_configure(commands)
    _add_demo(commands)
    _add_self_test(commands)
    return parser


def _add_where(parser: argparse.ArgumentParser, *, is_command: bool = False) -> None:
    # A command's own default would overwrite what was given before the command's name.
    default = argparse.SUPPRESS if is_command else None
    parser.add_argument(
        "--profile",
        default=default,
        type=_argument(_profile_name),
        metavar="NAME",
        help=f"which merchant's settings to use (default: {DEFAULT_PROFILE})",
    )
    parser.add_argument(
        "--data-dir",
        default=default,
        type=Path,
        metavar="DIR",
        help="keep settings, journal and logs there instead of in the usual places",
    )


def _add_configure(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "configure",
        help="set a workstation up without the window",
        description="Set a workstation up: keys go to the system's keyring, the rest to settings.",
        epilog="The keys come on standard input, one per line: the public one first, then the "
        "private. Exit status: 0 done, 1 something was refused (nothing was kept), 2 wrong use.",
        allow_abbrev=False,
    )
    _add_where(sub, is_command=True)
    sub.add_argument("--environment", required=True, choices=["sandbox", "live", "simulator"])
    sub.add_argument("--country", required=True, choices=["US", "CA"])
    sub.add_argument(
        "--affirm-url",
        default="",
        metavar="URL",
        help="a stand-in on this machine (simulator only)",
    )
    sub.add_argument("--relay-url", default="", metavar="URL", help="where the relay serves desks")
    sub.add_argument(
        "--enrolment-code", default="", metavar="CODE", help="one-time code, from telesales-relay"
    )
    sub.add_argument("--confirmation-url", default="", metavar="URL")
    sub.add_argument("--cancel-url", default="", metavar="URL")
    sub.add_argument("--confirmation-action", default="POST", choices=["GET", "POST"])
    sub.add_argument(
        "--merchant-name", default="", metavar="NAME", help="what the customer reads as the seller"
    )
    sub.add_argument("--store", default="", metavar="NAME", help="store location of new orders")
    sub.add_argument("--entity", default="", metavar="NAME", help="entity name of new orders")
    sub.add_argument("--agent", default="", metavar="NAME", help="who works here")
    sub.set_defaults(run=_configure, parser=sub)


def _add_demo(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "demo",
        help="try the whole flow on this machine, without an Affirm account",
        description="Start a stand-in for Affirm and a relay on loopback with throw-away data, "
        "and the window in front of them. Your own profiles and keyring are never touched.",
        epilog="Headless exit status: 0 the order ended where the customer's choice leads "
        "(approve: captured; decline: not_approved; more-information: more_information_needed; "
        "abandon: opened, unchanged for --patience), 1 another end, 2 wrong use, 3 no answer "
        "in time.",
        allow_abbrev=False,
    )
    sub.add_argument(
        "--headless", action="store_true", help="no display: drive the real window by key and mouse"
    )
    sub.add_argument(
        "--customer",
        default="approve",
        choices=["approve", "decline", "more-information", "abandon"],
        help="what the customer does (with --affirm-url: the end that is expected)",
    )
    sub.add_argument("--lose-webhooks", action="store_true", help="let every webhook be lost")
    sub.add_argument(
        "--affirm-url", default="", metavar="URL", help="another stand-in for Affirm, loopback only"
    )
    sub.add_argument("--public-key", default="", metavar="KEY", help="goes with --affirm-url")
    sub.add_argument(
        "--private-key-stdin", action="store_true", help="read the private key from standard input"
    )
    address = _argument(_loopback_address)
    sub.add_argument("--relay-listen", default=None, type=address, metavar="HOST:PORT")
    sub.add_argument("--hook-listen", default=None, type=address, metavar="HOST:PORT")
    sub.add_argument(
        "--hook-path", default=None, type=_argument(_path_secret), metavar="SECRET",
        help="the webhook address ends in /hooks/affirm/SECRET",
    )  # fmt: skip
    seconds = _argument(_seconds)
    sub.add_argument("--timeout", default=120.0, type=seconds, metavar="SECONDS")
    sub.add_argument("--patience", default=20.0, type=seconds, metavar="SECONDS")
    sub.add_argument(
        "--screenshots", default=None, type=Path, metavar="DIR", help="save a picture per step"
    )
    sub.add_argument("--json", action="store_true", help="print the timeline, one object per line")
    sub.add_argument("--country", default="US", choices=["US", "CA"])
    sub.add_argument("--language", default="", choices=["", "en_US", "en_CA", "fr_CA"])
    sub.set_defaults(run=_demo, parser=sub)


def _add_self_test(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "self-test",
        help="prove that this installed program is whole",
        description="Prove on this machine what an installed program needs: Qt, resources, "
        "translations, encryption, the keyring.",
        allow_abbrev=False,
    )
    sub.add_argument("--json", action="store_true", help="one object per line")
    sub.set_defaults(run=_self_test)


# --- what each command does ---------------------------------------------------------------


YOUNG_OBJECTS = 50_000
"""How many new objects make Python look for garbage: its own 700 are many looks in a start, and a
look at all objects would stop a window with many orders for longer than a frame."""


def _load_qt() -> None:
    """Load Qt and keep Python's own ``import``.

    PySide puts another in its place, which reads the source of every module that comes after, in
    search of ``from __feature__ import``: 50 ms and 7 MB for what is not used here.
    """
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    own = builtins.__import__
    importlib.import_module("PySide6.QtCore")
    builtins.__import__ = own


def _window(options: argparse.Namespace) -> int:
    _load_qt()
    from telesales_desktop.window import run_window

    return run_window(options.profile or DEFAULT_PROFILE, data_dir=options.data_dir)


def _configure(options: argparse.Namespace) -> int:
    if options.profile is None:
        options.parser.error("--profile is needed: the name that these settings are kept under")
    from telesales_desktop.configure import configure

    return configure(options, sys.stdin)


def _demo(options: argparse.Namespace) -> int:
    _check_demo(options)
    if options.headless or not _has_display():
        if not options.headless:
            print("No display was found: the demo runs headless.", file=sys.stderr)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _load_qt()
        from telesales_desktop.demo.headless import run_headless

        return run_headless(options, _private_key(options))
    _load_qt()
    from telesales_desktop.demo.interactive import run_interactive

    return run_interactive(options, _private_key(options))


def _check_demo(options: argparse.Namespace) -> None:
    parser: argparse.ArgumentParser = options.parser
    if options.screenshots is not None:
        try:
            options.screenshots.mkdir(parents=True, exist_ok=True)
        except OSError as wrong:
            parser.error(f"argument --screenshots: {options.screenshots}: {wrong.strerror}")
    if options.affirm_url:
        from telesales_desktop.adapters.affirm_hosts import bind_origin
        from telesales_desktop.domain.errors import SettingsError
        from telesales_desktop.domain.money import Country, Environment

        try:
            bind_origin(Environment.SIMULATOR, Country(options.country), options.affirm_url)
        except SettingsError as wrong:
            parser.error(f"argument --affirm-url: {wrong}")
        if not options.public_key or not options.private_key_stdin:
            parser.error("--affirm-url needs --public-key and --private-key-stdin")
        if options.lose_webhooks:
            parser.error("--lose-webhooks is for the built-in simulator, not for --affirm-url")
    elif options.public_key or options.private_key_stdin:
        parser.error("--public-key and --private-key-stdin go with --affirm-url")


def _private_key(options: argparse.Namespace) -> str:
    if not options.private_key_stdin:
        return ""
    key = sys.stdin.readline().strip()
    if not key:
        options.parser.error("--private-key-stdin: no key came on standard input")
    return key


def _self_test(options: argparse.Namespace) -> int:
    from telesales_desktop.self_test import run_self_test

    return run_self_test(as_json=options.json)


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# --- what an argument may be -----------------------------------------------------------------


def _argument(convert: Callable[[str], T]) -> Callable[[str], T]:
    """Let a ``ValueError``'s sentence reach the person, which argparse would swallow."""

    def converted(text: str) -> T:
        try:
            return convert(text)
        except ValueError as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    return converted


def _profile_name(text: str) -> str:
    from telesales_desktop.adapters.data_paths import ensure_profile_name
    from telesales_desktop.domain.errors import SettingsError

    try:
        return ensure_profile_name(text)
    except SettingsError as wrong:
        raise ValueError(str(wrong)) from None


def _loopback_address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if (
        host not in ("127.0.0.1", "localhost")
        or not re.fullmatch("[0-9]{1,5}", port)
        or not 0 < int(port) < 65536
    ):
        raise ValueError(f"{text}: must be an address of this machine, like 127.0.0.1:8700")
    return text


def _path_secret(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_~-]{1,128}", text):
        raise ValueError("only letters, digits, - _ and ~, at most 128")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"{text}: must be a number of seconds") from None
    if not 0 < seconds < 86_400:
        raise ValueError(f"{text}: must be more than 0 and less than a day")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
