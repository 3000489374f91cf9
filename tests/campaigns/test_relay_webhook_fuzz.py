"""Does the ingress take whatever is posted, and would the campaign see if it did not?"""

from random import Random

import pytest

from tests.campaigns import relay_webhook_fuzz
from tests.campaigns.relay_fuzz_shapes import grow
from tests.campaigns.relay_in_process import HOOK, new_database
from tests.campaigns.relay_webhook_fuzz import MOST_GROWTH_KB, Result, fuzz, main, report


@pytest.mark.campaign
async def test_nothing_that_is_posted_makes_the_ingress_fail(tmp_path):
    new_database(tmp_path)
    result = await fuzz(1, 1500, tmp_path / "relay.db")
    assert result.failed == []
    assert result.calls == 1500
    assert {"200", "404", "405", "413"} <= set(result.statuses)


@pytest.mark.campaign
async def test_a_parser_that_fails_is_seen(tmp_path, monkeypatch):
    new_database(tmp_path)
    real = relay_webhook_fuzz._call

    async def fails_now_and_then(application, shape):
        status = await real(application, shape)
        return 500 if b"\0" in b"".join(shape.chunks) else status

    monkeypatch.setattr(relay_webhook_fuzz, "_call", fails_now_and_then)
    assert (await fuzz(1, 300, tmp_path / "relay.db")).failed


def test_the_same_seed_grows_the_same():
    first, second = (
        [grow(chance, HOOK) for _ in range(50)] for chance in (Random("one"), Random("one"))
    )
    assert first == second


def test_the_verdict_wants_no_failure_no_growth_and_something_kept(capsys):
    fine = Result(1, calls=5, statuses={"200": 5}, warm_kb=10, most_kb=10)
    assert report([fine]) == 0
    assert report([Result(1, calls=5, statuses={"200": 4}, failed=["call 3: 500"])]) == 1
    grown = Result(1, calls=5, statuses={"200": 5}, warm_kb=1, most_kb=MOST_GROWTH_KB + 2)
    assert report([grown]) == 1
    assert report([]) == 1
    assert "5 calls" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--calls", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
