"""Which fields does the order form have, in which order, and how are they laid out?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from telesales_desktop.domain.details import MAX_ORDER_ID, PaymentChoice
from telesales_desktop.domain.money import Country
from telesales_desktop.ui import labels
from telesales_desktop.ui.field import Editor, Field, line_edit
from telesales_desktop.ui.field_labels import field_word
from telesales_desktop.ui.form_content import MAX_TEXT, TEXT_FIELDS, FormContent
from telesales_desktop.ui.items_editor import ItemsEditor
from telesales_desktop.ui.theme import LARGE, SPACE, Theme

AMOUNTS = ("shipping", "tax", "discount", "total")
# Rows of the form; each entry is (field, share of the row).
_CUSTOMER = (
    (("first_name", 1), ("last_name", 1)),
    (("phone", 1), ("email", 1)),
    (("line1", 3), ("line2", 2)),
    (("city", 4), ("region", 3), ("postal_code", 3)),
)
_ORDER = ((("order_id", 4), ("store", 3), ("entity", 3)),)
_AMOUNTS = ((("shipping", 1), ("tax", 1), ("discount", 1)),)


class OrderFields(QWidget):
    """Every field, as text in and text out. Tab goes from top to bottom, left to right."""

    edited = Signal(str)  # the field's name
    left = Signal(str)

    def __init__(self, theme: Theme, country: Country, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderFields")
        self.setProperty("role", "clear")
        self._canadian = country is Country.CA
        self._fields: dict[str, Field] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(LARGE, SPACE, LARGE, SPACE)
        self._layout.setSpacing(SPACE)
        self._add_payment()
        self._add_heading(self.tr("Customer"))
        self.contact_note = QLabel(self)
        self.contact_note.setObjectName("contactNote")
        self.contact_note.setProperty("text", "small")
        self.contact_note.setProperty("tone", "agent")
        self.contact_note.setWordWrap(True)
        self._layout.addWidget(self.contact_note)
        self._add_rows(_CUSTOMER)
        self._add_heading(self.tr("Order"))
        self._add_rows(_ORDER)
        self.items = ItemsEditor(theme, self)
        self._layout.addWidget(self.items)
        self._add_rows(_AMOUNTS)
        self._add_total()
        self._add_note()
        self._layout.addStretch(1)
        self.items.edited.connect(lambda: self.edited.emit("items"))
        self.items.left.connect(self.left)

    # --- building ----------------------------------------------------------------------------

    def _add_heading(self, text: str) -> None:
        heading = QLabel(text, self)
        heading.setProperty("text", "heading")
        self._layout.addWidget(heading)

    def _add_payment(self) -> None:
        self._payments = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        caption = QLabel(self.tr("Pays with"), self)
        caption.setProperty("text", "muted")
        row.addWidget(caption)
        for number, choice in enumerate(PaymentChoice):
            button = QRadioButton(labels.word(labels.PAYMENTS[choice]), self)
            button.setObjectName(f"payment_{choice.value}")
            button.setAccessibleName(self.tr("Pays with {payment}").format(payment=button.text()))
            self._payments.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._payments.button(0).setChecked(True)
        self._payments.idClicked.connect(lambda _: self.edited.emit("payment"))
        self._layout.addLayout(row)

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

    def _add_total(self) -> None:
        self.proof = QLabel(self)
        self.proof.setObjectName("totalProof")
        self.proof.setWordWrap(True)
        self.proof.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        card = QFrame(self)
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        grid.setHorizontalSpacing(SPACE)
        grid.addWidget(self._add_field("total"), 0, 0)
        grid.addWidget(self.proof, 0, 1, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self._layout.addWidget(card)

    def _add_note(self) -> None:
        editor = QPlainTextEdit()
        editor.setFixedHeight(48)
        field = Field("note", field_word("note"), editor, self)
        field.edited.connect(lambda: self.edited.emit("note"))
        self._fields["note"] = field
        self._layout.addWidget(field)

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
            editor.addItem(f"{code}  {name}", code)
        editor.view().setMinimumWidth(220)
        editor.setCurrentIndex(max(0, editor.findData(chosen)))

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


def _region_editor() -> QComboBox:
    """Closed, so that what is chosen is always one of the country's own."""
    editor = QComboBox()
    editor.addItem("", "")
    editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    editor.setMinimumContentsLength(4)
    return editor
