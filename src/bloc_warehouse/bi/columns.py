"""Columns of the relations of ``marts``, as dbt's contracts declare them.

A description there begins with the name in Vietnamese, up to the first full stop, and
goes on in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_DATES = ("date", "timestamp", "timestamptz", "timestamp with time zone")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a dataset shows it.

    Attributes:
        data_type: PostgreSQL's; None if it is calculated.
        expression: In SQL, if it is calculated.
    """

    name: str
    data_type: str | None
    verbose_name: str
    description: str
    expression: str | None = None

    @property
    def is_date(self) -> bool:
        """Whether charts can take it as their time."""
        return (self.data_type or "").lower() in _DATES


def columns_of_marts(dbt_project: Path) -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of each relation of ``marts``, in the contract's order."""
    found: dict[str, tuple[Column, ...]] = {}
    for path in sorted((dbt_project / "models" / "marts").rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for model in content.get("models", ()):
            found[model["name"]] = tuple(map(_column, model.get("columns", ())))
    return found


def _column(declared: Mapping[str, str]) -> Column:
    vietnamese, _, english = declared.get("description", "").partition(". ")
    return Column(
        declared["name"],
        declared.get("data_type"),
        vietnamese.strip().rstrip("."),
        english.strip(),
    )
