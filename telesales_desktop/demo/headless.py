"""How is the whole flow lived through without a display? The real window, by key and mouse."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import replace

from PySide6.QtCore import Qt

from telesales_desktop.adapters.desk_keys import person_place
from telesales_desktop.adapters.relay_enrolment import enrol_workstation
from telesales_desktop.adapters.secret_stores import MemorySecretStore, write_credentials
from telesales_desktop.application.ports import Credentials, SecretName
from telesales_desktop.application.profile import Profile
from telesales_desktop.demo.customer import Choice, SimulatedCustomer
from telesales_desktop.demo.hands import Hands, LostError
from telesales_desktop.demo.leaving import run_tidily
from telesales_desktop.demo.programs import ProgramError
from telesales_desktop.demo.sample import sample
from telesales_desktop.demo.stage import Stage, StageRequest
from telesales_desktop.demo.witness import GOALS, Witness, timeline_lines
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.money import Country
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.window import Shell, WindowSession, open_shell

DONE, ANOTHER_END, NO_ANSWER = 0, 1, 3
STEP_PAUSE_S = 0.4  # between two steps of the customer: long enough to be seen one by one


def run_headless(options: argparse.Namespace, private_key: str) -> int:
    """Exit status: 0 where the customer's choice leads, 1 another end, 3 no answer in time."""
    shell = open_shell()
    return run_tidily(shell, lambda: _run(shell, options, private_key))


async def _run(shell: Shell, options: argparse.Namespace, private_key: str) -> int:
    stage = Stage(stage_request(options, private_key))
    shell.data_dir = stage.folder
    try:
        session = await open_session(shell, stage, options)
        try:
            return await _live_through(session, stage, options)
        finally:
            await session.close()
    except ProgramError as broken:
        print(f"telesales-desktop demo: {broken}", file=sys.stderr)
        return ANOTHER_END
    except TelesalesError as refused:
        print(f"telesales-desktop demo: {refused.code}: {refused}", file=sys.stderr)
        return ANOTHER_END
    except OSError as broken:
        print(f"telesales-desktop demo: {broken}", file=sys.stderr)
        return ANOTHER_END
    finally:
        await stage.clear()


def stage_request(options: argparse.Namespace, private_key: str) -> StageRequest:
    """What the command line asks of the stage."""
    credentials = Credentials(options.public_key, private_key) if private_key else None
    return StageRequest(
        affirm_url=options.affirm_url,
        credentials=credentials,
        relay_listen=options.relay_listen or "",
        hook_listen=options.hook_listen or "",
        hook_path=options.hook_path or "",
        country=Country(options.country),
    )


async def open_session(shell: Shell, stage: Stage, options: argparse.Namespace) -> WindowSession:
    """Set the stage, enrol this workstation in its relay, and open the window on it."""
    profile = await stage.set_up()
    enrolled = await enrol_workstation(profile, stage.enrolment_code)
    profile = replace(
        profile,
        relay_merchant=enrolled.merchant,
        relay_public_url=enrolled.public_url,
        person_id=enrolled.person_id,
        locale=options.language,
    )
    secrets = await _secrets(profile, stage, enrolled.token)
    session = WindowSession(shell, profile, secrets=secrets, chime=_silent)
    session.show()
    return session


async def _secrets(profile: Profile, stage: Stage, token: str) -> MemorySecretStore:
    secrets = MemorySecretStore(profile)
    await write_credentials(secrets, profile, stage.credentials)
    await secrets.write(person_place(profile), SecretName.RELAY_TOKEN, token)
    return secrets


def _silent() -> None:
    """No sound where nobody listens."""


async def _live_through(session: WindowSession, stage: Stage, options: argparse.Namespace) -> int:
    deadline = time.monotonic() + options.timeout
    witness = Witness()
    session.desk.subscribe(witness)
    hands = Hands(session.presenter.window, screenshots=options.screenshots, deadline=deadline)
    customer = SimulatedCustomer(stage.simulator_url) if stage.simulator_url else None
    try:
        status = await _play(hands, witness, customer, options, deadline)
    except TimeoutError:
        status = NO_ANSWER
        print("No answer came in time.", file=sys.stderr)
    except LostError as lost:
        status = ANOTHER_END
        print(f"telesales-desktop demo: {lost}", file=sys.stderr)
    finally:
        if customer is not None:
            await customer.close()
    await hands.picture("end")
    if witness.file is not None:
        entries = await session.desk.timeline(witness.file.order.order_id)
        for line in timeline_lines(witness.file, entries, as_json=options.json):
            print(line)
    if status != DONE:
        print(f"The order ended as {witness.state.value}.", file=sys.stderr)
    return status


async def _play(
    hands: Hands,
    witness: Witness,
    customer: SimulatedCustomer | None,
    options: argparse.Namespace,
    deadline: float,
) -> int:
    choice = Choice(options.customer)
    await hands.come_forward()
    await hands.picture("empty-window")
    await fill_form(hands, options)
    await hands.picture("form-filled")
    await hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await hands.find("sendToCustomer", enabled=False)
    await hands.picture("read-back")
    if customer is not None and options.lose_webhooks:
        await customer.lose_webhooks()
    await hands.press_when_ready("sendToCustomer")
    sent = _WAITING | {OrderState.AUTHORIZED, OrderState.NOT_APPROVED}
    if not await witness.until(*sent, deadline=deadline):
        return ANOTHER_END
    await hands.picture("link-sent")
    if customer is not None:
        await _let_act(hands, customer, witness, choice)
    if choice is Choice.APPROVE:
        return await _capture(hands, witness, deadline)
    goal = GOALS[choice]
    if not await witness.until(goal, deadline=deadline) and witness.state is not goal:
        return ANOTHER_END
    if choice is not Choice.ABANDON:
        return DONE
    stayed = await witness.unchanged(goal, patience_s=options.patience)
    return DONE if stayed else ANOTHER_END


_WAITING = frozenset(
    {
        OrderState.LINK_SENT,
        OrderState.OPENED,
        OrderState.APPROVED,
        OrderState.MORE_INFORMATION_NEEDED,
        OrderState.SAID_DONE,
        OrderState.CONFIRMED,
        OrderState.AUTHORIZING,
    }
)


async def _let_act(
    hands: Hands, customer: SimulatedCustomer, witness: Witness, choice: Choice
) -> None:
    """The customer takes one step after the other, and each is seen in the window."""
    assert witness.file is not None
    checkout = witness.file.order.checkout
    assert checkout is not None
    for step in customer.steps(choice):
        await customer.act(checkout.checkout_id, step)
        await asyncio.sleep(STEP_PAUSE_S)
        await hands.picture(f"customer-{step}")


async def _capture(hands: Hands, witness: Witness, deadline: float) -> int:
    if not await witness.until(OrderState.AUTHORIZED, deadline=deadline):
        return ANOTHER_END
    await hands.picture("authorized")
    await hands.click("command_capture")
    if not await witness.until(OrderState.CAPTURED, deadline=deadline):
        return ANOTHER_END
    return DONE


async def fill_form(hands: Hands, options: argparse.Namespace) -> None:
    """Type the sample order from the first field to the last, by keyboard alone."""
    order_id = f"D-{int(time.time()) % 1_000_000:06d}"
    typed = sample(Country(options.country), order_id, comma=options.language == "fr_CA")
    await hands.find("field_first_name")
    await hands.press_into("mainWindow", Qt.Key.Key_F2)
    for name, text in {**typed.customer, **typed.order}.items():
        if name == "region":  # a list: typing picks, there is nothing to mark
            await hands.tab_to("field_region")
            await hands.type(text)
            continue
        await hands.fill(f"field_{name}", text)
    for number, item in enumerate(typed.items):
        if number:
            await hands.tab_to("addItem")
            await hands.press(Qt.Key.Key_Space)
        await hands.fill(f"item_{number}_sku", item.sku)
        await hands.fill(f"item_{number}_name", item.name)
        await hands.fill(f"item_{number}_quantity", item.quantity)
        await hands.fill(f"item_{number}_unit_price", item.unit_price)
    for name, text in typed.amounts.items():
        await hands.fill(f"field_{name}", text)
