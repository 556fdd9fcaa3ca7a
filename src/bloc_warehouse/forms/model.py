"""The values that describe a form: tables, breakdown keys, measures and rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["count", "percent", "year", "text", "unit", "code"]
Nature = Literal[
    "opening", "flow", "stock", "target", "ratio", "distinct", "note", "key"
]
Severity = Literal["error", "warning"]
RowLayout = Literal["one", "fixed", "open", "list"]
MissingStrategy = Literal["fail", "zero", "skip"]

SQL_TYPES: dict[ColumnType, str] = {
    "count": "bigint",
    "percent": "numeric(9,4)",
    "year": "integer",
    "text": "text",
    "unit": "text",
    "code": "text",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One entry of a breakdown's list, e.g. *Đảng viên* = ``member``.

    ``senders`` empty means every sender of the form may use it.
    """

    code: str
    label_vi: str
    label_en: str
    aliases: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: a breakdown key (``nature == "key"``) or a measure.

    Attributes:
        name: The field's name in raw tables and facts, snake_case.
        type: ``count`` is a whole number ≥ 0, ``percent`` a number in percent,
            ``year`` four digits, ``unit`` a unit code, ``code`` one of ``values``.
        nature: How the value adds up: a ``flow`` sums over intervals, a ``stock``
            is a value at the period's end, ``opening`` one at its start.
        group_vi: Upper header cell, empty for a column with a one-level header.
        short_vi: Lower header cell, under its group.
        required: A blank cell is a fault.
    """

    name: str
    type: ColumnType
    nature: Nature
    group_vi: str
    short_vi: str
    label_en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    help_vi: str = ""
    values: tuple[Value, ...] = ()

    @property
    def label_vi(self) -> str:
        """The full one-line label: group and short label."""
        return f"{self.group_vi}: {self.short_vi}" if self.group_vi else self.short_vi

    @property
    def sql_type(self) -> str:
        """The column's type in the raw table."""
        return SQL_TYPES[self.type]

    @property
    def is_key(self) -> bool:
        """Whether the column is part of the row's breakdown."""
        return self.nature == "key"


@dataclass(frozen=True, slots=True)
class Rule:
    """An identity inside one submission, ``left operator right`` over a row.

    Both sides are SQL expressions over the row's columns and over ``unit_kind``,
    ``period_type`` and ``period_year``. ``missing`` says what NULL means: ``fail``
    (a missing side is a finding), ``zero`` (blank parts count as nothing), ``skip``
    (the rule does not apply to the row).
    """

    rule: str
    severity: Severity
    table: str
    cell: str
    left: str
    operator: str
    right: str
    missing: MissingStrategy
    when: str
    message_vi: str
    message_en: str
    cure_vi: str
    cure_en: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a form; it is loaded into ``raw.<name>``.

    ``rows`` says how a clerk meets it: ``one`` row without breakdown, ``fixed`` rows
    (every combination printed), ``open`` rows (as many as needed), or a ``list`` that
    the bloc's office sends, one row a unit or indicator.
    """

    name: str
    title_vi: str
    title_en: str
    rows: RowLayout
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[Column, ...]:
        """The breakdown, in the form's order."""
        return tuple(column for column in self.columns if column.is_key)

    @property
    def measures(self) -> tuple[Column, ...]:
        """The figures, in the form's order."""
        return tuple(column for column in self.columns if not column.is_key)

    def column(self, name: str) -> Column:
        """Return the column called ``name``.

        Raises:
            KeyError: The table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a report form."""

    name: str
    version: int
    code: str
    title_vi: str
    title_en: str
    senders: tuple[str, ...]
    period_types: tuple[str, ...]
    aliases: tuple[str, ...]
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    is_sent_after_closing: bool = False

    def table(self, name: str) -> Table:
        """Return the table called ``name``.

        Raises:
            KeyError: The form has no such table.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def rules_of(self, table: str) -> Iterator[Rule]:
        """Yield the rules over rows of ``table``."""
        return (rule for rule in self.rules if rule.table == table)
