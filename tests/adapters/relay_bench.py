"""A relay's side of the contract, in memory, with hands that can make it hostile."""

import base64
import json
import re
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx

from telesales_desktop.adapters.data_key import DataKey, wrap_id
from telesales_desktop.adapters.desk_keys import DeskKeys, person_place
from telesales_desktop.adapters.relay_client import RelayClient
from telesales_desktop.adapters.secret_stores import MemorySecretStore, write_credentials
from telesales_desktop.adapters.shared_relay import SharedRelay
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.wire import people as wire_people
from telesales_desktop.wire.claims import Claim, ClaimKind, ClaimRequest, HandOverRequest
from telesales_desktop.wire.enrolment import Role as WireRole
from telesales_desktop.wire.feed import change_json, page_json
from telesales_desktop.wire.orders import (
    Found,
    Lookup,
    LookupAnswer,
    OrderRecord,
    OrdersPage,
    RecordKept,
    RecordPut,
    seen_version,
)
from telesales_desktop.wire.refusal import Refusal
from telesales_desktop.wire.sealing import fingerprint
from telesales_desktop.wire.sealing_answers import Sealing, Wrap, WrapPut
from tests.adapters import sealing_bench

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
API_KEY = "private-api-key"
MERCHANT = "main"
ENVIRONMENT = Environment.SIMULATOR
PROFILE = Profile(
    "demo",
    ENVIRONMENT,
    Country.US,
    "http://127.0.0.1:8000",
    relay_url="https://relay.example",
    relay_merchant=MERCHANT,
    relay_public_url="https://hooks.example",
    agent="Dana R.",
    person_id="p" + "a" * 15,
    practice=True,
)
_ORDER = re.compile(r"/v1/orders/([A-Za-z0-9_-]+)(/claim|/hand-over)?")


def token_of(token_id):
    return f"atr1_{token_id}_{'x' * 43}_{'0' * 8}"


class Bench:
    """The relay's state. ``hostile``: what the next answers are changed to, by path."""

    def __init__(self, data_key=None):
        self.data_key = data_key or DataKey(bytes(range(32)))
        self.public_key = self.data_key.public_key
        self.wraps = {wrap_id(API_KEY): self.data_key.wrap(API_KEY)}
        self.people = {}
        self.tokens = {}
        self.records = {}
        self.tags = {}
        self.hashes = {}
        self.changes = []
        self.asked = []
        self.plan = deque()
        self.most_per_page = 500
        self.is_of_an_earlier_version = False
        self.epoch = "e1"

    # --- what a test does --------------------------------------------------------------------

    def add_person(self, person_id, name, token_id, role=WireRole.AGENT):
        self.tokens[token_of(token_id)] = (person_id, token_id)
        known = self.people.get(person_id)
        self.people[person_id] = known or wire_people.Person(person_id, name, role, ())

    def deliver(
        self, body, *, number=1, order_key=None, data_key=None, merchant=MERCHANT, **content
    ):
        """A webhook, sealed as the relay does it."""
        name = f"{number:064x}"
        batch = sealing_bench.Batch((data_key or self.data_key).public_key)
        sealed = batch.seal(
            sealing_bench.delivery_content(body, **content),
            merchant=merchant,
            delivery_id=name,
            received_us=(AT - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1),
            nonce=number.to_bytes(12, "big"),
        )
        frame = {
            "delivery_id": name,
            "merchant": merchant,
            "source": "webhook",
            "order_key": order_key,
            "poison": False,
            "sealed": base64.b64encode(sealed).decode(),
        }
        self.announce("delivery", json.dumps(frame).encode())

    def announce(self, kind, content):
        self.changes.append(change_json(str(len(self.changes) + 1), kind, AT, content))

    def fault(self, *answers):
        """What the next requests get instead of an answer: a response, an error, or a function."""
        self.plan.extend(answers)

    def paths(self):
        return [f"{request.method} {request.url.path}" for request in self.asked]

    # --- the contract ------------------------------------------------------------------------

    def __call__(self, request):
        self.asked.append(request)
        if self.plan:
            planned = self.plan.popleft()
            if isinstance(planned, Exception):
                raise planned
            if isinstance(planned, httpx.Response):
                return planned
            if planned is not None:
                return planned(self._answer(request))
        return self._answer(request)

    def _answer(self, request):
        caller = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if caller is None:
            return no(401, "token_refused")
        path, method, body = request.url.path, request.method, request.content
        whole = _ORDER.fullmatch(path)
        if path == "/v1/sealing":
            return self._sealing()
        if path.startswith("/v1/sealing/"):
            return self._put_wrap(path.rpartition("/")[2], WrapPut.from_json(body))
        if path == "/v1/person-key":
            return self._put_key(caller, wire_people.PersonKeyPut.from_json(body))
        if path == "/v1/people":
            people = wire_people.People(tuple(self.people.values()))
            return httpx.Response(200, content=people.to_json())
        if path == "/v1/token":
            del self.tokens[request.headers["authorization"].removeprefix("Bearer ")]
            return httpx.Response(204)
        if path == "/v1/changes":
            return self._changes(request.url.params)
        if path == "/v1/orders":
            return self._orders(request.url.params)
        if path == "/v1/lookups":
            return self._look_up(Lookup.from_json(body))
        assert whole, path
        return self._order(whole, method, caller, request)

    def _sealing(self):
        told = Sealing(
            self.public_key and self.public_key.hex(),
            self.public_key and fingerprint(self.public_key),
            tuple(Wrap(name, blob) for name, blob in self.wraps.items()),
        )
        return httpx.Response(200, content=told.to_json())

    def _put_wrap(self, name, put):
        if self.wraps.setdefault(name, put.blob) != put.blob:
            return no(409, "conflict")
        return httpx.Response(204)

    def _put_key(self, caller, put):
        person_id, token_id = caller
        person = self.people[person_id]
        key = wire_people.PersonKey(token_id, "desk", put.public_key, put.attestation, False)
        kept = tuple(each for each in person.keys if each.token_id != token_id)
        self.people[person_id] = replace(person, keys=(*kept, key))
        return httpx.Response(204)

    def _changes(self, params):
        after = int(params.get("after", "0"))
        until = after + min(int(params["limit"]), self.most_per_page)
        page = self.changes[after:until]
        position = str(after + len(page)) if after + len(page) else "0"
        raw = page_json(
            self.epoch, position, gap=False, more=until < len(self.changes), changes=page
        )
        return httpx.Response(200, content=raw)

    def _orders(self, params):
        keys = sorted(key for key in self.records if key > params.get("after", ""))
        page = keys[: min(int(params["limit"]), self.most_per_page)]
        more = page[-1] if len(page) < len(keys) else None
        if self.is_of_an_earlier_version and page:
            more = page[-1]  # only an empty page was the last
        orders = OrdersPage(tuple(self.records[k] for k in page), more, str(len(self.changes) or 0))
        return httpx.Response(200, content=orders.to_json())

    def _look_up(self, asked):
        found = tuple(
            Found(tag, key, "Dana R.", AT)
            for key, tags in self.tags.items()
            for tag in asked.tags
            if tag in tags
        )
        return httpx.Response(200, content=LookupAnswer(found).to_json())

    def _order(self, whole, method, caller, request):
        key, act = whole[1], whole[2]
        record = self.records.get(key)
        if method == "PUT":
            return self._put(key, record, caller, request)
        if record is None:
            return no(404, "not_found")
        if act is None:
            return httpx.Response(200, content=record.to_json())
        if act == "/claim":
            return self._claim(record, caller, ClaimRequest.from_json(request.content))
        return self._hand_over(record, caller, HandOverRequest.from_json(request.content))

    def _put(self, key, record, caller, request):
        person_id, token_id = caller
        put = RecordPut.from_json(request.content)
        seen = seen_version(request.headers["if-match"])
        if record is not None and record.version != seen:
            return faster("conflict", record)
        if record is not None and record.holder != token_id:
            return faster("not_holder", record)
        made = record or OrderRecord(
            key, 1, put.environment, person_id, token_id, "Dana R.", None, AT, b""
        )
        self.keep(replace(made, version=put.version, sealed=put.sealed, put_at=AT))
        self.tags[key], self.hashes[key] = put.tags, put.checkout_hashes
        return httpx.Response(200, content=RecordKept(put.version).to_json())

    def _claim(self, record, caller, asked):
        person_id, token_id = caller
        if asked.version != record.version:
            return faster("conflict", record)
        until = AT + timedelta(seconds=asked.seconds)
        if record.claim and record.claim.until and record.holder != token_id:
            return faster("claimed", record)
        claim = Claim(
            asked.kind, asked.version, person_id, token_id, asked.at, asked.signature, until
        )
        owner = record.owner if asked.kind is ClaimKind.AUTHORIZE else person_id
        return self.keep(replace(record, owner=owner, holder=token_id, claim=claim))

    def _hand_over(self, record, caller, asked):
        person_id, token_id = caller
        if asked.to not in self.people:
            return no(404, "not_found")
        claim = Claim(
            ClaimKind.HAND_OVER,
            asked.version,
            person_id,
            token_id,
            asked.at,
            asked.signature,
            None,
            asked.to,
            asked.released,
        )
        holder = None if asked.released else record.holder
        return self.keep(replace(record, owner=asked.to, holder=holder, claim=claim))

    def keep(self, record):
        """Keep it as the newest and announce it."""
        self.records[record.order_key] = record
        self.announce("record", record.to_json())
        return httpx.Response(200, content=record.to_json())


def no(status, code):
    return httpx.Response(status, content=Refusal(code, "no").to_json())


def faster(code, record):
    body = json.loads(Refusal(code, "no").to_json()) | {"record": record.members()}
    return httpx.Response(409, content=json.dumps(body).encode())


class Desk:
    """One person at one desk, with a keyring of their own."""

    def __init__(self, bench, *, letter="a", name="Dana R.", role=Role.AGENT, api_key=API_KEY):
        self.bench = bench
        self.token_id = letter * 10
        self.profile = replace(PROFILE, agent=name, role=role, person_id="p" + letter * 15)
        self.store = MemorySecretStore(self.profile)
        self.api_key = api_key
        self.now = AT
        self.elapsed_s = 0.0
        bench.add_person(self.profile.person_id, name, self.token_id, WireRole(role.value))

    async def open(self):
        await write_credentials(self.store, self.profile, Credentials("PUBLIC", self.api_key))
        place = person_place(self.profile)
        await self.store.write(place, SecretName.RELAY_TOKEN, token_of(self.token_id))
        return self.start()

    def start(self):
        """The program starts: what is kept is in the keyring."""
        keys = DeskKeys(self.store, self.profile, workstation="desk " + self.token_id[0])

        async def token():
            return await keys.token()

        client = RelayClient(
            self.profile.relay_url, token, transport=httpx.MockTransport(self.bench)
        )
        self.keys = keys
        return SharedRelay(client, keys, now=lambda: self.now, monotonic=lambda: self.elapsed_s)
