"""For each unit the forms that it owes in a period, made out and ready to be sent."""

import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from psycopg import Connection

from bloc_warehouse.domain.periods import Period, period_label, period_of
from bloc_warehouse.forms.filled import CellValue, FilledForm, RowValues
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.reference.expected import dues_of, owed_by
from bloc_warehouse.reference.lists.reading import Values
from bloc_warehouse.reference.prefill import KnownUnits, TemplateRequestError
from bloc_warehouse.reference.register import blocs_of
from bloc_warehouse.sql import statement

_STAMP = (2015, 1, 1, 0, 0, 0)  # the same input gives the same bytes
_COVER = "thu-kem-theo.txt"


@dataclass(frozen=True, slots=True)
class Known:
    """What the live release knows of a unit before the period.

    Attributes:
        closing: Members at the eve of the period; None if no release says so.
        closing_probationary: Of them probationary.
        planned: Admissions planned for the year.
    """

    closing: int | None = None
    closing_probationary: int | None = None
    planned: int | None = None


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """One unit's workbook, a sheet a form, with what goes along in the mail."""

    unit_code: str
    unit_name: str
    forms: Sequence[FilledForm]
    due_on: date
    cover: str

    @property
    def file_name(self) -> str:
        """Name of the archive, which holds the workbook and the cover text."""
        return f"{self.unit_code}.zip"


def read_known(connection: Connection, period: Period) -> dict[str, Known]:
    """Return by unit what the live release knows; nothing where none is live."""
    found = connection.execute(
        "select to_regclass('marts.fct_membership_stocks') is not null"
        " and to_regclass('marts.fct_admission_plans') is not null"
    ).fetchone()
    if found != (True,):
        return {}
    rows = connection.execute(
        statement("export/known_before"),
        {"eve": period.start - timedelta(1), "year": period.year},
    )
    return {unit: Known(*values) for unit, *values in rows}


def template_sets(
    registry: Registry,
    period_code: str,
    reference_dir: Path,
    known: Mapping[str, Known],
) -> Iterator[TemplateSet]:
    """Yield a set for each unit that owes forms in the period, by its code.

    Args:
        registry: The forms; of each the latest version is made out.
        period_code: E.g. ``2026-H1``.
        reference_dir: Where the lists of units and of what is owed lie.
        known: What is filled in besides, by unit.

    Raises:
        TemplateRequestError: There is no such period, or nobody owes a form in it.
        ReferenceListMissingError: The lists of units or blocs are missing.
        ReferenceListError: A list cannot be read.
    """
    try:
        period = period_of(period_code.upper())
    except ValueError as error:
        raise TemplateRequestError(str(error)) from error
    units = KnownUnits.read(reference_dir)
    obligations = units.rows.get("ref_obligations", ())
    spans = units.history.by_unit()
    owed: dict[str, list[str]] = defaultdict(list)
    for unit, form, code in owed_by(
        units.history.spans, dues_of(obligations), blocs_of(units.rows["ref_blocs"])
    ):
        if code == period.code:
            owed[unit].append(form)
    if not owed:
        raise TemplateRequestError(
            f"nobody owes a form in {period.code}: see ref_obligations.csv"
        )
    for unit in sorted(owed):
        forms = [
            _filled_in(
                units.blank_form(registry.form(name), unit, period.code),
                known.get(unit, Known()),
            )
            for name in registry.names
            if name in owed[unit]
        ]
        blocs = {span.bloc_code for span in spans[unit]}
        days = _due_days(obligations, blocs, forms, period)
        due_on = period.end + timedelta(days)
        name = forms[0].header.unit_name
        yield TemplateSet(unit, name, forms, due_on, _cover(forms, period, due_on))


def write_set(folder: Path, templates: TemplateSet) -> Path:
    """Write a unit's archive into a folder, over an older one; return where it is."""
    first = templates.forms[0].header
    workbook = BytesIO()
    write_workbook(workbook, templates.forms, template=True)
    target = folder / templates.file_name
    unfinished = target.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (f"{first.unit_code}_{first.period_code}.xlsx", workbook.getvalue()),
            (_COVER, templates.cover.encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content)
    unfinished.replace(target)
    return target


def _due_days(
    obligations: Iterable[Values],
    blocs: Collection[str],
    forms: Sequence[FilledForm],
    period: Period,
) -> int:
    """Return after how many days the first of the forms is due."""
    names = {filled.form.name for filled in forms}
    return min(
        int(row["due_days"] or 0)
        for row in obligations
        if row["bloc_code"] in blocs
        and row["form"] in names
        and row["owed_by"] == forms[0].header.sender
        and row["period_type"] == period.type
        and (row["first_period"] or "")[:4] <= str(period.year)
        and str(period.year) <= (row["last_period"] or "9999")[:4]
    )


def _filled_in(filled: FilledForm, known: Known) -> FilledForm:
    """Write into a unit's form what is known; the clerk corrects it where it is not."""
    values: dict[str, dict[str, CellValue]] = {
        "membership": {
            "opening_total": known.closing,
            "opening_probationary": known.closing_probationary,
        },
        "admissions": {"plan_year": known.planned},
    }
    given = {
        name: value
        for name, value in values.get(filled.form.name, {}).items()
        if value is not None
    }
    if not given:
        return filled
    row: RowValues = given
    return replace(filled, rows={**filled.rows, filled.form.name: [row]})


def _cover(forms: Sequence[FilledForm], period: Period, due_on: date) -> str:
    """Return the text of the mail that the archive goes along with."""
    header = forms[0].header
    listed = "\n".join(f"- {one.form.code}: {one.form.title_vi}" for one in forms)
    return (
        f"Kính gửi: {header.unit_name} ({header.unit_code})\n\n"
        f"{header.bloc_name} gửi đồng chí các biểu báo cáo kỳ"
        f" {period_label(period.code)}:\n\n"
        f"{listed}\n\n"
        "Mỗi biểu là một trang trong tệp Excel kèm theo. Tên đơn vị, kỳ báo cáo và các"
        " số đã biết được ghi sẵn; số ghi sẵn nào chưa đúng thì sửa lại. Ô trống là"
        " chưa có số liệu, không có thì ghi 0.\n\n"
        f"Đề nghị gửi lại tệp Excel này chậm nhất ngày {due_on:%d/%m/%Y}. Giữ nguyên"
        " bố cục và phần đầu của biểu, để máy nhận đúng đơn vị và kỳ báo cáo. Sau khi"
        " nhận, đơn vị được trả lời những ô cần sửa, nếu có.\n\n"
        "Trân trọng cảm ơn.\n"
    )
