"""The values that describe what must hold: suites and their expectations.

An expectation is either one of Great Expectations' own (``type`` and ``kwargs``) or a
query of ours (``sql``) that returns one row a violation, or, with ``compare``, one row
a pair of figures that must agree. What its severity does depends on the stage:
*critical* holds a unit's figures in the cross-check and blocks publishing in the audit;
*warning* alerts; *info* is kept and nothing more.

``SuiteFile`` is what a suite's YAML may say; ``expectations/suite.schema.json`` is made
of it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    model_validator,
)

from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.model import MissingStrategy
from bloc_warehouse.forms.registry import load_registry

Stage = Literal["cross_check", "audit"]
Severity = Literal["critical", "warning", "info"]
Scope = Literal["bloc_year", "bloc", "all"]
Audience = Literal["unit", "bloc", "operator"]
Comparison = Literal["=", "<=", ">="]
FindingColumn = Literal[
    "bloc_code", "unit_code", "form", "period_code", "submission_id"
]

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
    """A suite contradicts itself; the message names file, rule, key and remedy."""


def _known_form(name: object) -> object:
    if name not in load_registry().names:
        raise ValueError(f"write a list of {', '.join(load_registry().names)}")
    return name


def _known_period(code: object) -> object:
    return code if code is None else period_of(str(code)).code


def _number(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value < 0:  # type: ignore[operator]
        raise ValueError("write a number of 0 or more, without quotes")
    return value


Text = Annotated[str, Field(pattern=r"\S")]
Form = Annotated[str, BeforeValidator(_known_form)]
Period = Annotated[str, BeforeValidator(_known_period)]


class ExpectationEntry(BaseModel):
    """One thing that must hold, as a suite's YAML says it.

    What is empty is left out of the YAML.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text = Field(
        description="The rule's name, unique over all suites. A query of ours stands"
        " in <suite>/<id>.sql."
    )
    type: str | None = Field(
        None,
        description="One of Great Expectations' own, e.g."
        " expect_column_values_to_be_in_set; left out for a query of ours.",
    )
    kwargs: Mapping[str, Any] = Field(
        default_factory=dict, description="What that type asks for."
    )
    severity: Severity
    title_vi: Text
    title_en: Text
    message_vi: str = Field(
        "",
        description="What was found, for the sender; may name {unit} {form} {period}"
        " {bloc} {subject} {left} {right} {tolerance}.",
    )
    message_en: str = ""
    remedy_vi: Text = Field(description="What to do about it.")
    remedy_en: Text
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)] = Field(
        description="Whose matter it is."
    )
    compare: Comparison | None = Field(
        None,
        description="How left_value and right_value of a row must stand; left out,"
        " every row of the query is a violation.",
    )
    missing: MissingStrategy | None = Field(
        None,
        description="What a side that is not there means: fail a violation, zero the"
        " number 0, skip that there is nothing to compare.",
    )
    tolerance: Annotated[float, BeforeValidator(_number)] | None = Field(
        None,
        description="By how much the sides may differ, or the number that the query"
        " asks for as {tolerance}.",
    )
    tolerance_unit: Literal["count", "share"] = Field(
        "count", description="share: of the right side."
    )
    for_each: Literal["flow_table"] | None = Field(
        None,
        description="Run the query once for each of the units' tables that has flows.",
    )
    holds: tuple[Form, ...] = Field(
        (),
        description="Forms whose figures a critical violation holds; else its own.",
    )
    scope: Scope = Field(
        "bloc_year",
        description="Which rows the query needs to find a violation: those of its bloc"
        " and the years around it; of its bloc in all years; all.",
    )
    valid_from: Period | None = Field(None, description="First period looked at.")
    valid_to: Period | None = Field(None, description="Last period looked at.")
    enabled: StrictBool = Field(True, description="false switches the rule off.")

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        for key, remedy in self._contradictions():
            raise ValueError(f"{key}: {remedy}")
        return self

    def _contradictions(self) -> Iterator[tuple[str, str]]:
        for key in ("missing", "tolerance_unit"):
            if self.compare is None and key in self.model_fields_set:
                yield key, "goes with compare; write both or neither"
        if self.compare and self.type:
            yield "compare", "goes with a query of ours; drop it here"
        if self.compare and self.missing is None:
            yield "missing", "say what a missing side means: fail, zero or skip"
        for key in ("message_vi", "message_en"):
            if self.type is None and not getattr(self, key).strip():
                yield key, "is missing; say what was found, for the sender"
        first, last = self.valid_from, self.valid_to
        if first and last and period_of(last).end < period_of(first).end:
            yield "valid_to", f"lies before valid_from, {first}; swap them"


class SuiteFile(BaseModel):
    """All expectations about one table, as a YAML file says them."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="A suite of rules")

    suite: Text = Field(description="The file's own name, without .yaml.")
    table: Annotated[str, Field(pattern=r"^\w+\.\w+$")] = Field(
        description="schema.table that Great Expectations' own types look at."
    )
    title_vi: Text
    title_en: Text
    form: Form | None = Field(
        None, description="The form of every row, where the table has no such column."
    )
    finding_columns: Mapping[FindingColumn, Text] = Field(
        default_factory=dict,
        description="Which columns of the table say whose a row is that fails one of"
        " Great Expectations' own types. Left out, such a failure is one finding over"
        " the whole table.",
    )
    expectations: tuple[ExpectationEntry, ...]


class Expectation(ExpectationEntry):
    """One thing that must hold, with its query."""

    sql: str | None = None

    @property
    def gx_type(self) -> str:
        """The type by which Great Expectations knows it."""
        if self.type:
            return self.type
        return "expect_sides_to_agree" if self.compare else "expect_rows_to_not_exist"

    @property
    def is_explainable(self) -> bool:
        """Whether a person may explain its findings: never if it blocks."""
        return self.severity != "critical"


class Suite(BaseModel):
    """All expectations about one table at one stage."""

    model_config = ConfigDict(frozen=True)

    name: str
    stage: Stage
    table_schema: str
    table: str
    title_vi: str = ""
    title_en: str = ""
    form: str | None = None
    finding_columns: Mapping[FindingColumn, str] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...]

    @property
    def active(self) -> tuple[Expectation, ...]:
        """Those that are switched on."""
        return tuple(rule for rule in self.expectations if rule.enabled)


AUDIENCES: tuple[Audience, ...] = get_args(Audience)
