"""Which plausible mistakes must the schedules notice? Each one is a change of source text.

Three mistakes are not here, because no schedule needs the guard that they take away while another one stands: a
read asked before the last sending is kept out by the horizon too (both gone: "an old read is believed at once"); a
verdict that Affirm does not show yet is in the record already; and a key's age is known wrongly only after a jump
of the clock, after which nothing that was marked before is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

CORE = "telesales_desktop.domain."
DESK = "tests.campaigns.workstation"


@dataclass(frozen=True)
class Change:
    """One piece of source text that is another one in the mutant."""

    module: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A plausible mistake."""

    name: str
    changes: tuple[Change, ...]


def _core(name: str, module: str, old: str, new: str) -> Mutant:
    return Mutant(name, (Change(CORE + module, old, new),))


NO_SINGLE_FLIGHT = Change(
    CORE + "operations",
    '    if order.open_operation is not None:\n        return "in_flight"\n    return refusals',
    "    return refusals",
)
MUTANTS = (
    _core(
        "a fresh key for every sending",
        "settling",
        "            sends=sends,\n",
        '            sends=sends,\n            key=f"{operation.key}-{sends}",\n',
    ),
    _core(
        "a resend spelled otherwise",
        "settling",
        "            sends=sends,\n",
        '            sends=sends,\n            body=operation.body + " ",\n',
    ),
    _core(
        "a no to a repeat is taken for a refusal",
        "settling",
        "    if not operation.ever_left and refusal.reason not in ALREADY:",
        "    if refusal.reason not in ALREADY:",
    ),
    _core(
        "a timeout is taken for not sent",
        "settling",
        "            to_unknown(work, replace(operation, request_id=outcome.request_id))\n",
        "            _wait(work, operation, 0.0, left=False)\n",
    ),
    _core(
        "a timeout is taken for a failure",
        "settling",
        "            to_unknown(work, replace(operation, request_id=outcome.request_id))\n",
        '            refuse_operation(work, operation, "timeout", Source.PROGRAM)\n',
    ),
    _core(
        "already authorized is taken for a failure",
        "settling",
        'ALREADY = frozenset({"already_authorized", "already_captured", "duplicate-capture"})',
        "ALREADY: frozenset[str] = frozenset()",
    ),
    _core(
        "409 processing is taken for a refusal",
        "settling",
        "            _wait(work, operation, outcome.retry_after_s, left=outcome.in_progress)\n",
        '            refuse_operation(work, operation, "busy", Source.AFFIRM)\n',
    ),
    _core(
        "503 and 409 are taken for never sent",
        "settling",
        "            _wait(work, operation, outcome.retry_after_s, left=outcome.in_progress)\n",
        "            _wait(work, operation, outcome.retry_after_s, left=False)\n",
    ),
    _core(
        "a key is sent again whatever its age",
        "settling",
        "    return -_CLOCK_SLACK <= age < timedelta(seconds=work.policy.key_life_s)",
        "    return True",
    ),
    _core(
        "a refusal is believed at once",
        "settling",
        "    return (at or work.at) - since >= timedelta(seconds=work.policy.horizon_s)",
        "    return True",
    ),
    _core(
        "what may be our own effect is taken for a refusal",
        "settling",
        "    is_ours = operation.verdict in ALREADY or unexplained(work.order, operation)",
        "    is_ours = False",
    ),
    _core(
        "a frozen order goes on sending",
        "settling",
        "    return operation.kind is OperationKind.VOID and operation.planned_version > freeze.version",
        "    return True",
    ),
    _core(
        "another desk's refund is sent from here too",
        "settling",
        "    elif operation.foreign and operation.kind is not OperationKind.AUTHORIZE:",
        "    elif False:",
    ),
    _core(
        "what was sent is taken for unsent after a restart",
        "recovering",
        "            to_unknown(work, operation)\n",
        '            refuse_operation(work, operation, "not_sent", Source.PROGRAM)\n',
    ),
    _core(
        "an unknown outcome is planned again after a restart",
        "recovering",
        "        elif operation.state is OperationState.UNKNOWN:\n            ask_back(work, operation)",
        "        elif operation.state is OperationState.UNKNOWN:\n"
        '            refuse_operation(work, operation, "not_sent", Source.PROGRAM)',
    ),
    _core(
        "another desk's planned command is taken for unsent",
        "recovering",
        "        work.put_operation(\n            replace(\n                operation,\n"
        "                state=OperationState.UNKNOWN,",
        "        if operation.state is OperationState.PLANNED:\n"
        '            refuse_operation(work, operation, "not_sent", Source.PROGRAM)\n'
        "            continue\n"
        "        work.put_operation(\n            replace(\n                operation,\n"
        "                state=OperationState.UNKNOWN,",
    ),
    Mutant("no single flight", (NO_SINGLE_FLIGHT,)),
    Mutant(
        "what is in flight does not count in a limit",
        (
            NO_SINGLE_FLIGHT,
            Change(
                CORE + "operations",
                "    return sum(o.amount_cents for o in order.operations if o.kind in kinds"
                " and o.state in UNSETTLED)",
                "    return 0",
            ),
        ),
    ),
    _core(
        "money in floats",
        "operations",
        '    body = canonical_body({"amount": amount, "reference_id": event.minted_key})',
        '    body = canonical_body({"amount": int(amount / 100 * 100), '
        '"reference_id": event.minted_key})',
    ),
    _core(
        "a lost link is sent again by machinery",
        "sending",
        "    work.announce(Notice.MAY_HAVE_BEEN_SENT)\n",
        "    work.announce(Notice.MAY_HAVE_BEEN_SENT)\n"
        "    work.put_checkout(replace(checkout, state=SendState.PLANNED))\n"
        "    work.do(StartSend(checkout.attempt))\n",
    ),
    _core(
        "a lost link is taken for unsent",
        "sending",
        "    work.put_checkout(replace(checkout, state=SendState.UNKNOWN, request_id=request_id))",
        "    work.put_checkout(replace(checkout, state=SendState.REFUSED, request_id=request_id))",
    ),
    _core(
        "a closed link is authorized by itself",
        "authorizing",
        "    if checkout.superseded and not checkout.picked:\n        if confirmed",
        "    if False:\n        if confirmed",
    ),
    _core(
        "a second confirmation is authorized too",
        "authorizing",
        "    if order.transaction is not None or (ours is None and _authorize_elsewhere(work)):",
        "    if False:",
    ),
    _core(
        "a link sent after a take-over is authorized by itself",
        "authorizing",
        "    if checkout.contested and not checkout.picked:",
        "    if False:",
    ),
    _core(
        "the generation is raised while in doubt",
        "authorizing",
        "        and not o.ever_left\n",
        "",
    ),
    _core(
        "amounts are not compared",
        "observing",
        "    mismatch = checkout_mismatch(",
        "    mismatch = None and checkout_mismatch(",
    ),
    _core(
        "news that names an unknown link is forgotten",
        "observing",
        "    _keep_orphan(work, event)\n",
        "",
    ),
    _core(
        "a read that lags takes a verdict back",
        "observing",
        "    if lags_behind(work, read):",
        "    if False:",
    ),
    _core(
        "the silence detector is off",
        "pace",
        "    if checkout.state is not SendState.ACCEPTED or checkout.status is CheckoutStatus.VOIDED:",
        "    if True:",
    ),
    _core(
        "due times stay where a wrong clock put them",
        "core",
        "        work.order = pace.turned_back(order, at)",
        "        work.order = order",
    ),
    _core(
        "the same intent is taken twice",
        "operations",
        "    if work.order.operation(operation_id) is not None:",
        "    if False:",
    ),
    _core(
        "no unique index: one operation stands twice",
        "work",
        "        if all(o.operation_id != operation.operation_id for o in old):",
        "        if True:",
    ),
    _core(
        "no unique index: a second authorize of one link",
        "authorizing",
        "        if is_ours and operation.state is not OperationState.REFUSED:",
        "        if False:",
    ),
    Mutant(
        "an old read is believed at once",
        (
            Change(
                CORE + "settling",
                "    elif not asked_since:\n        return\n",
                "    elif False:\n        return\n",
            ),
            Change(
                CORE + "settling",
                "    return (at or work.at) - since >= timedelta(seconds=work.policy.horizon_s)",
                "    return True",
            ),
        ),
    ),
    Mutant(
        "the cursor is written before the inbox",
        (
            Change(
                DESK,
                "            self.inbox.extend(range(self.cursor, len(log)))\n"
                "            self.cursor = len(log)\n",
                "            seen, self.cursor = self.cursor, len(log)\n"
                "            self.world.boundary(self)\n"
                "            self.inbox.extend(range(seen, len(log)))\n",
            ),
        ),
    ),
    Mutant(
        "sent before it is on disk",
        (
            Change(
                DESK,
                "            self.journal[order_id] = after\n",
                "            if type(event) is not events.TransmitStarted:\n"
                "                self.journal[order_id] = after\n",
            ),
        ),
    ),
)
