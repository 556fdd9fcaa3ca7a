"""Reads a bloc's period out of the live release: its totals, and each form by unit."""

from psycopg import Connection

from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.export.period.by_unit import FormReader
from bloc_warehouse.export.period.content import (
    Absence,
    BlocPeriod,
    Figure,
    SummaryTotal,
)
from bloc_warehouse.export.period.lines import Row
from bloc_warehouse.export.period.scope import Scope, read_scope
from bloc_warehouse.export.reading import ALL_BLOCS, ExportError, Reading, reading
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.settings import DatabaseSettings

SUMMARY = "bloc_summary"


def read_bloc_period(
    settings: DatabaseSettings,
    bloc: str,
    period: str,
    *,
    reader: str = ALL_BLOCS,
    release: int | None = None,
) -> BlocPeriod:
    """Read a bloc's period as a reader sees it.

    Args:
        settings: The warehouse.
        bloc: The bloc's code.
        period: The code of a cumulative period, e.g. ``2024-H1``.
        reader: Whose rows; see ``reading``.
        release: The number that the live release must have.

    Raises:
        ExportError: Nothing is published, no summary is of such a period, or the
            reader sees nothing of it.
    """
    scope = read_scope(settings, bloc, period_of(period))
    with reading(settings, reader, release) as opened:
        return _read(opened, scope)


def _read(opened: Reading, scope: Scope) -> BlocPeriod:
    by_unit = FormReader(opened.connection, scope)
    forms = tuple(by_unit.read(form) for form in _forms(scope))
    found = tuple(form for form in forms if form.units)
    totals = _totals(opened.connection, scope)
    if not totals and not found:
        raise ExportError(
            f"{opened.reader} finds nothing of {scope.bloc} {scope.period.code} in"
            f" {opened.release.shown.describe()}: no return was owed or received by"
            " then, or the login may not see the bloc (`bloc readers list`)"
        )
    return BlocPeriod(
        bloc_code=scope.bloc,
        bloc_name=scope.name,
        period=scope.period,
        release=opened.release,
        reader=opened.reader,
        totals=totals or None,
        forms=found,
    )


def _forms(scope: Scope) -> list[Form]:
    return [
        form
        for form in load_registry().latest
        if form.name != SUMMARY and scope.period.type in form.period_types
    ]


def _totals(connection: Connection, scope: Scope) -> tuple[SummaryTotal, ...]:
    """Return the totals that the summary has, in its order."""
    rows = {row["indicator"]: row for row in scope.rows(connection, "totals")}
    (table,) = load_registry().form(SUMMARY).tables
    listed = [value.code for value in table.keys[0].values]
    return tuple(_total(rows[code]) for code in listed if code in rows)


def _total(row: Row) -> SummaryTotal:
    figure: Figure = row["computed_total"]
    if row["is_withheld"]:
        figure = Absence.WITHHELD
    elif figure is None:
        figure = Absence.BLANK if row["units_reported"] else Absence.NOT_REPORTED
    return SummaryTotal(
        indicator=row["indicator"],
        figure=figure,
        declared=row["declared_total"],
        units_reported=row["units_reported"],
        units_expected=row["units_expected"],
        blank_count=row["blank_count"],
        is_partial=row["is_partial"],
    )
