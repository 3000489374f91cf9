"""How does a person try the product? The window, ready to use, beside the customer's page."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from datetime import datetime

from telesales_desktop.application.desk_values import ConnectionStatus
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.demo.customer import SimulatedCustomer
from telesales_desktop.demo.headless import open_session, stage_request
from telesales_desktop.demo.leaving import run_tidily
from telesales_desktop.demo.programs import ProgramError
from telesales_desktop.demo.stage import Stage
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.window import Shell, open_shell


class CustomersPhone:
    """Plays the text message: shows the customer's page when a link was sent."""

    def __init__(self) -> None:
        self._shown: set[str] = set()

    def order_changed(self, file: OrderFile) -> None:
        """Open the page of each new link, once; print its address in any case."""
        for checkout in file.order.checkouts:
            if checkout.redirect_url and checkout.checkout_id not in self._shown:
                self._shown.add(checkout.checkout_id)
                print(f"The customer's page of {file.order.order_id}: {checkout.redirect_url}")
                sys.stdout.flush()
                webbrowser.open_new_tab(checkout.redirect_url)

    def noticed(self, order_id: str, notice: Notice, at: datetime) -> None:
        """The window tells."""

    def connection_changed(self, status: ConnectionStatus) -> None:
        """The window tells."""


def run_interactive(options: argparse.Namespace, private_key: str) -> int:
    """Exit status: 0 closed by the person, 1 the demo could not be set up."""
    shell = open_shell()
    return run_tidily(shell, lambda: _run(shell, options, private_key))


async def _run(shell: Shell, options: argparse.Namespace, private_key: str) -> int:
    stage = Stage(stage_request(options, private_key))
    shell.data_dir = stage.folder
    try:
        session = await open_session(shell, stage, options)
        if stage.simulator_url and options.lose_webhooks:
            customer = SimulatedCustomer(stage.simulator_url)
            await customer.lose_webhooks()
            await customer.close()
        session.desk.subscribe(CustomersPhone())
        print("The demo runs until its window is closed; its data are thrown away then.")
        await session.until_closed()
    except (ProgramError, TelesalesError) as broken:
        print(f"telesales-desktop demo: {broken}", file=sys.stderr)
        return 1
    finally:
        await stage.clear()
    return 0
