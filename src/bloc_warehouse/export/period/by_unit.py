"""Reads a form's tables unit by unit, whatever of them the marts show readers.

Which columns those are is asked of the catalogue: what is withheld has none, and a sum
of withheld columns stands in their place.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from psycopg import Connection, sql

from bloc_warehouse.export.catalogue import SCHEMA, title_and_text
from bloc_warehouse.export.period.content import (
    Absence,
    Figure,
    FormByUnit,
    Line,
    UnitRow,
)
from bloc_warehouse.export.period.lines import Label, Row, Shown, figures_of, lines_of
from bloc_warehouse.export.period.scope import Scope, columns_of
from bloc_warehouse.forms.model import Form, Table
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.history.facts import Fact, facts

_STATES = {
    "accepted": "đã báo cáo",
    "held": "tạm giữ",
    "rejected": "bị trả lại",
    "missing": "chưa báo cáo",
    "not_due": "chưa đến hạn",
}
# what a form has for itself alone
_NO_FIGURES = ("ratio", "note")
_UNIT_COLUMNS = ("reporting_unit_code", "unit_code")
# asked of a fact and of its versions
_ROWS = {
    "facts": sql.SQL(
        "select * from {} where bloc_code = any(%(blocs)s) and period_year = %(year)s"
        " and interval_end <= %(last)s"
    ),
    "versions": sql.SQL(
        "select * from {} where bloc_code = any(%(blocs)s) and period_year = %(year)s"
        " and is_current"
    ),
}
_FigureByLine = dict[tuple[str, Line], Figure]


class FormReader:
    """Reads forms of one bloc's period over one connection."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        """Remember where and whose; nothing is read yet."""
        self._connection = connection
        self._scope = scope

    def read(self, form: Form) -> FormByUnit:
        """Read one form."""
        states = self._states(form)
        lines: list[Line] = []
        figures: _FigureByLine = {}
        for fact in facts(load_registry()).values():
            if fact.table in (table.name for table in form.tables):
                table_lines, table_figures = self._table(
                    fact, form.table(fact.table), states
                )
                lines += table_lines
                figures |= table_figures
        codes = sorted({unit for unit, _ in figures} | set(states))
        units = tuple(self._unit_row(code, states.get(code)) for code in codes)
        return FormByUnit(form, tuple(lines), units, figures)

    @cached_property
    def _units(self) -> dict[str, Row]:
        rows = self._scope.rows(self._connection, "units")
        return {row["unit_code"]: row for row in rows}

    def _states(self, form: Form) -> dict[str, Row]:
        """Return unit → its last return of the form that falls due in the period.

        None for a form in which an office writes of the units.
        """
        if any(key.type == "unit" for table in form.tables for key in table.keys):
            return {}
        known = columns_of(self._connection, "fct_returns")
        query = sql.SQL(
            "select distinct on ({unit}) {unit} as unit, state, is_expected,"
            " counted_on, period_end from marts.fct_returns"
            " where form = {form} and bloc_code = any(%(blocs)s)"
            " and period_year = %(year)s and period_end <= %(last)s"
            " order by {unit}, is_expected desc, period_end desc,"
            " period_code = %(period)s desc"
        ).format(
            unit=sql.Identifier(next(one for one in _UNIT_COLUMNS if one in known)),
            form=sql.Literal(form.name),
        )
        rows = self._scope.rows(self._connection, query)
        return {row["unit"]: row for row in rows}

    def _unit_row(self, code: str, state: Row | None) -> UnitRow:
        unit = self._units.get(code)
        name = unit["unit_name"] if unit else code
        if state is None:
            return UnitRow(code, name, "", is_expected=False, is_reported=True)
        last = self._scope.period.end
        is_reported = _is_reported(state, last)
        words = str(_STATES.get(state["state"], state["state"]))
        if is_reported and state["period_end"] < last:
            words += f", đến {state['period_end']:%d/%m/%Y}"
        return UnitRow(code, name, words, state["is_expected"], is_reported)

    def _table(
        self, fact: Fact, table: Table, states: dict[str, Row]
    ) -> tuple[list[Line], _FigureByLine]:
        shown = self._shown(fact, table)
        open_units = frozenset(
            code for code, unit in self._units.items() if unit["is_open"]
        )
        found = figures_of(shown, self._scope.period, open_units)
        lines = lines_of(shown, found, self._labels(fact, table))
        figures = {
            (unit, line): found[unit, line.breakdown, line.measure]
            for unit in {unit for unit, _, _ in found}
            for line in lines
            if (unit, line.breakdown, line.measure) in found
        }
        for unit, state in states.items():
            if _is_reported(state, self._scope.period.end):
                figures = dict(_unnamed(shown, unit, lines, figures)) | figures
        return lines, figures

    def _shown(self, fact: Fact, table: Table) -> Shown:
        own = columns_of(self._connection, fact.name)
        versions = f"{fact.name}_versions"
        stated = columns_of(self._connection, versions)
        flows = tuple(
            name
            for name in fact.measures
            if name in own and _is_flow(fact, table, name)
        )
        return Shown(
            table=table,
            flows=flows,
            stated=tuple(
                measure.name
                for measure in table.measures
                if measure.name in stated
                and measure.nature not in (*_NO_FIGURES, "flow")
            ),
            facts=self._rows("facts", fact.name) if flows else (),
            versions=self._rows("versions", versions) if stated else (),
            is_withheld_in_part=fact.is_withheld_in_part,
        )

    def _rows(self, kind: str, table: str) -> list[Row]:
        query = _ROWS[kind].format(sql.Identifier(SCHEMA, table))
        return [*self._scope.rows(self._connection, query)]

    def _labels(self, fact: Fact, table: Table) -> dict[str, Label]:
        """Return the measures in the form's order, a sum before its first part."""
        labels: dict[str, Label] = {}
        comments = columns_of(self._connection, fact.name)
        sums = {parts[0]: name for name, parts in fact.sums.items()}
        for measure in table.measures:
            summed = sums.get(measure.name, "")
            if summed in comments and measure.name not in comments:
                title, text = title_and_text(comments[summed])
                group, _, label = title.rpartition(": ")
                labels[summed] = (group, label, text.partition(",")[0])
            labels[measure.name] = (
                measure.group_vi,
                measure.short_vi,
                measure.label_en,
            )
        return labels


def _is_reported(state: Row, last: date) -> bool:
    return state["counted_on"] is not None and state["counted_on"] <= last


def _is_flow(fact: Fact, table: Table, name: str) -> bool:
    """Whether a column is one of the form's flows, or a sum of some not shown."""
    of_the_form = {measure.name for measure in table.measures}
    return fact.is_flow(name) and (name in of_the_form or name in fact.sums)


def _unnamed(
    shown: Shown, unit: str, lines: Iterable[Line], figures: _FigureByLine
) -> Iterator[tuple[tuple[str, Line], Figure]]:
    """Yield what the lines are that a unit which has reported does not name.

    Nothing was done; or it is withheld, where the unit has no line at all.
    """
    is_withheld = shown.is_withheld_in_part and not any(
        (unit, line) in figures for line in lines
    )
    for line in lines:
        if is_withheld:
            yield (unit, line), Absence.WITHHELD
        elif line.breakdown and line.nature == "flow":
            yield (unit, line), 0
