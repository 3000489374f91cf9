"""What can be asked of ``telesales-relay`` on the command line?"""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from telesales_desktop import __version__
from telesales_desktop.relay import commands
from telesales_desktop.relay.serve import Listen, ServeOptions, serve
from telesales_desktop.relay.store import NotARelayError, StoreError
from telesales_desktop.wire.addresses import MERCHANT, base_url
from telesales_desktop.wire.enrolment import Role

_EXAMPLE = "127.0.0.1:8700"


class _Parser(argparse.ArgumentParser):
    """A parser that explains a wrong use in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done; 1 something outside refused (disk, port); 2 wrong use."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        for line in _run(options):
            print(line)
    except (commands.UsageError, NotARelayError) as wrong:
        print(f"telesales-relay: {wrong}", file=sys.stderr)
        return 2
    except (StoreError, OSError) as refused:
        print(f"telesales-relay: {refused}", file=sys.stderr)
        return 1
    return 0


def _run(given: argparse.Namespace) -> list[str]:
    """Do what was asked; answers the lines to print."""
    match given.command:
        case "init":
            return commands.init(
                given.database,
                public_url=given.public_url,
                merchant=given.merchant,
                hook_secret=given.hook_secret,
                basic_auth=given.basic_auth,
            )
        case "serve":
            options = ServeOptions(
                database=given.database,
                desks=given.listen,
                hooks=given.hook_listen,
                public_url=given.public_url,
                trusted_proxies=tuple(given.trusted_proxy),
                development=given.development,
            )
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(serve(options))
            return []
        case "enrol":
            role = Role(given.role)
            return asyncio.run(
                commands.enrol(given.database, merchant=given.merchant, role=role, name=given.name)
            )
        case "list":
            return asyncio.run(commands.list_tokens(given.database))
        case _:
            return asyncio.run(commands.revoke_token(given.database, given.token_id))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, where there is one (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _parser() -> _Parser:
    told = "Takes Affirm's webhooks in, keeps them, and hands them to the workstations."
    parser = _Parser(prog="telesales-relay", description=told, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="group", metavar="COMMAND", required=True)
    _add_init(_command(commands, "init", "make the database and a webhook address"))
    _add_serve(_command(commands, "serve", "serve workstations and webhooks"))
    _add_enrol(_command(commands, "enrol", "make a one-time code for one workstation"))
    _add_tokens(_command(commands, "tokens", "list or revoke the workstations' tokens"))
    return parser


def _command(commands: argparse._SubParsersAction[_Parser], name: str, told: str) -> _Parser:
    parser = commands.add_parser(name, help=told, description=told, allow_abbrev=False)
    parser.set_defaults(command=name)
    told = "sqlite:///relative, sqlite:////absolute, or a path"
    parser.add_argument("--database", type=_database, required=True, metavar="URL", help=told)
    return parser


def _add_init(init: _Parser) -> None:
    add = init.add_argument
    told = "where Affirm and customers reach the relay (https; default %(default)s)"
    add("--public-url", type=_url, default="http://127.0.0.1:8701", metavar="URL", help=told)
    told = "the merchant's name at the relay (default %(default)s)"
    add("--merchant", type=_merchant, default="main", metavar="NAME", help=told)
    told = "end of the webhook address, for a move or a test; made at random otherwise"
    add("--hook-secret", metavar="SECRET", help=told)
    told = "ask Basic authentication of webhooks too; prints a user name and a password"
    add("--basic-auth", action="store_true", help=told)


def _add_serve(server: _Parser) -> None:
    add = server.add_argument
    told = "for workstations; port 0 lets the system choose"
    add("--listen", type=_listen, required=True, metavar="HOST:PORT", help=told)
    told = "for Affirm and for customers"
    add("--hook-listen", type=_listen, required=True, metavar="HOST:PORT", help=told)
    add("--public-url", type=_url, metavar="URL", help="instead of the one given to init")
    told = "a proxy whose X-Forwarded-For is believed (may be repeated)"
    add("--trusted-proxy", action="append", default=[], metavar="ADDRESS", help=told)
    add("--development", action="store_true", help="serve the contract at /openapi.json")


def _add_enrol(enrol: _Parser) -> None:
    add = enrol.add_argument
    add("--role", choices=[role.value for role in Role], required=True)
    add("--name", type=_name, required=True, metavar="NAME", help="who works there")
    add("--merchant", type=_merchant, metavar="NAME", help="where there are several")


def _add_tokens(tokens: _Parser) -> None:
    actions = tokens.add_subparsers(dest="command", metavar="list|revoke", required=True)
    actions.add_parser("list", help="every token: who, where, since when", allow_abbrev=False)
    revoke = actions.add_parser("revoke", help="end a token, within seconds", allow_abbrev=False)
    revoke.add_argument("token_id", metavar="ID", help="as list shows it")


def _database(text: str) -> Path:
    if text.startswith(("postgresql:", "postgres:")):
        raise argparse.ArgumentTypeError("this version keeps its log in SQLite only")
    scheme, separator, rest = text.partition("://")
    if separator and (scheme != "sqlite" or not rest.startswith("/")):
        raise argparse.ArgumentTypeError(f"{text}: must be sqlite:///PATH or a path")
    path = rest[1:] if separator else text
    if not path or "\0" in path:
        raise argparse.ArgumentTypeError("names no file")
    return Path(path)


def _listen(text: str) -> Listen:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text}: must be HOST:PORT, such as {_EXAMPLE}")
    return Listen(host, int(port))


def _url(text: str) -> str:
    try:
        return base_url(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _merchant(text: str) -> str:
    if not MERCHANT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: only a-z, 0-9 and -, at most 32 characters")
    return text


def _name(text: str) -> str:
    if not text.strip() or len(text) > 100 or not text.isprintable():
        raise argparse.ArgumentTypeError("must be a name of at most 100 characters")
    return text.strip()
