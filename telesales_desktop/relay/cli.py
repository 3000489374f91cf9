"""What can be asked of ``telesales-relay`` on the command line?"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast

from telesales_desktop import __version__
from telesales_desktop.relay import (
    append_child,
    commands,
    merchant_commands,
    upgrade,
    upkeep_commands,
)
from telesales_desktop.relay import cli_values as values
from telesales_desktop.relay.loops import new_loop
from telesales_desktop.relay.one_server import ServedAlreadyError
from telesales_desktop.relay.serve import ServeOptions, serve
from telesales_desktop.relay.store import NotARelayError, StoreError
from telesales_desktop.relay.tls import check_pair
from telesales_desktop.wire.enrolment import Role

_UNEXPLAINED = ("the following arguments are required", "unrecognized arguments")
"""How the messages begin that do not say what could be given instead."""


class _Parser(argparse.ArgumentParser):
    """A parser that explains a wrong use in one line."""

    def error(self, message: str) -> NoReturn:
        hint = f"; see {self.prog} --help" if message.startswith(_UNEXPLAINED) else ""
        self.exit(2, f"{self.prog}: {message}{hint}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done; 1 something outside refused (disk, port); 2 wrong use."""
    if arguments is None and sys.argv[1:] == [append_child.WORD]:
        append_child.main()
        return 0
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.group in _GROUPS and options.database is None:
        parser.error("--database is needed")
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        _say(_run(options))
    except (merchant_commands.UsageError, NotARelayError, ServedAlreadyError) as wrong:
        print(f"telesales-relay: {wrong}", file=sys.stderr)
        return 2
    except upkeep_commands.NotWellError as found:
        _say(found.lines)
        return 1
    except (StoreError, OSError) as refused:
        print(f"telesales-relay: {refused}", file=sys.stderr)
        return 1
    return 0


def _say(lines: Sequence[str]) -> None:
    """Print; whoever reads only the beginning (``audit | head``) makes no error, and a letter that
    the output does not know is spelled out."""
    with contextlib.suppress(AttributeError):  # there may be none
        cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="backslashreplace")
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(given: argparse.Namespace) -> list[str]:
    """Do what was asked; answers the lines to print."""
    options = {name: value for name, value in vars(given).items() if name not in _NO_OPTIONS}
    if given.command == "init":
        return commands.init(**options)
    if given.command == "serve":
        options["trusted_proxies"] = tuple(options["trusted_proxies"])
        options["hosts"] = tuple(options["hosts"])
        tls = options.pop("tls_cert"), options.pop("tls_key")
        if None in tls and tls != (None, None):
            raise merchant_commands.UsageError("--tls-cert and --tls-key go together")
        options["tls"] = tls if None not in tls else None
        if options["tls"]:
            _check_pair(*options["tls"])
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(serve(ServeOptions(**options)))
        return []
    return asyncio.run(_COMMANDS[given.command](**options))


def _check_pair(certificate: Path, key: Path) -> None:
    try:
        check_pair(certificate, key)
    except ValueError as wrong:
        raise merchant_commands.UsageError(str(wrong)) from None


_NO_OPTIONS = {"group", "command"}
_GROUPS = {"tokens", "merchants"}
"""Commands with actions: ``--database`` may stand before the action or after it."""

_COMMANDS: dict[str, Callable[..., Coroutine[Any, Any, list[str]]]] = {
    "enrol": commands.enrol,
    "tokens list": commands.list_tokens,
    "tokens revoke": commands.revoke_token,
    "audit": commands.list_audit,
    "merchants add": merchant_commands.add,
    "merchants list": merchant_commands.list_all,
    "merchants rotate-hook": merchant_commands.rotate_hook,
    "merchants seal": merchant_commands.seal,
    "hook-credentials": merchant_commands.hook_credentials,
    "backup": upkeep_commands.back_up,
    "restore": upkeep_commands.restore,
    "upgrade": upgrade.upgrade,
    "migrate": upkeep_commands.migrate,
    "doctor": upkeep_commands.examine,
}


def _parser() -> _Parser:
    told = "Takes Affirm's webhooks in, keeps them, and hands them to the workstations."
    parser = _Parser(prog="telesales-relay", description=told, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="group", metavar="COMMAND", required=True)
    _add_init(_command(commands, "init", "make the database and a webhook address"))
    _add_serve(_command(commands, "serve", "serve workstations and webhooks"))
    _add_enrol(_command(commands, "enrol", "make a one-time code for one workstation"))
    _add_tokens(_command(commands, "tokens", "list or revoke the workstations' tokens"))
    _add_merchants(_command(commands, "merchants", "add, list, seal; new webhook addresses"))
    credentials = _command(commands, "hook-credentials", "new Basic authentication for webhooks")
    _add_merchant(credentials)
    credentials.add_argument("--none", action="store_true", help="ask for none any more")
    audit = _command(commands, "audit", "who enrolled, was revoked, read and changed what")
    _add_merchant(audit)
    told = "so many lines, the newest first (default %(default)s)"
    audit.add_argument("--limit", type=values.count, default=100, metavar="N", help=told)
    _add_upkeep(commands)
    return parser


def _command(commands: argparse._SubParsersAction[_Parser], name: str, told: str) -> _Parser:
    parser = commands.add_parser(name, help=told, description=told, allow_abbrev=False)
    parser.set_defaults(command=name)
    _add_database(parser, required=name not in _GROUPS)
    return parser


def _add_database(parser: _Parser, **options: Any) -> None:
    told = "sqlite:///relative, sqlite:////absolute, a path, or postgresql://…"
    parser.add_argument("--database", type=values.database, metavar="URL", help=told, **options)


def _add_upkeep(commands: argparse._SubParsersAction[_Parser]) -> None:
    backup = _command(commands, "backup", "copy everything to a file, beside a running relay")
    told = "a new SQLite file, for its owner only"
    backup.add_argument("--to", dest="target", type=Path, required=True, metavar="FILE", help=told)
    restore = _command(commands, "restore", "make a new database from a backup")
    told = "as backup made it; --database must not be there yet, or have no tables"
    restore.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="FILE", help=told
    )
    _add_access(restore.add_mutually_exclusive_group())
    told = "convert a file of version 1, whose deliveries were readable; stop the server first"
    upgrading = commands.add_parser("upgrade", help=told, description=told, allow_abbrev=False)
    upgrading.set_defaults(command="upgrade")
    told = "the file of version 1, which becomes one of today"
    upgrading.add_argument("--database", type=values.file, required=True, metavar="FILE", help=told)
    _add_sealing_key(upgrading)
    told = "move to another database; desks go on from where they are"
    migrate = commands.add_parser("migrate", help=told, description=told, allow_abbrev=False)
    migrate.set_defaults(command="migrate")
    told = "the relay's database; it takes nothing any more afterwards"
    migrate.add_argument(
        "--from", dest="source", type=values.database, required=True, metavar="URL", help=told
    )
    told = "a SQLite file that is not there yet, or a PostgreSQL database without tables"
    migrate.add_argument(
        "--to", dest="target", type=values.database, required=True, metavar="URL", help=told
    )
    doctor = _command(commands, "doctor", "prove database, disk, spool, clock and public address")
    doctor.add_argument("--public-url", type=values.url, metavar="URL", help="instead of init's")
    doctor.add_argument("--spool", type=Path, metavar="FILE", help="as serve was told")


def _add_access(group: argparse._MutuallyExclusiveGroup) -> None:
    add = group.add_argument
    told = "the database that it replaces: what has ended there stays ended (may be repeated)"
    add(
        *("--former",),
        dest="formers",
        action="append",
        default=[],
        type=values.database,
        metavar="URL",
        help=told,
    )
    told = "every token and address as in the backup, whatever was revoked since"
    add("--keep-access", action="store_true", help=told)
    told = "end every token: each workstation enrols again"
    add("--end-access", action="store_true", help=told)


def _add_init(init: _Parser) -> None:
    add = init.add_argument
    told = "where Affirm and customers reach the relay (https; default %(default)s)"
    add("--public-url", type=values.url, default="http://127.0.0.1:8701", metavar="URL", help=told)
    told = "the merchant's name at the relay (default %(default)s)"
    add("--merchant", type=values.merchant, default="main", metavar="NAME", help=told)
    _add_hook(init)


def _add_hook(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    told = "end of the webhook address, for a move or a test; made at random otherwise"
    add("--hook-secret", metavar="SECRET", help=told)
    told = "as telesales-desktop sealing-key prints it; webhooks are refused without one"
    add("--sealing-key", type=values.sealing_key, metavar="KEY", help=told)
    told = "ask Basic authentication of webhooks too; prints a user name and a password"
    add("--basic-auth", action="store_true", help=told)


def _add_sealing_key(parser: argparse.ArgumentParser) -> None:
    told = "as telesales-desktop sealing-key prints it"
    parser.add_argument(
        "--sealing-key", type=values.sealing_key, required=True, metavar="KEY", help=told
    )


def _add_merchant(parser: argparse.ArgumentParser) -> None:
    told = "where there are several"
    parser.add_argument("--merchant", type=values.merchant, metavar="NAME", help=told)


def _add_merchants(merchants: _Parser) -> None:
    actions = merchants.add_subparsers(
        dest="command", metavar="add|list|seal|rotate-hook", required=True
    )
    add = _action(actions, "merchants", "add", "one more merchant, with its own address and key")
    told = "a new name: a-z, 0-9 and -"
    add.add_argument("--merchant", type=values.merchant, required=True, metavar="NAME", help=told)
    _add_hook(add)
    _action(actions, "merchants", "list", "every merchant and its fingerprint")
    seal = _action(actions, "merchants", "seal", "set a merchant's sealing key, once")
    _add_merchant(seal)
    _add_sealing_key(seal)
    rotate = _action(actions, "merchants", "rotate-hook", "a new webhook address")
    _add_merchant(rotate)
    told = "end of the new address; made at random otherwise"
    rotate.add_argument("--hook-secret", metavar="SECRET", help=told)
    told = "so long the earlier addresses stay (default %(default)s; 0 for one that leaked)"
    rotate.add_argument("--keep-days", type=values.days, default=14, metavar="DAYS", help=told)


def _action(
    actions: argparse._SubParsersAction[_Parser], group: str, name: str, told: str
) -> _Parser:
    action = actions.add_parser(name, help=told, description=told, allow_abbrev=False)
    action.set_defaults(command=f"{group} {name}")
    _add_database(action, default=argparse.SUPPRESS)  # else it would hide the one before
    return action


def _add_serve(server: _Parser) -> None:
    add = server.add_argument
    told = "for workstations; port 0 lets the system choose; systemd:NAME takes a passed socket"
    add("--listen", type=values.listen, dest="desks", required=True, metavar="HOST:PORT", help=told)
    told = "for Affirm and for customers"
    add(
        "--hook-listen",
        type=values.listen,
        dest="hooks",
        required=True,
        metavar="HOST:PORT",
        help=told,
    )
    add("--public-url", type=values.url, metavar="URL", help="instead of the one given to init")
    told = "a proxy whose X-Forwarded-For is believed, or its network (may be repeated)"
    add(
        *("--trusted-proxy",),
        dest="trusted_proxies",
        action="append",
        default=[],
        type=values.proxy,
        metavar="ADDRESS",
        help=told,
    )
    told = "a further name under which workstations reach it (may be repeated)"
    add(
        "--host",
        dest="hosts",
        action="append",
        default=[],
        type=values.host,
        metavar="NAME",
        help=told,
    )
    add(
        "--tls-cert",
        type=Path,
        metavar="FILE",
        help="without a proxy: a certificate with its chain",
    )
    add("--tls-key", type=Path, metavar="FILE", help="the certificate's private key")
    told = "follow the process that serves this file now, without a closed door in between"
    add("--take-over", action="store_true", help=told)
    told = "where deliveries wait that the database does not take (a file)"
    add("--spool", type=Path, metavar="FILE", help=told)
    add("--development", action="store_true", help="serve the contract at /openapi.json")


def _add_enrol(enrol: _Parser) -> None:
    add = enrol.add_argument
    told = "agent: own orders; supervisor: all of the merchant's; operations: figures only"
    add("--role", choices=[role.value for role in Role], required=True, help=told)
    add("--name", type=values.name, required=True, metavar="NAME", help="who works there")
    _add_merchant(enrol)


def _add_tokens(tokens: _Parser) -> None:
    actions = tokens.add_subparsers(dest="command", metavar="list|revoke", required=True)
    _action(actions, "tokens", "list", "every token: who, where, since when")
    revoke = _action(actions, "tokens", "revoke", "end a token, within seconds")
    revoke.add_argument("token_id", metavar="ID", help="as list shows it")
