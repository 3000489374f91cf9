"""Does the relay keep to its OpenAPI document?"""

import json

import pytest

from tests.campaigns.relay_openapi import Result, main, report, run


@pytest.mark.campaign
@pytest.mark.parametrize("caller", ["agent", ""])
def test_every_answer_is_one_that_the_document_names(caller):
    result = run(1, caller, examples=2)
    assert result.failures == []
    assert result.calls > 50


@pytest.mark.parametrize("arguments", [["--calls", "0"], ["--workers", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_what_is_kept_already_is_not_asked_again(tmp_path, capsys):
    kept = tmp_path / "rounds.jsonl"
    kept.write_text(json.dumps({"seed": 1, "caller": "agent", "calls": 9, "failures": []}) + "\n")
    assert main(["--calls", "9", "--resume", str(kept)]) == 0
    assert "9 calls in 1 rounds: 9 as agent" in capsys.readouterr().out


def test_one_failure_breaks_the_whole(capsys):
    assert report([Result(1, "agent", 5), Result(2, "", 5, ["500"])]) == 1
    assert "seed 2: 500" in capsys.readouterr().out
