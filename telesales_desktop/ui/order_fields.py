"""Which fields does the order form have, in which order, and how are they laid out?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QRadioButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.details import MAX_ORDER_ID, PaymentChoice
from telesales_desktop.domain.money import Country
from telesales_desktop.ui import labels
from telesales_desktop.ui.field import Editor, Field, line_edit
from telesales_desktop.ui.field_labels import field_word
from telesales_desktop.ui.flow_layout import FlowLayout
from telesales_desktop.ui.form_content import MAX_TEXT, TEXT_FIELDS, FormContent
from telesales_desktop.ui.items_editor import ItemsEditor
from telesales_desktop.ui.theme import GAP, LARGE, SPACE, Theme

REGION_NAME = int(Qt.ItemDataRole.UserRole) + 1
AMOUNTS = ("shipping", "tax", "discount", "total")
# Rows of the form; each entry is (field, share of the row).
_CUSTOMER = (
    (("first_name", 1), ("last_name", 1)),
    (("phone", 1), ("email", 1)),
    (("line1", 3), ("line2", 2)),
    (("city", 7), ("region", 6), ("postal_code", 7)),
)
_ORDER = ((("order_id", 3), ("store", 3), ("entity", 3)),)
_NOTE = ((("note", 1),),)


class OrderFields(QWidget):
    """Every field, as text in and text out. Tab goes from top to bottom, left to right."""

    edited = Signal(str)  # the field's name
    left = Signal(str)
    resized = Signal()  # it needs another height than before

    def __init__(self, theme: Theme, country: Country, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderFields")
        self.setProperty("role", "clear")
        self._canadian = country is Country.CA
        self._fields: dict[str, Field] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(LARGE, SPACE, LARGE, SPACE)
        self._layout.setSpacing(6)
        self._add_payment()
        self._add_heading(self.tr("Customer"))
        self.contact_note = QLabel(self)
        self.contact_note.setObjectName("contactNote")
        self.contact_note.setProperty("face", "muted")
        self.contact_note.setWordWrap(True)
        self._layout.addWidget(self.contact_note)
        self._add_rows(_CUSTOMER)
        self._add_heading(self.tr("Order"))
        self._add_rows(_ORDER)
        self.items = ItemsEditor(theme, self)
        self._layout.addWidget(self.items)
        self._add_amounts()
        self._add_rows(_NOTE)
        self._layout.addStretch(1)
        self.items.edited.connect(lambda: self.edited.emit("items"))
        self.items.left.connect(self.left)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.resized.emit()
        return handled

    def height_for(self, width: int) -> int:
        """The height at which nothing needs to be scrolled."""
        return max(
            self._layout.totalHeightForWidth(width), self._layout.totalMinimumSize().height()
        )

    # --- building ----------------------------------------------------------------------------

    def _add_heading(self, text: str) -> None:
        heading = QLabel(text, self)
        heading.setProperty("face", "heading")
        self._layout.addWidget(heading)

    def _add_payment(self) -> None:
        self._payments = QButtonGroup(self)
        holder = QWidget(self)
        holder.setProperty("role", "clear")
        row = FlowLayout(holder, spacing=GAP)
        caption = QLabel(self.tr("Pays with"), self)
        caption.setProperty("face", "muted")
        row.addWidget(caption)
        for number, choice in enumerate(PaymentChoice):
            button = QRadioButton(labels.word(labels.PAYMENTS[choice]), self)
            button.setObjectName(f"payment_{choice.value}")
            button.setAccessibleName(self.tr("Pays with {payment}").format(payment=button.text()))
            self._payments.addButton(button, number)
            row.addWidget(button)
            caption.setFixedHeight(button.sizeHint().height())
        self._payments.button(0).setChecked(True)
        self._payments.idClicked.connect(lambda _: self.edited.emit("payment"))
        self._layout.addWidget(holder)

    def _add_rows(self, rows: Sequence[Sequence[tuple[str, int]]]) -> None:
        for row in rows:
            grid = QGridLayout()
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(SPACE)
            for column, (name, share) in enumerate(row):
                grid.addWidget(self._add_field(name), 0, column)
                grid.setColumnStretch(column, share)
                grid.setColumnMinimumWidth(column, 0)
            self._layout.addLayout(grid)

    def _add_field(self, name: str) -> Field:
        title = field_word(name, canadian=self._canadian)
        limit = MAX_ORDER_ID if name == "order_id" else MAX_TEXT
        editor: Editor = line_edit(amount=name in AMOUNTS, limit=limit)
        if name == "region":
            editor = _region_editor()
        field = Field(name, title, editor, self)
        field.editor.setMinimumWidth(56)
        field.edited.connect(lambda: self.edited.emit(name))
        field.left.connect(lambda: self.left.emit(name))
        self._fields[name] = field
        return field

    def _add_amounts(self) -> None:
        self.proof = QLabel(self)
        self.proof.setObjectName("totalProof")
        self.proof.setProperty("face", "muted")
        self.proof.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.proof.setWordWrap(True)
        card = QFrame(self)
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(SPACE, SPACE - 2, SPACE, SPACE - 2)
        grid.setHorizontalSpacing(SPACE - 2)
        grid.setVerticalSpacing(GAP)
        for column, name in enumerate(AMOUNTS):
            grid.addWidget(self._add_field(name), 0, column)
            grid.setColumnStretch(column, 5 if name == "total" else 4)
        grid.addWidget(self.proof, 1, 0, 1, len(AMOUNTS))
        self._layout.addWidget(card)

    # --- values ------------------------------------------------------------------------------

    def content(self) -> FormContent:
        """What was typed."""
        texts = {name: self._fields[name].value() for name in TEXT_FIELDS}
        payment = list(PaymentChoice)[self._payments.checkedId()]
        return FormContent(payment=payment, items=self.items.items(), **texts)

    def show_content(self, content: FormContent) -> None:
        for name in TEXT_FIELDS:
            self._fields[name].show_value(getattr(content, name))
        self._payments.button(list(PaymentChoice).index(content.payment)).setChecked(True)
        self.items.show_items(content.items)

    def show_value(self, name: str, value: str) -> None:
        """Put a value into one field, as when an amount is written in full."""
        if name in self._fields:
            self._fields[name].show_value(value)
        else:
            self.items.show_item_value(name, value)

    def show_regions(self, regions: Sequence[tuple[str, str]]) -> None:
        """The states or provinces to choose from, found by typing their code."""
        editor = self._fields["region"].editor
        assert isinstance(editor, QComboBox)
        chosen = editor.currentData()
        editor.clear()
        editor.addItem("", "")
        for code, name in sorted(regions):
            editor.addItem(code, code)
            editor.setItemData(editor.count() - 1, name, REGION_NAME)
        editor.setCurrentIndex(max(0, editor.findData(chosen)))

    @property
    def last_editor(self) -> QWidget:
        """Where typing ends."""
        return self._fields["note"].editor

    def fields(self) -> Iterator[Field]:
        yield from self._fields.values()

    def show_problems(
        self, short: Callable[[str], str], whole: Callable[[str], str], items: dict[str, str]
    ) -> None:
        """Mark each field with what is wrong with it; ``items``: short words by field name."""
        for name, field in self._fields.items():
            field.show_problem(short(name), whole(name))
        self.items.show_problems(items, {name: whole(name) for name in items})

    def focus(self, name: str) -> None:
        if name in self._fields:
            self._fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif name == "payment" and (button := self._payments.checkedButton()):
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.items.focus(name)

    def lock(self, name: str, locked: bool) -> None:
        self._fields[name].set_locked(locked)


class _RegionDelegate(QStyledItemDelegate):
    """The closed box has room for the code; the open list names it too."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        name = index.data(REGION_NAME)
        if name:
            option.text = f"{option.text}   {name}"


def _region_editor() -> QComboBox:
    """Closed, so that what is chosen is always one of the country's own."""
    editor = QComboBox()
    editor.addItem("", "")
    editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    editor.setMinimumContentsLength(3)
    editor.setMaxVisibleItems(14)
    editor.view().setMinimumWidth(230)
    editor.setItemDelegate(_RegionDelegate(editor))
    return editor
