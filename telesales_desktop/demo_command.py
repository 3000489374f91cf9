"""How is the demo asked for on the command line, and is what was asked possible?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from telesales_desktop.arguments import argument, folder, loopback_address, path_secret, seconds

FAILED = 1


def add_demo(
    commands: argparse._SubParsersAction[Any], run: Callable[[argparse.Namespace], int]
) -> None:
    """The command's arguments."""
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
    address = argument(loopback_address)
    sub.add_argument("--relay-listen", default=None, type=address, metavar="HOST:PORT")
    sub.add_argument("--hook-listen", default=None, type=address, metavar="HOST:PORT")
    sub.add_argument(
        "--hook-path", default=None, type=argument(path_secret), metavar="SECRET",
        help="the webhook address ends in /hooks/affirm/SECRET",
    )  # fmt: skip
    number = argument(seconds)
    sub.add_argument("--timeout", default=120.0, type=number, metavar="SECONDS")
    sub.add_argument("--patience", default=20.0, type=number, metavar="SECONDS")
    told = "save a picture per step"
    sub.add_argument("--screenshots", type=argument(folder), metavar="DIR", help=told)
    sub.add_argument("--json", action="store_true", help="print the timeline, one object per line")
    sub.add_argument("--country", default="US", choices=["US", "CA"])
    sub.add_argument("--language", default="", choices=["", "en_US", "en_CA", "fr_CA"])
    sub.set_defaults(run=run, parser=sub)


def demo(options: argparse.Namespace, load_qt: Callable[[], None]) -> int:
    """Exit status: see the command's help."""
    _check_demo(options)
    from telesales_desktop.log_file import warnings_on_stderr

    try:
        with warnings_on_stderr():  # its folder goes with it, and a log file with the folder
            return _run_demo(options, load_qt)
    except OSError as wrong:  # a full disk, a copy that lacks one of its programs
        print(f"telesales-desktop demo: {wrong}", file=sys.stderr)
        return FAILED


def _run_demo(options: argparse.Namespace, load_qt: Callable[[], None]) -> int:
    if options.headless or not has_display():
        if not options.headless:
            print("No display was found: the demo runs headless.", file=sys.stderr)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        load_qt()
        from telesales_desktop.demo.headless import run_headless

        return run_headless(options, _private_key(options))
    load_qt()
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
    from telesales_desktop.adapters.secret_stores import is_key

    parser: argparse.ArgumentParser = options.parser
    try:
        key = sys.stdin.readline().strip()
    except UnicodeDecodeError:
        parser.error("--private-key-stdin: what came on standard input is no text, so no key")
    if not key:
        parser.error("--private-key-stdin: no key came on standard input")
    if not is_key(key):
        parser.error("--private-key-stdin: the key has characters that no key has")
    return key


def has_display() -> bool:
    """Whether there is something to show a window on; Qt ends the process where it finds none."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
