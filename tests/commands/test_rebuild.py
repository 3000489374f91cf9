"""Does `rebuild` say what it has done, and nothing else?"""

from telesales_desktop.adapters.data_paths import data_root
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
