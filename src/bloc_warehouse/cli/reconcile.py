"""``bloc reconcile``: each published figure beside the one recomputed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer
from psycopg import errors, sql
from psycopg.rows import dict_row
from rich.box import SIMPLE
from rich.table import Table

from bloc_warehouse.cli.console import ExitCode, console, print_json
from bloc_warehouse.settings import Settings, UnfitEnvironmentError, get_settings
from bloc_warehouse.warehouse.connection import connect

Claim = Mapping[str, Any]

_KEYS = (
    "claim_id",
    "bloc",
    "period",
    "indicator",
    "printed",
    "recomputed",
    "by_year",
    "verdict",
    "reason",
    "units_reported",
    "units_expected",
)
_COLOURS = {"met": "green", "not_met": "red", "not_recomputable": "yellow"}
_VIETNAMESE = str.maketrans(",.", ".,")  # as the printed figures beside them
_QUALIFIERS = {
    "exact": "",
    "nearly": "nearly ",
    "more_than": "more than ",
    "more_than_or_equal": "at least ",
}


class NothingBuiltError(UnfitEnvironmentError):
    """There are no claims to read: nothing was built or published."""


def reconcile(
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines.")] = False,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="The last build, published or not.")
    ] = False,
) -> None:
    """Show each published figure beside the one recomputed from the units' returns."""
    claims = read_claims(get_settings(), candidate=candidate)
    if as_json:
        print_json([{key: claim[key] for key in _KEYS} for claim in claims])
    else:
        _print_claims(claims)
    is_refuted = any(claim["verdict"] == "not_met" for claim in claims)
    raise typer.Exit(ExitCode.FINDINGS if is_refuted else ExitCode.FINE)


def read_claims(settings: Settings, *, candidate: bool = False) -> list[Claim]:
    """Return the claims with their verdicts, from what is published or last built.

    Raises:
        NothingBuiltError: There is no such release.
    """
    schema = "marts_candidate" if candidate else "marts"
    query = sql.SQL(
        "select claim_id, bloc_code as bloc, period_type, period_start, period_end,"
        " indicator, subject, conducted_by, role, qualifier, printed, recomputed,"
        " by_year, verdict, reason, units_reported, units_expected"
        " from {}.rpt_published_totals"
    ).format(sql.Identifier(schema))
    try:
        with connect("transform", settings=settings) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(query).fetchall()
    except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
        step = "bloc build" if candidate else "bloc run"
        raise NothingBuiltError(f"{schema} holds no claims: run `{step}`") from error
    return sorted(map(_claim, rows), key=_order)


def _claim(row: Mapping[str, Any]) -> Claim:
    return {
        **row,
        "period": _period(row),
        "recomputed": _number(row["recomputed"]),
    }


def _period(row: Mapping[str, Any]) -> str:
    first, last = row["period_start"].year, row["period_end"].year
    if row["period_type"] in ("TERM", "EVENT", "EACH_YEAR", "FIVE_YEARS"):
        return f"{first}-{last} {row['period_type']}"
    return f"{last}-{row['period_type']}"


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _order(claim: Claim) -> tuple[str, int]:
    document, _, number = claim["claim_id"].rpartition("-")
    return document, int(number) if number.isdigit() else 0


def _print_claims(claims: Sequence[Claim]) -> None:
    table = Table(
        title="Published figures and ours",
        title_justify="left",
        box=SIMPLE,
        collapse_padding=True,
        pad_edge=False,
    )
    table.add_column("claim", no_wrap=True)
    table.add_column("bloc, period", overflow="fold")
    table.add_column("what", overflow="fold")
    table.add_column("printed", justify="right", overflow="fold")
    table.add_column("ours", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    table.add_column("units", justify="right", no_wrap=True, min_width=7)
    for claim in claims:
        table.add_row(*_cells(claim))
    console.print(table)
    tally = Counter(claim["verdict"] for claim in claims)
    console.print(", ".join(f"{count} {verdict}" for verdict, count in tally.items()))


def _cells(claim: Claim) -> tuple[str, ...]:
    what = [claim["indicator"], claim["subject"], claim["conducted_by"]]
    if claim["role"] == "target":
        what.append("(target)")
    verdict, reason = claim["verdict"], claim["reason"]
    explained = f"{verdict}: {reason}" if verdict == "not_recomputable" else verdict
    recomputed = claim["recomputed"]
    return (
        claim["claim_id"],
        f"{claim['bloc']} {claim['period']}",
        " ".join(part.replace("_", " ") for part in what if part),
        _QUALIFIERS[claim["qualifier"]] + claim["printed"],
        "" if recomputed is None else f"{recomputed:,}".translate(_VIETNAMESE),
        f"[{_COLOURS[verdict]}]{explained}[/]",
        f"{claim['units_reported']}/{claim['units_expected']}",
    )
