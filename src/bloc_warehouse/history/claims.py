"""Each published figure with the one recomputed: of a release, or as of a moment."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Connection, errors, sql
from psycopg.rows import dict_row

from bloc_warehouse.build.compiled.project import Model
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.days import end_of
from bloc_warehouse.errors import SetupError
from bloc_warehouse.history.as_of import models_up_to, rebuilt
from bloc_warehouse.history.shown_release import last_build, live_release
from bloc_warehouse.settings import DatabaseSettings

Claim = Mapping[str, Any]

_MODEL = "rpt_published_totals"


class NothingBuiltError(SetupError):
    """There are no claims to read: nothing was built or published."""


def read_claims(settings: DatabaseSettings, *, candidate: bool = False) -> list[Claim]:
    """Return the claims with their verdicts, from what is published or last built.

    Each has ``release``: the number of the release that its figures are of.

    Raises:
        NothingBuiltError: There is no such release.
    """
    with connect("transform", settings=settings) as connection:
        shown = last_build(connection) if candidate else live_release(connection)
        if shown is None:
            what, step = ("built", "build") if candidate else ("published", "run")
            raise NothingBuiltError(f"nothing is {what}: run `bloc {step}`")
        claims = _claims(connection, shown.schema)
        if shown.kept_back:
            own = _claims(connection, "marts_blocked")
            claims = [claim for claim in claims if claim["bloc"] not in shown.kept_back]
            claims = sorted([*claims, *own], key=_order)
    return [{**claim, "release": shown.of_bloc(claim["bloc"])} for claim in claims]


def claims_as_of(
    settings: DatabaseSettings, moment: datetime, blocs: Sequence[str] = ()
) -> list[Claim]:
    """Return the claims as they stood at a moment, each with that moment as ``as_of``.

    Args:
        settings: The warehouse.
        moment: See ``as_of.moment_of``.
        blocs: Only the claims of these; empty: all.

    Raises:
        NothingBuiltError: No reference lists are loaded.
    """
    models = models_up_to(settings, _MODEL)
    return _as_of(settings, models, moment, blocs)


def claims_as_published(
    settings: DatabaseSettings, blocs: Sequence[str] = ()
) -> list[Claim]:
    """Return each claim as of its publishing day, or as of now if that is unknown.

    Raises:
        NothingBuiltError: No reference lists are loaded.
    """
    days = _publishing_days(settings, blocs)
    models = models_up_to(settings, _MODEL)
    found: list[Claim] = []
    for day, by_claim in days.items():
        moment = end_of(day, settings.zone) if day else datetime.now(UTC)
        claims = _as_of(settings, models, moment, sorted(set(by_claim.values())))
        found += [
            {**claim, "published_on": day}
            for claim in claims
            if claim["claim_id"] in by_claim
        ]
    return sorted(found, key=_order)


def _publishing_days(
    settings: DatabaseSettings, blocs: Sequence[str]
) -> dict[date | None, dict[str, str]]:
    """Return publishing day → the claims of that day, each with its bloc."""
    found: dict[date | None, dict[str, str]] = defaultdict(dict)
    with _lists_needed(), connect("ingest", settings=settings) as connection:
        for day, claim_id, bloc in connection.execute(
            "select published_on, claim_id, bloc_code"
            " from reference.ref_published_totals"
            " where cardinality(%(blocs)s::text[]) = 0 or bloc_code = any(%(blocs)s)",
            {"blocs": list(blocs)},
        ):
            found[day][claim_id] = bloc
    return found


def _as_of(
    settings: DatabaseSettings,
    models: Sequence[Model],
    moment: datetime,
    blocs: Sequence[str],
) -> list[Claim]:
    with _lists_needed(), rebuilt(settings, models, moment, blocs) as connection:
        return [
            {**claim, "as_of": moment}
            for claim in _claims(connection, "marts")
            if not blocs or claim["bloc"] in blocs
        ]


@contextmanager
def _lists_needed() -> Iterator[None]:
    try:
        yield
    except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
        raise NothingBuiltError(
            "no reference lists are loaded: run `bloc build`"
        ) from error


def _claims(connection: Connection, schema: str) -> list[Claim]:
    query = sql.SQL(
        "select claim_id, bloc_code as bloc, period_type, period_start, period_end,"
        " indicator, subject, conducted_by, role, qualifier, printed,"
        " recomputed::double precision, by_year::jsonb, verdict, reason,"
        " units_reported, units_expected, blank_count"
        " from {}.rpt_published_totals"
    ).format(sql.Identifier(schema))
    with of_this_version():
        rows = connection.cursor(row_factory=dict_row).execute(query).fetchall()
    return sorted(map(_claim, rows), key=_order)


@contextmanager
def of_this_version() -> Iterator[None]:
    """Read marts that an older version may have built.

    Raises:
        NothingBuiltError: They lack a column.
    """
    try:
        yield
    except errors.UndefinedColumn as error:
        raise NothingBuiltError(
            "the release was built by an older version: run `bloc run`"
        ) from error


def _claim(row: Mapping[str, Any]) -> Claim:
    return {
        **row,
        "period": _period(row),
        "recomputed": _number(row["recomputed"]),
    }


def _period(row: Mapping[str, Any]) -> str:
    first, last = row["period_start"].year, row["period_end"].year
    if row["period_type"] == "DAY":
        return str(row["period_end"])
    if row["period_type"] in ("TERM", "EVENT", "EACH_YEAR", "FIVE_YEARS"):
        return f"{first}-{last} {row['period_type']}"
    return f"{last}-{row['period_type']}"


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and value.is_integer() else value


def _order(claim: Claim) -> tuple[str, int]:
    document, _, number = claim["claim_id"].rpartition("-")
    return document, int(number) if number.isdigit() else 0
