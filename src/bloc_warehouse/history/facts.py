"""Which fact shows which table of a form, and what a measure of it is made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from bloc_warehouse.domain.name_lookup import known
from bloc_warehouse.forms.model import Column
from bloc_warehouse.forms.registry import Registry

# tables that do not make one fact of their name; the office's summary makes none
_FACTS_OF = {
    "membership": ("fct_membership", "fct_membership_stocks"),
    "inspections": ("fct_inspections", "fct_inspection_targets"),
    "petitions": ("fct_petitions", "fct_petition_stocks"),
    "admission_plan": ("fct_admission_plans", "fct_admission_term_plans"),
    "bloc_summary": (),
}
_SUMS = {
    "dec_left_or_removed": (
        "dec_expelled",
        "dec_struck_off",
        "dec_resigned",
        "dec_other",
    ),
    "at_least_good": ("excellent", "good"),
    "at_least_completed": ("excellent", "good", "completed"),
}
# what all rows of a fact have in common, so that it has no column of it
_SAME_IN_ALL: Mapping[str, Mapping[str, str | None]] = {
    "fct_admission_plans": {"scope": "unit_year"},
    "fct_admission_term_plans": {"scope": "bloc_term", "planned_unit_code": None},
}
# the form's own total counts a blank among these as 0
_BESIDE_BLANKS = _SUMS["dec_left_or_removed"]
# Readers get few rows of discipline, and full years only; a trace starts from all that
# the returns state.
_WITHHELD_IN_PART = {
    "fct_discipline": sql.SQL(
        "(select * from (select unit_code as reporting_unit_code, period_code,"
        " period_type, body, subject, _submission_id, _previous_submission_id"
        " from intermediate.int_discipline_confidential) as counted"
        " left join marts.fct_discipline using"
        " (reporting_unit_code, period_code, body, subject, _submission_id))"
    )
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and the table of the form that it shows.

    Attributes:
        beside: The other facts that show the table: how many there are, and how many
            came and went, are not added up in the same way.
    """

    name: str
    table: str
    form: str
    columns: Mapping[str, Column]
    beside: tuple[str, ...] = ()

    @property
    def is_of_stocks(self) -> bool:
        """Whether it says how many there are on a day, of open units alone."""
        return self.name.endswith("_stocks")

    @property
    def is_withheld_in_part(self) -> bool:
        """Whether parts of a year are withheld: then flows run from 1 January."""
        return self.name in _WITHHELD_IN_PART

    @property
    def rows(self) -> sql.Composable:
        """The rows that can be traced, withheld ones included."""
        return _WITHHELD_IN_PART.get(self.name) or sql.Identifier("marts", self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """The breakdown's columns."""
        return tuple(
            name
            for name, column in self.columns.items()
            if column.is_key and name not in self.same_in_all
        )

    @property
    def same_in_all(self) -> Mapping[str, str | None]:
        """The part of the form's breakdown that all of the fact's rows share."""
        return _SAME_IN_ALL.get(self.name, {})

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the form gives it; readers may get fewer."""
        own = [
            name
            for name, column in self.columns.items()
            if not column.is_key and column.nature not in ("ratio", "note")
        ]
        return (*own, *self.sums)

    @property
    def sums(self) -> Mapping[str, tuple[str, ...]]:
        """Measures that are sums of the form's columns, with these."""
        return {
            name: parts
            for name, parts in _SUMS.items()
            if set(parts) <= set(self.columns)
        }

    def is_flow(self, name: str) -> bool:
        """Whether a measure adds up over intervals."""
        column = _SUMS.get(name, (name,))[0]
        return column in self.columns and self.columns[column].nature == "flow"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure rests on.

    Attributes:
        columns: The form's columns that are added up to it.
        is_difference: Of a cumulative return, what was counted before it is taken off.
        is_year_to_date: It runs from 1 January.
    """

    name: str
    columns: tuple[str, ...]
    is_difference: bool = False
    is_year_to_date: bool = False


def facts(registry: Registry) -> dict[str, Fact]:
    """Return the facts of the forms by name."""
    forms = {table.name: form.name for form in registry.latest for table in form.tables}
    tables = registry.raw_tables()
    named = {table: _FACTS_OF.get(table, (f"fct_{table}",)) for table in tables}
    return {
        name: Fact(
            name,
            table,
            forms[table],
            tables[table],
            tuple(other for other in names if other != name),
        )
        for table, names in named.items()
        for name in names
    }


def measure(
    fact: Fact, given: str, shown: Mapping[str, Collection[str]]
) -> tuple[Fact, Measure]:
    """Return the measure that somebody named, and which of a table's facts has it.

    Args:
        fact: The fact; what only one beside it shows is found as well.
        given: The measure's name.
        shown: The columns of each published fact of the table.

    Raises:
        UnknownNameError: There is none like it.
    """
    showing = {
        column: name
        for name in (*fact.beside, fact.name)
        for column in shown.get(name, ())
    }
    measures = [name for name in fact.measures if name in showing]
    name = known(f"measure of {fact.name}", given, measures)
    return replace(fact, name=showing[name], beside=()), Measure(
        name,
        _SUMS.get(name, (name,)),
        is_difference=fact.is_flow(name) and not fact.is_withheld_in_part,
        is_year_to_date=fact.is_withheld_in_part,
    )


def added(columns: Sequence[str], values: Sequence[int | None]) -> int | None:
    """Add up a measure's columns as the facts do; None: unknown."""
    given = [value for value in values if value is not None]
    if len(given) < len(values) and tuple(columns) != _BESIDE_BLANKS:
        return None
    return sum(given) if given else None
