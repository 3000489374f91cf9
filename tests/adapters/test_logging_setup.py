"""Does the log say where a fault is, and never whose order it was?"""

import logging
import os
import stat
from functools import partial

import pytest

from telesales_desktop.adapters import logging_setup
from telesales_desktop.adapters.logging_setup import (
    LOG_NAME,
    SafeFormatter,
    set_up_logging,
    tear_down_logging,
)
from telesales_desktop.domain.errors import InputError

CANARIES = ("Zachariasz", "zach@example.com", "+14155550199", "sk_LIVEKEY0123456789012345678901")


@pytest.fixture
def log(tmp_path, caplog):
    levels = {name: logging.getLogger(name).level for name in ("telesales_desktop", "httpx")}
    raising = logging.raiseExceptions
    handler = set_up_logging(tmp_path / "logs")
    yield tmp_path / "logs" / LOG_NAME
    tear_down_logging(handler)
    logging.raiseExceptions = raising
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


OURS = logging.getLogger("telesales_desktop.adapters.anything")


def test_our_sentences_are_written_with_what_may_be(log):
    OURS.info("%s %s: %d in %d ms", "POST", "/api/v1/transactions", 200, 120)
    OURS.info("operation %(kind)s", {"kind": "refund"})
    OURS.info("started")
    lines = log.read_text("utf-8").splitlines()
    assert lines[0].endswith(
        "Z INFO telesales_desktop.adapters.anything: POST /api/v1/transactions: 200 in 120 ms"
    )
    assert lines[1].endswith("operation refund")
    assert lines[2].endswith("started")


def test_no_canary_gets_into_the_file_by_any_way(log):
    name, mail, phone, key = CANARIES
    OURS.warning("customer %s, %s, %s, %s", name, mail, phone, key)
    OURS.warning("customer %(name)s", {"name": name})
    OURS.warning("customer %d", name)
    OURS.warning(f"mail {mail} phone {phone} key {key}")
    OURS.warning("%s", [name, {"key": key}])
    try:
        local = name  # noqa: F841 - a local of the frame that fails
        raise InputError("first_name", "invalid", name=name)
    except InputError:
        OURS.exception("refused")
    try:
        raise ValueError(f"{name} {mail} {key}")
    except ValueError:
        OURS.exception("failed")
    logging.getLogger("httpx").warning("GET https://x.example/?mail=%s %s", mail, name)
    logging.getLogger("else.where").error(f"{name} {key}")  # noqa: G004
    text = log.read_text("utf-8")
    for canary in CANARIES:
        assert canary not in text
    assert "InputError (input.invalid) at test_logging_setup.py:" in text
    assert "ValueError (ValueError) at" in text
    assert "customer %d (arguments do not fit)" in text
    assert "WARNING httpx: spoke at line" in text
    assert "ERROR else.where: spoke at line" in text


def test_one_record_is_one_line(log):
    OURS.info("first\r\nforged 2026 ERROR line")
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_others_are_heard_only_when_they_warn(log):
    logging.getLogger("else.where").setLevel(logging.DEBUG)
    logging.getLogger("else.where").info("chatter")
    logging.getLogger("httpx").info("HTTP Request: GET https://x.example/?name=x")
    logging.getLogger("telesales_desktopx").info("not ours")
    logging.getLogger("telesales_desktop").info("ours")
    assert log.read_text("utf-8").count("\n") == 1
    assert logging.getLogger("httpx").level == logging.WARNING
    assert logging.getLogger("httpcore").level == logging.WARNING


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_the_log_is_for_this_user_alone_and_bounded(log, monkeypatch):
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    handler = next(
        h for h in logging.getLogger().handlers if isinstance(h, logging_setup._PrivateFileHandler)
    )
    handler.maxBytes = 500
    for number in range(100):
        OURS.info("line %d", number)
    files = sorted(log.parent.iterdir())
    assert len(files) == 1 + logging_setup.KEPT_FILES
    for file in files:
        assert file.stat().st_size <= 500
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_another_process_holds_costs_neither_lines_nor_older_files(log, monkeypatch):
    """As Windows has it: what is open elsewhere is not renamed."""
    handler = next(
        h for h in logging.getLogger().handlers if isinstance(h, logging_setup._PrivateFileHandler)
    )
    handler.maxBytes = 500
    older = [log.with_name(f"{LOG_NAME}.{age}") for age in range(1, logging_setup.KEPT_FILES + 1)]
    for file in older:
        file.write_text(file.name)

    def held(source, _target, rename):
        if os.fspath(source) == os.fspath(log):
            raise PermissionError(13, "used by another process")
        rename(source, _target)

    with monkeypatch.context() as windows:
        for name in ("rename", "replace"):
            windows.setattr(os, name, partial(held, rename=getattr(os, name)))
        for number in range(20):
            OURS.info("line %d", number)
    assert [file.read_text() for file in older] == [file.name for file in older]
    assert "line 19" in log.read_text("utf-8")
    OURS.info("let go")
    assert "line 19" in older[0].read_text("utf-8")
    assert log.read_text("utf-8").endswith("let go\n")
    assert sorted(log.parent.iterdir()) == sorted([log, *older])


def test_a_disk_that_is_full_shows_no_traceback(log, capsys, monkeypatch):
    handler = next(
        h for h in logging.getLogger().handlers if isinstance(h, logging_setup._PrivateFileHandler)
    )

    def full(_text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler.stream, "write", full, raising=False)
    OURS.info("lost")
    assert capsys.readouterr().err == ""


def test_a_number_that_is_no_whole_one_is_told_all_the_same():
    record = logging.LogRecord(OURS.name, logging.INFO, "", 1, "in %d ms", (float("inf"),), None)
    assert SafeFormatter().format(record).endswith("in %d ms (arguments do not fit)")


def test_a_record_without_an_exception_has_no_trace():
    record = logging.LogRecord("telesales_desktop", 20, "x.py", 1, "m", None, (None, None, None))
    assert SafeFormatter().format(record).endswith("telesales_desktop: m")
