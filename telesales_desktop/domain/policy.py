"""Which choices does the core leave to settings?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Settings of the money core. Units: seconds in ``*_s``.

    ``key_life_s`` is the lowest retention that a comparable interface publishes: Affirm's own is
    not published, so a key older than that is never sent again. Source: facts, reliability §1.2.
    """

    auto_authorize: bool = True
    authorize_on_webhook: bool = True  # a verified "confirmed" is enough where reads do not show it
    split_capture: bool = False
    key_life_s: int = 24 * 3600
    planned_life_s: int = 600  # what a person asked for and could not leave by then is dropped
    supervise_after_s: int = 600
    horizon_s: int = 120  # as long, a request may still be under way or a read may lag behind
    resend_pause_s: int = 30  # Affirm publishes no limit: a double tap must not text twice
    is_ours: bool = True  # else another desk acts: only what was begun here is settled, no more


DEFAULT_POLICY = Policy()
