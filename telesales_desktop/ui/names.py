"""By which names do tests, the demo and assistive programs find the widgets?

``objectName``s are part of the window's contract: a driver finds a widget by name, gives it the
focus as Tab would, and sends key and mouse events.

===========================  ======================================================================
name                         what
===========================  ======================================================================
``payment_affirm`` …         one radio button a payment choice: affirm, card, invoice, other
``field_NAME``               the form's editors: first_name, last_name, phone, email, line1, line2,
                             city, region (a combo box: type the two-letter code), postal_code,
                             order_id, store, entity, shipping, tax, discount, total, note
``item_N_NAME``              items from 0: sku, name, quantity, unit_price, remove; ``addItem``
``problem_NAME``             what is wrong with a field; ``totalProof``; ``formMessage``
``readBackAndSend``          opens the read-back (Ctrl+Enter)
``sendToCustomer``           sends; asleep for the time of a double click after the page opened
``backToForm``               leaves the read-back (Esc)
``parkForm`` ``clearForm``   and ``draft_N``, ``deleteDraft_N``, ``olderDrafts`` under the form;
                             ``bringBackForm`` stands in for Park after Clear (Ctrl+B)
``search`` ``inbox``         the header; ``statusRelay``, ``statusAffirm`` (either opens
                             ``connectionPanel``), ``statusWebhook``
``chip_all`` ``chip_TONE``   tones: agent, danger, program, neutral, done, stopped; ``chipMine``,
                             ``stateFilter``; ``newsAbove``
``scope_NAME``               a supervisor's: mine, everyone, stuck, today, unknown;
                             ``filter_agent``, ``filter_store``
``orderList``                the table; columns: state, order, customer, amount, time, next, agent;
                             the order's id is in the ``ORDER_ID`` role of every line
``orderTitle``               the chosen order; ``orderAmount``, ``stateSentence``,
                             ``refusalSentence``, ``orderTimes``, ``orderProof``, ``commandOutcome``
``command_NAME``             one button a command (``CommandName``), and ``command_close_link``;
                             shown exactly when allowed; ``command_take_over``,
                             ``command_hand_over`` (then ``field_person``, or
                             ``personProblem`` and ``personRetry``); ``orderNote``
``timeline``                 the table of what happened; ``detailsCard``
``confirmYes`` ``confirmNo`` in a ``confirmDialog``; ``field_amount``, ``field_carrier``,
                             ``field_shipment``; ``verdictNotDone``
``agentName``                opens ``settingsPanel``: ``person_N``, ``workAs_N``, ``leave_N``,
                             ``field_person_code``, ``enrolPerson``, ``openSetup``
``keysPanel``                every key (F1); ``openKeys`` in the settings
``lockPerson_N``             on ``lockPage``, while the session is locked
``rebuildRead``              closes ``rebuildReport``
``banner`` ``bannerStep``    what is wrong outside, and its next step
===========================  ======================================================================

Letters outside ASCII are typed as key events with a text (``QKeyEvent(type, 0, modifiers, text)``):
``QTest.keyClicks`` knows ASCII only.
"""

from __future__ import annotations

ALWAYS_THERE = (
    "mainWindow",
    "headerBar",
    "environmentBadge",
    "search",
    "statusRelay",
    "statusAffirm",
    "inbox",
    "agentName",
    "connectionPanel",
    "settingsPanel",
    "enrolPerson",
    "lockPage",
    "orderForm",
    "payment_affirm",
    "field_first_name",
    "field_region",
    "field_total",
    "field_note",
    "item_0_sku",
    "addItem",
    "totalProof",
    "formMessage",
    "readBackAndSend",
    "sendToCustomer",
    "backToForm",
    "parkForm",
    "bringBackForm",
    "clearForm",
    "ordersPanel",
    "chip_all",
    "chip_agent",
    "chipMine",
    "stateFilter",
    "orderList",
    "newsAbove",
    "orderDetail",
    "orderTitle",
    "orderAmount",
    "stateSentence",
    "orderProof",
    "commandOutcome",
    "command_capture",
    "command_refund",
    "command_void",
    "command_resend",
    "timeline",
    "detailsCard",
    "banner",
    "bannerStep",
)
"""In every window from the start, each once; the rest comes with orders, drafts and dialogs."""
