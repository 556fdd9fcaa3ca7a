"""Which fact shows which table of a form, and what a measure of it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from bloc_warehouse.forms.model import Column
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.history.names import known

_YEAR_TO_DATE = "_year_to_date"
# tables whose fact does not bear their name; the office's summary has no fact
_NAMED = {"admission_plan": "fct_admission_plans", "bloc_summary": None}
_SUMS = {
    "at_least_good": ("excellent", "good"),
    "at_least_completed": ("excellent", "good", "completed"),
}
# an interval opens where the one before closed
_OPENS_WITH = {
    "opening_total": "closing_total",
    "opening_probationary": "closing_probationary",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and the table of the form that it shows."""

    name: str
    table: str
    form: str
    columns: Mapping[str, Column]

    @property
    def keys(self) -> tuple[str, ...]:
        """The breakdown's columns."""
        return tuple(name for name, one in self.columns.items() if one.is_key)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the fact has."""
        own = [
            name
            for name, one in self.columns.items()
            if not one.is_key and one.nature not in ("ratio", "note")
        ]
        flows = [name for name in own if self.columns[name].nature == "flow"]
        sums = [name for name, parts in _SUMS.items() if set(parts) <= set(own)]
        return (*own, *(f"{name}{_YEAR_TO_DATE}" for name in flows), *sums)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure rests on.

    Attributes:
        columns: The form's columns that are added up to it.
        is_difference: Of a cumulative return, the return before is subtracted.
        is_year_to_date: It runs from 1 January.
        opens_with: The column of the return before with which an interval opens.
    """

    name: str
    columns: tuple[str, ...]
    is_difference: bool = False
    is_year_to_date: bool = False
    opens_with: str | None = None


def facts(registry: Registry) -> dict[str, Fact]:
    """Return the facts of the forms by name."""
    forms = {table.name: form.name for form in registry.latest for table in form.tables}
    tables = registry.raw_tables()
    named = {table: _NAMED.get(table, f"fct_{table}") for table in tables}
    return {
        name: Fact(name, table, forms[table], tables[table])
        for table, name in named.items()
        if name
    }


def measure(fact: Fact, said: str) -> Measure:
    """Return the measure that somebody named.

    Raises:
        UnknownNameError: The fact has none like it.
    """
    name = known(f"measure of {fact.name}", said, fact.measures)
    base = name.removesuffix(_YEAR_TO_DATE)
    return Measure(
        name,
        _SUMS.get(name, (base,)),
        is_difference=name in fact.columns and fact.columns[name].nature == "flow",
        is_year_to_date=name != base,
        opens_with=_OPENS_WITH.get(name),
    )
