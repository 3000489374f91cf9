"""How does a merchant get its sealing key, and how is it kept through a change of the API key?"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from typing import TextIO

from telesales_desktop.adapters.data_key import DataKey, wrap_id
from telesales_desktop.adapters.desk_keys import person_place
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.relay_trust import open_wrap
from telesales_desktop.adapters.secret_stores import is_key, open_secret_store
from telesales_desktop.application.ports import SecretName
from telesales_desktop.bootstrap import profile_files
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.relay_errors import RelayAnswerError
from telesales_desktop.sentences import sentence
from telesales_desktop.wire.sealing_answers import Sealing

USAGE = 2
FAILED = 1


class UsageError(Exception):
    """What was given cannot be right, whatever the world outside says."""


class RefusedError(Exception):
    """It could not be done; the message is a sentence that says why."""


def sealing_key(options: argparse.Namespace, keys: TextIO) -> int:
    """Exit status: 0 done, 1 it could not be done, 2 wrong use. Nothing is kept here."""
    try:
        if options.rewrap:
            old, new = _read_keys(keys, "the old private key", "the new one")
            told = asyncio.run(_rewrap(options, old, new))
        elif options.data_key:
            (private_key,) = _read_keys(keys, "the private key")
            told = asyncio.run(_reveal(options, private_key))
        else:
            (private_key,) = _read_keys(keys, "the private key")
            made = DataKey.make().sealing_key(private_key)
            told = {"public_key": made.text(), "fingerprint": made.fingerprint}
    except UsageError as wrong:
        _complain(str(wrong))
        return USAGE
    except (RefusedError, TelesalesError) as refused:
        _complain(_sentence(refused))
        return FAILED
    if options.data_key and not options.json:
        print(told["data_key"])  # alone, so that it can be piped
    elif options.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:<13}{value}")
    return 0


def _read_keys(stream: TextIO, *named: str) -> list[str]:
    if stream.isatty():
        print(f"{' and '.join(named)}, one per line:".capitalize(), file=sys.stderr)
    try:
        read = [stream.readline().strip() for _ in named]
    except UnicodeDecodeError:
        raise UsageError("what came on standard input is no text, so no key") from None
    for name, key in zip(named, read, strict=True):
        if not key:
            raise UsageError(f"standard input must give {' and '.join(named)}, one per line")
        if not is_key(key):
            raise UsageError(f"{name} has characters that no key has")
    return read


async def _rewrap(options: argparse.Namespace, old: str, new: str) -> dict[str, str]:
    """Let whoever has the new API key open the data key, as whoever has the old one can."""
    async with _relay(options) as client:
        told, data_key = await _opened(client, old)
        name = wrap_id(new)
        if all(each.wrap_id != name for each in told.wrapped):
            await client.put_wrap(name, data_key.wrap(new))
    return {"wrap_id": name, "fingerprint": data_key.fingerprint}


async def _reveal(options: argparse.Namespace, private_key: str) -> dict[str, str]:
    """The data key itself, for a supervisor who has no API key."""
    async with _relay(options) as client:
        _, data_key = await _opened(client, private_key)
    return {"data_key": data_key.to_hex(), "fingerprint": data_key.fingerprint}


async def _opened(client: RelayClient, private_key: str) -> tuple[Sealing, DataKey]:
    told = await client.sealing()
    if told.public_key is None:
        raise RefusedError("the relay has no sealing key yet")
    data_key = await asyncio.to_thread(open_wrap, told, private_key)
    if data_key is None:
        raise RefusedError("that private key does not open what the relay keeps")
    return told, data_key


@contextlib.asynccontextmanager
async def _relay(options: argparse.Namespace) -> AsyncIterator[RelayClient]:
    """The relay of the profile, as whoever is enrolled there."""
    profile = profile_files(options.data_dir).load(options.profile)
    if not profile.relay_url:
        raise RefusedError(f"profile {profile.name} has no relay")
    store = open_secret_store(profile)

    async def token() -> str | None:
        return await store.read(person_place(profile), SecretName.RELAY_TOKEN)

    client = RelayClient(profile.relay_url, token)
    try:
        yield client
    finally:
        await client.close()


def _sentence(error: Exception) -> str:
    if isinstance(error, RelayAnswerError) and error.http_status == 409:
        return "the relay keeps eight wrapped keys at most; a supervisor must drop one first"
    return sentence(error) if isinstance(error, TelesalesError) else str(error)


def _complain(told: str) -> None:
    print(f"telesales-desktop sealing-key: {told}", file=sys.stderr)
