"""What a file holds, as understood: the values that reading gives to loading."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.outside import OutsideCells, Position
from bloc_warehouse.intake.parse.recognise import HEADER_LABELS, Identity
from bloc_warehouse.intake.parse.unit_directory import Reference
from bloc_warehouse.intake.parse.values import ParsedValue
from bloc_warehouse.intake.read.grid import column_index
from bloc_warehouse.intake.read.legacy_fonts import words_of
from bloc_warehouse.intake.read.limits import Limits


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row of figures.

    Attributes:
        sheet_row: The row's number as the sheet shows it (from 1).
        values: Field → value; a field the form version lacks is absent.
        not_applicable: Fields that the version lacks or that the sender marked ``x``.
        is_faultless: Whether every cell fits its column, so identities can be tried.
    """

    sheet_row: int
    values: Mapping[str, ParsedValue]
    not_applicable: tuple[str, ...]
    is_faultless: bool


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """A table as understood; ``columns`` is field → column letter."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[ParsedRow, ...]


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """One sheet's form: a submission to be."""

    sheet: str
    identity: Identity
    tables: tuple[ParsedTable, ...]

    def figure_places(self) -> Iterator[Position]:
        """Yield the zero-based row and column of every cell of the tables' rows."""
        for table in self.tables:
            indices = [column_index(letter) for letter in table.columns.values()]
            for row in table.rows:
                for index in indices:
                    yield row.sheet_row - 1, index

    @property
    def content_sha256(self) -> str:
        """Hash of what the form says, without file name, layout and number."""
        period = self.identity.period
        said = [
            self.identity.form.name,
            self.identity.form.version,
            self.identity.unit_code,
            period.code if period else None,
            [
                [table.name, sorted(_row_content(row) for row in table.rows)]
                for table in self.tables
            ],
        ]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


@dataclass(slots=True)
class ParsedFile:
    """What a file holds and what is wrong with it."""

    forms: list[ParsedForm] = field(default_factory=list)
    faults: FaultList = field(default_factory=FaultList)
    outside: OutsideCells = field(default_factory=OutsideCells)

    @property
    def is_personal(self) -> bool:
        """Whether the file holds what looks like personal data: it is not kept."""
        return any(is_personal(fault.code) for fault in self.faults.faults)


@dataclass(frozen=True)
class ParseContext:
    """What parsing needs beside the bytes: forms, units and limits."""

    registry: Registry
    reference: Reference
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Vietnamese words that the forms print, to tell encodings apart."""
        return words_of((*self._labels, *HEADER_LABELS))

    @cached_property
    def folded_labels(self) -> frozenset[str]:
        """Everything that the forms print, folded."""
        return frozenset(fold(label) for label in self._labels)

    def is_known(self, folded: str) -> bool:
        """Whether a folded text is a label of a form or the name of a unit."""
        return folded in self.folded_labels or folded in self.reference.folded_names

    @cached_property
    def _labels(self) -> list[str]:
        labels = []
        for form in self.registry.forms:
            labels += [form.title_vi, *form.aliases]
            for table in form.tables:
                labels.append(table.title_vi)
                for column in table.columns:
                    labels += [column.label_vi, column.short_vi, *column.aliases]
                    for value in column.values:
                        labels += [value.label_vi, *value.aliases]
        return labels


def is_personal(code: str) -> bool:
    """Whether a fault's code is of the family of personal data."""
    return code.startswith("P")


def _row_content(row: ParsedRow) -> str:
    return json.dumps(
        [dict(row.values), sorted(row.not_applicable)], default=str, sort_keys=True
    )
