import socket
import ssl
import threading

import httpx
import pytest

from telesales_desktop.adapters.lost_connection import reason_of
from tests.packaging.self_signed import certificate


async def lost(url: str, **options) -> str:
    async with httpx.AsyncClient(**options) as client:
        with pytest.raises(httpx.HTTPError) as told:
            await client.get(url)
    return reason_of(told.value)


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def address(server) -> str:
    return f"127.0.0.1:{server.getsockname()[1]}"


async def test_a_certificate_that_is_not_trusted(listening, tmp_path):
    pem, key = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)

    def answer():
        connection, _ = listening.accept()
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    serving = threading.Thread(target=answer)
    serving.start()
    assert await lost(f"https://{address(listening)}") == (
        "its certificate is not trusted on this machine"
    )
    serving.join()


async def test_something_that_speaks_no_tls(listening):
    def answer():
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    serving = threading.Thread(target=answer)
    serving.start()
    assert await lost(f"https://{address(listening)}") == "it does not speak TLS as it should"
    serving.join()


async def test_nobody_listens(listening):
    gone = address(listening)
    listening.close()
    assert await lost(f"http://{gone}") == "nobody listens there"


async def test_no_answer_in_time(listening):
    told = await lost(f"http://{address(listening)}", timeout=0.05)
    assert told == "it did not answer in time"


def test_an_unknown_name():
    error = httpx.ConnectError("no")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    assert reason_of(error) == "its name is not known"


def test_our_own_limit_and_what_has_no_words():
    assert reason_of(TimeoutError()) == "it did not answer in time"
    assert reason_of(httpx.ReadError("host name and all")) == "ReadError"


def test_errors_that_lead_to_each_other_end():
    one, other = OSError(), OSError()
    one.__cause__, other.__cause__ = other, one
    assert reason_of(one) == "OSError"
