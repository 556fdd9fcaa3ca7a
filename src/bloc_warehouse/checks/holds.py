"""Holds: a unit's figures that contradict its other returns, and word to the sender."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.checks.model import Stage, Suite
from bloc_warehouse.domain.periods import period_label
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.answer.receipt import write_follow_up
from bloc_warehouse.settings import StorageSettings
from bloc_warehouse.sql import statement

Return = tuple[str, str, str]

_TITLES = {
    True: ("SỐ LIỆU TẠM GIỮ, CHƯA TỔNG HỢP", "Figures held, not in the totals"),
    False: ("SỐ LIỆU ĐÃ ĐƯỢC TỔNG HỢP LẠI", "Figures are in the totals again"),
}


@dataclass(frozen=True, slots=True)
class Holds:
    """How many returns are held, and what the run changed."""

    held: int = 0
    newly_held: int = 0
    released: int = 0


def held_forms(suites: Sequence[Suite]) -> list[tuple[str, str | None]]:
    """Return each rule that holds figures with its forms; None: the finding's own."""
    return [
        (expectation.id, form)
        for suite in suites
        for expectation in suite.active
        if expectation.severity == "critical"
        for form in (expectation.holds or (None,))
    ]


def update_holds(
    connection: Connection,
    run_id: int,
    stage: Stage,
    forms: Sequence[tuple[str, str | None]],
) -> None:
    """Hold what the run found contradictory, release what it no longer does.

    A run of the audit only holds: the next build leaves the figures out, and the next
    cross-check releases what another version has replaced.

    Args:
        connection: As role ingest; the caller commits.
        run_id: The run whose findings count.
        stage: The run's stage.
        forms: What ``held_forms`` returns.
    """
    arguments = {
        "run_id": run_id,
        "stage": stage,
        "rules": [rule for rule, _ in forms],
        "forms": [form for _, form in forms],
    }
    connection.execute(statement("checks/place_holds"), arguments)
    if stage == "cross_check":
        connection.execute(statement("checks/release_holds"), arguments)


def changed_holds(before: set[Return], after: set[Return]) -> Holds:
    """Say what changed between two readings of ``held_returns``."""
    return Holds(len(after), len(after - before), len(before - after))


def held_returns(connection: Connection) -> set[Return]:
    """Return unit, form and period of what is held now."""
    rows = connection.execute(
        "select distinct unit_code, form, period_code from quality.holds"
        " where released_at is null"
    )
    return set(rows.fetchall())


def notify_senders(connection: Connection, settings: StorageSettings) -> int:
    """Write a follow-up receipt for every return whose holds changed.

    A follow-up that was lost in a crash is written by the next run. The caller
    commits.

    Returns:
        How many follow-ups were written.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            """
            select
                unit_code, form, period_code, rule, cause_vi, cause_en,
                released_at is null as is_active
            from quality.holds
            where (unit_code, form, period_code) in (
                select unit_code, form, period_code
                from quality.holds
                where told_at is null or told_at < released_at
            )
            order by unit_code, period_code, form, rule
            """
        ).fetchall()
    returns: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        key = (row["unit_code"], row["form"], row["period_code"])
        returns[key].extend([row] if row["is_active"] else [])
    for (unit_code, form, period_code), holds in returns.items():
        write_follow_up(
            settings,
            unit_code,
            f"follow-up-{period_code}-{form}",
            _content(unit_code, form, period_code, holds),
        )
    connection.execute(
        "update quality.holds set told_at = clock_timestamp()"
        " where told_at is null or told_at < released_at"
    )
    return len(returns)


def _content(
    unit_code: str, form: str, period_code: str, holds: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    definition = load_registry().form(form)
    state_vi, state_en = _TITLES[bool(holds)]
    label = period_label(period_code)
    return {
        "title_vi": f"{state_vi}: {definition.title_vi}, {label}",
        "title_en": f"{state_en}: {definition.title_en}, {period_code}",
        "state": "held" if holds else "released",
        "unit_code": unit_code,
        "form": form,
        "period_code": period_code,
        "findings": [
            {
                "rule": hold["rule"],
                "message_vi": hold["cause_vi"],
                "message_en": hold["cause_en"],
            }
            for hold in holds
        ],
    }
