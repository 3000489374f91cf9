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
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from telesales_desktop import __version__
from telesales_desktop.arguments import argument, folder, profile_name, seconds
from telesales_desktop.demo_command import add_demo, has_display
from telesales_desktop.standard_streams import is_read_no_further, steady_streams

USAGE = 2
FAILED = 1
DEFAULT_PROFILE = "default"


_UNEXPLAINED = ("the following arguments are required", "unrecognized arguments")
"""How the messages begin that do not say what could be given instead."""


class _Parser(argparse.ArgumentParser):
    """Wrong use is one clear line and exit status 2."""

    def error(self, message: str) -> NoReturn:
        hint = f"; see {self.prog} --help" if message.startswith(_UNEXPLAINED) else ""
        self.exit(USAGE, f"{self.prog}: {message}{hint}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done; 1 it could not be done; 2 wrong use; ``demo``: see its help."""
    with steady_streams() as told:
        options = build_parser().parse_args(argv)
        _log_nothing_as_it_is()
        run: Callable[[argparse.Namespace], int] = options.run
        try:
            status = run(options)
        except KeyboardInterrupt:
            return 130
        told.flush()
    if told.lost is None or is_read_no_further(told.lost):
        return status
    sys.stderr.write(f"telesales-desktop: the output was lost: {told.lost.strerror}\n")
    return status or FAILED


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
    _add_sealing_key(commands)
    _add_people(commands)
    _add_watch(commands)
    _add_rebuild(commands)
    add_demo(commands, _demo)
    _add_self_test(commands)
    return parser


def _add_where(
    parser: argparse.ArgumentParser,
    *,
    is_command: bool = False,
    which: str = f"which merchant's settings to use (default: {DEFAULT_PROFILE})",
) -> None:
    # A command's own default would overwrite what was given before the command's name.
    default = argparse.SUPPRESS if is_command else None
    parser.add_argument(
        "--profile",
        default=default,
        type=argument(profile_name),
        metavar="NAME",
        help=which,
    )
    parser.add_argument(
        "--data-dir",
        default=default,
        type=argument(folder),
        metavar="DIR",
        help="keep settings, journal and logs there instead of in the usual places",
    )


def _add_configure(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "configure",
        help="set a workstation up without the window",
        description="Set a workstation up: keys go to the system's keyring, the rest to settings.",
        epilog="The keys come on standard input, one per line: the public one first, then the "
        "private. For a profile that is there already, what is not given stays as it was. Exit "
        "status: 0 done, 1 something was refused (nothing was kept), 2 wrong use.",
        allow_abbrev=False,
    )
    _add_where(sub, is_command=True, which="needed: the name that these settings are kept under")
    add = sub.add_argument
    told = "which Affirm the keys are for; simulator needs --affirm-url"
    add("--environment", required=True, choices=["sandbox", "live", "simulator"], help=told)
    told = "where the merchant's account with Affirm is"
    add("--country", required=True, choices=["US", "CA"], help=told)
    add("--affirm-url", metavar="URL", help="a stand-in on this machine (simulator only)")
    add("--relay-url", metavar="URL", help="where the relay serves desks")
    add("--enrolment-code", metavar="CODE", help="one-time code, from telesales-relay enrol")
    add("--confirmation-url", metavar="URL", help="where a customer's browser goes afterwards")
    add("--cancel-url", metavar="URL", help="where it goes when the customer gives up")
    add("--confirmation-action", choices=["GET", "POST"], help="how it goes there (POST)")
    add("--merchant-name", metavar="NAME", help="what the customer reads as the seller")
    add("--store", metavar="NAME", help="store location of new orders")
    add("--entity", metavar="NAME", help="entity name of new orders")
    add("--agent", metavar="NAME", help="who works here")
    told = "a supervisor without Affirm's keys: standard input gives the merchant's data key"
    add("--looks-only", action="store_true", help=told)
    sub.set_defaults(run=_configure, parser=sub)


def _add_sealing_key(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "sealing-key",
        help="make a merchant's sealing key, for telesales-relay",
        description="Make the key that the relay seals to. It is printed and kept nowhere: give "
        "public_key to telesales-relay init or merchants add. Whoever has the private API key can "
        "open it again; the relay cannot.",
        epilog="With --rewrap, after a change of the API key: standard input gives the old private "
        "key, then the new one, and the relay of --profile lets the new one in. A desk that has "
        "worked before does so by itself. With --data-key the merchant's data key alone is "
        "printed: give it to configure --looks-only, and to nobody else. Exit status: 0 done, 1 it "
        "could not be done, 2 wrong use.",
        allow_abbrev=False,
    )
    which = "whose relay is asked; only making a new key needs none"
    _add_where(sub, is_command=True, which=which)
    sub.add_argument(
        "--private-key-stdin",
        action="store_true",
        help="needed: the private API key comes on standard input, never on a command line",
    )
    what = sub.add_mutually_exclusive_group()
    what.add_argument("--rewrap", action="store_true", help="let a new API key in")
    told = "print the merchant's data key, for configure --looks-only: it opens every order"
    what.add_argument("--data-key", action="store_true", help=told)
    sub.add_argument("--json", action="store_true", help="one object instead of lines")
    sub.set_defaults(run=_sealing_key, parser=sub)


def _add_people(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "people",
        help="who works at this workstation",
        description="Let several people share a workstation, each with a key of their own.",
        epilog="Exit status: 0 done, 1 it could not be done (nothing was changed), 2 wrong use.",
        allow_abbrev=False,
    )
    _add_where(sub, is_command=True)
    actions = sub.add_subparsers(metavar="ACTION", dest="action", required=True)

    def action(name: str, told: str) -> _Parser:
        made: _Parser = actions.add_parser(name, help=told, description=told, allow_abbrev=False)
        _add_where(made, is_command=True)
        made.set_defaults(run=_people, parser=made)
        return made

    listed = action("list", "Who was enrolled here; a star marks who works here now.")
    listed.add_argument("--json", action="store_true", help="one object per line")
    enrol = action("enrol", "One more person: redeem a one-time code, and work as them.")
    enrol.add_argument("--code", required=True, metavar="CODE", help="from telesales-relay enrol")
    switch = action("switch", "Work as somebody who was enrolled here.")
    switch.add_argument("name", metavar="NAME", help="as list shows it")
    leave = action("leave", "Forget a person here and make their token worthless.")
    leave.add_argument("name", nargs="?", default="", metavar="NAME", help="(who works here now)")


def _add_watch(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "watch",
        help="authorize confirmed orders of silent desks, without a window",
        description="Stand in for desks that are off: an order that a customer has confirmed is "
        "authorized after a minute of silence, once, whoever else watches. Runs until it is told "
        "to end (SIGTERM), and then waits for what is under way.",
        epilog="It needs a profile of its own, enrolled as a supervisor: its journal is its own.",
        allow_abbrev=False,
    )
    _add_where(sub, is_command=True)
    silence = "how long a desk may be silent about a confirmed order (default: 60)"
    sub.add_argument(
        "--silence", default=60.0, type=argument(seconds), metavar="SECONDS", help=silence
    )
    sub.set_defaults(run=_watch)


def _add_rebuild(commands: argparse._SubParsersAction[_Parser]) -> None:
    sub = commands.add_parser(
        "rebuild",
        help="replace a damaged journal from the relay and Affirm",
        description="Move a journal that cannot be used aside and fill a new one: from the "
        "relay's records, or without a relay from Affirm's list of transactions.",
        allow_abbrev=False,
    )
    _add_where(sub, is_command=True)
    sub.set_defaults(run=_rebuild)


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
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        sys.stderr.write(
            "telesales-desktop: there is no display for the window; see telesales-desktop --help "
            "for what needs none\n"
        )
        return FAILED
    _load_qt()
    from telesales_desktop.window import run_window

    return run_window(options.profile or DEFAULT_PROFILE, data_dir=options.data_dir)


def _configure(options: argparse.Namespace) -> int:
    if options.profile is None:
        options.parser.error("--profile is needed: the name that these settings are kept under")
    from telesales_desktop.configure import configure

    return configure(options, sys.stdin)


def _sealing_key(options: argparse.Namespace) -> int:
    if not options.private_key_stdin:
        options.parser.error("--private-key-stdin is needed: a key never stands in an argument")
    if options.rewrap and options.profile is None:
        options.parser.error("--rewrap needs --profile: its relay is told")
    if options.data_key and options.profile is None:
        options.parser.error("--data-key needs --profile: its relay is asked")
    from telesales_desktop.sealing_key import sealing_key

    return sealing_key(options, sys.stdin)


def _log_nothing_as_it_is() -> None:
    """Keep Python from printing what nobody writes down: a record may hold anything.

    A command that keeps a log adds the handler that redacts. What the others have to say is one
    line.
    """
    import logging

    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def _people(options: argparse.Namespace) -> int:
    options.profile = options.profile or DEFAULT_PROFILE
    from telesales_desktop.people import people

    return people(options)


def _watch(options: argparse.Namespace) -> int:
    from telesales_desktop.watch import watch

    return watch(
        options.profile or DEFAULT_PROFILE, data_dir=options.data_dir, silence_s=options.silence
    )


def _rebuild(options: argparse.Namespace) -> int:
    from telesales_desktop.rebuild import rebuild

    return rebuild(options.profile or DEFAULT_PROFILE, data_dir=options.data_dir)


def _demo(options: argparse.Namespace) -> int:
    from telesales_desktop.demo_command import demo

    return demo(options, _load_qt)


def _self_test(options: argparse.Namespace) -> int:
    from telesales_desktop.self_test import run_self_test

    return run_self_test(as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
