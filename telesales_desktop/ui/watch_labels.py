"""Which words say why an order is stuck, and what a supervisor does about it?"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from telesales_desktop.domain.order import Alert
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui.labels import PARTLY_CAPTURED_ENDED, state_word, word
from telesales_desktop.ui.order_row import OrderRow
from telesales_desktop.ui.watch import Ends, Trouble

TROUBLES = {
    Trouble.CONFIRMED: QT_TRANSLATE_NOOP("labels", "Confirmed, not authorized"),
    Trouble.UNKNOWN: QT_TRANSLATE_NOOP("labels", "Outcome unknown"),
    Trouble.FROZEN: QT_TRANSLATE_NOOP("labels", "Does not match"),
    Trouble.SECOND: QT_TRANSLATE_NOOP("labels", "Two links confirmed"),
    Trouble.SUPERSEDED: QT_TRANSLATE_NOOP("labels", "Old link confirmed"),
    Trouble.CONTESTED: QT_TRANSLATE_NOOP("labels", "Confirmed after take-over"),
    Trouble.REFUSED: QT_TRANSLATE_NOOP("labels", "Affirm refused"),
    Trouble.DISPUTED: QT_TRANSLATE_NOOP("labels", "Disputed"),
    Trouble.UNRECOGNIZED: QT_TRANSLATE_NOOP("labels", "Word not known"),
    Trouble.OTHER: QT_TRANSLATE_NOOP("labels", "Stuck"),
}

# What to do, in the words of a supervisor's day; {amount}, {number} and {asked} are filled in.
INSTRUCTIONS = {
    Trouble.UNKNOWN: QT_TRANSLATE_NOOP(
        "labels",
        "Open Affirm's portal, look order {number} up and see whether it happened ({asked}). Then "
        "say here what the portal shows. Nothing is sent by that; until then nothing is repeated.",
    ),
    Trouble.FROZEN: QT_TRANSLATE_NOOP(
        "labels",
        "Compare both sides with the customer. Let the order go on only if Affirm's record is to "
        "become right; otherwise close the link and enter the order anew.",
    ),
    Trouble.DISPUTED: QT_TRANSLATE_NOOP(
        "labels", "Answer the dispute in Affirm's portal; nothing can be done from here."
    ),
    Trouble.UNRECOGNIZED: QT_TRANSLATE_NOOP(
        "labels", "Look the order up in Affirm's portal. An update of this program may be needed."
    ),
}

# The same for an order on which another desk acts.
INSTRUCTIONS_ELSEWHERE = {
    Trouble.CONFIRMED: QT_TRANSLATE_NOOP(
        "labels",
        "The customer waits. If nobody is on it, take the order over: Affirm is read first, then "
        "{amount} is authorized.",
    ),
    Trouble.UNKNOWN: QT_TRANSLATE_NOOP(
        "labels",
        "Open Affirm's portal, look order {number} up and see whether it happened ({asked}). Tell "
        "whoever acts on it, or take it over and say here what the portal shows.",
    ),
    Trouble.FROZEN: QT_TRANSLATE_NOOP(
        "labels", "Compare both sides with the customer. Take the order over to decide."
    ),
}

ALERTS = {
    Alert.SECOND_CONFIRMATION: QT_TRANSLATE_NOOP(
        "labels",
        "Two links of this order were confirmed. One is authorized at most; nothing is authorized "
        "for the other. Ask the customer which one to keep.",
    ),
    Alert.SUPERSEDED_CONFIRMED: QT_TRANSLATE_NOOP(
        "labels",
        "The old link was confirmed, perhaps by a stranger. Nothing is authorized for it. Ask the "
        "customer before a supervisor accepts it.",
    ),
    Alert.CONTESTED: QT_TRANSLATE_NOOP(
        "labels",
        "A link sent after the take-over was confirmed, and the other workstation may have one of "
        "its own. A supervisor chooses one.",
    ),
    Alert.KEY_TOO_OLD: QT_TRANSLATE_NOOP(
        "labels",
        "The request is too old to be sent again safely. Only Affirm's portal shows what happened.",
    ),
    Alert.UNRECOGNIZED: QT_TRANSLATE_NOOP(
        "labels", "Affirm uses a word that we do not know. Nothing is done on its account."
    ),
}
STUCK_NEWS = QT_TRANSLATE_NOOP("labels", "{customer}, {agent}'s order: {state}.")
OLD_LINK = QT_TRANSLATE_NOOP("labels", "The old link still opens; we will not accept it.")
READING_FIRST = QT_TRANSLATE_NOOP(
    "labels", "Affirm is being read first. What may be done with the money is offered after that."
)

LEFT = {
    Ends.HOLD: QT_TRANSLATE_NOOP("labels", "{left} left to capture"),
    Ends.LINK: QT_TRANSLATE_NOOP("labels", "the link opens for another {left}"),
    Ends.REFUND: QT_TRANSLATE_NOOP("labels", "{left} left to refund"),
}


def row_word(row: OrderRow) -> str:
    """The state as the list says it: for a supervisor why the order is stuck, if it is."""
    if row.trouble not in (None, Trouble.OTHER):
        return trouble_word(row.trouble)
    if row.hold_ended and row.state is OrderState.PARTIALLY_CAPTURED:
        return word(PARTLY_CAPTURED_ENDED)
    return state_word(row.state, row.raw_word)


def trouble_word(trouble: Trouble) -> str:
    """Why an order is stuck, in one to three words."""
    return word(TROUBLES[trouble])
