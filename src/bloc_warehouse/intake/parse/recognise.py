"""Which form, version, unit, period and submission number a sheet speaks of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bloc_warehouse.domain.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    Period,
    named,
    parse_period,
    period_label,
)
from bloc_warehouse.domain.vietnamese import fold, normalise
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.table_finder import fold_cached
from bloc_warehouse.intake.parse.unit_directory import OFFICE, Reference, UnitSpan
from bloc_warehouse.intake.read.grid import Cell, Sheet, address, text_of

WRITE_CODE = "Hãy ghi mã đơn vị."
_HEADER_ROWS = 40
_LABELS = {
    "ma bieu": "form",
    "bieu so": "form",
    "bieu": "form",
    "phien ban": "version",
    "ma don vi": "unit_code",
    "ma so don vi": "unit_code",
    "ten don vi": "unit_name",
    "don vi": "unit_name",
    "don vi bao cao": "unit_name",
    "ky bao cao": "period",
    "ky": "period",
    "cach tinh": "basis",
    "so lieu tinh den": "as_of",
    "tinh den ngay": "as_of",
    "lan gui": "submission_no",
    "gui lan thu": "submission_no",
}
# as they are printed, with their marks
HEADER_LABELS = (
    "Mã biểu", "Biểu số", "Phiên bản", "Mã đơn vị", "Tên đơn vị", "Đơn vị báo cáo",
    "Kỳ báo cáo", "Cách tính", "Số liệu tính đến", "Lần gửi", "Cộng dồn", "Trong kỳ",
    "6 tháng đầu năm", "Quý", "Đảng bộ", "Đảng ủy", "Chi bộ", "Tổng cộng",
    "Người lập biểu", "Đảng Cộng sản Việt Nam",
)  # fmt: skip
_BASES = {"cong don": "cumulative", "luy ke": "cumulative", "trong ky": "period"}
_BASIS_LABELS = {"cumulative": "Cộng dồn", "period": "Trong kỳ"}
_DATE = re.compile(
    r"^(?:(?:ngày|đến)\s+)*(?P<day>[0-9]{1,2})\s*(?:[/.-]|tháng)\s*"
    r"(?P<month>[0-9]{1,2})\s*(?:[/.-]|năm)\s*(?P<year>[0-9]{4})$"
)
_NUMBER = re.compile(
    r"(?:l[ầa]n )?(?:g[ửu]i )?(?:th[ứu] |s[ốo] )?0*([1-9][0-9]{0,3})\.?"
)
_SERIAL_DIGITS = 5  # 1927 to 2173 as Excel counts days
_SERIALS_START = date(1899, 12, 30)
_EXAMPLE_YEAR, _EXAMPLE_MONTH = 2024, "T03"


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A header value as typed, with its address."""

    text: str
    cell: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a file comes from: the landing folder's name."""

    code: str
    kind: str
    blocs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Identity:
    """What a sheet is: form version, unit, period and number; None if not known."""

    form: Form
    unit: UnitSpan | None
    unit_code: str | None
    period: Period | None
    stated_submission_no: int | None


def sender_of(code: str, reference: Reference) -> Sender | None:
    """Return the sender of a landing folder; None when no unit has that code."""
    kind = reference.kind_of(code)
    if kind is None:
        return None
    return Sender(code, kind, frozenset(reference.blocs_of(code)))


def read_header(sheet: Sheet) -> dict[str, HeaderField]:
    """Collect the label–value pairs above the tables; the first of each label wins."""
    header: dict[str, HeaderField] = {}
    for row_index, texts in enumerate(sheet.texts[:_HEADER_ROWS]):
        for column, text in texts:
            field = _header_field(sheet.rows[row_index], row_index, column, text)
            if field:
                header.setdefault(field[0], field[1])
    return header


def _header_field(
    row: Sequence[Cell], row_index: int, column: int, cell: str
) -> tuple[str, HeaderField] | None:
    label, colon, rest = cell.partition(":")
    name = _LABELS.get(fold_cached(label))
    if name is None:
        return None
    if rest.strip():
        text = normalise(rest)
        return name, HeaderField(text, address(row_index, column), text)
    if not colon and name in {"unit_name", "form", "period"} and len(row) == 1:
        return None
    for offset, value in enumerate(row[column + 1 :], start=column + 1):
        if value is None:
            continue
        text = normalise(text_of(value))
        if fold_cached(text.partition(":")[0]) in _LABELS:
            break  # the next pair begins: this one was left blank
        return name, HeaderField(text, address(row_index, offset), value)
    return name, HeaderField("", address(row_index, column + 1), None)


def recognise_form(
    sheet: Sheet,
    header: Mapping[str, HeaderField],
    registry: Registry,
    faults: FaultList,
) -> Form | None:
    """Return the form and version of a sheet, by its code, else by its title."""
    form = _form_by_code(header, registry) or _form_by_title(sheet, registry)
    if form is None:
        return None
    stated = header.get("version")
    if stated is None or not stated.text:
        return form
    versions = {str(known.version): known for known in registry.versions(form.name)}
    if stated.text not in versions:
        faults.add(
            "R206",
            sheet=sheet.name,
            cell=stated.cell,
            found=stated.text,
            expected=", ".join(versions),
        )
        return form
    return versions[stated.text]


def _form_by_code(header: Mapping[str, HeaderField], registry: Registry) -> Form | None:
    stated = header.get("form")
    if stated is None:
        return None
    words = set(stated.text.upper().split())
    return next((form for form in registry.latest if form.code in words), None)


def _form_by_title(sheet: Sheet, registry: Registry) -> Form | None:
    texts = [fold_cached(text) for row in sheet.texts[:_HEADER_ROWS] for _, text in row]
    for form in registry.latest:
        titles = {fold_cached(title) for title in (form.title_vi, *form.aliases)}
        if any(title in text for title in titles for text in texts):
            return form
    return None


def identify(
    sheet: Sheet,
    form: Form,
    header: Mapping[str, HeaderField],
    sender: Sender,
    reference: Reference,
    faults: FaultList,
) -> Identity:
    """Recognise unit, period and number of a sheet and check that they fit."""
    period = _period(sheet, form, header, faults)
    unit_code = _unit_code(sheet, form, header, sender, reference, period, faults)
    unit = None
    if unit_code and period:
        unit = reference.span_in(
            unit_code, period.start, period.end, or_before=form.is_sent_after_closing
        )
        if unit is None:
            cell = _cell(header, "unit_code", "unit_name")
            faults.add("R215", sheet=sheet.name, cell=cell, found=unit_code)
    _check_name(sheet, header, unit_code, reference, faults)
    if unit_code and not _may_send(form, unit_code, reference):
        cell = _cell(header, "form")
        faults.add("R216", sheet=sheet.name, cell=cell, found=form.code)
    if period:
        _check_basis(sheet, period, header, faults)
        _check_as_of(sheet, period, header, faults)
    number = _submission_no(sheet, header, faults)
    return Identity(form, unit, unit_code, period, number)


def _cell(header: Mapping[str, HeaderField], *names: str) -> str | None:
    return next((header[name].cell for name in names if name in header), None)


def _may_send(form: Form, unit_code: str, reference: Reference) -> bool:
    kind = OFFICE if reference.kind_of(unit_code) == OFFICE else "unit"
    return kind in form.senders


def _period(
    sheet: Sheet, form: Form, header: Mapping[str, HeaderField], faults: FaultList
) -> Period | None:
    stated = header.get("period")
    text = stated.text if stated else ""
    period = parse_period(text)
    cell = stated.cell if stated else None
    if period is None:
        faults.add(
            "R204",
            sheet=sheet.name,
            cell=cell,
            found=text,
            expected=_examples(form),
        )
    elif not FIRST_YEAR <= period.year <= LAST_YEAR:
        faults.add(
            "R222",
            sheet=sheet.name,
            cell=cell,
            found=text,
            expected=f"{FIRST_YEAR}–{LAST_YEAR}",
        )
    elif period.type not in form.period_types:
        faults.add(
            "R205",
            sheet=sheet.name,
            cell=cell,
            found=text,
            expected=named(form.period_types),
        )
    return period


def _examples(form: Form) -> str:
    kinds: list[str] = [kind for kind in form.period_types if kind not in MONTHS]
    kinds += [_EXAMPLE_MONTH] if _EXAMPLE_MONTH in form.period_types else []
    return "; ".join(period_label(f"{_EXAMPLE_YEAR}-{kind}") for kind in kinds)


def _unit_code(
    sheet: Sheet,
    form: Form,
    header: Mapping[str, HeaderField],
    sender: Sender,
    reference: Reference,
    period: Period | None,
    faults: FaultList,
) -> str | None:
    unit_code = _stated_unit(sheet, form, header, sender, reference, period, faults)
    if unit_code is None or unit_code == sender.code:
        return unit_code
    speaks_for_bloc = sender.kind == OFFICE and sender.blocs & reference.blocs_of(
        unit_code
    )
    if not speaks_for_bloc:
        faults.add(
            "R203",
            sheet=sheet.name,
            cell=_cell(header, "unit_code", "unit_name"),
            found=unit_code,
            expected=sender.code,
        )
    return unit_code


def _stated_unit(
    sheet: Sheet,
    form: Form,
    header: Mapping[str, HeaderField],
    sender: Sender,
    reference: Reference,
    period: Period | None,
    faults: FaultList,
) -> str | None:
    code = header.get("unit_code")
    name = header.get("unit_name")
    if code and code.text:
        if known := reference.code_of(code.text):
            return known
        typed = code
    elif name and name.text:
        days = (period.start, period.end) if period else None
        named = reference.by_name(
            name.text, set(sender.blocs), days, or_before=form.is_sent_after_closing
        )
        if sender.code in named:
            return sender.code
        if len(named) == 1:
            return named.pop()
        typed = name
    else:
        faults.add("R202", sheet=sheet.name, found="", expected=WRITE_CODE)
        return None
    near = reference.nearest(typed.text, set(sender.blocs))
    faults.add(
        "R202",
        sheet=sheet.name,
        cell=typed.cell,
        found=typed.text,
        expected=f"{near}?" if near else "",
    )
    return None


def _check_name(
    sheet: Sheet,
    header: Mapping[str, HeaderField],
    unit_code: str | None,
    reference: Reference,
    faults: FaultList,
) -> None:
    """Warn when the name beside a code is plainly another unit's."""
    name = header.get("unit_name")
    if not unit_code or name is None or "unit_code" not in header:
        return
    named = reference.by_name(name.text, reference.blocs_of(unit_code))
    if named and unit_code not in named:
        faults.add(
            "R221",
            sheet=sheet.name,
            cell=name.cell,
            found=name.text,
            expected=unit_code,
            severity="warning",
        )


def _check_basis(
    sheet: Sheet, period: Period, header: Mapping[str, HeaderField], faults: FaultList
) -> None:
    stated = header.get("basis")
    if stated is None or not stated.text:
        return
    if _BASES.get(fold(stated.text)) != period.basis:
        faults.add(
            "R211",
            sheet=sheet.name,
            cell=stated.cell,
            found=stated.text,
            expected=_BASIS_LABELS[period.basis],
        )


def _check_as_of(
    sheet: Sheet, period: Period, header: Mapping[str, HeaderField], faults: FaultList
) -> None:
    stated = header.get("as_of")
    if stated is None or not stated.text:
        return
    if _date(stated) != period.end:
        faults.add(
            "R212",
            sheet=sheet.name,
            cell=stated.cell,
            found=stated.text,
            expected=period.end.strftime("%d/%m/%Y"),
        )


def _date(stated: HeaderField) -> date | None:
    if isinstance(stated.value, datetime):
        return stated.value.date()
    if isinstance(stated.value, date):
        return stated.value
    if stated.text.isdecimal() and len(stated.text) == _SERIAL_DIGITS:
        return _SERIALS_START + timedelta(days=int(stated.text))
    match = _DATE.search(stated.text.lower())
    if not match:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _submission_no(
    sheet: Sheet, header: Mapping[str, HeaderField], faults: FaultList
) -> int | None:
    stated = header.get("submission_no")
    if stated is None or not stated.text:
        return None
    match = _NUMBER.fullmatch(stated.text.casefold())
    if match:
        return int(match[1])
    faults.add("R213", sheet=sheet.name, cell=stated.cell, found=stated.text)
    return None
