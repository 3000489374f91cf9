"""Does `rebuild` say what it has done, and nothing else?"""

import logging

import pytest

from telesales_desktop import rebuild
from telesales_desktop.adapters.data_paths import data_root
from telesales_desktop.adapters.logging_setup import LOG_NAME
from telesales_desktop.bootstrap import JOURNAL_FILE
from tests.commands.bench import PRIVATE, PUBLIC, one_line

KEYS = f"{PUBLIC}\n{PRIVATE}\n"
PLACE = ["--environment", "simulator", "--country", "US", "--merchant-name", "Lamp Shop"]
PAGES = [
    "--confirmation-url",
    "https://shop.example/yes",
    "--cancel-url",
    "https://shop.example/no",
]


@pytest.fixture(autouse=True)
def as_it_was():
    kept, levels = logging.raiseExceptions, logging.getLogger("telesales_desktop").level
    yield
    logging.raiseExceptions = kept
    logging.getLogger("telesales_desktop").setLevel(levels)


def test_a_journal_is_spoken_of_only_where_there_was_one(command, affirm, keyring):
    words = ["configure", "--profile", "shop", *PLACE, "--affirm-url", affirm, *PAGES]
    assert command(*words, stdin=KEYS).status == 0

    done = command("--profile", "shop", "rebuild")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("There was no journal here: this one is new.\n0 orders are back")
    assert "beside" not in done.out

    done = command("--profile", "shop", "rebuild")
    assert (done.status, done.out) == (1, "")
    assert one_line(done, "rebuild").endswith("the journal is whole: nothing was changed")

    journal = data_root(command.data_dir) / "shop" / JOURNAL_FILE
    journal.write_bytes(bytes(8192))
    done = command("--profile", "shop", "rebuild")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("A journal that could not be used lies beside the new one;")


def test_what_goes_wrong_on_the_way_is_logged_without_names(
    command, affirm, keyring, monkeypatch, caplog
):
    """Without a handler of ours, Python prints a warning, its arguments and its traceback as they are."""
    words = ["configure", "--profile", "shop", *PLACE, "--affirm-url", affirm, *PAGES]
    assert command(*words, stdin=KEYS).status == 0

    async def fails(*_):
        wrong = ValueError("invalid literal: 'Marie Tremblay'")
        log = logging.getLogger("telesales_desktop.application.following")
        log.error("a delivery of %s could not be applied", "Marie Tremblay", exc_info=wrong)
        return False

    monkeypatch.setattr(rebuild, "set_journal_aside", fails)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as outside of tests
    done = command("--profile", "shop", "rebuild")
    assert one_line(done, "rebuild").endswith("the journal is whole: nothing was changed")
    log = (data_root(command.data_dir) / "logs" / LOG_NAME).read_text()
    assert "could not be applied" in log
    assert "Marie" not in log
    assert [type(each) for each in logging.getLogger().handlers] == [logging.NullHandler]
