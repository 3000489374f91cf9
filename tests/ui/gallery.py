"""Pictures of the window in every state, for people to look at.

    python -m tests.ui.gallery DIRECTORY [--only TEXT]

Draws with realistic orders, in both languages, light, dark and high contrast, at the sizes that
matter. Needs a display server or QT_QPA_PLATFORM=offscreen; proves nothing by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QPushButton

from telesales_desktop.adapters.affirm_hosts import default_affirm_url
from telesales_desktop.adapters.input_checks import InputChecks
from telesales_desktop.application.desk_values import (
    AffirmContact,
    ConnectionStatus,
    RelayContact,
)
from telesales_desktop.application.floor_values import (
    FloorCommand,
    Holding,
    SharedOrder,
    SharingAlarm,
)
from telesales_desktop.application.ports import Draft, JournalProblem, OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import AffirmCredentialsError, CommandRefusedError, InputError
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.domain.relay_errors import RelayUnreachableError
from telesales_desktop.ui.form_content import FormContent, ItemText, content_of
from telesales_desktop.ui.formats import Formats, Language
from telesales_desktop.ui.open_window import build_window
from telesales_desktop.ui.palettes import Look
from telesales_desktop.ui.refusal_labels import refusal_text
from telesales_desktop.ui.setup_labels import setup_error_text
from telesales_desktop.ui.setup_pages import Step
from telesales_desktop.ui.setup_presenter import SetupPresenter
from telesales_desktop.ui.task_runner import TaskRunner
from telesales_desktop.ui.theme import Theme
from telesales_desktop.ui.translation import install_language, remove_language
from telesales_desktop.ui.window_presenter import WindowPresenter
from tests.ui import samples, shared_samples
from tests.ui.fake_desk import FakeDesk
from tests.ui.fake_people import DANA, SAM, FakePeople
from tests.ui.fake_setup import FakeSetupChecks

OK = ConnectionStatus(
    relay=RelayContact.OK,
    relay_at=samples.NOW - timedelta(seconds=2),
    affirm=AffirmContact.OK,
    affirm_at=samples.NOW,
    webhooks_expected=True,
    last_webhook_at=samples.NOW,
)
ENTERED = FormContent(
    first_name="Marie",
    last_name="Tremblay",
    phone="(418) 555-0123",
    email="marie.tremblay@example.com",
    line1="1200 Market Street",
    line2="Apt 4",
    city="San Francisco",
    region="CA",
    postal_code="94102",
    order_id="4183",
    store="Phone floor",
    entity="Northwind East",
    items=(
        ItemText("SOFA-3S-GR", "Three-seat sofa, slate grey", "1", "1,049.00"),
        ItemText("PILLOW-LN", "Linen cushion", "2", "45.00"),
    ),
    shipping="49.00",
    tax="61.00",
    discount="10.00",
    total="1,239.00",
    note="Deliver after 5 p.m.",
)


SANDBOX = samples.profile()
SIZE = QSize(1366, 740)


ENTERED_CA = replace(
    ENTERED,
    line1="455, rue Saint-Jean",
    line2="App. 2",
    city="Québec",
    region="QC",
    postal_code="G1R 1P4",
    items=(
        ItemText("SOFA-3P-GR", "Canapé trois places, gris ardoise", "1", "1 049,00"),
        ItemText("COUSSIN-LN", "Coussin de lin", "2", "45,00"),
    ),
    shipping="49,00",
    tax="61,00",
    discount="10,00",
    total="1 239,00",
    note="Livrer après 17 h",
)


def typed(presenter: WindowPresenter) -> FormContent:
    canadian = presenter.window.header.badge.text().endswith("CA")
    return ENTERED_CA if canadian else ENTERED


@dataclass(frozen=True)
class Scene:
    """One picture: who, where, how large, and what is done before it is taken."""

    name: str
    act: Callable[[WindowPresenter, FakeDesk], None] = lambda window, desk: None
    profile: Profile = SANDBOX
    language: Language = Language.EN_US
    look: Look = Look.LIGHT
    size: QSize = SIZE
    files: tuple[OrderFile, ...] | None = None
    status: ConnectionStatus = OK
    drafts: tuple[Draft, ...] = ()
    shared: tuple[SharedOrder, ...] = ()


def floor(environment: Environment, country: Country) -> tuple[OrderFile, ...]:
    """A floor on a busy morning: one order in each state."""
    ages = [9, 40, 75, 130, 200, 290, 420, 600, 900, 1500, 2300, 3500, 5000, 9000, 20000]
    files = []
    for number, state in enumerate(OrderState):
        age = ages[number % len(ages)] * (1 + number // len(ages))
        files.append(
            samples.file_in(
                state,
                number,
                environment=environment,
                country=country,
                age=timedelta(seconds=age),
            )
        )
    return tuple(files)


def choose(state: OrderState) -> Callable[[WindowPresenter, FakeDesk], None]:
    def act(presenter: WindowPresenter, desk: FakeDesk) -> None:
        order_id = str(4170 + list(OrderState).index(state))
        presenter.window.orders.choose(order_id)
        presenter.window.open_sheet()

    return act


def hold_over(state: OrderState) -> Callable[[WindowPresenter, FakeDesk], None]:
    """A hold that has ended by the clock; Affirm has not said so yet."""

    def act(presenter: WindowPresenter, desk: FakeDesk) -> None:
        file = desk.files[str(4170 + list(OrderState).index(state))]
        assert file.order.transaction is not None
        ends = samples.NOW - timedelta(minutes=3)
        held = replace(file.order.transaction, authorization_expires_at=ends)
        presenter.order_changed(replace(file, order=replace(file.order, transaction=held)))
        presenter._orders._flush()
        choose(state)(presenter, desk)

    return act


def link_over(presenter: WindowPresenter, desk: FakeDesk) -> None:
    """A link that has ended while Affirm waits for more from the customer."""
    state = OrderState.MORE_INFORMATION_NEEDED
    file = desk.files[str(4170 + list(OrderState).index(state))]
    ended = replace(file.order.checkouts[0], expires_at=samples.NOW - timedelta(minutes=4))
    presenter.order_changed(replace(file, order=replace(file.order, checkouts=(ended,))))
    presenter._orders._flush()
    choose(state)(presenter, desk)
    bar = presenter.window.detail.details.verticalScrollBar()
    bar.setValue(bar.maximum())


def entered(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(typed(presenter))
    choose(OrderState.AUTHORIZED)(presenter, desk)


def wrong(presenter: WindowPresenter, desk: FakeDesk) -> None:
    good = typed(presenter)
    total = "1 249,00" if good is ENTERED_CA else "1,249.00"
    bad = replace(good, phone="418 555", email="marie@", postal_code="1", total=total)
    presenter.window.form.show_content(bad)
    presenter.window.form.review()


def wrong_province(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(replace(typed(presenter), region="ON", total="1,239.00"))
    presenter.window.form.review()


def read_back(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(typed(presenter))
    presenter.window.form.review()


def sending(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(typed(presenter))
    presenter.window.form.show_sending()


def refused(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(typed(presenter))
    problem = InputError("phone", "refused", reason="Affirm cannot use the field phone.")
    presenter.window.form.show_refusal(problem, "The link was not sent. Affirm refused the mobile.")


def number_taken(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(typed(presenter))
    sentence = refusal_text(CommandRefusedError("number_taken", name="Sam K."), presenter._formats)
    problem = InputError("order_id", "refused", reason=sentence)
    presenter.window.form.show_refusal(problem, sentence)


def correcting(presenter: WindowPresenter, desk: FakeDesk) -> None:
    file = desk.files[str(4170 + list(OrderState).index(OrderState.LINK_SENT))]
    checks = InputChecks(file.order.country, "en_US")
    presenter.window.form.show_content(
        content_of(file.details, checks), correcting=file.order.order_id
    )


def searching(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.header.search.setText("nobody by that name")


def press(command: str, state: OrderState) -> Callable[[WindowPresenter, FakeDesk], None]:
    def act(presenter: WindowPresenter, desk: FakeDesk) -> None:
        choose(state)(presenter, desk)
        presenter.window.detail.command_chosen.emit(command)

    return act


def inbox(presenter: WindowPresenter, desk: FakeDesk) -> None:
    for number, notice in enumerate(list(Notice)[:6]):
        at = samples.NOW - timedelta(minutes=12 - 2 * number)
        presenter.noticed(str(4175 + number), notice, at)
    presenter.window.toggle_inbox()


def news_while_used(presenter: WindowPresenter, desk: FakeDesk) -> None:
    choose(OrderState.OPENED)(presenter, desk)
    presenter.window.orders.view.hovered = 3
    fresh = samples.file_in(OrderState.AUTHORIZED, 5, age=timedelta(seconds=1))
    presenter.order_changed(fresh)
    presenter._orders._flush()


def scope(name: str, order_id: str = "") -> Callable[[WindowPresenter, FakeDesk], None]:
    def act(presenter: WindowPresenter, desk: FakeDesk) -> None:
        button = presenter.window.findChild(QPushButton, f"scope_{name}")
        assert button is not None
        button.click()
        if order_id:
            presenter.window.orders.choose(order_id)
            presenter.window.open_sheet()

    return act


def ask(command: str, order_id: str) -> Callable[[WindowPresenter, FakeDesk], None]:
    def act(presenter: WindowPresenter, desk: FakeDesk) -> None:
        presenter.window.orders.choose(order_id)
        presenter.window.detail.command_chosen.emit(command)

    return act


def looking_up(presenter: WindowPresenter, desk: FakeDesk) -> None:
    """Somebody is to get an order, and the relay has not told yet who there is."""
    desk.gate = asyncio.Event()
    ask("hand_over", "4175")(presenter, desk)


def silent(presenter: WindowPresenter, desk: FakeDesk) -> None:
    """The same, and the relay does not answer."""
    desk.fail_next = RelayUnreachableError()
    ask("hand_over", "4175")(presenter, desk)


def not_looked_up(presenter: WindowPresenter, desk: FakeDesk) -> None:
    """One was sent while the relay did not answer."""
    presenter.window.orders.choose("4175")
    mine = desk.shared["4175"]
    desk.tell_shared(replace(mine, waits_to_upload=True, not_looked_up=True))
    presenter._orders._flush()


def lost(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.orders.choose("4175")
    mine = desk.shared["4175"]
    desk.tell_shared(
        replace(
            mine,
            holding=Holding.ELSEWHERE,
            holder_name="Tom Alvarez",
            workstation="DESK-TOM",
            allowed=frozenset({FloorCommand.TAKE_OVER}),
        )
    )
    presenter._orders._flush()


def drafts() -> tuple[Draft, ...]:
    return tuple(
        Draft(f"d{n}", replace(ENTERED, first_name=name).as_mapping(), samples.NOW)
        for n, name in enumerate(("Omar", "Ingrid"))
    )


def scenes() -> list[Scene]:
    fr = samples.profile(Environment.SANDBOX, Country.CA)
    live = samples.profile(Environment.LIVE)
    boss = samples.profile(role=Role.SUPERVISOR)
    practice = samples.profile(Environment.SIMULATOR, practice=True)
    small, large, wide = QSize(1024, 680), QSize(1920, 1000), QSize(2300, 1100)
    double = QSize(960, 510)  # 1920 x 1080 at 200 %, less the title bar
    made = [
        Scene("first-run", files=()),
        Scene("floor", choose(OrderState.LINK_SENT)),
        Scene("floor-live", choose(OrderState.APPROVED), live),
        Scene("floor-practice", choose(OrderState.CONFIRMED), practice),
        Scene("floor-dark", choose(OrderState.AUTHORIZED), look=Look.DARK),
        Scene("floor-contrast", choose(OrderState.FROZEN), look=Look.HIGH_CONTRAST_DARK),
        Scene("floor-contrast-light", choose(OrderState.FROZEN), look=Look.HIGH_CONTRAST_LIGHT),
        Scene("floor-1920", choose(OrderState.OUTCOME_UNKNOWN), size=large),
        Scene("floor-2300", choose(OrderState.CAPTURED), size=wide),
        Scene("floor-1024", choose(OrderState.AUTHORIZED), size=small),
        Scene("floor-200-percent", entered, size=double),
        Scene("floor-1024-list", size=small),
        Scene("entered", entered),
        Scene("entered-dark", entered, look=Look.DARK),
        Scene("wrong", wrong),
        Scene("wrong-province", wrong_province, fr, language=Language.EN_CA),
        Scene("read-back", read_back),
        Scene("sending", sending),
        Scene("refused", refused),
        Scene("correcting", correcting),
        Scene("drafts", drafts=drafts()),
        Scene("nothing-found", searching),
        Scene("inbox", inbox),
        Scene("news-while-used", news_while_used),
        Scene("void", press("void", OrderState.AUTHORIZED)),
        Scene("partial-refund", press("partial_refund", OrderState.CAPTURED)),
        Scene("shipment", press("update", OrderState.AUTHORIZED)),
        Scene("hold-over", hold_over(OrderState.AUTHORIZED)),
        Scene("hold-over-dark", hold_over(OrderState.PARTIALLY_CAPTURED), look=Look.DARK),
        Scene("link-over", link_over),
        Scene("link-over-dark", link_over, look=Look.DARK),
        Scene("supervisor-frozen", choose(OrderState.FROZEN), boss),
        Scene("verdict", press("give_verdict", OrderState.OUTCOME_UNKNOWN), boss),
        Scene("journal-full", status=replace(OK, journal_problem=JournalProblem.FULL)),
        Scene("journal-unfilled", status=replace(OK, journal_problem=JournalProblem.UNFILLED)),
        Scene("number-taken", number_taken),
        Scene("not-looked-up", not_looked_up, shared=shared_samples.floor()),
        Scene("journal-elsewhere", status=replace(OK, journal_problem=JournalProblem.OTHER_PLACE)),
        Scene("journal-locked", status=replace(OK, journal_problem=JournalProblem.LOCKED)),
        Scene("keyring-locked", status=replace(OK, credentials_problem="locked")),
        Scene("affirm-offline", status=replace(OK, affirm=AffirmContact.UNREACHABLE)),
        Scene("relay-offline", status=replace(OK, relay=RelayContact.UNREACHABLE)),
        Scene("no-relay", status=replace(OK, relay=RelayContact.NOT_SET, webhooks_expected=False)),
        Scene("no-webhook", status=replace(OK, last_webhook_at=None)),
    ]
    made += [*floor_scenes(boss), *connection_scenes()]
    made += [Scene(f"state-{state.value}", choose(state), boss) for state in OrderState]
    french = [
        "first-run floor floor-dark floor-1024 floor-200-percent entered wrong read-back refused",
        "hold-over hold-over-dark link-over link-over-dark",
        "inbox void partial-refund journal-locked keyring-locked affirm-offline no-webhook",
        "nothing-found supervisor-frozen verdict",
        "boss-everyone boss-everyone-dark boss-stuck boss-today boss-unknown boss-take-over",
        "journal-elsewhere journal-full journal-unfilled number-taken not-looked-up connection-webhook",
        "connection-days connection-days-dark",
        "boss-looks boss-looks-empty boss-hand-over-dark",
        "boss-looking boss-looking-dark boss-silent boss-silent-dark",
        "locked rebuild settings settings-leave keys cleared connection-alarm connection-late boss-hand-over boss-lost boss-1024 boss-200-percent boss-nothing",
    ]
    names = " ".join(french).split()
    made += [
        replace(
            scene,
            name=f"fr-{scene.name}",
            language=Language.FR_CA,
            profile=replace_country(scene.profile, fr),
        )
        for scene in list(made)
        if scene.name in names or scene.name.startswith("state-")
    ]
    return made


def floor_scenes(boss: Profile) -> list[Scene]:
    """What a supervisor sees of the whole floor."""
    every, looks = shared_samples.floor(), replace(boss, looks_only=True)
    nothing = {"allowed": frozenset[FloorCommand](), "why_not_taken": "looks_only"}
    shown = tuple(replace(one, holding=Holding.ELSEWHERE, **nothing) for one in every)
    return [
        Scene("boss-everyone", scope("everyone", "4171"), boss, shared=every),
        Scene("boss-everyone-dark", scope("everyone", "4171"), boss, look=Look.DARK, shared=every),
        Scene("boss-contrast", scope("everyone", "4171"), boss,
              look=Look.HIGH_CONTRAST_DARK, shared=every),
        Scene("boss-1920", scope("everyone", "4171"), boss, size=QSize(1920, 1000), shared=every),
        Scene("boss-1024", scope("stuck"), boss, size=QSize(1024, 680), shared=every),
        Scene("boss-200-percent", scope("everyone"), boss, size=QSize(960, 510), shared=every),
        Scene("boss-stuck", scope("stuck", "4173"), boss, shared=every),
        Scene("boss-today", scope("today", "4183"), boss, shared=every),
        Scene("boss-unknown", scope("unknown", "4174"), boss, shared=every),
        Scene("boss-nothing", scope("mine"), boss, shared=every[:1]),
        Scene("boss-looks", scope("everyone", "4171"), looks, shared=shown),
        Scene("boss-looks-empty", profile=looks, files=()),
        Scene("boss-take-over", ask("take_over", "4171"), boss, shared=every),
        Scene("boss-hand-over", ask("hand_over", "4175"), boss, shared=every),
        Scene("boss-hand-over-dark", ask("hand_over", "4175"), boss, look=Look.DARK, shared=every),
        Scene("boss-looking", looking_up, boss, shared=every),
        Scene("boss-looking-dark", looking_up, boss, look=Look.DARK, shared=every),
        Scene("boss-silent", silent, boss, shared=every),
        Scene("boss-silent-dark", silent, boss, look=Look.DARK, shared=every),
        Scene("boss-left", scope("everyone", "4182"), boss, shared=every),
        Scene("boss-lost", lost, boss, shared=every),
    ]  # fmt: skip


def connection_scenes() -> list[Scene]:
    """How it stands with relay and colleagues."""
    shared = replace(OK, is_shared=True)
    alarm = replace(shared, alarms=frozenset({SharingAlarm.FINGERPRINT}))
    late = replace(
        shared,
        relay=RelayContact.UNREACHABLE,
        relay_at=samples.NOW - timedelta(minutes=26),
        gap_at=samples.NOW - timedelta(hours=2),
        waiting_uploads=3,
        waiting_since=samples.NOW - timedelta(minutes=24),
    )
    before = samples.NOW - timedelta(days=2)
    days = replace(late, gap_at=before, waiting_since=before)
    gap = replace(shared, gap_at=samples.NOW - timedelta(minutes=3))
    revoked = replace(shared, relay=RelayContact.TOKEN_REFUSED)
    doubt = samples.NOW - timedelta(minutes=4)
    webhook = replace(shared, doubtful_webhook="unsigned", doubtful_webhook_at=doubt)
    return [
        Scene("connection", connection, status=shared),
        Scene("connection-webhook", connection, status=webhook),
        Scene("connection-alarm", connection, status=alarm),
        Scene("connection-alarm-dark", connection, look=Look.DARK, status=alarm),
        Scene("connection-late", connection, status=late),
        Scene("connection-gap", connection, status=gap),
        Scene("connection-days", connection, status=days),
        Scene("connection-days-dark", connection, look=Look.DARK, status=days),
        Scene("settings", settings),
        Scene("locked", locked),
        Scene("rebuild", rebuild, status=replace(OK, journal_problem=JournalProblem.DAMAGED)),
        Scene("settings-dark", settings, look=Look.DARK),
        Scene("settings-leave", leaving),
        Scene("keys", keys),
        Scene("keys-dark", keys, look=Look.DARK),
        Scene("cleared", cleared),
        Scene("connection-revoked", connection, status=revoked),
    ]


def settings(presenter: WindowPresenter, desk: FakeDesk) -> None:
    choose(OrderState.LINK_SENT)(presenter, desk)
    presenter.window.toggle_settings()


def keys(presenter: WindowPresenter, desk: FakeDesk) -> None:
    choose(OrderState.LINK_SENT)(presenter, desk)
    presenter.window.toggle_keys()


def cleared(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.form.show_content(ENTERED)
    presenter.window.form.head.clear_button.click()


def leaving(presenter: WindowPresenter, desk: FakeDesk) -> None:
    settings(presenter, desk)
    presenter.settings._here = (SAM,)
    presenter.window.settings.leave_requested.emit(SAM.person_id)


def rebuild(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.window.banner.step.click()


def locked(presenter: WindowPresenter, desk: FakeDesk) -> None:
    presenter.settings.lock()


def connection(presenter: WindowPresenter, desk: FakeDesk) -> None:
    choose(OrderState.LINK_SENT)(presenter, desk)
    presenter.window.toggle_connection()


def replace_country(profile: Profile, canadian: Profile) -> Profile:
    kept = {name: getattr(profile, name) for name in ("environment", "role", "looks_only")}
    return replace(canadian, **kept)


def take_setup(
    language: Language,
    look: Look,
    application: QApplication,
    theme: Theme,
    loop: asyncio.AbstractEventLoop,
    target: Path,
) -> None:
    """Every page of the set-up, one with a problem."""
    theme.choose(look)
    translators = install_language(application, language)
    runner = TaskRunner(loop, lambda name, error: print(name, repr(error), file=sys.stderr))
    presenter = SetupPresenter(
        "main",
        FakeSetupChecks(),
        runner,
        theme=theme,
        language=language,
        default_affirm_url=default_affirm_url,
    )
    assistant = presenter.assistant
    assistant.show()
    prefix = f"setup-{'fr' if language.french else 'en'}-{look.value}"
    for step in Step:
        assistant.show_step(step)
        if step is Step.DONE:
            assistant.show_request(samples.profile())
        settle(application, loop)
        assistant.grab().save(str(target / f"{prefix}-{step.value}-{step.name.lower()}.png"))
    assistant.show_step(Step.KEYS)
    error = AffirmCredentialsError(http_status=401, reason="api-key-pair-invalid")
    formats = Formats(language, Currency.USD)
    assistant.show_problem(setup_error_text(error, formats), fields=("public_key", "private_key"))
    settle(application, loop)
    assistant.grab().save(str(target / f"{prefix}-keys-refused.png"))
    assistant.close()
    assistant.deleteLater()
    settle(application, loop)
    remove_language(application, translators)


def take(
    scene: Scene,
    application: QApplication,
    theme: Theme,
    loop: asyncio.AbstractEventLoop,
    target: Path,
) -> None:
    theme.choose(scene.look)
    translators = install_language(application, scene.language)
    country = scene.profile.country
    files = scene.files
    if files is None:
        files = () if scene.shared else floor(scene.profile.environment, country)
    desk = FakeDesk(files)
    shared = scene.shared
    if shared and country is Country.CA:
        files_ca = {one.order_id: one.file for one in shared_samples.floor(country=country)}
        shared = tuple(replace(one, file=files_ca[one.order_id]) for one in shared)
    desk.shared = {one.order_id: one for one in shared}
    desk.files |= {one.order_id: one.file for one in shared}
    desk.persons = list(shared_samples.PEOPLE)
    desk.status = scene.status
    desk.stored_drafts = {draft.draft_id: draft for draft in scene.drafts}
    runner = TaskRunner(loop, lambda name, error: print(name, repr(error), file=sys.stderr))
    presenter = build_window(
        scene.profile,
        desk,
        InputChecks(country, scene.language.value),
        runner,
        theme=theme,
        language=scene.language,
        people=FakePeople(DANA, SAM),
        chime=lambda: None,
    )
    window = presenter.window
    window.resize(scene.size)
    window.show()
    presenter.start()
    settle(application, loop)
    scene.act(presenter, desk)
    settle(application, loop)
    picture = window.grab()
    dialog = application.activeModalWidget()
    if dialog is not None:
        from PySide6.QtGui import QPainter

        at = window.rect().center() - dialog.rect().center()
        painter = QPainter(picture)
        painter.drawPixmap(at, dialog.grab())
        painter.end()
        dialog.close()
    picture.save(str(target / f"{scene.name}.png"))
    presenter.stop()
    window.finish_closing()
    window.deleteLater()
    settle(application, loop)
    remove_language(application, translators)


def settle(application: QApplication, loop: asyncio.AbstractEventLoop) -> None:
    for _ in range(12):
        application.processEvents()
        loop.run_until_complete(asyncio.sleep(0.005))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="", help="only scenes whose name contains this")
    parser.add_argument("--scale", default="1", help="device pixels per pixel, as 1.5 or 2")
    arguments = parser.parse_args()
    os.environ["QT_SCALE_FACTOR"] = arguments.scale
    arguments.directory.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    loop = asyncio.new_event_loop()
    theme = Theme(application)
    for scene in scenes():
        if arguments.only in scene.name:
            take(scene, application, theme, loop, arguments.directory)
    for language, look in ((Language.EN_US, Look.LIGHT), (Language.FR_CA, Look.DARK)):
        if arguments.only in "setup":
            take_setup(language, look, application, theme, loop, arguments.directory)
    loop.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
