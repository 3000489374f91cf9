"""Does the set-up do only what is missing, and say plainly what it cannot do?"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def scripts(monkeypatch):
    """The scripts stand beside each other and find one another as they do when run."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import debian_packages
    import environment
    import set_up

    return SimpleNamespace(debian=debian_packages, environment=environment, set_up=set_up)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no command given"),
        (["dmeo"], "no command 'dmeo'"),
        (["--demo"], "no command '--demo'"),
    ],
)
def test_a_wrong_use_is_one_clear_line_and_2(arguments, says):
    done = subprocess.run(
        [sys.executable, ROOT / "packaging" / "set_up.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert says in line
    assert "usage: python3 packaging/set_up.py demo|test|build|install" in line


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 10, 14), (3, 15, 0)])
def test_another_python_is_told_which_ones_do(scripts, monkeypatch, capsys, version):
    monkeypatch.setattr(sys, "version_info", version)
    assert scripts.set_up.main(["install"]) == 1
    assert "Python 3.11 to 3.14 is needed" in capsys.readouterr().err


def test_help_explains_every_command(scripts, capsys):
    assert scripts.set_up.main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"set_up.py {command}" in told for command in scripts.set_up.COMMANDS)


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        (PermissionError(13, "Permission denied", ".venv"), 1, "Permission denied: .venv"),
        (KeyboardInterrupt(), 130, "the same command goes on"),
    ],
)
def test_a_set_up_that_cannot_go_on_is_one_line(scripts, monkeypatch, capsys, raised, status, told):
    def end(*_):
        raise raised

    monkeypatch.setattr(scripts.debian, "ensure", lambda _needed: None)
    monkeypatch.setattr(scripts.environment, "ensure", end)
    assert scripts.set_up.main(["demo"]) == status
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize("old", ["3.8", "3.9", "3.10"])
def test_the_script_can_be_read_by_the_pythons_it_turns_away(old):
    source = (ROOT / "packaging" / "set_up.py").read_text("utf-8")
    ast.parse(source, feature_version=tuple(int(part) for part in old.split(".")))


class TestDebianPackages:
    LISTING = (
        "installed\tlibegl1\t\n"
        "installed\tlibglib2.0-0t64\tlibglib2.0-0 (= 2.80), libglib-x\n"
        "config-files\txvfb\t\n"
    )

    @pytest.fixture
    def machine(self, scripts, monkeypatch):
        """A machine with dpkg whose commands are recorded and answered."""
        ran = []

        def run(command, **options):
            ran.append(command)
            answer = self.LISTING if command[0] == "dpkg-query" else ""
            return subprocess.CompletedProcess(command, machine.code, stdout=answer)

        machine = SimpleNamespace(ran=ran, code=0)
        monkeypatch.setattr(scripts.debian.subprocess, "run", run)
        monkeypatch.setattr(scripts.debian.shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
        return machine

    def test_what_is_there_under_another_name_is_not_missing(self, scripts, machine):
        scripts.debian.ensure(("libegl1", "libglib2.0-0"))
        (query,) = machine.ran
        assert query[0] == "dpkg-query"

    def test_root_installs_exactly_what_is_missing(self, scripts, machine):
        scripts.debian.ensure(("libegl1", "xvfb", "dbus"))
        update, install = machine.ran[1:]
        assert update[:2] == ["apt-get", "update"]
        assert install[:2] == ["apt-get", "install"]
        assert install[-2:] == ["xvfb", "dbus"]

    def test_an_account_with_sudo_uses_it(self, scripts, machine, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        scripts.debian.ensure(("xvfb",))
        assert machine.ran[1] == ["/usr/bin/sudo", "-n", "true"]
        assert machine.ran[3][:2] == ["/usr/bin/sudo", "-n"]
        assert machine.ran[3][-1] == "xvfb"

    def test_an_account_without_the_right_is_told_what_to_ask_for(
        self, scripts, machine, monkeypatch
    ):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        machine.code = 1
        with pytest.raises(scripts.debian.PackagesMissingError) as refused:
            scripts.debian.ensure(("libegl1", "xvfb", "dbus"))
        assert "sudo apt-get install --no-install-recommends xvfb dbus" in str(refused.value)
        assert not any("install" in command for command in machine.ran)

    def test_a_failing_apt_is_quoted(self, scripts, machine, monkeypatch):
        monkeypatch.setattr(scripts.debian, "_installed", frozenset)
        machine.code = 100
        with pytest.raises(scripts.debian.PackagesMissingError, match="apt-get update -qq` failed"):
            scripts.debian.ensure(("xvfb",))

    def test_a_system_without_dpkg_needs_nothing_from_it(self, scripts, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda name: None)
        assert scripts.debian.needed_for("test") == ()

    def test_a_demo_needs_no_display_of_its_own(self, scripts, machine, monkeypatch):
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.delenv("DISPLAY", raising=False)
        headless = scripts.debian.needed_for("demo")
        monkeypatch.setenv("DISPLAY", ":0")
        assert "libegl1" in headless
        assert "xvfb" not in headless
        assert set(scripts.debian.needed_for("demo")) - set(headless) >= {"libxcb-cursor0"}


class TestEnvironment:
    @pytest.fixture
    def project(self, scripts, tmp_path, monkeypatch):
        """A project with locks, and a set-up whose tools are recorded instead of run."""
        for part in ("packaging/locks/programs.lock", "packaging/locks/development.lock"):
            (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / part).write_text("a==1 \\\n    --hash=sha256:0\n")
        (tmp_path / "pyproject.toml").write_text("[project]")
        (tmp_path / "telesales_desktop").mkdir()
        (tmp_path / "telesales_desktop" / "__init__.py").write_text("")
        (tmp_path / ".venv").mkdir()
        ran = []
        monkeypatch.setattr(scripts.environment, "_run", lambda command, root: ran.append(command))
        return SimpleNamespace(root=tmp_path, ran=ran)

    def installs(self, project):
        return [command[-1] for command in project.ran if "install" in command]

    def test_the_second_time_there_is_nothing_to_do(self, scripts, project):
        scripts.environment.ensure(project.root, "programs")
        assert project.ran[0][1:3] == ["-m", "venv"]
        assert [Path(part).name for part in self.installs(project)] == [
            "programs.lock",
            project.root.name,
        ]
        project.ran.clear()
        python = scripts.environment.ensure(project.root, "programs")
        assert project.ran == []
        assert python.is_relative_to(project.root / ".venv")

    def test_a_larger_set_serves_a_smaller_one_and_not_the_reverse(self, scripts, project):
        scripts.environment.ensure(project.root, "development")
        project.ran.clear()
        scripts.environment.ensure(project.root, "programs")
        assert project.ran == []
        (project.root / ".venv" / "set-up.json").unlink()
        scripts.environment.ensure(project.root, "programs")
        project.ran.clear()
        scripts.environment.ensure(project.root, "development")
        assert self.installs(project)

    @pytest.mark.parametrize(
        "changed",
        ["packaging/locks/programs.lock", "pyproject.toml", "telesales_desktop/__init__.py"],
    )
    def test_a_change_of_lock_or_project_is_noticed(self, scripts, project, changed):
        scripts.environment.ensure(project.root, "programs")
        project.ran.clear()
        with (project.root / changed).open("a") as file:
            file.write("# changed\n")
        scripts.environment.ensure(project.root, "programs")
        assert self.installs(project)

    def test_an_interrupted_set_up_is_done_again(self, scripts, project, monkeypatch):
        scripts.environment.ensure(project.root, "programs")
        (project.root / "pyproject.toml").write_text("[project]\n# changed")

        def interrupted(command, root):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(scripts.environment, "_run", interrupted)
            with pytest.raises(KeyboardInterrupt):
                scripts.environment.ensure(project.root, "programs")
        (project.root / "pyproject.toml").write_text("[project]")
        scripts.environment.ensure(project.root, "programs")
        assert self.installs(project)

    @pytest.mark.parametrize("spoiled", ["", "[]", "{", json.dumps({"programs": "old"})])
    def test_a_spoiled_stamp_counts_as_none(self, scripts, project, spoiled):
        (project.root / ".venv" / "set-up.json").write_text(spoiled)
        scripts.environment.ensure(project.root, "programs")
        assert self.installs(project)


class TestCatalogues:
    @pytest.fixture
    def catalogue(self, scripts, tmp_path, monkeypatch):
        """One catalogue, and a set-up whose compiler is recorded instead of run."""
        folder = tmp_path / "resources" / "i18n"
        folder.mkdir(parents=True)
        ran = []
        monkeypatch.setattr(scripts.environment, "_run", lambda command, root: ran.append(command))
        return SimpleNamespace(root=tmp_path, source=folder / "telesales_fr_CA.ts", ran=ran)

    @pytest.mark.parametrize(
        ("source_at", "product_at", "compiled"),
        [(None, None, False), (100, None, True), (200, 100, True), (100, 200, False)],
    )
    def test_only_what_is_newer_is_compiled(
        self, scripts, catalogue, source_at, product_at, compiled
    ):
        product = catalogue.source.with_suffix(".qm")
        for path, at in ((catalogue.source, source_at), (product, product_at)):
            if at is not None:
                path.touch()
                os.utime(path, (at, at))
        scripts.environment.compile_catalogues(catalogue.root, Path("python"))
        assert [command[-1] for command in catalogue.ran] == ["compile"] * compiled


def test_a_failing_tool_is_quoted(scripts, tmp_path):
    program = "print('no matching distribution'); raise SystemExit(1)"
    with pytest.raises(
        scripts.environment.EnvironmentFailedError, match="no matching distribution"
    ):
        scripts.environment._run([sys.executable, "-c", program], tmp_path)
