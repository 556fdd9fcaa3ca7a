"""The values that describe what must hold: suites, expectations, comparisons.

An expectation is either one of Great Expectations' own (``type`` and ``kwargs``) or a
query of ours (``sql``) that returns one row a violation, or, with ``compare``, one row
a pair of figures that must agree. What its severity does hangs on the stage: *critical*
holds a unit's figures in the cross-check and blocks publishing in the audit; *warning*
alerts; *info* is kept and nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bloc_warehouse.forms.model import MissingStrategy

Stage = Literal["cross_check", "audit"]
Severity = Literal["critical", "warning", "info"]
# bloc_year: a finding needs the rows of its bloc, its year and the years around it;
# bloc: those of its bloc in all years
Scope = Literal["bloc_year", "bloc", "all"]
Told = Literal["unit", "bloc", "operator"]

# what a rule's query may return beside nothing; the rest of a finding is made of it
FINDING_COLUMNS = (
    "bloc_code",
    "unit_code",
    "form",
    "period_code",
    "subject",
    "subject_vi",
    "subject_en",
    "submission_id",
    "other_submission_ids",
    "fault_id",
    "left_value",
    "right_value",
)


class SuiteError(ValueError):
    """A suite's YAML contradicts itself; the message names file, rule, key and cure."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What must hold between ``left_value`` and ``right_value`` of a row.

    Attributes:
        operator: ``=``, ``<=`` or ``>=``, left to right.
        missing: What a side that is not there means: ``fail`` a finding, ``zero``
            nothing, ``skip`` that there is nothing to compare.
        is_share: The tolerance is a share of the right side, not a count.
    """

    operator: str
    missing: MissingStrategy
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold.

    Attributes:
        id: The rule's name, unique over all suites.
        type: Great Expectations' name of it, None for a query of ours.
        sql: The query, None for a standard expectation. Its columns are those of
            ``FINDING_COLUMNS``, each optional; ``{tolerance}`` stands for the number.
        for_each: ``flow_table`` runs the query once for each of the units' tables
            that has flows, with ``{current}``, ``{form}``, ``{keys}`` and so on.
        compare: How both values of a row must stand; None: every row is a violation.
        tolerance: By how much the sides may differ, or the number that the query asks
            for; None if the rule knows none.
        holds: Forms whose figures a finding holds; empty means the finding's own.
        told: Whose the matter is.
        scope: Which rows the query needs for a finding.
        valid_from: First period that the rule looks at, ``valid_to`` the last one.
    """

    id: str
    severity: Severity
    title_vi: str
    title_en: str
    message_vi: str
    message_en: str
    cure_vi: str
    cure_en: str
    type: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    sql: str | None = None
    for_each: str | None = None
    compare: Comparison | None = None
    tolerance: float | None = None
    holds: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    scope: Scope = "bloc_year"
    valid_from: str | None = None
    valid_to: str | None = None
    is_on: bool = True

    @property
    def is_explainable(self) -> bool:
        """Whether a person may explain its findings: never if it blocks."""
        return self.severity != "critical"


@dataclass(frozen=True, slots=True)
class Suite:
    """All expectations about one table at one stage."""

    name: str
    stage: Stage
    schema: str
    table: str
    expectations: tuple[Expectation, ...]

    @property
    def active(self) -> tuple[Expectation, ...]:
        """Those that are switched on."""
        return tuple(one for one in self.expectations if one.is_on)
