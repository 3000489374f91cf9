"""Does the relay keep to its OpenAPI document?"""

import pytest

from tests.campaigns.relay_openapi import main, run


@pytest.mark.campaign
def test_every_answer_is_one_that_the_document_names():
    result = run(1, examples=3)
    assert result.failures == []
    assert result.calls > 100


@pytest.mark.parametrize("arguments", [["--calls", "0"], ["--other"]])
def test_wrong_use_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
