"""A blank form made out to one unit and period, from the reference lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rapidfuzz import process

from bloc_warehouse.domain.periods import Period, period_of
from bloc_warehouse.domain.units import History
from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.errors import SetupError
from bloc_warehouse.forms.filled import FilledForm, Header, RowValues
from bloc_warehouse.forms.model import Form
from bloc_warehouse.intake.parse.unit_directory import OFFICE, Reference, UnitSpan
from bloc_warehouse.reference.lists.faults import ReferenceListError
from bloc_warehouse.reference.lists.folder import read_folder
from bloc_warehouse.reference.register import Rows, bloc_name, history_of

_NEEDED = ("ref_units", "ref_blocs")
_PROPOSALS = 3


class TemplateRequestError(ValueError):
    """No such template can be made; the message says why and what is possible."""


class ReferenceListMissingError(SetupError):
    """A reference list is not where the settings say."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} does not exist: BLOC_REFERENCE_DIR must name the folder of "
            "the reference lists (`bloc init` makes them)"
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class KnownUnits:
    """The lists that a form is made out from, read once for any number of forms."""

    rows: Rows
    history: History
    reference: Reference

    @classmethod
    def read(cls, reference_dir: Path) -> Self:
        """Read the lists.

        Raises:
            ReferenceListMissingError: The lists of units or blocs are missing.
            ReferenceListError: A list cannot be read.
        """
        rows = _rows(reference_dir)
        history = history_of(rows)
        return cls(rows, history, Reference(list(_spans(history)), []))

    def blank_form(self, form: Form, unit_code: str, period_code: str) -> FilledForm:
        """Make a form out to a unit and period.

        Raises:
            TemplateRequestError: The unit is unknown or does not send this form, or the
                form has no such period.
        """
        period = _period(form, period_code)
        unit = _unit(self.reference, form, unit_code.upper(), period)
        _check_sender(form, unit)
        header = Header(
            unit_code=unit.unit_code,
            unit_name=unit.unit_name,
            bloc_name=bloc_name(self.rows, unit.bloc_code),
            period_code=period.code,
            basis=period.basis,
            submission_no=1,
        )
        if not _planned_tables(form):
            return FilledForm(form, header, {})
        names = _open_units(self.reference, unit.bloc_code, period)
        return FilledForm(form, header, _plan_rows(form, names, period), names)


def blank_form(
    form: Form, unit_code: str, period_code: str, reference_dir: Path
) -> FilledForm:
    """Make one form out to a unit and period; see ``KnownUnits``."""
    return KnownUnits.read(reference_dir).blank_form(form, unit_code, period_code)


def _period(form: Form, code: str) -> Period:
    try:
        period = period_of(code.upper())
    except ValueError as error:
        raise TemplateRequestError(str(error)) from error
    if period.type not in form.period_types:
        possible = ", ".join(f"{period.year}-{kind}" for kind in form.period_types)
        raise TemplateRequestError(
            f"{form.name} has no period {period.code}; possible: {possible}"
        )
    return period


def _unit(reference: Reference, form: Form, code: str, period: Period) -> UnitSpan:
    spans = reference.spans_of(code)
    if not spans:
        near = "; ".join(_nearest(reference, code))
        raise TemplateRequestError(f"no unit has the code {code}; nearest: {near}")
    span = reference.span_in(
        code, period.start, period.end, or_before=form.is_sent_after_closing
    )
    if span is None:
        days = ", ".join(
            f"from {span.valid_from}"
            + (f" until before {span.valid_to}" if span.valid_to else "")
            for span in spans
        )
        raise TemplateRequestError(
            f"{code} {spans[-1].unit_name} is not open in {period.code}; "
            f"it is open {days}"
        )
    return span


def _nearest(reference: Reference, text: str) -> list[str]:
    names = {fold(f"{span.unit_code}"): span for span in reference.spans}
    names |= {fold(span.unit_name): span for span in reference.spans}
    matches = process.extract(fold(text), list(names), limit=_PROPOSALS)
    found = (names[match[0]] for match in matches)
    return list(dict.fromkeys(f"{span.unit_code} {span.unit_name}" for span in found))


def _check_sender(form: Form, unit: UnitSpan) -> None:
    kind = OFFICE if unit.unit_kind == OFFICE else "unit"
    if kind not in form.senders:
        senders = " or ".join(form.senders).replace(OFFICE, "the bloc's office")
        raise TemplateRequestError(
            f"{form.name} is not sent by {unit.unit_code} {unit.unit_name}, "
            f"but by: {senders}"
        )


def _planned_tables(form: Form) -> list[str]:
    """Return the tables that have one row a unit."""
    return [
        table.name
        for table in form.tables
        if any(key.type == "unit" for key in table.keys)
    ]


def _open_units(reference: Reference, bloc_code: str, period: Period) -> dict[str, str]:
    return {
        span.unit_code: span.unit_name
        for span in sorted(reference.spans, key=lambda span: span.unit_code)
        if span.bloc_code == bloc_code
        and span.unit_kind != OFFICE
        and span.overlaps(period.start, period.end)
    }


def _plan_rows(
    form: Form, names: dict[str, str], period: Period
) -> dict[str, list[RowValues]]:
    """Fill in the breakdown of the rows that are known: each unit, in this year."""
    return {
        name: [
            {
                key.name: _known_key(
                    key.type, [v.code for v in key.values], code, period
                )
                for key in form.table(name).keys
            }
            for code in names
        ]
        for name in _planned_tables(form)
    }


def _known_key(
    kind: str, values: list[str], unit_code: str, period: Period
) -> str | int | None:
    match kind:
        case "unit":
            return unit_code
        case "year":
            return period.year
        case _:
            return values[0]


def _spans(history: History) -> Iterator[UnitSpan]:
    for span in history.spans:
        yield UnitSpan(
            unit_code=span.unit_code,
            bloc_code=span.bloc_code,
            unit_kind=span.unit_kind,
            unit_name=span.unit_name,
            valid_from=span.valid_from,
            valid_to=span.valid_to,
        )


def _rows(reference_dir: Path) -> Rows:
    folder = read_folder(reference_dir)
    if folder.faults:
        raise ReferenceListError(folder.faults)
    for name in _NEEDED:
        if name not in folder.lists:
            raise ReferenceListMissingError(reference_dir / f"{name}.csv")
    return folder.rows
