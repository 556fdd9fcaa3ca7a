"""Two versions of a return, cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.ids import submission_id
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.forms.model import Column
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.intake.load.figures import (
    Difference,
    Figures,
    RowKey,
    differences,
    figures_of,
    loaded_figures,
)
from bloc_warehouse.intake.parse.values import ParsedValue
from bloc_warehouse.intake.revise.lookup import KnownSubmission, find_submission
from bloc_warehouse.intake.revise.reread import reread
from bloc_warehouse.settings import Settings

_KEPT = ("accepted", "superseded", "held", "duplicate", "withdrawn")


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A figure that two versions give differently; None is blank, ``x`` not applicable.

    Attributes:
        row: The row's breakdown in words, empty for a table of one row.
        label: The column's label.
    """

    table: str
    row: str
    measure: str
    label: str
    before: ParsedValue
    after: ParsedValue
    cell_before: str | None
    cell_after: str | None


@dataclass(frozen=True, slots=True)
class VersionsDiffer:
    """How two submissions of one form differ."""

    before: str
    after: str
    form: str
    unit_code: str | None
    period_code: str | None
    is_same_return: bool
    changes: tuple[ChangedCell, ...]


def diff(settings: Settings, before: str, after: str) -> VersionsDiffer:
    """Return every figure that differs between two submissions.

    The figures of a rejected one were not kept; they are read from its file again.

    Args:
        settings: The warehouse and its archive.
        before: ``S-12``, the older one.
        after: ``S-15``, the newer one.

    Raises:
        WrongRequestError: There is no such submission, or the forms differ.
    """
    registry = load_registry()
    with connect("ingest", settings=settings) as connection:
        old, new = (find_submission(connection, name) for name in (before, after))
        if old.form != new.form:
            raise WrongRequestError(
                f"{before} is {old.form} and {after} is {new.form}: only two versions"
                " of one form can be compared"
            )
        figures = [
            _figures(connection, settings, registry, version) for version in (old, new)
        ]
    found = differences(registry, *figures)
    return VersionsDiffer(
        submission_id(old.submission_id),
        submission_id(new.submission_id),
        new.form,
        new.unit_code,
        new.period_code,
        (old.unit_code, old.period_code) == (new.unit_code, new.period_code),
        tuple(_changed_cell(registry, version) for version in found),
    )


def _figures(
    connection: Connection,
    settings: Settings,
    registry: Registry,
    submission: KnownSubmission,
) -> Figures:
    if submission.state in _KEPT:
        number = submission.submission_id
        return loaded_figures(connection, registry, [number])[number]
    parsed = reread(connection, settings, [submission.file_id])
    for form in (form for file in parsed.values() for form in file.forms):
        same_sheet = form.sheet == submission.sheet
        if same_sheet and form.identity.form.name == submission.form:
            return figures_of(registry, form)
    raise WrongRequestError(
        f"S-{submission.submission_id} was rejected and cannot be read from its file"
        " any more"
    )


def _changed_cell(registry: Registry, found: Difference) -> ChangedCell:
    columns = registry.raw_tables()[found.table]
    return ChangedCell(
        found.table,
        _row_label(columns, found.key),
        found.measure,
        columns[found.measure].label_vi,
        found.before,
        found.after,
        found.cell_before,
        found.cell_after,
    )


def _row_label(columns: Mapping[str, Column], key: RowKey) -> str:
    keys = [column for column in columns.values() if column.is_key]
    return " · ".join(
        _value_label(column, value)
        for column, value in zip(keys, key, strict=True)
        if value is not None
    )


def _value_label(column: Column, value: ParsedValue) -> str:
    return next(
        (
            code_value.label_vi
            for code_value in column.values
            if code_value.code == value
        ),
        str(value),
    )
