"""Does a thief find nothing at the relay, and would the search find it?"""

import pytest

from tests.campaigns.relay_mutants import UNSEALED
from tests.campaigns.relay_theft import CUSTOMER, Result, main, report, run, spellings


@pytest.mark.campaign
def test_nothing_readable_rests_and_no_key_is_in_the_memory():
    result = run(10)
    assert result.found == []
    assert result.places > 5
    assert not result.key_in_core
    assert result.core_octets == 0 or result.sentinel_in_core


@pytest.mark.campaign
def test_without_sealing_the_same_search_finds_every_word():
    assert run(5, UNSEALED).words >= set(CUSTOMER)


def test_a_word_is_recognised_in_every_spelling():
    import base64

    word = "zoë planted@example.com"
    for shift in range(6):
        rests = base64.b64encode(b"x" * shift + word.encode() + b"tail")
        assert any(spelled in rests for spelled in spellings(word)), shift
    assert any(spelled in word.encode("utf-16-le") for spelled in spellings(word))


def test_the_verdict_wants_nothing_found_and_a_control_that_finds_all():
    fine = {"places": 3, "sentinel_in_core": True}
    control = Result(words=set(CUSTOMER))
    assert report(Result(**fine), control) == 0
    assert report(Result(**fine, found=["name in relay.db"]), control) == 1
    assert report(Result(**fine, key_in_core=True), control) == 1
    assert report(Result(**fine), Result(words={"name"})) == 1
    assert report(Result(places=3), control) == 1


@pytest.mark.parametrize("arguments", [["--webhooks", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
