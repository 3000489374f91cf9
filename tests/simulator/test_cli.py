import hashlib
import hmac
import io
import json
import socket
import sys
from urllib.parse import parse_qsl

import pytest

from telesales_desktop.simulator import cli
from tests.simulator.orders import CREDENTIALS, PRIVATE_KEY, canadian_order, us_order
from tests.simulator.programs import KEYS, simulator, tiny_merchant


def stop_at_once(monkeypatch, keys=KEYS):
    """Let ``main`` do all but serve; what it would have served is returned."""
    served = []
    monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
    monkeypatch.setattr(
        "telesales_desktop.simulator.server.serve",
        lambda app, listener: served.append(app) or listener.close(),
    )
    return served


def usage(capsys, *argv):
    with pytest.raises(SystemExit) as left:
        cli.main(argv)
    assert left.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("telesales-simulator: ")
    assert told.count("\n") == 1
    return told


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process by SIGTERM")
def test_the_program_sells_signs_and_stops():
    with tiny_merchant() as (merchant, received):
        hook = merchant.replace("http://", "http://hook:secret@") + "/hooks/affirm/s"
        with simulator("--hook-url", hook, "--merchant-name", "Maple", "--seed", "5") as client:
            order = us_order()
            del order["merchant"]["name"]
            stored = client.post("/api/v2/checkout/store", json=order).json()
            path = f"/api/v2/checkout/{stored['checkout_id']}"
            assert client.get(path).json()["merchant"]["name"] == "Maple Telesales"
            client.post(f"/_simulator/checkouts/{stored['checkout_id']}/confirm")
            client.post("/_simulator/webhooks/drain")
    delivered = [received.get_nowait() for _ in range(4)]
    assert received.empty()
    events = [dict(parse_qsl(body.decode()))["event"] for _, _, body in delivered]
    assert events == ["sent", "opened", "approved", "confirmed"]
    for path, headers, body in delivered:
        assert path == "/hooks/affirm/s"
        assert headers["User-Agent"] == "Affirm-Webhook"
        assert headers["Authorization"] == "Basic aG9vazpzZWNyZXQ="
        signed_at, value = headers["X-Affirm-Signature"].removeprefix("t=").split(",v0=")
        message = f"{signed_at}.".encode() + body
        assert value == hmac.new(PRIVATE_KEY.encode(), message, hashlib.sha512).hexdigest()


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process by SIGTERM")
def test_it_stops_while_an_answer_is_still_dripping():
    fault = json.dumps({"kind": "drip", "endpoint": "store", "interval_s": 3600})
    with (
        simulator("--faults", fault) as client,
        client.stream("POST", "/api/v2/checkout/store", json=us_order()) as answer,
    ):
        assert next(answer.iter_raw()) == b"{"


def test_options_become_an_account(monkeypatch, tmp_path):
    served = stop_at_once(monkeypatch)
    faults = tmp_path / "faults.json"
    faults.write_text('[{"kind": "lost"}, {"kind": "html"}]')
    code = cli.main(
        [
            "serve",
            "--listen",
            "localhost:0",
            "--country",
            "CA",
            "--seed",
            "1",
            "--hook-url",
            "http://127.0.0.1:1/h",
            "--merchant-name",
            "Érable",
            "--settings",
            '{"split_capture": true}',
            "--faults",
            str(faults),
        ]
    )
    assert code == 0
    affirm = served[0].affirm
    settings = affirm.account.settings
    assert (settings.country, settings.global_host, settings.split_capture) == ("CA", True, True)
    assert (settings.account_name, settings.hook_url) == ("Érable", "http://127.0.0.1:1/h")
    assert [fault.kind for fault in affirm.faults.queue] == ["lost", "html"]
    assert (affirm.account.keys.public_key, affirm.account.keys.private_key) == CREDENTIALS
    stored = affirm.checkouts.store(canadian_order(), base_url="http://127.0.0.1")
    assert stored.order["currency"] == "CAD"


def test_without_options_it_is_an_american_account_without_webhooks(monkeypatch):
    served = stop_at_once(monkeypatch)
    assert cli.main(["serve", "--listen", "[::1]:0" if socket.has_ipv6 else "127.0.0.1:0"]) == 0
    settings = served[0].affirm.account.settings
    assert (settings.country, settings.hook_url) == ("US", "")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "--listen"),
        (["--listen", "127.0.0.1"], "expected HOST:PORT"),
        (["--listen", "127.0.0.1:http"], "expected HOST:PORT"),
        (["--listen", "127.0.0.1:70000"], "expected HOST:PORT"),
        (["--listen", "0.0.0.0:0"], "0.0.0.0 is not a loopback address"),
        (["--listen", "shop.example:80"], "shop.example is not a loopback address"),
        (["--hook-url", "http://shop.example/"], "on this machine"),
        (["--country", "GB"], "invalid choice"),
        (["--merchant-name", " "], "must not be empty"),
        (["--seed", "x"], "invalid int"),
        (["--faults", '{"kind": "fire"}'], "no fault 'fire'"),
        (["--faults", "[{"], "--faults is not JSON"),
        (["--faults", "/nowhere/at/all"], "cannot read the file"),
        (["--settings", "[]"], "must be a JSON object"),
        (["--settings", '{"x": 1}'], "no setting 'x'"),
        (["--what"], "unrecognized arguments"),
    ],
)
def test_wrong_use_is_one_clear_line(monkeypatch, capsys, options, told):
    stop_at_once(monkeypatch)
    named = [] if not options or "--listen" in options else ["--listen", "127.0.0.1:0"]
    assert told in usage(capsys, "serve", *named, *options)


def test_no_command_is_wrong_use(capsys):
    assert "required" in usage(capsys)


@pytest.mark.parametrize("keys", ["", "one\n", "one\n\n", "a b\ntwo\n", "a:b\ntwo\n", "é\ntwo\n"])
def test_the_keys_come_on_standard_input_or_not_at_all(monkeypatch, capsys, keys):
    stop_at_once(monkeypatch, keys)
    told = usage(capsys, "serve", "--listen", "127.0.0.1:0")
    assert "two keys are expected on standard input" in told
    assert "two\n" not in told


def test_an_address_that_is_taken_is_no_traceback(monkeypatch, capsys):
    stop_at_once(monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--listen", f"127.0.0.1:{port}"]) == 1
    assert capsys.readouterr().err.startswith("telesales-simulator: cannot listen: ")


def test_help_names_the_keys(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["serve", "--help"])
    assert left.value.code == 0
    assert "standard input" in capsys.readouterr().out


def test_keys_cannot_come_where_standard_input_is_closed(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert "two keys are expected" in usage(capsys, "serve", "--listen", "127.0.0.1:0")
