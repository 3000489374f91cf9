"""The relay's own TLS, its names, and what it says where others could read along."""

import logging
import socket
import ssl

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from telesales_desktop.relay import tls
from telesales_desktop.relay.listening import Listen
from tests.packaging.self_signed import certificate
from tests.relay import program
from tests.relay.parts import HOOK
from tests.relay.test_serve import Serving


@pytest.fixture
def pair(tmp_path):
    return certificate(tmp_path, "localhost", "desks.relay.example")


def trusting(pem) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


def by_name(address: str) -> str:
    return address.replace("127.0.0.1", "localhost")


async def test_both_listeners_speak_tls_that_a_client_verifies(database, capsys, pair):
    serving = Serving(capsys, database=database, tls=pair)
    addresses = await serving.addresses()
    assert all(address.startswith("https://127.0.0.1:") for address in addresses.values())
    async with httpx.AsyncClient(verify=trusting(pair[0])) as http:
        kept = await http.post(by_name(addresses["hooks"]) + HOOK, content="event=x")
        assert kept.status_code == 200
        assert (await http.get(by_name(addresses["desks"]) + "/healthz")).status_code == 200
        with pytest.raises(httpx.ConnectError, match="IP address mismatch"):
            await http.get(addresses["desks"] + "/healthz")
    async with httpx.AsyncClient() as stranger:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await stranger.get(by_name(addresses["desks"]) + "/healthz")
    await serving.stop()


def test_the_program_speaks_tls_and_nothing_older_than_1_2(database, pair):
    with program.serving(database, "--tls-cert", str(pair[0]), "--tls-key", str(pair[1])) as relay:
        context = trusting(pair[0])
        host, port = relay.desks.removeprefix("https://").split(":")
        with (
            socket.create_connection((host, int(port)), timeout=60) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as secured,
        ):
            assert secured.version() in ("TLSv1.2", "TLSv1.3")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(str(pair[0]))
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with (
            socket.create_connection((host, int(port)), timeout=60) as raw,
            pytest.raises((ssl.SSLError, ConnectionError)),
        ):
            old.wrap_socket(raw, server_hostname="localhost")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(relay.desks.replace("https:", "http:") + "/healthz")
        assert relay.stop() == 0


def test_workstations_reach_it_under_its_names_only(database, pair):
    named = ["--host", "desks.relay.example", "--host", "Other.Example"]
    with program.serving(database, *named) as relay:
        statuses = {
            name: httpx.get(relay.desks + "/v1/meta", headers={"host": name}).status_code
            for name in (
                "desks.relay.example",
                "other.example:8700",
                "relay.example",
                "127.0.0.1",
                "evil.example",
            )
        }
        assert relay.stop() == 0
    assert list(statuses.values()) == [200, 200, 200, 200, 400]


# --- pairs that cannot work


def serve(typed, database, pem, key):
    listen = ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
    return typed("serve", "--database", database, *listen, "--tls-cert", pem, "--tls-key", key)


def test_a_key_of_another_certificate_is_told(typed, database, pair, tmp_path):
    (tmp_path / "other").mkdir()
    _, other = certificate(tmp_path / "other", "localhost")
    status, told, complaint = serve(typed, database, pair[0], other)
    assert (status, told) == (2, "")
    assert (
        complaint == f"telesales-relay: --tls-key {other} is not the key of --tls-cert {pair[0]}\n"
    )


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_is_something_else_is_told(typed, database, pair, which):
    pair[which].write_text("not this")
    status, told, complaint = serve(typed, database, *pair)
    assert (status, told, complaint.count("\n")) == (2, "", 1)
    assert "must be a certificate and its key in PEM" in complaint


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_is_not_there_is_told(typed, database, pair, which):
    pair[which].unlink()
    status, told, complaint = serve(typed, database, *pair)
    assert (status, told) == (1, "")
    assert (
        complaint == f"telesales-relay: {pair[which]} cannot be read: No such file or directory\n"
    )


def test_a_key_with_a_password_asks_nobody(typed, database, pair):
    key = serialization.load_pem_private_key(pair[1].read_bytes(), None)
    pair[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    status, told, complaint = serve(typed, database, *pair)
    assert (status, told) == (2, "")
    assert "--tls-key has a password" in complaint


@pytest.mark.parametrize("alone", ["--tls-cert", "--tls-key"])
def test_one_without_the_other_is_a_wrong_use(typed, database, pair, alone):
    listen = ["--listen", "127.0.0.1:0", "--hook-listen", "127.0.0.1:0"]
    status, _, complaint = typed("serve", "--database", database, *listen, alone, pair[0])
    assert status == 2
    assert "go together" in complaint


# --- who could read along

OPEN = Listen("0.0.0.0", 0)


async def test_a_listener_that_others_reach_without_tls_is_warned_of(database, capsys, caplog):
    serving = Serving(capsys, database=database, desks=OPEN)
    addresses = await serving.addresses()
    await serving.stop()
    (told,) = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert told.startswith(f"desks listens at {addresses['desks'].removeprefix('http://')}")
    assert "--trusted-proxy" in told
    assert told.endswith("reads the workstations' tokens")


@pytest.mark.parametrize("changed", [{"tls": True}, {"trusted_proxies": ("10.0.0.1",)}, {}])
async def test_nothing_is_warned_of_where_nobody_reads(database, capsys, caplog, pair, changed):
    changed = {**changed, "desks": OPEN} if changed else {}
    if "tls" in changed:
        changed["tls"] = pair
    serving = Serving(capsys, database=database, **changed)
    await serving.addresses()
    await serving.stop()
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_a_socket_of_this_machine_alone_is_nobody_elses(tmp_path):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(tmp_path / "s"))
        assert not list(tls.readable({"hooks": opened}, tls=False, behind_proxy=False))


@pytest.mark.parametrize(
    ("family", "host", "count"),
    [(socket.AF_INET, "127.0.0.2", 0), (socket.AF_INET6, "::1", 0), (socket.AF_INET6, "::", 1)],
)
def test_what_other_machines_reach(family, host, count):
    with socket.create_server((host, 0), family=family) as opened:
        told = list(tls.readable({"hooks": opened}, tls=False, behind_proxy=False))
    assert len(told) == count
    assert all("reads webhooks" in line for line in told)
