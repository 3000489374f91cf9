"""Do the files that IT installs with the relay say what the relay can do?"""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from telesales_desktop.relay import cli
from telesales_desktop.relay.metrics import Metrics, commit_times
from telesales_desktop.wire.feed import MOST_BODY, MOST_WAIT_S

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ROOT / "packaging" / "relay"
UNITS = sorted(FILES.glob("*.service")) + sorted(FILES.glob("*.socket"))
NAME = re.compile(r"(?<!\w)((?:telesales_relay|process)_\w+)")


def told_names() -> set[str]:
    """The names of everything that a relay with some history tells Prometheus."""
    intake = SimpleNamespace(
        kept=1, repeated=0, spooled=0, refused=0, last_kept_us=1, spool_waits=False
    )
    told = Metrics(
        intake=intake,
        answers={"answered": 1},
        parked=lambda: 0,
        seen_us=lambda: {"abcdefghij": 1},
        commits=commit_times(),
        now_us=lambda: 2,
    ).exposition()
    families = text_string_to_metric_families(told.decode())
    return {sample.name for family in families for sample in family.samples}


def queries() -> list[str]:
    dashboard = json.loads((FILES / "grafana-dashboard.json").read_text("utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def alarms() -> list[str]:
    groups = yaml.safe_load((FILES / "alerts.yml").read_text("utf-8"))["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


def test_the_dashboard_and_the_alarms_ask_only_for_figures_that_there_are():
    told = told_names()
    assert len(queries()) > 10
    for query in (*queries(), *alarms()):
        names = NAME.findall(query)
        assert names or "up{" in query, query
        assert set(names) <= told, query


def test_the_dashboard_shows_every_figure_of_the_relay():
    asked = {name for query in queries() for name in NAME.findall(query)}
    families = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in asked}
    told = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in told_names()}
    assert {name for name in told if name.startswith("telesales_relay_")} <= families


@pytest.mark.parametrize("expressions", [queries, alarms])
@pytest.mark.skipif(not shutil.which("promtool"), reason="needs Prometheus' promtool")
def test_prometheus_understands_the_queries(tmp_path, expressions):
    rules = [
        {"record": f"test:query_{number}", "expr": expression.replace("$job", "relay")}
        for number, expression in enumerate(expressions())
    ]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "test", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def settings(unit: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_service_is_hardened_and_always_comes_back():
    service = settings(FILES / "telesales-relay.service")
    for name, value in {
        "Restart": "always",
        "WatchdogSec": "30",
        "OOMPolicy": "continue",
        "StartLimitIntervalSec": "0",
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "LimitCORE": "0",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
    }.items():
        assert service[name] == [value], name


def test_both_doors_are_held_open_while_the_service_restarts():
    service = settings(FILES / "telesales-relay.service")
    held = {}
    for unit in FILES.glob("*.socket"):
        socket = settings(unit)
        assert socket["Service"] == ["telesales-relay.service"]
        held[socket["FileDescriptorName"][0]] = unit.name
        assert unit.name in service["Requires"][0].split()
        assert unit.name in service["Sockets"][0].split()
    assert set(held) == {"desks", "hooks"}
    words = shlex.split(service["ExecStart"][0])
    assert words[words.index("--listen") + 1] == "systemd:desks"
    assert words[words.index("--hook-listen") + 1] == "systemd:hooks"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_units(tmp_path):
    for unit in UNITS:
        text = unit.read_text("utf-8")
        # What is not installed here stands for what will be there.
        text = text.replace("/opt/telesales-relay/bin/telesales-relay", "/bin/true")
        text = text.replace("Documentation=file:", "Documentation=https://x.example")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    service = FILES / "telesales-relay.service"
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=15", service]
    exposure = subprocess.run(words, capture_output=True, text=True)
    assert exposure.returncode == 0, exposure.stdout[-300:]


def container_lines(instruction: str) -> list[str]:
    text = (FILES / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return [line.split(" ", 1)[1] for line in text.splitlines() if line.startswith(instruction)]


def test_the_image_is_built_from_what_is_there_and_starts_what_can_start():
    for copied in container_lines("COPY"):
        if "--from=" not in copied:
            for source in copied.split()[:-1]:
                assert (ROOT / source).exists(), source
    (entry,), (usual,) = container_lines("ENTRYPOINT"), container_lines("CMD")
    assert json.loads(entry) == ["telesales-relay"]
    given = cli._parser().parse_args(json.loads(usual))
    assert given.command == "serve"
    assert container_lines("USER") == ["10000"]
    assert container_lines("STOPSIGNAL") == ["SIGTERM"]


def test_the_proxies_let_through_what_the_relay_takes_and_tell_the_exact_address():
    nginx = (FILES / "nginx.conf").read_text("utf-8")
    caddy = (FILES / "Caddyfile").read_text("utf-8")
    assert f"client_max_body_size {MOST_BODY // 1024}k;" in nginx
    assert f"max_size {MOST_BODY // 1024}KiB" in caddy
    assert nginx.count("proxy_set_header X-Forwarded-For $remote_addr;") == 2
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    waits = [int(text) for text in re.findall(r"proxy_read_timeout (\d+)s", nginx)]
    waits += [int(text) for text in re.findall(r"response_header_timeout (\d+)s", caddy)]
    assert sorted(waits)[2] > MOST_WAIT_S  # the desks' ones; a webhook is answered sooner


@pytest.mark.skipif(not shutil.which("caddy"), reason="needs caddy")
def test_caddy_understands_its_file(tmp_path):
    file = shutil.copy(FILES / "Caddyfile", tmp_path)
    words = ["caddy", "validate", "--adapter", "caddyfile", "--config", file]
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, env=home)
    assert done.returncode == 0, done.stderr
