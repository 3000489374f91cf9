"""How is the window put together from its parts?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from telesales_desktop.application.people_ports import WorkstationPeople
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.ui.chime import play_chime
from telesales_desktop.ui.connection_panel import ConnectionPanel
from telesales_desktop.ui.desk import Desk
from telesales_desktop.ui.drafts_list import DraftsList
from telesales_desktop.ui.form_checks import FormChecks
from telesales_desktop.ui.form_presenter import FormPresenter
from telesales_desktop.ui.formats import Formats, Language
from telesales_desktop.ui.header_bar import HeaderBar
from telesales_desktop.ui.inbox import InboxModel, InboxPanel
from telesales_desktop.ui.main_window import MainWindow
from telesales_desktop.ui.order_detail import OrderDetail
from telesales_desktop.ui.order_form import OrderForm
from telesales_desktop.ui.orders_panel import OrdersPanel
from telesales_desktop.ui.orders_presenter import OrdersPresenter
from telesales_desktop.ui.settings_panel import SettingsPanel
from telesales_desktop.ui.settings_presenter import SettingsPresenter
from telesales_desktop.ui.task_runner import TaskRunner
from telesales_desktop.ui.theme import Theme
from telesales_desktop.ui.window_memory import WindowMemory
from telesales_desktop.ui.window_presenter import WindowPresenter


def build_window(
    profile: Profile,
    desk: Desk,
    checks: FormChecks,
    runner: TaskRunner,
    *,
    theme: Theme,
    language: Language,
    memory_path: Path | None = None,
    people: WorkstationPeople | None = None,
    chime: Callable[[], None] = play_chime,
) -> WindowPresenter:
    """The whole window, not yet shown: ``presenter.window.show()``, then ``presenter.start()``.

    ``people``: who shares this computer; None in practice.
    """
    with theme.held_back():
        formats = Formats(language, profile.country.currency)
        window = _parts(profile, desk, checks, formats, theme, WindowMemory(memory_path))
        shown = OrdersPresenter(
            desk,
            runner,
            window.orders,
            window.detail,
            profile=profile,
            formats=formats,
            checks=checks,
        )
        typed = FormPresenter(
            desk, runner, window.form, window.drafts, shown, formats=formats, checks=checks
        )
        settings = SettingsPresenter(people, runner, window, profile=profile, formats=formats)
    return WindowPresenter(
        desk, window, shown, typed, settings, profile=profile, formats=formats, chime=chime
    )


def bring_forward(name: str) -> None:
    """Show a window that is open already, perhaps behind another one."""
    for window in QApplication.topLevelWidgets():
        if window.objectName() == name:
            window.raise_()
            window.activateWindow()


def _parts(
    profile: Profile,
    desk: Desk,
    checks: FormChecks,
    formats: Formats,
    theme: Theme,
    memory: WindowMemory,
) -> MainWindow:
    inbox = InboxModel(formats, desk.now)
    header = HeaderBar(theme, profile)
    panel = InboxPanel(inbox, theme, header)
    inbox.setParent(panel)
    supervises = profile.role is Role.SUPERVISOR
    window = MainWindow(
        theme,
        profile,
        memory,
        header=header,
        form=OrderForm(theme, formats, checks, profile),
        drafts=DraftsList(theme, formats, desk.now),
        orders=OrdersPanel(
            theme, formats, desk.now, supervises=supervises, looks_only=profile.looks_only
        ),
        detail=OrderDetail(theme, formats, desk.now),
        inbox=panel,
        connection=ConnectionPanel(theme, header),
        settings=SettingsPanel(header),
    )
    if profile.looks_only and (left := window.split.widget(0)) is not None:
        left.hide()  # the form: nothing is sent from there
    return window
