"""What a wide view costs beside the same question on the tables that it joins.

Each question is asked twice, in turn: of the view, and of the fact with the dimensions
that the answer names and no others. Both give the same rows.
"""

import statistics
import time
from collections.abc import Mapping
from typing import Any, TextIO

from psycopg import Connection

QUESTIONS = {
    "a bloc's members by quarter": (
        """
        select interval_end, sum(closing_total) from marts.v_members_by_day
        where bloc_code = %(bloc)s and is_quarter_end group by interval_end""",
        """
        select interval_end, sum(closing_total) from marts.fct_membership_stocks
        where bloc_code = %(bloc)s and is_quarter_end group by interval_end""",
    ),
    "members of all blocs by kind of unit": (
        """
        select unit_kind_vi, sum(closing_total) from marts.v_members
        where closing_total is not null group by unit_kind_vi""",
        """
        select label_vi, sum(closing_total) from marts.fct_membership_stocks
        inner join marts.dim_unit_kinds using (unit_kind)
        where is_current and closing_total is not null group by label_vi""",
    ),
    "admitted by bloc in a year": (
        """
        select bloc_name, sum(admitted_total) from marts.v_admissions
        where record = 'admitted' and period_year = %(year)s group by bloc_name""",
        """
        select bloc_name, sum(admitted_total) from marts.fct_admissions
        inner join marts.dim_blocs using (bloc_code)
        where period_year = %(year)s group by bloc_name""",
    ),
    "a bloc's inspections by kind and body in a year": (
        """
        select kind_vi, body_vi, sum(done) from marts.v_inspections
        where bloc_code = %(bloc)s and period_year = %(year)s
        group by kind_vi, body_vi""",
        """
        select kinds.label_vi, bodies.label_vi, sum(done) from marts.fct_inspections
        inner join marts.dim_inspection_kinds as kinds using (kind)
        inner join marts.dim_conducting_bodies as bodies using (body)
        where bloc_code = %(bloc)s and period_year = %(year)s
        group by kinds.label_vi, bodies.label_vi""",
    ),
    "how a bloc's units were rated in a year": (
        """
        select subject_vi, sum(excellent), sum(rated_total) from marts.v_ratings
        where bloc_code = %(bloc)s and period_year = %(year)s group by subject_vi""",
        """
        select label_vi, sum(excellent), sum(rated_total) from marts.fct_ratings
        inner join marts.dim_rating_subjects using (subject)
        where bloc_code = %(bloc)s and period_year = %(year)s and is_open_at_end
        group by label_vi""",
    ),
    "states of all returns of a period": (
        """
        select form_vi, state_vi, count(*) from marts.v_reporting
        where period_code = %(period)s group by form_vi, state_vi""",
        """
        select forms.label_vi, states.label_vi, count(*) from marts.fct_returns
        left join marts.dim_forms as forms using (form)
        left join marts.dim_return_states as states using (state)
        where period_code = %(period)s group by forms.label_vi, states.label_vi""",
    ),
    "a bloc's totals of a period": (
        """
        select indicator_vi, computed_total from marts.v_totals
        where bloc_code = %(bloc)s and period_code = %(period)s""",
        """
        select label_vi, computed_total from marts.rpt_bloc_totals
        inner join marts.dim_indicators using (indicator)
        where bloc_code = %(bloc)s and period_code = %(period)s""",
    ),
    "one unit's inspections": (
        """
        select interval_end, sum(done) from marts.v_inspections
        where unit_code = %(unit)s group by interval_end""",
        """
        select interval_end, sum(done) from marts.fct_inspections
        where reporting_unit_code = %(unit)s group by interval_end""",
    ),
}


def compare(
    connection: Connection, values: Mapping[str, Any], repeats: int, out: TextIO
) -> dict[str, float]:
    """Ask each question of the view and of the tables, in turn.

    Args:
        connection: A reader's session; it sees whatever its login sees.
        values: ``bloc``, ``unit``, ``period`` and ``year`` that are asked for.
        repeats: How often each is asked; the first time does not count.
        out: Where the medians (ms) and their ratios are printed.

    Returns:
        The ratio of each question: the view's median time to that of the tables.

    Raises:
        SystemExit: The view and the tables give different rows.
    """
    ratios = {}
    for question, ways in QUESTIONS.items():
        taken: tuple[list[float], list[float]] = ([], [])
        answers: list[list[tuple[Any, ...]]] = [[], []]
        for _ in range(repeats + 1):
            for number, statement in enumerate(ways):
                start = time.perf_counter()
                rows = connection.execute(statement.encode(), values).fetchall()
                taken[number].append((time.perf_counter() - start) * 1000)
                answers[number] = sorted(rows, key=str)
        if answers[0] != answers[1]:
            raise SystemExit(f"{question}: the view and the tables differ")
        view, tables = (statistics.median(times[1:]) for times in taken)
        ratios[question] = view / tables
        print(
            f"  {question:48} view {view:8.1f} ms   tables {tables:8.1f} ms"
            f"   ratio {view / tables:5.2f}   rows {len(answers[0])}",
            file=out,
            flush=True,
        )
    return ratios
