"""What does a watch say of its connection, where nobody looks at a window?"""

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from telesales_desktop.application.desk_values import ConnectionStatus, RelayContact
from telesales_desktop.watch import Watcher

AT = datetime(2026, 12, 1, 6, 50, tzinfo=UTC)
START = ConnectionStatus(relay=RelayContact.CONNECTING)
THERE = replace(START, relay=RelayContact.OK, is_shared=True)
AWAY = replace(THERE, relay=RelayContact.UNREACHABLE)
REFUSED = replace(THERE, relay=RelayContact.TOKEN_REFUSED)


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ((START, THERE, THERE), ["relay: connecting", "watching"]),
        ((THERE, AWAY, AWAY, THERE), ["watching", "relay: ok", "relay: unreachable", "relay: ok"]),
        ((THERE, REFUSED), ["watching", "relay: ok", "relay: token_refused"]),
        (
            (START, replace(THERE, gap_at=AT), replace(THERE, gap_at=AT, relay_at=AT)),
            [
                "relay: connecting",
                "watching",
                "gap: the relay may have missed news; open orders are read at Affirm",
            ],
        ),
    ],
)
def test_each_change_of_the_connection_is_said_once(capsys, caplog, statuses, told):
    caplog.set_level(logging.INFO)
    watcher = Watcher()
    for status in statuses:
        watcher.connection_changed(status)
    assert capsys.readouterr().out.splitlines() == told
    assert [record.getMessage() for record in caplog.records] == [f"watch: {line}" for line in told]
