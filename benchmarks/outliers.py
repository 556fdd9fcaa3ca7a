"""Precision and recall of the outlier rules on generated histories with seeded errors.

``make bench-outliers`` prints a table: each rule of ``expectations/cross_check/
outliers.yaml`` beside plain z-scores (more than 3 standard deviations from the mean of
the same season), by kind of error. A return is flagged when any of its counts is.
"""

import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import Connection, sql

from bloc_warehouse.checks.rules import findings_of
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.settings import Settings

SEEDS = 5
UNITS = 114
YEARS = range(2015, 2021)
TYPES = ("Q1", "H1", "M9", "Y")
SEASONS = (0.15, 0.35, 0.2, 0.3)  # of a year's events, by quarter
ERROR_SHARE = 0.04  # of the last two years' returns
# a year's events a member, and how much units differ; some are rare, some in clusters
MEASURES = {
    "admitted_total": (0.05, 0.3, 1),
    "inc_transfer_external": (0.04, 0.5, 1),
    "dec_transfer_external": (0.04, 0.5, 1),
    "done": (0.3, 0.4, 1),
    "award_count": (0.1, 0.5, 1),
    "attendees": (0.4, 0.4, 8),
    "made_official": (0.05, 0.3, 1),
}
NAMES = tuple(MEASURES)
COLUMNS = (
    "submission_id bigint, bloc_code text, unit_code text, unit_kind text, form text,"
    " period_code text, period_type text, measure text, label_vi text, label_en text,"
    " period_year integer, reported_count bigint, month_count integer,"
    " member_count bigint,"
    " period_end date"
)
_COUNTS = "intermediate.int_counts_unpivoted"
Z_SCORE = sql.SQL(
    "select later.submission_id from intermediate.int_counts_unpivoted as later"
    " inner join intermediate.int_counts_unpivoted as earlier"
    " on later.unit_code = earlier.unit_code and later.measure = earlier.measure"
    " and later.period_type = earlier.period_type"
    " and later.period_year > earlier.period_year"
    " group by later.submission_id, later.measure, later.reported_count"
    " having count(*) >= 3 and abs(later.reported_count - avg(earlier.reported_count))"
    " > 3 * stddev_samp(earlier.reported_count)"
)


@dataclass(slots=True)
class Return:
    """One unit's counts of one period, cumulated as they are sent."""

    submission_id: int
    unit: int
    members: int
    period: str
    own: dict[str, int]  # of the quarter alone
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""


def histories(draw: random.Random) -> list[Return]:
    """Returns of all units and years, without an error."""
    returns: list[Return] = []
    for unit in range(UNITS):
        members = round(min(250, 6 + draw.lognormvariate(3.3, 0.9)))
        rates = {
            name: rate * draw.gammavariate(1 / spread**2, spread**2)
            for name, (rate, spread, _) in MEASURES.items()
        }
        for year in YEARS:
            totals = dict.fromkeys(NAMES, 0)
            for kind, share in zip(TYPES, SEASONS, strict=True):
                own = {
                    name: _events(draw, members * rates[name] * share, name)
                    for name in NAMES
                }
                totals = {name: totals[name] + own[name] for name in NAMES}
                number = len(returns) + 1
                period = f"{year}-{kind}"
                returns.append(Return(number, unit, members, period, own, totals))
    return returns


def _events(draw: random.Random, mean: float, name: str) -> int:
    cluster = MEASURES[name][2]
    left, number = math.exp(-mean / cluster), 0
    product = draw.random()
    while product > left:
        number += 1
        product *= draw.random()
    return number * cluster


def times_ten(draw: random.Random, sent: Return, _: Return | None) -> None:
    """A zero too many."""
    name = draw.choice(NAMES)
    sent.counts[name] *= 10


def digits_swapped(draw: random.Random, sent: Return, _: Return | None) -> None:
    """Two digits of a figure change places."""
    name = draw.choice(NAMES)
    text = str(sent.counts[name])
    sent.counts[name] = int(text[1] + text[0] + text[2:]) if len(text) > 1 else 0


def column_shifted(_: random.Random, sent: Return, __: Return | None) -> None:
    """Each figure is one column further right."""
    values = [sent.counts[name] for name in NAMES]
    sent.counts.update(zip(NAMES, [values[-1], *values[:-1]], strict=True))


def last_year_again(_: random.Random, sent: Return, before: Return | None) -> None:
    """The figures of the period before, sent again."""
    if before:
        sent.counts = dict(before.counts)


def quarter_alone(_: random.Random, sent: Return, __: Return | None) -> None:
    """The quarter alone where figures from 1 January are asked for."""
    sent.counts = dict(sent.own)


ERRORS: dict[str, Callable[[random.Random, Return, Return | None], None]] = {
    "×10": times_ten,
    "digits swapped": digits_swapped,
    "column shifted": column_shifted,
    "copied last period": last_year_again,
    "basis": quarter_alone,
}


def with_errors(draw: random.Random) -> list[Return]:
    """Histories in which some returns of the last two years are wrong."""
    returns = histories(draw)
    known = {(submitted.unit, submitted.period): submitted for submitted in returns}
    for sent in returns:
        year, _, kind = sent.period.partition("-")
        if int(year) < YEARS[-2] or draw.random() > ERROR_SHARE:
            continue
        place = TYPES.index(kind)
        before = known.get((sent.unit, f"{year}-{TYPES[place - 1]}")) if place else None
        right = dict(sent.counts)
        error = draw.choice(list(ERRORS))
        sent.counts = dict(sent.counts)
        ERRORS[error](draw, sent, before)
        if sent.counts != right:  # else nothing is wrong with it
            sent.error = error
    return returns


@contextmanager
def warehouse() -> Iterator[Settings]:
    """A warehouse of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bloc-bench-") as folder:
        Path(folder).chmod(0o755)
        settings = Settings.from_environment({"BLOC_DATA_DIR": folder})
        embedded.start(Path(folder), options=("fsync=off",))
        try:
            prepare(settings)
            yield settings
        finally:
            embedded.stop(Path(folder))


def load(connection: Connection, returns: list[Return]) -> None:
    """Put the counts where the rules look."""
    connection.execute("drop table if exists intermediate.int_counts_unpivoted")
    connection.execute(
        sql.SQL("create table intermediate.int_counts_unpivoted ({})").format(
            sql.SQL(COLUMNS)
        )
    )
    copy = "copy intermediate.int_counts_unpivoted from stdin"
    with connection.cursor() as cursor, cursor.copy(copy) as rows:
        for sent in returns:
            period = period_of(sent.period)
            for name in NAMES:
                rows.write_row(
                    (
                        sent.submission_id, "A", f"A-{sent.unit:03}",
                        "dbcs" if sent.members >= 30 else "cbcs", "f", sent.period,
                        period.type, name, name, name, period.year, sent.counts[name],
                        period.end.month, sent.members, period.end,
                    )
                )  # fmt: skip


def flagged(connection: Connection, settings: Settings) -> dict[str, set[int]]:
    """Return which submissions each way of looking finds strange."""
    found: dict[str, set[int]] = {"z-score > 3": _numbers(connection, Z_SCORE)}
    suites = load_suites(settings.project_dir / "expectations", "cross_check")
    outliers = next(suite for suite in suites if suite.name == "outliers")
    # the others read more than the counts that are generated
    rules = [rule for rule in outliers.expectations if _COUNTS in (rule.sql or "")]
    for rule in rules:
        (query,) = findings_of(rule)
        numbers = sql.SQL("select submission_id from ({}) as found").format(query)
        found[f"{rule.id} > {rule.tolerance:g}"] = _numbers(connection, numbers)
    shipped = [rule for rule in rules if rule.enabled]
    found["all that is on"] = set().union(
        *(found[f"{rule.id} > {rule.tolerance:g}"] for rule in shipped)
    )
    return found


def _numbers(connection: Connection, query: sql.SQL | sql.Composed) -> set[int]:
    return {number for (number,) in connection.execute(query)}


def main() -> None:
    """Print the table."""
    hits: dict[str, dict[str, list[int]]] = {}
    totals: dict[str, list[int]] = {}
    with warehouse() as settings, connect("transform", settings=settings) as connection:
        for number in range(SEEDS):
            returns = with_errors(random.Random(number))  # noqa: S311
            load(connection, returns)
            connection.execute("analyze intermediate.int_counts_unpivoted")
            judged = {
                sent.submission_id: sent.error
                for sent in returns
                if int(sent.period[:4]) >= YEARS[-2]
            }
            for way, numbers in flagged(connection, settings).items():
                right = sum(
                    bool(judged.get(number)) for number in numbers & judged.keys()
                )
                total = totals.setdefault(way, [0, 0, 0])
                total[0] += right
                total[1] += len(numbers & judged.keys())
                total[2] += sum(map(bool, judged.values()))
                for error in ERRORS:
                    wrong = {key for key, name in judged.items() if name == error}
                    count = hits.setdefault(way, {}).setdefault(error, [0, 0])
                    count[0] += len(wrong & numbers)
                    count[1] += len(wrong)
            connection.rollback()
    _print(totals, hits)


def _print(totals: dict[str, list[int]], hits: dict[str, dict[str, list[int]]]) -> None:
    heads = ("way of looking", "precision", "recall", "F1", *ERRORS)
    lines = [heads]
    for way, (right, found, wrong) in totals.items():
        precision, recall = right / max(found, 1), right / wrong
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        kinds = [f"{caught / count:.2f}" for caught, count in hits[way].values()]
        lines.append((way, f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}", *kinds))
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.write(
        f"{SEEDS} seeds, {UNITS} units, {len(YEARS)} years;"
        " by kind of error: the share that was found\n"
    )


if __name__ == "__main__":
    try:
        main()
    except psycopg.Error as error:
        sys.exit(f"bench-outliers: {error}")
