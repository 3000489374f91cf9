"""Does the memory of the relay program come to be measured at all?"""

import sys

import pytest

from tests.benchmarks import memory


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_the_relay_is_made_served_and_measured(tmp_path):
    sample = await memory._relay(tmp_path, stay_s=0.1)
    assert sample["rss_mb"] > 10
