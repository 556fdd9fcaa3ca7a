"""Seeds all faults into the generated dataset at once and collects what is found."""

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from tests.acceptance.corrections import Return, Rows, current_rows
from tests.acceptance.recompute import recompute, take_in
from tests.acceptance.seeded.seeded_faults import DAMAGES, Fault, Row
from tests.dbt_project.compiled_build import Model
from tests.expectations.gx_runs import new_run, run_suites

from bloc_warehouse.checks.suites import load_suites, suite_over_published
from bloc_warehouse.checks.violations import merge_violations
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.filled import FilledForm, Header
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.settings import Settings

# the tables that the audit reads
AUDITED = (
    "dim_units", "fct_admissions", "fct_awards", "fct_discipline", "fct_inspections",
    "fct_membership", "fct_membership_stocks", "fct_ratings", "fct_returns",
    "fct_training", "rpt_bloc_totals", "rpt_published_totals",
)  # fmt: skip


@dataclass(slots=True)
class Seeded:
    """A fault, the unit that it was given to, and what was found about it."""

    fault: Fault
    unit_code: str
    rules: set[str] = field(default_factory=set)


def seed(
    connection: Connection,
    settings: Settings,
    models: Sequence[Model],
    faults: Sequence[Fault],
) -> list[Seeded]:
    """Send all faults in one batch, check, build and audit; the caller rolls back."""
    seeded = [
        Seeded(fault, unit)
        for fault, unit in zip(faults, _units(connection, faults), strict=True)
    ]
    for seeded_fault in seeded:
        _send(connection, settings, seeded_fault)
    take_in(connection, settings)
    connection.execute("reset role")
    recompute(connection, settings, models, with_all_rules=True)
    audit(connection, settings)
    for seeded_fault in seeded:
        seeded_fault.rules = _rules_about(connection, seeded_fault.unit_code)
    return seeded


def audit(connection: Connection, settings: Settings) -> None:
    """Run the audit's queries over the tables that ``recompute`` filled."""
    connection.execute("set local role ingest")
    suites = load_suites(settings.project_dir / "expectations", "audit")
    live = [suite_over_published(suite) for suite in suites]
    run_suites(connection, new_run(connection, "audit"), live)
    (run_id,) = connection.execute(
        "select max(run_id) from quality.runs where stage = 'cross_check'"
    ).fetchone() or (0,)
    merge_violations(connection, settings.zone, run_id, "cross_check")


def damage(connection: Connection, settings: Settings) -> dict[str, set[str]]:
    """Do all damages and audit again; return what that adds, by unit or bloc."""
    before = _found(connection)
    for case in DAMAGES:
        connection.execute("reset role")  # lists are not of one owner with marts
        changed = connection.execute(case.statement)  # type: ignore[call-overload]
        if not changed.rowcount:
            raise LookupError(f"nothing to damage: {case.statement}")
    audit(connection, settings)
    added: dict[str, set[str]] = defaultdict(set)
    for place, rule, *_ in _found(connection) - before:
        added[place].add(rule)
    return added


def stray(connection: Connection, seeded: Sequence[Seeded]) -> set[tuple[str, str]]:
    """Return what was found about units that no fault was given to."""
    rows = connection.execute(
        "select distinct unit_code, rule from quality.violations where state = 'open'"
        " and opened_at >= transaction_timestamp() and unit_code <> all(%s)",
        [[seeded_fault.unit_code for seeded_fault in seeded]],
    )
    return set(rows.fetchall())


def _found(connection: Connection) -> set[tuple[Any, ...]]:
    return set(
        connection.execute(
            "select coalesce(unit_code, bloc_code), rule, form, period_code, subject,"
            " left_value, right_value from quality.violations where state = 'open'"
        ).fetchall()
    )


def _units(connection: Connection, faults: Sequence[Fault]) -> list[str]:
    """Give each fault a unit that no other fault has, first where there are few."""
    fitting = [_fitting(connection, fault) for fault in faults]
    given: dict[int, str] = {}
    for number in sorted(range(len(fitting)), key=lambda unit: len(fitting[unit])):
        free = [unit for unit in fitting[number] if unit not in given.values()]
        if not free:
            raise LookupError(f"nobody fits {faults[number]}")
        given[number] = free[0]
    return [given[number] for number in range(len(faults))]


def _current_lines(table: str) -> sql.Composed:
    """Return a form's lines of the submissions that count, called ``found``."""
    return sql.SQL(
        "(select * from intermediate.int_submissions_current"
        " inner join raw.{} using (submission_id)) as found"
    ).format(sql.Identifier(table))


def _fitting(connection: Connection, fault: Fault) -> list[str]:
    rows = connection.execute(
        sql.SQL(
            "select distinct unit_code from {} where bloc_code = %s"
            " and period_code = %s and (unit_kind = 'bloc_office') = %s and ({})"
            " order by 1"
        ).format(
            _current_lines(fault.table),
            sql.SQL(fault.where),  # type: ignore[arg-type]
        ),
        [
            fault.bloc,
            fault.period,
            fault.is_office,
        ],
    ).fetchall()
    return [unit for (unit,) in rows]


def _send(connection: Connection, settings: Settings, seeded_fault: Seeded) -> None:
    fault = seeded_fault.fault
    form = next(
        form.name
        for form in load_registry().latest
        if fault.table in {table.name for table in form.tables}
    )
    returns: dict[tuple[str, str], Rows] = {}
    rows = current_rows(connection, Return(seeded_fault.unit_code, form, fault.period))
    row = _row_of(connection, seeded_fault, rows[fault.table])
    if fault.sends:
        for period, changes in fault.sends.items():
            returns[period, form] = {fault.table: [_continued(row, period, changes)]}
    else:
        _change(row, fault.add, fault.put)
        returns[fault.period, form] = rows
    for table, changes in fault.extra.items():
        other = current_rows(
            connection, Return(seeded_fault.unit_code, table, fault.period)
        )
        _change(other[table][0], changes, {})
        returns[fault.period, table] = other
    _write(settings, seeded_fault, returns)


def _row_of(
    connection: Connection, seeded_fault: Seeded, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the row that the fault asks for, by its breakdown."""
    fault = seeded_fault.fault
    table = next(
        table
        for form in load_registry().latest
        for table in form.tables
        if table.name == fault.table
    )
    keys = [key.name for key in table.keys]
    if not keys:
        return rows[0]
    found = connection.execute(
        sql.SQL(
            "select {} from {} where unit_code = %s and period_code = %s"
            " and ({}) limit 1"
        ).format(
            sql.SQL(", ").join(map(sql.Identifier, keys)),
            _current_lines(fault.table),
            sql.SQL(fault.where),  # type: ignore[arg-type]
        ),
        [seeded_fault.unit_code, fault.period],
    ).fetchone()
    return next(row for row in rows if tuple(row[key] for key in keys) == found)


def _continued(row: dict[str, Any], period: str, changes: Row) -> dict[str, Any]:
    """A later return that goes on from a row: nothing happened since, save changes."""
    later = dict(row)
    if "closing_total" in row and period_of(period).basis == "period":
        for name in later:
            if name.startswith(("inc_", "dec_")) or name == "made_official":
                later[name] = 0
            elif name.startswith("closing_age_"):
                later[name] = None
        later["opening_total"] = row["closing_total"]
        later["opening_probationary"] = row["closing_probationary"]
    _change(later, changes, {})
    return later


def _change(row: dict[str, Any], add: Row, put: Row) -> None:
    for name, delta in add.items():
        row[name] = (row[name] or 0) + delta
    row.update(
        {name: value(row) if callable(value) else value for name, value in put.items()}
    )


def _write(
    settings: Settings, seeded_fault: Seeded, returns: dict[tuple[str, str], Rows]
) -> None:
    periods: dict[str, list[FilledForm]] = defaultdict(list)
    for (period, name), rows in returns.items():
        header = Header(
            unit_code=seeded_fault.unit_code,
            unit_name="",
            bloc_name="",
            period_code=period,
            basis=period_of(period).basis,
            submission_no=9,
        )
        periods[period].append(FilledForm(load_registry().form(name), header, rows))
    for period, forms in periods.items():
        buffer = io.BytesIO()
        write_workbook(buffer, forms, template=False)
        folder = settings.landing_dir / seeded_fault.unit_code
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{period}.xlsx").write_bytes(buffer.getvalue())


def _rules_about(connection: Connection, unit_code: str) -> set[str]:
    """Return what the receipt and the checks say about a unit."""
    rows = connection.execute(
        "select coalesce(faults.rule, faults.code) from raw.faults"
        " inner join raw.files on faults.file_id = files.file_id"
        " where files.sender = %s and files.registered_at >= transaction_timestamp()"
        " union select rule from quality.violations"
        " where unit_code = %s and state = 'open' and rule <> 'W-form'"
        " and opened_at >= transaction_timestamp()",
        [unit_code, unit_code],
    ).fetchall()
    return {rule for (rule,) in rows}


def rules_over(connection: Connection) -> dict[str, set[str]]:
    """Return what was found about blocs as a whole."""
    found: dict[str, set[str]] = defaultdict(set)
    for bloc, rule in connection.execute(
        "select distinct bloc_code, rule from quality.violations"
        " where unit_code is null and state = 'open'"
    ):
        found[bloc].add(rule)
    return found


def own_folders(settings: Settings, folder: Path) -> Settings:
    """Settings with a landing and an archive that start empty."""
    return settings.with_changes(landing_dir=folder / "in", archive_dir=folder / "kept")
