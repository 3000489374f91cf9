"""What else does a desk keep: forms that were not sent, and small facts about itself?"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from telesales_desktop.adapters.journal import codec
from telesales_desktop.adapters.journal.codec import from_microseconds, to_microseconds
from telesales_desktop.application.ports import Draft


def save_draft(connection: apsw.Connection, draft: Draft) -> None:
    """Keep what was typed; the draft of the same id is replaced."""
    connection.execute(
        "INSERT INTO drafts (draft_id, saved_at, content) VALUES (?, ?, ?) ON CONFLICT (draft_id)"
        " DO UPDATE SET saved_at = excluded.saved_at, content = excluded.content",
        (draft.draft_id, to_microseconds(draft.saved_at), codec.encode_content(draft.content)),
    )


def delete_draft(connection: apsw.Connection, draft_id: str) -> None:
    """Forget a draft; one that is not there is forgotten already."""
    connection.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))


def load_drafts(connection: apsw.Connection) -> Sequence[Draft]:
    """Every draft, the newest first."""
    return tuple(
        Draft(draft_id, codec.decode_content(content), from_microseconds(saved_at))
        for draft_id, saved_at, content in connection.execute(
            "SELECT draft_id, saved_at, content FROM drafts ORDER BY saved_at DESC, draft_id"
        )
    )


def get_meta(connection: apsw.Connection, name: str) -> str:
    """The value of that name, empty if it was never set."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def set_meta(connection: apsw.Connection, name: str, value: str) -> None:
    """Set the value of that name."""
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
