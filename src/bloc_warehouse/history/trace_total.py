"""The way from a bloc's total to the units' rows that it adds up, and their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import class_row, dict_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.name_lookup import UnknownNameError, known
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.history.facts import Fact, facts
from bloc_warehouse.history.totals import Question
from bloc_warehouse.settings import DatabaseSettings
from bloc_warehouse.sql import statement


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure of a total adds up.

    Attributes:
        columns: The form's columns that make the amount.
        where: Column and value that a row must have; ``{subject}`` is the total's own.
        is_count: Each row counts as one.
    """

    fact: str
    columns: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    is_count: bool = False


def _ratings(*columns: str) -> Figure:
    return Figure("fct_ratings", columns, (("subject", "{subject}"),))


_GOOD = ("excellent", "good")
_FIGURES: Mapping[str, Figure] = {
    "unit_count": Figure(
        "fct_membership_stocks",
        ("closing_total",),
        (("unit_kind", "{subject}"),),
        is_count=True,
    ),
    "member_count": Figure("fct_membership_stocks", ("closing_total",)),
    "members_female": Figure("fct_membership_stocks", ("closing_female",)),
    "members_ethnic": Figure("fct_membership_stocks", ("closing_ethnic",)),
    "members_admitted": Figure("fct_admissions", ("admitted_total",)),
    "members_admitted_youth": Figure("fct_admissions", ("admitted_youth",)),
    "members_admitted_female": Figure("fct_admissions", ("admitted_female",)),
    "members_admitted_ethnic": Figure("fct_admissions", ("admitted_ethnic",)),
    "planned_admissions": Figure("fct_admission_plans", ("planned_admissions",)),
    "rated": _ratings("rated_total"),
    "rated_excellent": _ratings("excellent"),
    "rated_good": _ratings("good"),
    "rated_completed": _ratings("completed"),
    "rated_at_least_good": _ratings(*_GOOD),
    "rated_at_least_completed": _ratings(*_GOOD, "completed"),
    "awards_given": Figure("fct_awards", ("award_count",)),
    "people_trained": Figure("fct_training", ("attendees",)),
    "inspection_turns": Figure("fct_inspections", ("done",)),
}


# which rows lie in the period: a stock on its last day, of units open then
_INSIDE = {
    "stock": sql.SQL(
        "facts.interval_end = {last} and {last} >= {first}"
        " and (dim_units.valid_to is null or dim_units.valid_to > {last})"
    ),
    "flow": sql.SQL("facts.interval_start >= {first} and facts.interval_end <= {last}"),
    "plan": sql.SQL(
        "make_date(facts.from_year::integer, 1, 1) >= {first}"
        " and make_date(facts.to_year::integer, 12, 31) <= {last}"
    ),
}


@dataclass(frozen=True, slots=True)
class Addend:
    """A row that a total adds up, and its cell.

    Attributes:
        amount: What it adds; None: blank, or not applicable.
        cell: None: the return does not name the breakdown, nothing was done.
        subtracted: The returns that were taken off, of a cumulative one.
    """

    unit_code: str
    period_code: str
    amount: int | None
    is_blank: bool
    submission: str
    file_name: str
    sheet: str | None
    cell: str | None
    subtracted: str | None


@dataclass(frozen=True, slots=True)
class TracedTotal:
    """A total, what it adds up, and which units are missing."""

    bloc: str
    period: str
    indicator: str
    total: int | None
    units_reported: int
    units_expected: int
    blank_count: int
    is_partial: bool
    addends: tuple[Addend, ...]
    missing: tuple[str, ...]
    adds_up: bool


def trace_total(
    settings: DatabaseSettings, question: Question, indicator: str
) -> TracedTotal:
    """Return what a published total of a bloc and period adds up.

    Raises:
        UnknownNameError: There is no such total.
    """
    with connect("ingest", settings=settings) as connection:
        total = _total(connection, question, indicator)
        figure = _FIGURES.get(total["figure"])
        if figure is None:
            raise UnknownNameError(
                f"{total['indicator']} counts discipline: it is not listed by unit;"
                " `bloc trace fct_discipline` leads to one unit's cells"
            )
        addends = _addends(connection, question, total, figure)
        missing = _missing(connection, question, total)
    given = [addend.amount for addend in addends if addend.amount is not None]
    return TracedTotal(
        question.bloc,
        question.period,
        total["indicator"],
        total["computed_total"],
        total["units_reported"],
        total["units_expected"],
        total["blank_count"],
        total["is_partial"],
        addends,
        missing,
        _adds_up(total, given),
    )


def _adds_up(total: Mapping[str, Any], given: Sequence[int]) -> bool:
    """Compare; returns for a part of a period that no unit reported make no total."""
    if total["computed_total"] is None:
        return not given or not total["units_reported"]
    return sum(given) == int(total["computed_total"])


def _total(
    connection: Connection, question: Question, indicator: str
) -> Mapping[str, Any]:
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            "select indicator, form, figure, subject, accrual, computed_total,"
            " units_reported, units_expected, blank_count, is_partial, period_start,"
            " period_end"
            " from marts.rpt_bloc_totals"
            " inner join reference.ref_summary_indicators using (indicator)"
            " inner join marts.dim_periods using (period_code, period_end)"
            " where bloc_code = %s and period_code = %s",
            [question.bloc, question.period],
        ).fetchall()
    by_name = {row["indicator"]: row for row in rows}
    if not by_name:
        raise UnknownNameError(f"{question.bloc} has no totals of {question.period}")
    kind = f"total of {question.bloc} for {question.period}"
    return by_name[known(kind, indicator, by_name)]


def _addends(
    connection: Connection,
    question: Question,
    total: Mapping[str, Any],
    figure: Figure,
) -> tuple[Addend, ...]:
    fact = facts(load_registry())[figure.fact]
    is_plan = fact.table == "admission_plan"
    is_flow = total["accrual"] == "flow" and not is_plan
    last = sql.Literal(total["period_end"])
    query = statement("history/trace_total").format(
        bloc_code=sql.Literal(question.bloc),
        last=last,
        facts=_told(fact, figure, last)
        if is_flow
        else sql.Identifier("marts", fact.name),
        table=sql.Literal(fact.table),
        column_names=sql.Literal(list(figure.columns)),
        not_applicable=sql.SQL("'{}'" if is_plan else "facts.not_applicable"),
        unit=sql.Identifier(
            "facts", "planned_unit_code" if is_plan else "reporting_unit_code"
        ),
        amount=sql.SQL("facts.amount") if is_flow else _amount(figure),
        subtracted=sql.SQL("facts.subtracted" if is_flow else "null"),
        inside=_INSIDE["plan" if is_plan else total["accrual"]].format(
            first=sql.Literal(total["period_start"]), last=last
        ),
        filters=_filters(figure, total["subject"]),
    )
    with connection.cursor(row_factory=class_row(Addend)) as cursor:
        return tuple(cursor.execute(query).fetchall())


def _amount(figure: Figure) -> sql.Composable:
    columns = [sql.Identifier("facts", column) for column in figure.columns]
    if figure.is_count:  # who states no members is no unit that counts
        return sql.SQL("case when {} is not null then 1 end").format(*columns)
    return sql.SQL(" + ").join(columns)


def _told(fact: Fact, figure: Figure, last: sql.Composable) -> sql.Composable:
    """Compose the rows of a flow, each with what it adds to the year's total."""
    (flow,) = figure.columns
    keys = ("reporting_unit_code", "period_year", *fact.keys)
    return sql.SQL("({})").format(
        statement("history/told_flows").format(
            fact=sql.Identifier(fact.name),
            flow=sql.Identifier(flow),
            flow_name=sql.Literal(flow),
            lines_of_form=sql.Identifier(fact.table),
            same_breakdown=sql.SQL(" and ").join(
                [
                    sql.SQL("true"),
                    *(
                        sql.SQL(
                            "stated_lines.{0} is not distinct from facts.{0}"
                        ).format(sql.Identifier(key))
                        for key in fact.keys
                    ),
                ]
            ),
            keys=sql.SQL(", ").join(map(sql.Identifier, keys)),
            last=last,
        )
    )


def _filters(figure: Figure, subject: str) -> sql.Composable:
    """Compose what a row must be; the subject ``all`` leaves nothing out."""
    wanted = [(column, value.format(subject=subject)) for column, value in figure.where]
    conditions: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier("facts", column), sql.Literal(value))
        for column, value in wanted
        if value != "all"
    ]
    return sql.SQL(" and ").join([sql.SQL("true"), *conditions])


def _missing(
    connection: Connection, question: Question, total: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the units that owe a return in the period and sent none that counts."""
    rows = connection.execute(
        """
        with owed as (
            select distinct on (unit_code) unit_code, counted_on
            from marts.fct_returns
            where bloc_code in (
                    select member_bloc_code
                    from intermediate.int_bloc_lineage
                    where bloc_code = %(bloc)s and counts_since <= %(last)s
                )
                and form = %(form)s
                and is_expected
                and period_end between %(first)s and %(last)s
            order by unit_code, period_end desc
        )
        select unit_code
        from owed
        where counted_on is null or counted_on > %(last)s
        order by unit_code
        """,
        {
            "bloc": question.bloc,
            "form": total["form"],
            "first": total[
                "period_end" if total["accrual"] == "stock" else "period_start"
            ],
            "last": total["period_end"],
        },
    )
    return tuple(unit for (unit,) in rows)
