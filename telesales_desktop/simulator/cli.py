"""What may be asked of ``telesales-simulator`` on the command line?"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TextIO, TypeVar

from telesales_desktop import __version__
from telesales_desktop.simulator.faults import Fault, FaultError, faults_from_json
from telesales_desktop.simulator.loopback import is_loopback, is_loopback_url
from telesales_desktop.simulator.settings import Settings, SettingsError

_Value = TypeVar("_Value")

_USAGE = 2
_FAILED = 1
_KEYS_HELP = (
    "The keys come on standard input, one per line: the public one first, then the private."
)


class _OneLineParser(argparse.ArgumentParser):
    """Wrong use is one clear line and exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE, f"telesales-simulator: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 served and stopped, 1 could not listen, 2 wrong use."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        settings, faults = _settings(options), _faults(options)
        public_key, private_key = _read_keys(sys.stdin)
    except (SettingsError, FaultError, ValueError) as wrong:
        parser.error(str(wrong))
    # Not before the arguments are right: the server's parts take a while to import.
    from telesales_desktop.simulator.app import create_app
    from telesales_desktop.simulator.server import bind, serve

    host, port = options.listen
    try:
        listener = bind(host, port)
    except OSError as failure:
        print(f"telesales-simulator: cannot listen: {failure.strerror}", file=sys.stderr)
        return _FAILED
    app = create_app(public_key, private_key, settings=settings, faults=faults, seed=options.seed)
    serve(app, listener)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="telesales-simulator", description="A stand-in for Affirm on this machine."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="serve")
    serve = commands.add_parser(
        "serve",
        help="answer as Affirm would",
        description="Answer as Affirm would, with the customer's page and webhooks.",
        epilog=_KEYS_HELP,
    )
    serve.add_argument(
        "--listen",
        required=True,
        type=_argument(_listen_address),
        metavar="HOST:PORT",
        help="a loopback address; port 0 takes any free one",
    )
    serve.add_argument(
        "--hook-url",
        type=_argument(_hook_url),
        metavar="URL",
        help="where webhooks are sent, on this machine; may carry USER:PASSWORD@; none without it",
    )
    serve.add_argument("--country", choices=("US", "CA"), default="US", help="whose account it is")
    serve.add_argument(
        "--merchant-name", metavar="NAME", help="the account's name, shown to the customer"
    )
    serve.add_argument(
        "--settings", metavar="JSON|FILE", help="further settings, as one JSON object"
    )
    serve.add_argument(
        "--faults", metavar="JSON|FILE", help="what goes wrong, as one JSON object or a list"
    )
    serve.add_argument(
        "--seed", type=int, metavar="N", help="makes identifiers and chance faults repeatable"
    )
    return parser


def _argument(read: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """argparse shows the sentence of this error, and only of this one."""

    def checked(text: str) -> _Value:
        try:
            return read(text)
        except ValueError as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    return checked


def _listen_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError("expected HOST:PORT")
    if not is_loopback(host):
        raise ValueError(
            f"{host} is not a loopback address; the simulator serves this machine only"
        )
    return ("127.0.0.1" if host.lower() == "localhost" else host), int(port)


def _hook_url(text: str) -> str:
    if not is_loopback_url(text):
        raise ValueError("expected an http address on this machine")
    return text


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings.for_country(options.country)
    changes: dict[str, object] = {"hook_url": options.hook_url or ""}
    if options.merchant_name is not None:
        if not options.merchant_name.strip():
            raise ValueError("--merchant-name must not be empty")
        changes["account_name"] = options.merchant_name
    if options.settings is not None:
        given = _json_argument("--settings", options.settings)
        if not isinstance(given, dict):
            raise ValueError("--settings must be a JSON object")
        changes.update(given)
    return settings.changed(changes)


def _faults(options: argparse.Namespace) -> list[Fault]:
    if options.faults is None:
        return []
    return faults_from_json(_json_argument("--faults", options.faults))


def _json_argument(name: str, text: str) -> object:
    """JSON itself, or the name of a file that holds it."""
    if not text.lstrip().startswith(("{", "[")):
        try:
            text = Path(text).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"{name}: cannot read the file {text}") from None
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(f"{name} is not JSON") from None


def _read_keys(source: TextIO | None) -> tuple[str, str]:
    # Python has no standard input where it was closed before the start.
    public_key, private_key = (source.readline().strip() if source else "" for _ in range(2))
    for key in (public_key, private_key):
        if not key or not key.isascii() or not key.isprintable() or " " in key or ":" in key:
            raise ValueError(
                "two keys are expected on standard input, one per line, the public one first"
            )
    return public_key, private_key
