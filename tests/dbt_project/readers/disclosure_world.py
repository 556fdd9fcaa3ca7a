"""A few units' discipline, let through the compiled models that decide what is shown.

What the models read are temporary tables with the rows that a build would have given
them, so one release takes some hundredths of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from psycopg import Connection, sql
from tests.dbt_project.compiled_build import WholeBuild

from bloc_warehouse.sql import SchemaRedirect

YEAR = 2024
INDICATOR = "members_disciplined"
PERIODS = {"Q1": "03-31", "H1": "06-30", "M9": "09-30", "Y": "12-31"}
FORMS = ("reprimand", "warning", "dismissal", "expulsion")
MEASURES = (
    *FORMS,
    "discipline_total",
    "of_which_committee_members",
    "dismissal_office_holders",
)
_GIVEN = (
    "int_bloc_years_scoped",
    "int_bloc_totals_spine",
    "int_bloc_totals",
    "int_bloc_lineage",
    "stg_reference__unit_spans",
    "int_submissions_counted",
    "int_figures_unpivoted",
    "int_discipline_confidential",
)
_VIEWS = (
    "int_unit_years_evaluated",
    "int_confidential_units_ranked",
    "int_confidential_totals_ready",
)
_DECIDED = "int_confidential_totals_decided"
_JUDGED = "int_bloc_totals_judged"

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit's returns of a year state, each from 1 January.

    Attributes:
        blocs: Period → bloc in which it reports then.
        counts: Period → measure → count.
    """

    blocs: Mapping[str, str]
    counts: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class Returns:
    """All returns that count for a release.

    Attributes:
        units: Code → what it states.
        members: Bloc → blocs whose units it counts besides its own.
        contested: Totals, by bloc and period, that the office states otherwise.
        missing: Totals of which a return is still owed.
    """

    units: Mapping[str, Unit]
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    contested: frozenset[tuple[str, str]] = frozenset()
    missing: frozenset[tuple[str, str]] = frozenset()

    def corrected(self, unit: str, counts: Mapping[str, Counts]) -> "Returns":
        """Return them after a unit sent others."""
        new = replace(self.units[unit], counts=counts)
        return replace(self, units={**self.units, unit: new})

    def totals(self) -> dict[tuple[str, str], list[str]]:
        """Return (bloc, period), in order, → units behind its total."""
        reported = {
            (bloc, period)
            for unit in self.units.values()
            for period, bloc in unit.blocs.items()
        }
        order = list(PERIODS)
        return {
            (bloc, period): [
                code
                for code, unit in self.units.items()
                if any(
                    place in {bloc, *self.members.get(bloc, ())}
                    and order.index(name) <= order.index(period)
                    for name, place in unit.blocs.items()
                )
            ]
            for bloc, period in sorted(
                reported, key=lambda key: (order.index(key[1]), key[0])
            )
        }


@dataclass(frozen=True, slots=True)
class Seen:
    """What readers see of a release.

    Attributes:
        totals: (bloc, period) → total, None where it is withheld.
        rows: Unit → measure → count of the year, of units that have a row.
    """

    totals: Mapping[tuple[str, str], int | None]
    rows: Mapping[str, Counts]


class Disclosure:
    """The models, over temporary tables; what was decided on is kept meanwhile."""

    def __init__(self, connection: Connection, whole_build: WholeBuild) -> None:
        """Make the tables and views on a connection whose changes are rolled back."""
        self._connection = connection
        models = {model.name: model for model in whole_build.models}
        views = {
            name: connection.execute(
                "select pg_get_viewdef(%s::regclass)", [f"intermediate.{name}"]
            ).fetchone()
            for name in _VIEWS
        }
        redirect = SchemaRedirect(connection)
        for name in (*_GIVEN, _DECIDED, _JUDGED):
            schema = "staging" if name.startswith("stg_") else "intermediate"
            connection.execute(
                f'create temporary table "{name}" (like {schema}."{name}")'.encode()
            )
            redirect.add(name)
        for name in _VIEWS:
            self._view(name, views[name])
            redirect.add(name)
        self._decided = models[_DECIDED].query
        self._judged = models[_JUDGED].query
        self._totals = models["rpt_bloc_totals"].query
        self._rows = models["fct_discipline"].query

    def _view(self, name: str, found: tuple[str] | None) -> None:
        assert found
        self._connection.execute(
            f'create temporary view "{name}" as {found[0]}'.encode()
        )

    def forget(self) -> None:
        """Start over: nothing was decided."""
        self._connection.execute(f"delete from pg_temp.{_DECIDED}".encode())

    def release(self, returns: Returns) -> Seen:
        """Build what readers see of these returns after all releases before."""
        for name in (*_GIVEN, _JUDGED):
            self._connection.execute(f"delete from pg_temp.{name}".encode())
        self._put_lists(returns)
        self._put_totals(returns)
        for number, (code, unit) in enumerate(returns.units.items()):
            self._put_unit(number, code, unit)
        self._connection.execute(
            f"insert into pg_temp.{_DECIDED} select bloc_code, period_code, indicator,"
            f" basis, period_year, computed_total, period_end, increase"
            f" from ({self._decided}) as decided".encode()
        )
        self._connection.execute(
            f"insert into pg_temp.{_JUDGED} {self._judged}".encode()
        )
        totals = self._connection.execute(
            "select bloc_code, split_part(period_code, '-', 2), computed_total"
            f" from ({self._totals}) as made".encode()
        ).fetchall()
        rows = self._connection.execute(
            f"select reporting_unit_code, {', '.join(MEASURES)}"
            f" from ({self._rows}) as made".encode()
        ).fetchall()
        return Seen(
            {(bloc, period): total for bloc, period, total in totals},
            {unit: dict(zip(MEASURES, counts, strict=True)) for unit, *counts in rows},
        )

    def _put(self, table: str, **row: object) -> None:
        self._connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier("pg_temp", table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(map(sql.Literal, row.values())),
            )
        )

    def _put_lists(self, returns: Returns) -> None:
        for bloc in {bloc for bloc, _ in returns.totals()}:
            self._put("int_bloc_years_scoped", bloc_code=bloc, period_year=YEAR)
            for member in {bloc, *returns.members.get(bloc, ())}:
                self._put("int_bloc_lineage", bloc_code=bloc,
                          member_bloc_code=member, succeeded_on="-infinity",
                          counts_since="-infinity")  # fmt: skip

    def _put_totals(self, returns: Returns) -> None:
        for (bloc, period), units in returns.totals().items():
            total = sum(stated(returns.units[code], period) for code in units)
            contested = (bloc, period) in returns.contested
            end = f"{YEAR}-{PERIODS[period]}"
            self._put("int_bloc_totals_spine", bloc_code=bloc, period_type=period,
                      period_code=f"{YEAR}-{period}", indicator=INDICATOR,
                      figure=INDICATOR, period_year=YEAR, is_confidential=True,
                      counts_until=end)  # fmt: skip
            self._put("int_bloc_totals", bloc_code=bloc, period_type=period,
                      period_code=f"{YEAR}-{period}", indicator=INDICATOR,
                      period_year=YEAR, computed_total=total,
                      declared_total=total + contested, units_reported=len(units),
                      units_expected=len(units), blank_count=0, is_in_summary=True,
                      is_confidential=True,
                      is_complete=(bloc, period) not in returns.missing,
                      period_end=end)  # fmt: skip

    def _put_unit(self, number: int, code: str, unit: Unit) -> None:
        before, since = 0, "01-01"
        for bloc in set(unit.blocs.values()):
            self._put("stg_reference__unit_spans", unit_key=f"{code}@{bloc}",
                      unit_code=code, bloc_code=bloc)  # fmt: skip
        for period in [period for period in PERIODS if period in unit.blocs]:
            bloc, end = unit.blocs[period], f"{YEAR}-{PERIODS[period]}"
            counts = unit.counts[period]
            self._put("int_submissions_counted", submission_id=number, unit_code=code,
                      bloc_code=bloc, form="inspections", period_year=YEAR,
                      period_end=end)  # fmt: skip
            self._put("int_figures_unpivoted", reporting_unit_code=code, unit_code=code,
                      bloc_code=bloc, form="inspections", figure=INDICATOR,
                      subject="all", conducted_by="all", period_year=YEAR,
                      amount=counts["discipline_total"] - before,
                      covers_from=f"{YEAR}-{since}", covers_until=end)  # fmt: skip
            self._put("int_discipline_confidential", unit_code=code, bloc_code=bloc,
                      period_code=f"{YEAR}-{period}", body="grassroots_committee",
                      subject="member", period_year=YEAR, interval_end=end,
                      **{f"{name}_year_to_date": counts[name] for name in MEASURES},
                      )  # fmt: skip
            before, since = counts["discipline_total"], PERIODS[period]


def stated(unit: Unit, period: str) -> int:
    """Return how many a unit had disciplined by a period's end, as it stated."""
    order = list(PERIODS)
    until = [name for name in unit.counts if order.index(name) <= order.index(period)]
    last = max(until, key=order.index, default=None)
    return unit.counts[last]["discipline_total"] if last else 0
