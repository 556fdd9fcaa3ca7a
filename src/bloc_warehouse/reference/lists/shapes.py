"""Which lists an installation keeps in its reference folder, and what they must say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bloc_warehouse.domain.claims import (
    BASES,
    CLAIM_PERIODS,
    QUALIFIERS,
    ROLES,
    UNITS,
)
from bloc_warehouse.domain.periods import PERIOD_TYPES
from bloc_warehouse.domain.units import EVENT_TYPES


@dataclass(frozen=True, slots=True)
class Shape:
    """A list's columns with their types, and what no line may lack.

    Attributes:
        name: The list's, and its table's in schema ``reference``.
        columns: Their types.
        key: What identifies a line.
        required: What no line may leave blank.
        choices: By column, the values there are.
        is_table: Whether models read it as a table; else it is submitted as returns,
            or intake reads it.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    required: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_table: bool = True

    @property
    def file_name(self) -> str:
        """The file in the reference folder."""
        return f"{self.name}.csv"


_KINDS = ("dbcs", "cbcs", "bloc_office")


def _columns(texts: str, **others: str) -> dict[str, str]:
    return {**dict.fromkeys(texts.split(), "text"), **others}


_BLOCS = Shape(
    "ref_blocs",
    {
        **_columns("bloc_code bloc_name province", valid_from="date", valid_to="date"),
        "successor_bloc_code": "text",
    },
    key=("bloc_code", "valid_from"),
    required=("bloc_code", "bloc_name", "valid_from"),
)
_UNITS = Shape(
    "ref_units",
    _columns("unit_code bloc_code unit_kind sector unit_name", valid_from="date"),
    key=("unit_code",),
    required=("unit_code", "bloc_code", "unit_kind", "unit_name"),
    choices={"unit_kind": _KINDS},
)
_ALIASES = Shape(
    "ref_unit_aliases",
    _columns("unit_code alias", valid_from="date", valid_to="date"),
    key=("unit_code", "alias", "valid_from"),
    required=("unit_code", "alias"),
)
_EVENTS = Shape(
    "ref_unit_events",
    {
        **_columns("event_id event_type status", effective_date="date"),
        **_columns("unit_code successor_code", weight="numeric"),
        "members_carried": "bigint",
        **_columns("bloc_code unit_kind sector unit_name decision_no note"),
    },
    key=("event_id",),
    required=("event_id", "event_type", "status", "effective_date", "unit_code"),
    choices={
        "event_type": EVENT_TYPES,
        "status": ("proposed", "effective", "cancelled"),
        "unit_kind": _KINDS,
    },
)
_OBLIGATIONS = Shape(
    "ref_obligations",
    _columns(
        "bloc_code form owed_by period_type first_period last_period",
        due_days="integer",
    ),
    key=("bloc_code", "form", "owed_by", "period_type", "first_period"),
    required=(
        *("bloc_code", "form", "owed_by", "period_type", "first_period"),
        "due_days",
    ),
    choices={"owed_by": ("unit", "bloc_office"), "period_type": PERIOD_TYPES},
)
_TERMS = Shape(
    "ref_terms",
    _columns("bloc_code term", first_day="date", last_day="date"),
    key=("bloc_code", "term"),
    required=("bloc_code", "term", "first_day"),
)
_ACCEPTED = Shape(
    "ref_accepted_differences",
    {
        **_columns("rule bloc_code unit_code form period_code subject"),
        **{"left_value": "numeric", "right_value": "numeric"},
        **_columns("reason accepted_by", valid_until="date"),
    },
    key=(
        *("rule", "bloc_code", "unit_code", "form", "period_code", "subject"),
        *("left_value", "right_value"),
    ),
    required=("rule", "reason", "accepted_by", "valid_until"),
)
_PLANS = Shape(
    "ref_admission_plans",
    {
        **_columns("bloc_code planned_unit_code"),
        **{"from_year": "integer", "to_year": "integer"},
        "planned_admissions": "bigint",
    },
    key=("bloc_code", "planned_unit_code", "from_year", "to_year"),
    required=("bloc_code", "from_year", "to_year", "planned_admissions"),
    is_table=False,
)
FORM_ALIASES = Shape(
    "ref_form_aliases",
    _columns("form table column value alias note"),
    key=("form", "table", "column", "value", "alias"),
    required=("form", "alias"),
    is_table=False,
)
CLAIMS = Shape(
    "ref_published_totals",
    {
        **_columns("claim_id source_document", published_on="date"),
        **_columns("bloc_code period_type", period_start="date", period_end="date"),
        **_columns("indicator subject conducted_by printed", value="numeric"),
        **_columns("unit qualifier role basis base_claim wording inferred"),
    },
    key=("claim_id",),
    required=(
        *("claim_id", "bloc_code", "period_type", "period_start", "period_end"),
        *("indicator", "printed", "value", "unit", "qualifier", "role", "basis"),
    ),
    choices={
        "period_type": CLAIM_PERIODS,
        "unit": UNITS,
        "qualifier": QUALIFIERS,
        "role": ROLES,
        "basis": BASES,
    },
)
SHAPES = (
    *(_BLOCS, _UNITS, _ALIASES, _EVENTS, _OBLIGATIONS, _TERMS, _PLANS, _ACCEPTED),
    *(CLAIMS, FORM_ALIASES),
)
