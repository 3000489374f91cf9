"""Does a log that cannot be written keep nobody from working?"""

import logging

from telesales_desktop.adapters.data_paths import data_root
from telesales_desktop.adapters.logging_setup import LOG_NAME, tear_down_logging
from telesales_desktop.log_file import open_log


def test_the_log_is_written_in_the_data_folder(tmp_path, capsys):
    handler = open_log(tmp_path, "telesales-desktop")
    tear_down_logging(handler)
    assert (data_root(tmp_path) / "logs" / LOG_NAME).exists()
    assert capsys.readouterr().err == ""


def test_without_one_there_is_a_line_and_the_rest_goes_on(tmp_path, capsys):
    logs = data_root(tmp_path) / "logs"
    logs.parent.mkdir()
    logs.write_text("")
    handler = open_log(tmp_path, "telesales-desktop")
    assert handler in logging.getLogger().handlers
    tear_down_logging(handler)
    assert handler not in logging.getLogger().handlers
    told = capsys.readouterr().err
    assert told == f"telesales-desktop: there will be no log: File exists: {logs}\n"


def test_a_watch_without_a_log_says_what_is_wrong_with_its_profile(command):
    logs = data_root(command.data_dir) / "logs"
    logs.parent.mkdir(parents=True)
    logs.write_text("")
    done = command("watch")
    assert done.status == 1
    assert [line.partition(": ")[2].partition(":")[0] for line in done.err.splitlines()] == [
        "there will be no log",
        "there is no profile default",
    ]
