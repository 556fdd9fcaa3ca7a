"""Columns of the relations of ``marts``, as dbt's contracts declare them.

A description there begins with the name in Vietnamese, up to the first full stop, and
goes on in English; it may stand in a block of dbt's, ``{{ doc('wide_term') }}``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_BLOCK = re.compile(r"{%-?\s*docs (\w+)\s*-?%}\s*(.*?)\s*{%-?\s*enddocs\s*-?%}", re.S)
_REFERENCE = re.compile(r"{{\s*doc\(['\"](\w+)['\"]\)\s*}}")
_LANGUAGE = ", tiếng Việt"
_WITH_ZONE = ("timestamptz", "timestamp with time zone")
_DATES = ("date", "timestamp", *_WITH_ZONE)


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

    @property
    def expression_in_zone(self) -> str | None:
        """The expression that a query has for it; None where its name will do.

        Superset shows a time with a zone in UTC. So it gets what the readers' clock
        showed; ``$WAREHOUSE_TIMEZONE`` is filled in where Superset is installed. (The
        session's own zone would move what Superset truncates to months.)
        """
        if (self.data_type or "").lower() in _WITH_ZONE:
            return f"\"{self.name}\" at time zone '$WAREHOUSE_TIMEZONE'"
        return self.expression


def columns_of_marts(dbt_project: Path) -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of each relation of ``marts``, in the contract's order."""
    models = dbt_project / "models"
    blocks = {
        name: text
        for path in sorted(models.rglob("*.md"))
        for name, text in _BLOCK.findall(path.read_text(encoding="utf-8"))
    }
    found: dict[str, tuple[Column, ...]] = {}
    for path in sorted((models / "marts").rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for model in content.get("models", ()):
            found[model["name"]] = tuple(
                _column(column, blocks) for column in model.get("columns", ())
            )
    return found


def _column(declared: Mapping[str, str], blocks: Mapping[str, str]) -> Column:
    description = _REFERENCE.sub(
        lambda reference: blocks[reference[1]], declared.get("description", "")
    )
    vietnamese, _, english = description.partition(". ")
    return Column(
        declared["name"],
        declared.get("data_type"),
        vietnamese.strip().rstrip(".").removesuffix(_LANGUAGE),
        english.strip(),
    )
