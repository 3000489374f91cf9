"""How does an agent find an order and see the newest news?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.order_state import OrderState
from telesales_desktop.ui import labels
from telesales_desktop.ui.button import Button
from telesales_desktop.ui.chips import ChipRow
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.labels import word
from telesales_desktop.ui.order_filter import OrderFilter, Scope
from telesales_desktop.ui.order_list_model import OrderListModel
from telesales_desktop.ui.order_list_view import OrderListView
from telesales_desktop.ui.order_row import NO_NEEDLES, Needles, OrderRow, needles_of
from telesales_desktop.ui.palettes import Tone
from telesales_desktop.ui.scope_row import EMPTY, ScopeRow, ValueFilter
from telesales_desktop.ui.state_notice import StateNotice
from telesales_desktop.ui.theme import ROOM, SPACE, Theme
from telesales_desktop.ui.watch_labels import row_word

_TICK_MS = 1000


class OrdersPanel(QFrame):
    """Chips, the list, and what is said where the list has nothing to show."""

    order_chosen = Signal(str)  # order_id, "" when nothing is chosen any more
    order_opened = Signal(str)  # Enter or double click: bring the detail forward
    step_chosen = Signal(str)  # "new_order", "clear_search", "retry"

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
        *,
        supervises: bool = False,
        looks_only: bool = False,
    ) -> None:
        """``supervises``: scopes and filters of the whole floor in the place of the chips.
        ``looks_only``: there is no form beside the list."""
        super().__init__(parent)
        self.setObjectName("ordersPanel")
        self.setProperty("role", "panel")
        self._chosen = ""
        self._search_problem = ""
        self._loaded = False
        self._looks_only = looks_only
        self.model = OrderListModel(formats, now, self, pins=supervises)
        self.view = OrderListView(self.model, theme, self, supervises=supervises)
        self.view.setObjectName("orderList")
        self.view.setAccessibleName(self.tr("Orders"))
        self.notice = StateNotice(theme, self)
        self.chips = ChipRow(theme, self)
        self.mine = self._chip_button("chipMine", self.tr("Mine"))
        self.mine.setCheckable(True)
        self.scopes = ScopeRow(theme, self)
        self.agents = ValueFilter("agent", lambda: self.model.values_of("agent"), self)
        self.agents.name(self.tr("Agent"), self.tr("Every agent"))
        self.stores = ValueFilter("store", lambda: self.model.values_of("store"), self)
        self.stores.name(self.tr("Store"), self.tr("Every store"))
        for part in (self.scopes, self.agents, self.stores):
            part.setVisible(supervises)
        for own in (self.chips, self.mine):
            own.setVisible(not supervises)
        self.state_button = self._chip_button("stateFilter", "")
        self.news_button = Button(self)
        self.news_button.setObjectName("newsAbove")
        self.news_button.setProperty("kind", "news")
        self.news_button.hide()
        self._build()
        self._connect()
        self.show_loading()

    def _chip_button(self, name: str, text: str) -> QPushButton:
        button = Button(text, self)
        button.setObjectName(name)
        button.setProperty("kind", "chip")
        return button

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(ROOM, SPACE, ROOM, SPACE)
        head.setSpacing(ROOM)
        head.addWidget(self.chips, 1)
        head.addWidget(self.scopes, 1)
        self._buttons = (self.mine, self.agents, self.stores, self.state_button)
        for button in self._buttons:
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.stack, 1)
        QWidget.setTabOrder(self.state_button, self.view)  # from the list on to the commands
        QWidget.setTabOrder(self.view, self.notice.step)

    def _connect(self) -> None:
        self.chips.chosen.connect(self._on_tone_chosen)
        self.mine.toggled.connect(self._on_mine_toggled)
        self.scopes.chosen.connect(self._on_scope_chosen)
        self.agents.chosen.connect(lambda agent: self._change_to(agent=agent))
        self.stores.chosen.connect(lambda store: self._change_to(store=store))
        self.state_button.clicked.connect(self._open_state_menu)
        self.news_button.clicked.connect(self.show_newest)
        self.notice.step_chosen.connect(self._on_step)
        self.model.counts_changed.connect(self._show_counts)
        self.model.waiting_changed.connect(self._show_waiting)
        self.model.modelReset.connect(self._restore_choice)
        self.model.rowsInserted.connect(lambda *_: self._restore_choice())
        self.view.use_ended.connect(self._release)
        self.view.opened.connect(self.order_opened)
        self.view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.view.verticalScrollBar().valueChanged.connect(self._show_waiting)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(lambda: self.model.tick(*self.view.lines_in_view()))
        self._clock.start()
        self._show_states()

    # --- what is shown -----------------------------------------------------------------------

    def show_loading(self) -> None:
        self.notice.show_notice("wait", self.tr("Loading the orders…"))
        self.stack.setCurrentWidget(self.notice)

    def show_failed(self, sentence: str) -> None:
        """The orders cannot be shown at all."""
        self._loaded = False
        self.notice.show_notice(
            "journal", sentence, step="retry", step_text=self.tr("Try again"), tone=Tone.DANGER
        )
        self.stack.setCurrentWidget(self.notice)

    def show_orders(self, rows: Iterable[OrderRow]) -> None:
        """The first load."""
        self._loaded = True
        self.model.load(rows)
        self._show_list_or_notice()

    def show_changes(self, rows: Sequence[OrderRow], gone: Sequence[str] = ()) -> None:
        """All that changed within one frame; ``gone``: orders that are listed no more."""
        with self.view.steady():
            self.model.apply(rows, hold=self.view.in_use)
            self.model.drop(gone, hold=self.view.in_use)
        for row in rows:
            if row.order_id == self._chosen:
                self.model.mark_seen(row.order_id)
        self._show_list_or_notice()
        self._show_waiting()

    def show_search(self, text: str) -> None:
        self._search_problem = ""
        self._change(replace(self.model.filter, needles=needles_of(text)))

    def show_search_failed(self, sentence: str) -> None:
        """Nothing is known of older orders: that is not the same as that there is none."""
        self._search_problem = sentence
        self._show_list_or_notice()

    def show_found(self, rows: Iterable[OrderRow]) -> None:
        """What a search over the whole history found beside the open orders."""
        self.model.show_found(rows)
        self._show_list_or_notice()

    def choose(self, order_id: str) -> None:
        """Select an order, wherever it is in the list; one that a filter hides is shown."""
        self.model.release()
        if self._is_hidden(order_id):
            self.show_all(self.model.filter.needles)
        if self._is_hidden(order_id):  # by the search: the box must not say what is not so
            self._on_step("clear_search")
        line = self.model.place(order_id)
        if line >= 0:
            self.view.setCurrentIndex(self.model.index(line, 0))

    def _is_hidden(self, order_id: str) -> bool:
        return self.model.place(order_id) < 0 and self.model.row(order_id) is not None

    def focus_list(self) -> None:
        """Give the keys to the list; where it has nothing to show, to the step that is offered."""
        if self.stack.currentWidget() is self.notice:
            self.notice.step.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def show_all(self, needles: Needles = NO_NEEDLES) -> None:
        """Take every filter away, and the search if none is given."""
        self.chips.choose(None)
        self.mine.setChecked(False)
        self.scopes.choose(Scope.EVERYONE)
        for button in (self.agents, self.stores):
            button.show_value("")
        self._change(OrderFilter(needles=needles))

    def show_newest(self) -> None:
        """Put every line where it belongs and look at the top."""
        self.model.release()
        self.view.scrollToTop()

    # --- inside ------------------------------------------------------------------------------

    def _change(self, wanted: OrderFilter) -> None:
        self.model.set_filter(wanted)
        self._show_states()
        self._show_list_or_notice()

    def _on_tone_chosen(self, tone: Tone | None) -> None:
        tones = frozenset({tone}) if tone else frozenset()
        self._change(replace(self.model.filter, tones=tones, states=frozenset()))

    def _on_mine_toggled(self, down: bool) -> None:
        self._change_to(scope=Scope.MINE if down else Scope.EVERYONE)

    def _on_scope_chosen(self, scope: Scope) -> None:
        self._change_to(scope=scope, states=frozenset())

    def _change_to(self, **wanted: Any) -> None:
        self._change(replace(self.model.filter, **wanted))

    def _open_state_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("stateMenu")
        chosen = self.model.filter.states
        counts = self.model.state_counts()
        for state in OrderState:
            if not counts.get(state) and state not in chosen:
                continue
            name = labels.state_word(state, "…")
            action = menu.addAction(f"{name}\t{counts.get(state, 0)}")
            action.setCheckable(True)
            action.setChecked(state in chosen)
            action.triggered.connect(lambda _=False, state=state: self._toggle_state(state))
        if chosen:
            menu.addSeparator()
            menu.addAction(self.tr("Every state"), lambda: self._choose_states(frozenset()))
        if menu.isEmpty():
            menu.addAction(self.tr("No orders yet")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.state_button.mapToGlobal(self.state_button.rect().bottomLeft()))

    def _toggle_state(self, state: OrderState) -> None:
        self._choose_states(self.model.filter.states ^ {state})

    def _choose_states(self, states: frozenset[OrderState]) -> None:
        self.chips.choose(None)
        self._change(replace(self.model.filter, states=states, tones=frozenset()))

    def _show_states(self) -> None:
        states = self.model.filter.states
        if len(states) == 1:
            text = labels.state_word(next(iter(states)), "…")
        elif states:
            text = self.tr("%n state(s)", "", len(states))
        else:
            text = self.tr("State")
        self.state_button.setText(f"{text} ▾")
        self.state_button.setAccessibleName(
            self.tr("Filter by state: {states}").format(states=text)
        )

    def _show_counts(self) -> None:
        self.chips.show_counts(self.model.counts())
        self.scopes.show_counts(self.model.scope_counts())

    def _show_list_or_notice(self) -> None:
        if not self._loaded:
            return
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.view)
            return
        only_scope = OrderFilter(scope=self.model.filter.scope) == self.model.filter
        if self.model.filter.narrows and self.model.total:
            empty = EMPTY.get(self.model.filter.scope) if only_scope else None
            none_fits = self.tr("No order fits this search and these filters.")
            self.notice.show_notice(
                "check" if empty else "nothing_found",
                word(empty) if empty else self._search_problem or none_fits,
                step="clear_search",
                step_text=self.tr("Show all orders"),
            )
        elif self._looks_only:
            self.notice.show_notice(
                "orders", self.tr("No orders yet. Those of your colleagues show up here.")
            )
        else:
            self.notice.show_notice(
                "orders",
                self.tr("No orders yet. Type the first one in the form; it shows up here."),
                step="new_order",
                step_text=self.tr("New order (F2)"),
            )
        self.stack.setCurrentWidget(self.notice)

    def _show_waiting(self) -> None:
        waiting = self.model.waiting
        scrolled = self.view.verticalScrollBar().value() > 0
        above = [] if waiting else self._news_above() if scrolled else []
        newest = waiting[-1] if waiting else above[0] if above else None
        if newest is None:
            self.news_button.hide()
            return
        text = self.tr("{state}: {customer}").format(
            state=row_word(newest), customer=newest.customer.replace("&", "&&")
        )
        more = len(waiting or above) - 1
        if more:
            text = self.tr("{text} and %n more", "", more).format(text=text)
        self.news_button.setText(f"▲ {text}")
        self.news_button.adjustSize()
        self._place_news()
        self.news_button.show()
        self.news_button.raise_()

    def _news_above(self) -> list[OrderRow]:
        first, _ = self.view.lines_in_view()
        ids = (self.model.order_id(line) for line in range(min(first, 50)))
        rows = [self.model.row(order_id) for order_id in ids if self.model.is_news(order_id)]
        return [row for row in rows if row is not None]

    def _place_news(self) -> None:
        """On the chips' line, where it covers no order and pushes nothing aside."""
        first = next(b for b in self._buttons if not b.isHidden())
        left = first.x() - self.news_button.width() - SPACE
        middle = first.y() + (first.height() - self.news_button.height()) // 2
        self.news_button.move(max(SPACE, left), middle)

    def _release(self) -> None:
        with self.view.steady():
            self.model.release()
        self._show_list_or_notice()

    def _restore_choice(self) -> None:
        """A filter or sort resets the lines; the chosen order stays chosen if it is shown."""
        line = self.model.place(self._chosen) if self._chosen else -1
        if line >= 0 and self.view.currentIndex().row() != line:
            self.view.setCurrentIndex(self.model.index(line, 0))

    def _on_current_changed(self) -> None:
        index = self.view.currentIndex()
        if not index.isValid():
            return
        order_id = self.model.order_id(index.row())
        self.model.mark_seen(order_id)
        if order_id != self._chosen:
            self._chosen = order_id
            self.order_chosen.emit(order_id)

    def _on_step(self, step: str) -> None:
        if step == "clear_search":
            self.show_all()
        self.step_chosen.emit(step)
