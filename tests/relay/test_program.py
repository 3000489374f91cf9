import asyncio
import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from telesales_desktop.relay.access import now_us
from telesales_desktop.relay.spool import Spool
from telesales_desktop.wire.enrolment import Enrolment, EnrolmentRequest
from telesales_desktop.wire.feed import ChangesPage
from tests.relay import parts, program
from tests.relay.parts import HOOK, SECRET, bearer, delivery


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "relay.db"
    done = program.run(
        "init",
        "--database",
        f"sqlite:///{path}",
        "--hook-secret",
        SECRET,
        "--sealing-key",
        parts.sealing_key().text(),
    )
    assert done.returncode == 0, done.stderr
    return path


def enrolled(relay, database, **options) -> str:
    request = EnrolmentRequest(program.code_for(database, **options), "desk 1")
    answer = httpx.post(f"{relay.desks}/v1/enrolments", content=request.to_json())
    assert answer.status_code == 201, answer.text
    return Enrolment.from_json(answer.content).token


def changes(relay, token, **query) -> ChangesPage:
    answer = httpx.get(f"{relay.desks}/v1/changes", params=query, headers=bearer(token), timeout=60)
    assert answer.status_code == 200, answer.text
    return ChangesPage.from_json(answer.content)


def test_a_workstation_is_enrolled_while_the_relay_serves(database):
    with program.serving(database) as relay:
        token = enrolled(relay, database)
        httpx.post(relay.hooks + HOOK, content="event=confirmed")
        assert [parts.opened(each).body for each in changes(relay, token).changes] == [
            b"event=confirmed"
        ]
        listed = program.run("tokens", "--database", database, "list").stdout.splitlines()
        assert listed[0].split()[:3] == ["ID", "ROLE", "NAME"]
        assert [part in listed[1] for part in ("agent", "Dana R.", "desk 1", "main", "valid")]
        assert relay.stop() == 0


def test_what_was_acknowledged_survives_a_kill(database):
    acknowledged = []

    def post(relay, first):
        try:
            with httpx.Client() as http:
                for number in range(first, first + 100_000):
                    body = f"event=confirmed&n={number}"
                    if http.post(relay.hooks + HOOK, content=body).status_code == 200:
                        acknowledged.append(body.encode())
        except httpx.HTTPError:
            pass

    with program.serving(database) as relay:
        posters = [threading.Thread(target=post, args=(relay, n * 10**6)) for n in range(4)]
        for poster in posters:
            poster.start()
        while len(acknowledged) < 200:
            threading.Event().wait(0.01)
        relay.kill()
        for poster in posters:
            poster.join()
    with program.serving(database) as relay:
        token = enrolled(relay, database)
        kept, after, more = [], "", True
        while more:
            page = changes(relay, token, after=after, limit=500)
            kept += [parts.opened(each).body for each in page.changes]
            after, more = page.next, page.more
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


def test_a_revocation_by_another_process_ends_a_parked_poll(database):
    with program.serving(database) as relay:
        token = enrolled(relay, database)
        answers = []

        def poll():
            answers.append(
                httpx.get(
                    f"{relay.desks}/v1/changes",
                    params={"wait": 30},
                    headers=bearer(token),
                    timeout=60,
                )
            )

        polls = [threading.Thread(target=poll) for _ in range(3)]
        for each in polls:
            each.start()
        while "parked_polls 3" not in httpx.get(f"{relay.desks}/metrics").text:
            threading.Event().wait(0.01)
        done = program.run("tokens", "--database", database, "revoke", token.split("_")[1])
        assert (done.returncode, done.stdout) == (0, f"Revoked {token.split('_')[1]}.\n")
        for each in polls:
            each.join()
        assert [answer.status_code for answer in answers] == [401] * 3
        again = program.run("tokens", "--database", database, "revoke", token.split("_")[1])
        assert again.returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked_and_answers_who_waits(database, number):
    with program.serving(database) as relay:
        token = enrolled(relay, database)
        pages = []
        poll = threading.Thread(target=lambda: pages.append(changes(relay, token, wait=30)))
        poll.start()
        while "parked_polls 1.0" not in httpx.get(f"{relay.desks}/metrics").text:
            threading.Event().wait(0.01)
        relay.process.send_signal(number)
        assert relay.process.wait() == 0
        poll.join()
        assert [page.changes for page in pages] == [()]
        assert relay.process.stderr.read() == ""


def test_what_an_earlier_run_spooled_is_served(database):
    Spool(database.with_name("relay.db.spool")).put(delivery(7, received_us=now_us()))
    with program.serving(database) as relay:
        assert relay.stop() == 0
        told = relay.process.stderr.read()
    assert "1 spooled deliveries are in the database now" in told
    with sqlite3.connect(database) as raw:
        assert raw.execute("SELECT count(*) FROM changes").fetchone() == (1,)
    raw.close()


def test_a_locked_database_costs_no_webhook(database):
    with program.serving(database) as relay:
        token = enrolled(relay, database)
        locker = sqlite3.connect(database, isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        answer = httpx.post(relay.hooks + HOOK, content="event=confirmed", timeout=60)
        assert answer.status_code == 200
        assert httpx.get(f"{relay.desks}/readyz", timeout=60).json()["spool_waits"] is True
        locker.execute("ROLLBACK")
        locker.close()
        assert len(changes(relay, token, wait=30).changes) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_it_serves_though_its_output_has_no_room(database):
    """Where the disk is full, a relay that is started again is what keeps webhooks in the spool."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    words = ["serve", "--database", str(database), "--listen", place, "--hook-listen"]
    with open("/dev/full", "w") as full:
        process = subprocess.Popen([*program.COMMAND, *words, "127.0.0.1:0"], stdout=full)
    try:
        answers = 0
        while answers < 20 and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                answers += httpx.get(f"http://{place}/readyz").json()["ready"]
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
    finally:
        process.kill()
        process.wait()


def test_a_second_server_on_one_file_is_refused(database):
    with program.serving(database) as one:
        done = program.run(
            "serve", "--database", database, "--listen", "127.0.0.1:0",
            "--hook-listen", "127.0.0.1:0",
        )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr == (
            f"telesales-relay: another relay serves {database} already: stop it first "
            "(serve --take-over follows it without a pause)\n"
        )
        assert httpx.get(f"{one.desks}/readyz").status_code == 200


def test_no_webhook_meets_a_closed_door_while_servers_follow_one_another(database):
    answers = []
    done = threading.Event()

    def post(hooks):
        number = 0
        while not done.is_set():
            number += 1
            answer = httpx.post(hooks + HOOK, content=f"event={number}", timeout=60)
            answers.append(answer.status_code)

    with program.serving(database) as first:
        poster = threading.Thread(target=post, args=(first.hooks,))
        poster.start()
        with program.serving(database, "--take-over") as second:
            assert second.addresses == first.addresses
            assert first.process.wait() == 0
            with program.serving(database, "--take-over") as third:
                assert second.process.wait() == 0
                seen = len(answers)
                while len(answers) < seen + 20:
                    assert poster.is_alive()
                    threading.Event().wait(0.01)
                done.set()
                poster.join()
                token = enrolled(third, database)
                kept = changes(third, token, limit=500).changes
                assert third.stop() == 0
    assert set(answers) == {200}
    assert len(kept) == min(len(answers), 500)


def test_what_is_taken_over_says_that_it_listens_elsewhere(database):
    with program.serving(database) as first:
        done = subprocess.Popen(
            [*program.COMMAND, "serve", "--take-over", "--database", str(database),
             "--listen", "127.0.0.1:1", "--hook-listen", "127.0.0.1:0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert first.process.wait() == 0
        httpx.get(f"{first.desks}/readyz", timeout=60)
        done.terminate()
        told = done.communicate()[1]
    desks = first.desks.removeprefix("http://")
    assert f"listens at {desks}, and goes on: 127.0.0.1:1 is not opened" in told
    assert told.count("goes on") == 1


def test_take_over_of_nothing_is_a_start(database):
    with program.serving(database, "--take-over") as relay:
        assert httpx.get(f"{relay.desks}/readyz").status_code == 200
        assert relay.stop() == 0


PASSING = """
import os, sys
hooks, desks, *command = sys.argv[1:]
os.dup2(int(hooks), 30), os.dup2(int(desks), 31)  # out of the way of each other
os.dup2(30, 3), os.dup2(31, 4)
told = {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "hooks:desks", "LISTEN_PID": str(os.getpid())}
os.execve(command[0], command, {**os.environ, **told})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="systemd is Linux's")
def test_it_serves_on_sockets_that_systemd_passes(database):
    with contextlib.ExitStack() as closing:
        passed = [closing.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        listen = ["--listen", "systemd:desks", "--hook-listen", "systemd:hooks"]
        words = [*program.COMMAND, "serve", "--database", str(database), *listen]
        process = subprocess.Popen(
            [sys.executable, "-c", PASSING, *(str(each.fileno()) for each in passed), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[each.fileno() for each in passed],
        )
        try:
            relay = program.Program(process)
            ports = [each.getsockname()[1] for each in passed]
            assert relay.hooks.endswith(f":{ports[0]}")
            assert httpx.get(f"{relay.desks}/readyz").json()["ready"] is True
            assert relay.desks.endswith(f":{ports[1]}")
            assert relay.stop() == 0
        finally:
            process.kill()
            process.communicate()


def test_whoever_reads_only_the_beginning_makes_no_error(database):
    words = [*program.COMMAND, "merchants", "list", "--database", str(database)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 0
    process.stderr.close()


def raw(address: str, *parts: bytes) -> bytes:
    """Send bytes as they are and read until the server closes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


POST = b"POST " + HOOK.encode() + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (POST + b"content-length: 3\r\n\r\nabc", 200),
        (POST + b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200),
        (
            POST + b"content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            400,
        ),
        (
            POST + b"transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            400,
        ),
        (POST + b"content-length: 3\r\ncontent-length: 4\r\n\r\nabcd", 400),
        (POST + b"content-length: -3\r\n\r\nabc", 400),
        (POST + b"content-length: 99999999999\r\n\r\n", 413),
        (POST + b"transfer-encoding: chunked\r\n\r\nzzz\r\n", 400),
        (POST + b"bad header\r\n\r\n", 400),
        (POST + b"content-length: 3\r\nexpect: 100-continue\r\n\r\nabc", 200),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET \xff HTTP/1.1\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
)
def test_requests_that_no_client_library_sends(served, request_bytes, status):
    answer = raw(served.hooks, request_bytes)
    final = answer.rpartition(b"HTTP/1.1 ")[2]
    assert int(final[:3]) == status, answer
    assert b"\nserver:" not in answer.lower()


def test_a_chunked_body_over_the_limit_hears_why(served):
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    answer = raw(
        served.hooks, POST + b"transfer-encoding: chunked\r\n\r\n", chunk * 3 + b"0\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_head_that_never_ends_is_cut(served):
    answer = b""
    with contextlib.suppress(ConnectionError):
        answer = raw(served.hooks, POST + b"x: " + b"y" * 200_000, b"y" * 2_000_000)
    assert not answer.startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    path = tmp_path_factory.mktemp("served") / "relay.db"
    program.run(
        "init",
        "--database",
        path,
        "--hook-secret",
        SECRET,
        "--sealing-key",
        parts.sealing_key().text(),
    )
    with program.serving(path) as relay:
        yield relay


def test_slow_desks_and_parked_polls_keep_no_webhook_out(database):
    with program.serving(database) as relay:
        token = enrolled(relay, database)
        host, port = relay.hooks.removeprefix("http://").split(":")
        slow = [socket.create_connection((host, int(port))) for _ in range(200)]
        for connection in slow:
            connection.sendall(b"POST /hooks/affirm/x HTTP/1.1\r\nx-slow: ")

        async def crowd():
            limits = httpx.Limits(max_connections=200)
            async with httpx.AsyncClient(timeout=60, limits=limits) as http:
                polls = [
                    asyncio.create_task(
                        http.get(
                            f"{relay.desks}/v1/changes", params={"wait": 30}, headers=bearer(token)
                        )
                    )
                    for _ in range(20)
                ]
                posts = await asyncio.gather(
                    *(http.post(relay.hooks + HOOK, content=f"event={n}") for n in range(100))
                )
                await asyncio.gather(*polls)
                return [answer.status_code for answer in posts]

        assert asyncio.run(crowd()) == [200] * 100
        for connection in slow:
            connection.close()
