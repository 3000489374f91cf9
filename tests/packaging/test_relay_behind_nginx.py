"""Does the sample for nginx bring requests to the relay, and the exact address of who asks?"""

import shutil
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.packaging.self_signed import certificate
from tests.relay import parts, program

FILES = Path(__file__).resolve().parent.parent.parent / "packaging" / "relay"
pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")


def configuration(folder: Path, port: int, running: program.Program) -> Path:
    """The sample, with this machine's ports and a certificate of its own."""
    pem, key = certificate(folder, "hooks.relay.example", "desks.relay.example")
    text = (FILES / "nginx.conf").read_text("utf-8")
    for name in ("hooks", "desks"):
        text = text.replace(f"/etc/ssl/{name}.relay.example.pem", str(pem))
        text = text.replace(f"/etc/ssl/private/{name}.relay.example.key", str(key))
    text = text.replace("listen [::]:443 ssl http2;", "")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    text = text.replace("server 127.0.0.1:8701", f"server {running.hooks.removeprefix('http://')}")
    text = text.replace("server 127.0.0.1:8700", f"server {running.desks.removeprefix('http://')}")
    assert "8700" not in text.replace(str(port), "")
    paths = "".join(
        f"{name}_temp_path {folder};"
        for name in ("proxy", "client_body", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log stderr; user root;"
        f"events {{}} http {{ {paths} {text} }}"
    )
    return file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def proxied(tmp_path):
    """A client that reaches a relay through nginx, as from outside."""
    database = parts.new_database(tmp_path)
    port = free_port()  # nginx cannot choose one itself and tell
    with program.serving(
        database, "--trusted-proxy", "127.0.0.1", "--host", "desks.relay.example"
    ) as running:
        file = configuration(tmp_path, port, running)
        done = subprocess.run(["nginx", "-t", "-c", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        nginx = subprocess.Popen(["nginx", "-c", file], stderr=subprocess.PIPE)
        try:
            with httpx.Client(verify=False, base_url=f"https://127.0.0.1:{port}") as client:
                yield client, running
        finally:
            nginx.terminate()
            nginx.communicate()


def until_it_answers(client: httpx.Client, **options) -> httpx.Response:
    for _ in range(200):
        try:
            return client.get("/v1/meta", **options)
        except httpx.ConnectError:
            continue
    raise AssertionError("nginx does not answer")


def test_requests_come_through_and_nobody_passes_for_another(proxied):
    client, running = proxied
    desks, hooks = {"host": "desks.relay.example"}, {"host": "hooks.relay.example"}
    assert until_it_answers(client, headers=desks).json()["contract"] >= 1
    kept = client.post(parts.HOOK, headers=hooks, content=b"event=x")
    assert kept.status_code == 200
    assert client.post(parts.HOOK, headers=hooks, content=b"x" * 70_000).status_code == 413
    assert client.post(parts.HOOK, headers=desks, content=b"x").status_code == 404
    # What the relay shows to this machine alone is not to be had with a claim of being it.
    for claim in ("127.0.0.1", "::1", "localhost"):
        forwarded = {"x-forwarded-for": claim, "forwarded": f"for={claim}"}
        told = client.get("/metrics", headers={**desks, **forwarded})
        assert told.status_code == 404
    assert "server" in kept.headers
    assert "/" not in kept.headers["server"]  # a name, no version
    assert kept.headers.get("strict-transport-security") is None
    assert running.process.poll() is None
