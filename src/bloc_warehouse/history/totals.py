"""A bloc's totals: as published now, as readers saw them, or as of a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg import Connection, errors
from psycopg.rows import class_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.name_lookup import known
from bloc_warehouse.history.as_of import models_up_to, rebuilt
from bloc_warehouse.history.claims import NothingBuiltError, of_this_version
from bloc_warehouse.history.shown_release import ShownRelease, live_release
from bloc_warehouse.settings import DatabaseSettings

_MODEL = "rpt_bloc_totals"
_FROM_MARTS: LiteralString = """
select
    indicator, computed_total, declared_total, units_reported, units_expected,
    blank_count, is_complete, is_partial, is_withheld
from marts.rpt_bloc_totals
where bloc_code = %(bloc)s and period_code = %(period)s
order by indicator
"""
_SEEN: LiteralString = """
select
    indicator, computed_total, declared_total, units_reported, units_expected,
    blank_count, is_complete,
    computed_total is not null
    and (units_reported < units_expected or coalesce(blank_count, 0) > 0) as is_partial,
    coalesce(is_withheld, computed_total is null and units_reported > 0) as is_withheld
from quality.published_totals
where bloc_code = %(bloc)s and period_code = %(period)s
    and seen_from <= %(moment)s and (seen_to is null or seen_to > %(moment)s)
order by indicator
"""


@dataclass(frozen=True, slots=True)
class Total:
    """One total of a bloc and period, and the units that it rests on.

    Attributes:
        computed_total: None: nobody gave a figure, or it is withheld.
        blank_count: Cells that it lacks; None: shown before they were counted.
        is_partial: There is a figure, but it lacks units or cells.
        is_withheld: It is known but not shown: a small count of discipline.
    """

    indicator: str
    computed_total: int | None
    declared_total: int | None
    units_reported: int
    units_expected: int
    blank_count: int | None
    is_complete: bool
    is_partial: bool
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Whose totals, and of when."""

    bloc: str
    period: str


def resolve(settings: DatabaseSettings, bloc: str, period: str) -> Question:
    """Return the bloc and period that somebody named.

    Raises:
        UnknownNameError: There is no such bloc or period.
        NothingBuiltError: No reference lists are loaded.
    """
    try:
        with connect("ingest", settings=settings) as connection:
            blocs = connection.execute("select bloc_code from reference.ref_blocs")
            codes = {code for (code,) in blocs}
            periods = connection.execute(
                "select period_code from reference.ref_periods"
            )
            return Question(
                known("bloc", bloc, codes),
                known("period", period, {code for (code,) in periods}),
            )
    except errors.UndefinedTable as error:
        raise NothingBuiltError(
            "no reference lists are loaded: run `bloc build`"
        ) from error


def published_totals(
    settings: DatabaseSettings, question: Question
) -> tuple[list[Total], ShownRelease]:
    """Return the totals that readers see, and which release they are of.

    Raises:
        NothingBuiltError: Nothing is published.
    """
    with connect("ingest", settings=settings) as connection:
        shown = live_release(connection)
        if shown is None:
            raise NothingBuiltError("nothing is published: run `bloc run`")
        return _read(connection, _FROM_MARTS, question), shown


def totals_as_of(
    settings: DatabaseSettings, question: Question, moment: datetime
) -> list[Total]:
    """Return the totals computed from what had been received at a moment."""
    models = models_up_to(settings, _MODEL)
    with rebuilt(settings, models, moment, [question.bloc]) as connection:
        return _read(connection, _FROM_MARTS, question)


def totals_seen(
    settings: DatabaseSettings, question: Question, moment: datetime
) -> list[Total]:
    """Return the totals that readers saw at a moment; none if nothing was shown."""
    with connect("ingest", settings=settings) as connection:
        return _read(connection, _SEEN, question, moment)


def _read(
    connection: Connection,
    query: LiteralString,
    question: Question,
    moment: datetime | None = None,
) -> list[Total]:
    with of_this_version(), connection.cursor(row_factory=class_row(Total)) as cursor:
        return cursor.execute(
            query,
            {"bloc": question.bloc, "period": question.period, "moment": moment},
        ).fetchall()
