"""A form with a sender's values: what is written into a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bloc_warehouse.forms.model import Form

CellValue = int | float | Decimal | str | None
RowValues = Mapping[str, CellValue]

OFFICE_SUFFIX = "-VP"


@dataclass(frozen=True, slots=True)
class Header:
    """Who reports, for which period; printed in the pairs above the tables.

    ``submission_no`` None leaves the number to the order of receipt.
    """

    unit_code: str
    unit_name: str
    bloc_name: str
    period_code: str
    basis: Literal["cumulative", "period"]
    submission_no: int | None

    @property
    def sender(self) -> str:
        """``bloc_office`` or ``unit``, as ``Form.senders`` and ``Value.senders``."""
        return "bloc_office" if self.unit_code.endswith(OFFICE_SUFFIX) else "unit"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form with a sender's values; ``rows`` maps table → rows of column → value.

    Keys with a value list carry the value's code; a measure may also be text such as
    ``"4.851"`` or ``"x"``, which is written as it is. ``unit_names`` explains unit
    codes to who fills in a template.
    """

    form: Form
    header: Header
    rows: Mapping[str, Sequence[RowValues]]
    unit_names: Mapping[str, str] = field(default_factory=dict)
