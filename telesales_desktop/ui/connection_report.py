"""How does it stand with relay, colleagues, webhooks and Affirm, line by line, and what to do?"""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.application.desk_values import ConnectionStatus, RelayContact
from telesales_desktop.application.floor_values import SharingAlarm
from telesales_desktop.ui.connection_labels import (
    Saying,
    affirm_saying,
    banner_saying,
    relay_saying,
)
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.palettes import Tone

GAP_IS_NEWS = timedelta(minutes=10)
"""So long the header speaks of a gap; the report keeps telling it."""

ALARMS = {
    SharingAlarm.FINGERPRINT: QT_TRANSLATE_NOOP(
        "labels",
        "The relay's sealing key is not this merchant's. Nothing is uploaded any more; payments go "
        "on through Affirm itself. Tell IT at once: they compare the fingerprints.",
    ),
    SharingAlarm.OLDER_RECORD: QT_TRANSLATE_NOOP(
        "labels",
        "The relay showed an older copy of an order than this desk has seen. It was not believed. "
        "Tell IT: perhaps a backup was restored.",
    ),
    SharingAlarm.FORGED_RECORD: QT_TRANSLATE_NOOP(
        "labels",
        "The relay showed an order that no desk of ours has sealed. It was not believed. "
        "Tell IT at once.",
    ),
    SharingAlarm.FORGED_CLAIM: QT_TRANSLATE_NOOP(
        "labels",
        "The relay told of a take-over that nobody has signed. It was not believed. "
        "Tell IT at once.",
    ),
    SharingAlarm.SWAPPED_KEY: QT_TRANSLATE_NOOP(
        "labels",
        "The relay showed a colleague's key that no desk of ours vouches for. It is not trusted. "
        "Tell IT at once.",
    ),
    SharingAlarm.NO_DATA_KEY: QT_TRANSLATE_NOOP(
        "labels",
        "This computer cannot open the merchant's data key, so it shares no orders. Ask IT to "
        "enrol it again.",
    ),
}
_STOP_SHARING = {SharingAlarm.FINGERPRINT, SharingAlarm.NO_DATA_KEY}
ALARM = QT_TRANSLATE_NOOP("labels", "Relay: alarm")
ALARM_TITLE = QT_TRANSLATE_NOOP("labels", "The relay is not to be trusted")
NO_KEY_TITLE = QT_TRANSLATE_NOOP("labels", "Data key not open")
GAP = QT_TRANSLATE_NOOP("labels", "Relay: news may be missing")
GAP_TITLE = QT_TRANSLATE_NOOP("labels", "News may be missing since {since}")
GAP_WHOLE = QT_TRANSLATE_NOOP(
    "labels",
    "The relay said that some news may have been lost. Every open order was read at Affirm "
    "instead: nothing needs to be done.",
)
LAST_CONTACT = QT_TRANSLATE_NOOP("labels", "{sentence} Last contact: {since}.")
NO_CONTACT = QT_TRANSLATE_NOOP("labels", "{sentence} No contact since the start.")
SHARED = QT_TRANSLATE_NOOP("labels", "Shared with colleagues")
SHARED_WHOLE = QT_TRANSLATE_NOOP(
    "labels", "Colleagues see who acts on which order; everything is sealed before it leaves."
)
ALONE = QT_TRANSLATE_NOOP("labels", "Not shared with colleagues")
ALONE_WHOLE = QT_TRANSLATE_NOOP(
    "labels",
    "Orders stay on this computer until the relay has the merchant's sealing key. Nothing needs to "
    "be done here; IT sets it up.",
)
WAITING = QT_TRANSLATE_NOOP("labels", "To be uploaded: {count}, since {since}")
WAITING_WHOLE = QT_TRANSLATE_NOOP(
    "labels",
    "What this desk did last is kept here and goes to the relay as soon as it answers. Colleagues "
    "see the state before; nothing needs to be done.",
)
SHOW = QT_TRANSLATE_NOOP("labels", "Show the connection")
WEBHOOK = QT_TRANSLATE_NOOP("labels", "Last webhook: {since}")
UNSIGNED = QT_TRANSLATE_NOOP("labels", "Webhook without a signature: {since}")
UNSIGNED_WHOLE = QT_TRANSLATE_NOOP(
    "labels",
    "It was not believed; its order's desk reads Affirm instead. Affirm's account team must switch "
    "signing on, or IT sets that this merchant's webhooks are not signed.",
)
NOT_AFFIRMS = QT_TRANSLATE_NOOP("labels", "Webhook with a wrong signature: {since}")
NOT_AFFIRMS_WHOLE = QT_TRANSLATE_NOOP(
    "labels",
    "It was not believed; its order's desk reads Affirm instead. If it happens again, tell IT: the "
    "private key here may be an old one, the relay's clock may be wrong, or somebody else sends "
    "them.",
)
WEBHOOK_WHOLE = QT_TRANSLATE_NOOP("labels", "Affirm's webhooks arrive.")


def header_saying(status: ConnectionStatus, now: datetime, formats: Formats) -> Saying:
    """The relay in the header: the gravest thing about it."""
    alarm = gravest_alarm(status)
    if alarm is not None:
        return Saying(Tone.DANGER, word(ALARM), word(ALARMS[alarm]), "relay")
    plain = relay_saying(status, now, formats)
    if status.relay is RelayContact.OK and _is_fresh_gap(status, now):
        return Saying(Tone.AGENT, word(GAP), word(GAP_WHOLE), "relay")
    return plain


def top_saying(status: ConnectionStatus) -> Saying | None:
    """What stands across the window's top; an alarm goes before what only makes news late."""
    first, alarm = banner_saying(status), gravest_alarm(status)
    if alarm is None or (first is not None and first.tone is Tone.DANGER):
        return first
    text, step = word(ALARMS[alarm]), word(SHOW)
    return Saying(Tone.DANGER, "", text, "relay", "show_connection", step)


def gravest_alarm(status: ConnectionStatus) -> SharingAlarm | None:
    """The first alarm in the order of ``SharingAlarm``."""
    return next((alarm for alarm in SharingAlarm if alarm in status.alarms), None)


def _doubt_line(status: ConnectionStatus, at: datetime, now: datetime, formats: Formats) -> Saying:
    is_unsigned = status.doubtful_webhook == "unsigned"
    title, whole = (UNSIGNED, UNSIGNED_WHOLE) if is_unsigned else (NOT_AFFIRMS, NOT_AFFIRMS_WHOLE)
    return Saying(Tone.AGENT, word(title).format(since=formats.since(at, now)), word(whole))


def _is_fresh_gap(status: ConnectionStatus, now: datetime) -> bool:
    return status.gap_at is not None and now < status.gap_at + GAP_IS_NEWS


def report(
    status: ConnectionStatus, now: datetime, formats: Formats, webhook: Saying | None
) -> tuple[Saying, ...]:
    """Every line of the panel, what is wrong first within its subject."""
    lines = [_alarm_line(alarm) for alarm in SharingAlarm if alarm in status.alarms]
    lines.append(_relay_line(status, now, formats))
    if status.gap_at is not None:
        tone = Tone.AGENT if _is_fresh_gap(status, now) else Tone.NEUTRAL
        since = formats.after_since(status.gap_at, now)
        lines.append(Saying(tone, word(GAP_TITLE).format(since=since), word(GAP_WHOLE)))
    if status.relay is RelayContact.OK and not status.alarms & _STOP_SHARING:
        lines.append(_sharing_line(status))
    if status.waiting_uploads:
        since = formats.after_since(status.waiting_since, now) if status.waiting_since else "?"
        title = word(WAITING).format(count=status.waiting_uploads, since=since)
        lines.append(Saying(Tone.AGENT, title, word(WAITING_WHOLE)))
    if webhook is not None:
        lines.append(webhook)
    elif status.last_webhook_at is not None:
        since = formats.since(status.last_webhook_at, now)
        lines.append(Saying(Tone.DONE, word(WEBHOOK).format(since=since), word(WEBHOOK_WHOLE)))
    if status.doubtful_webhook_at is not None:
        lines.append(_doubt_line(status, status.doubtful_webhook_at, now, formats))
    affirm = affirm_saying(status)
    if status.affirm_at is not None:
        whole = _with_contact(affirm.whole, status.affirm_at, now, formats)
        affirm = Saying(affirm.tone, affirm.short, whole)
    return (*lines, affirm)


def _alarm_line(alarm: SharingAlarm) -> Saying:
    title = NO_KEY_TITLE if alarm is SharingAlarm.NO_DATA_KEY else ALARM_TITLE
    return Saying(Tone.DANGER, word(title), word(ALARMS[alarm]))


def _relay_line(status: ConnectionStatus, now: datetime, formats: Formats) -> Saying:
    plain = relay_saying(status, now, formats)
    if status.relay in (RelayContact.NOT_SET, RelayContact.CONNECTING):
        return plain
    whole = _with_contact(plain.whole, status.relay_at, now, formats)
    return Saying(plain.tone, plain.short, whole)


def _sharing_line(status: ConnectionStatus) -> Saying:
    if status.is_shared:
        return Saying(Tone.DONE, word(SHARED), word(SHARED_WHOLE))
    return Saying(Tone.STOPPED, word(ALONE), word(ALONE_WHOLE))


def _with_contact(sentence: str, at: datetime | None, now: datetime, formats: Formats) -> str:
    if at is None:
        return word(NO_CONTACT).format(sentence=sentence)
    return word(LAST_CONTACT).format(sentence=sentence, since=formats.since(at, now))
