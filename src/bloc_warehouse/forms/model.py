"""The values that describe a form: tables, breakdown keys, measures and rules.

They are what a form's YAML file holds, entry by entry; ``form.schema.json`` beside the
files is written from them.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from bloc_warehouse.domain.periods import PeriodType
from bloc_warehouse.yaml_files import Entry

ColumnType = Literal["count", "percent", "year", "text", "unit", "code"]
Nature = Literal["opening", "flow", "stock", "target", "ratio", "distinct", "note"]
Severity = Literal["error", "warning"]
RowLayout = Literal["one", "fixed", "open", "list"]
MissingStrategy = Literal["fail", "zero", "skip"]
Operator = Literal["=", "<", "<=", ">", ">=", "within 0.01 of"]
Sender = Literal["unit", "bloc_office"]

SQL_TYPES: dict[ColumnType, str] = {
    "count": "bigint",
    "percent": "numeric(9,4)",
    "year": "integer",
    "text": "text",
    "unit": "text",
    "code": "text",
}


class Value(Entry):
    """One entry of a breakdown's list, e.g. *Đảng viên* = ``member``."""

    code: str
    label_vi: str
    label_en: str
    aliases: tuple[str, ...] = ()
    senders: tuple[Sender, ...] = ()
    """Who may use it; empty means every sender of the form."""


class _Column(Entry):
    """What a breakdown key and a measure share."""

    name: str
    """The field's name in raw tables and facts, snake_case."""
    type: ColumnType
    """``count`` is a whole number ≥ 0, ``percent`` a number in percent, ``year`` four
    digits, ``unit`` a unit code, ``code`` one of ``values``."""
    label_en: str
    aliases: tuple[str, ...] = ()
    help_vi: str = ""

    @property
    def sql_type(self) -> str:
        """The column's type in the raw table."""
        return SQL_TYPES[self.type]


class Key(_Column):
    """A column of a row's breakdown: a code of a list, or what ``type`` says."""

    is_key: ClassVar[Literal[True]] = True
    nature: ClassVar[Literal["key"]] = "key"
    group_vi: ClassVar[Literal[""]] = ""

    type: ColumnType = "code"
    label_vi: str
    values: tuple[Value, ...] = ()
    values_of: str = ""
    """Another key whose list this one has, as ``table.key``."""
    optional: StrictBool = False
    """A blank cell is no fault."""

    @property
    def short_vi(self) -> str:
        """The header cell."""
        return self.label_vi

    @property
    def required(self) -> bool:
        """Whether a blank cell is a fault."""
        return not self.optional

    @model_validator(mode="after")
    def _has_a_list_or_a_type(self) -> Self:
        has_list = bool(self.values or self.values_of)
        if has_list != (self.type == "code"):
            raise ValueError("must have values, values_of, or a type other than code")
        return self


class Measure(_Column):
    """A column with figures."""

    is_key: ClassVar[Literal[False]] = False
    values: ClassVar[tuple[Value, ...]] = ()

    nature: Nature
    """How the value adds up: a ``flow`` sums over intervals, a ``stock`` is a value at
    the period's end, ``opening`` one at its start."""
    group_vi: str = ""
    """Upper header cell, empty for a column with a one-level header."""
    short_vi: str
    """Lower header cell, under its group."""
    required: StrictBool = False
    """A blank cell is a fault."""

    @property
    def label_vi(self) -> str:
        """The full one-line label: group and short label."""
        return f"{self.group_vi}: {self.short_vi}" if self.group_vi else self.short_vi


Column = Key | Measure
"""One column of a table."""


class Rule(Entry):
    """An identity inside one submission, ``left operator right`` over a row.

    Both sides are SQL expressions over the row's columns and over ``unit_kind``,
    ``period_type`` and ``period_year``.
    """

    rule: str
    severity: Severity
    table: str
    cell: str
    """The column whose cell is marked if the rule is broken."""
    left: str
    operator: Operator
    right: str
    missing: MissingStrategy
    """What NULL means: ``fail`` (a missing side is a finding), ``zero`` (blank parts
    count as nothing), ``skip`` (the rule does not apply to the row)."""
    when: str = ""
    """SQL: the rule applies only to the rows for which it is true."""
    message_vi: str
    message_en: str
    remedy_vi: str
    remedy_en: str


class Table(Entry):
    """One table of a form; it is loaded into ``raw.<table>``."""

    name: str = Field(alias="table")
    title_vi: str
    title_en: str
    rows: RowLayout
    """How a clerk meets it: ``one`` row without breakdown, ``fixed`` rows (every
    combination printed), ``open`` rows (as many as needed), or a ``list`` that the
    bloc's office sends, one row a unit or indicator."""
    keys: tuple[Key, ...] = ()
    measures: tuple[Measure, ...]
    ignored_labels: tuple[str, ...] = ()
    """Columns that senders add and nobody reads."""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The breakdown and then the figures, in the form's order."""
        return (*self.keys, *self.measures)

    def column(self, name: str) -> Column:
        """Return the column called ``name``.

        Raises:
            KeyError: The table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class Form(Entry):
    """One version of a report form."""

    name: str = Field(alias="form")
    version: Annotated[StrictInt, Field(ge=1)]
    code: str
    title_vi: str
    title_en: str
    senders: tuple[Sender, ...]
    period_types: tuple[PeriodType, ...]
    is_sent_after_closing: StrictBool = Field(default=False, alias="sent_after_closing")
    """Whether what concerns a unit that has closed since may still be sent."""
    aliases: tuple[str, ...] = ()
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]

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
