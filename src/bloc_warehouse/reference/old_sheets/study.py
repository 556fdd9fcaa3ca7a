"""An office's own old sheet → what each of its labels would mean to a form.

Labels that the form or the list of aliases knows already are *known*. The others are
compared with the form's: a clear likeness is *sure*, the rest somebody must be asked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bloc_warehouse.domain.vietnamese import fold, normalise
from bloc_warehouse.forms.aliases import IGNORED
from bloc_warehouse.forms.model import Form, Table
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.recognise import read_header, recognise_form
from bloc_warehouse.intake.parse.table_finder import (
    column_paths,
    is_ignored,
    known_field,
    starts_signature,
)
from bloc_warehouse.intake.parse.values import ValueFault, parse_cell
from bloc_warehouse.intake.read.grid import Cell, Sheet, address, text_of
from bloc_warehouse.reference.old_sheets.likeness import (
    WORTH_ASKING,
    Candidate,
    column_candidates,
    is_clear,
    likeness,
    value_candidates,
)

Certainty = Literal["known", "said", "sure", "unsure"]
Kind = Literal["title", "column", "value"]

EACH_SHEET = ""
_MOST_ROWS = 60  # above the figures
_MOST_DEEP = 3
_FEWEST_COLUMNS = 2
_MOST_CANDIDATES = 5
_LIKE_A_FORM = 0.35  # of a sheet's and a form's columns must be alike
_CLEARLY = 0.1
_OF_STRANGERS = 0.2  # what a column that is like none costs
_OF_TITLE = 0.2
_FIGURE = re.compile(r"[-–—\d.,%xX()\s]+")
_PERIOD = re.compile(
    r"[\s,;(–-]*\b(?:(?:\d{1,2}|sáu|chín)\s+tháng|quý|tháng|năm|kỳ|tính đến)\b.*\d.*$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(bieu|bao cao|thong ke|tong hop|tinh hinh|bang|ket qua|danh sach)"
)


@dataclass(frozen=True, slots=True)
class Label:
    """One label of the sheet, and what it would mean.

    Attributes:
        kind: Whether it is the sheet's title, a column's label or a value in a row.
        table: The form's table; empty of a title.
        column: Of a value, the column in which it stands.
        cell: Where it stands.
        text: The alias that it makes, a group before its column.
        target: The form, column, or code that it means, ``ignored``, or None.
        certainty: How sure that is.
        candidates: What else it may mean, the likest first.
    """

    kind: Kind
    table: str
    column: str
    cell: str
    text: str
    target: str | None
    certainty: Certainty
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class StudiedSheet:
    """What a sheet would be.

    Attributes:
        form: Its form; None: none is clearly meant, see ``forms``.
        forms: The forms that are like it, the likest first.
        labels: Its title, columns and values.
        missing: The form's columns that it does not have, as ``table: label``.
        unsaid: What its head does not say: ``unit`` or ``period``.
    """

    sheet: str
    form: str | None
    forms: tuple[Candidate, ...]
    labels: tuple[Label, ...] = ()
    missing: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def is_like_none(self) -> bool:
        """Whether it is a note or another table, which intake leaves out."""
        return self.form is None and not _is_like(self.forms)


@dataclass(frozen=True, slots=True)
class _Header:
    """A table's header as it may be: each column's labels and what they would mean."""

    table: Table
    first: int
    end: int
    paths: Mapping[int, list[str]]
    targets: Mapping[int, Candidate]
    likeness: float


def study(
    sheets: Sequence[Sheet], registry: Registry, forms: Mapping[str, str]
) -> list[StudiedSheet]:
    """Return what each sheet with a table would be; others are left out.

    Args:
        sheets: A file's.
        registry: The forms with the aliases that there are.
        forms: Sheet → its form, where somebody has said it; the sheet ``""`` is each.
    """
    studied = (
        _study(sheet, registry, forms.get(sheet.name) or forms.get(EACH_SHEET))
        for sheet in sheets
    )
    return [each for each in studied if each is not None]


def _study(sheet: Sheet, registry: Registry, said: str | None) -> StudiedSheet | None:
    spans = list(_header_spans(sheet))
    if not spans:
        return None
    header = read_header(sheet)
    known = recognise_form(sheet, header, registry, FaultList())
    forms = [known] if known else list(registry.latest)
    if said:
        forms = [registry.form(said)]
    found = {form.name: _headers(sheet, spans, form) for form in forms}
    likest = sorted(
        (
            Candidate(form.name, form.title_vi, round(100 * score, 1))
            for form in forms
            if (score := _score(sheet, form, found[form.name])) > 0
        ),
        key=lambda candidate: -candidate.likeness,
    )[:_MOST_CANDIDATES]
    is_told = len(forms) == 1 and bool(found[forms[0].name])
    if not is_told and not _is_one(likest):
        return StudiedSheet(sheet.name, None, tuple(likest))
    form = registry.form(forms[0].name if is_told else likest[0].target)
    headers = found[form.name]
    labels = [
        *([] if known == form else _title(sheet, form, headers)),
        *(label for each in headers for label in _column_labels(each)),
        *(label for each in headers for label in _values(sheet, each, headers)),
    ]
    unsaid = [
        name
        for name, keys in (
            ("unit", ("unit_code", "unit_name")),
            ("period", ("period",)),
        )
        if not any(key in header and header[key].text for key in keys)
    ]
    missing = tuple(_missing(form, headers, labels))
    return StudiedSheet(
        sheet.name, form.name, tuple(likest), tuple(labels), missing, tuple(unsaid)
    )


def _is_like(likest: Sequence[Candidate]) -> bool:
    return bool(likest) and likest[0].likeness >= 100 * _LIKE_A_FORM


def _is_one(likest: Sequence[Candidate]) -> bool:
    if not _is_like(likest):
        return False
    after = likest[1].likeness if len(likest) > 1 else 0
    return likest[0].likeness - after >= 100 * _CLEARLY


def _header_spans(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Yield first row and end of what may be a header: labels, and figures below."""
    rows = min(len(sheet.rows), _MOST_ROWS)
    is_labels = [_is_row_of_labels(sheet, row) for row in range(rows)]
    for end in range(1, rows):
        if not is_labels[end - 1] or not _stands_over_figures(sheet, end):
            continue
        first = end - 1  # rows of groups above belong to it; a title is one label
        while first and end - first < _MOST_DEEP and is_labels[first - 1]:
            first -= 1
        yield first, end


def _is_row_of_labels(sheet: Sheet, row: int) -> bool:
    cells = [cell for _, cell in sheet.filled[row]]
    words = [text for _, text in sheet.texts[row] if not _FIGURE.fullmatch(text)]
    is_head = any(word.rstrip().endswith(":") for word in words)
    return (
        len(words) >= max(_FEWEST_COLUMNS, len(cells) / 2)
        and all(isinstance(cell, str) for cell in cells)
        and not is_head
    )


def _stands_over_figures(sheet: Sheet, end: int) -> bool:
    columns = {at for at, _ in sheet.texts[end - 1]}
    figures = {at for at, cell in sheet.filled[end] if _is_figure(cell)}
    return len(columns & figures) >= _FEWEST_COLUMNS


def _is_figure(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_FIGURE.fullmatch(cell)) and any(map(str.isdigit, cell))
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _headers(
    sheet: Sheet, spans: Sequence[tuple[int, int]], form: Form
) -> list[_Header]:
    """Return the likest header of each of the form's tables, none over another's."""
    likely = [
        header
        for first, end in spans
        for table in form.tables
        if (header := _header(sheet, first, end, table)).targets
    ]
    likely.sort(key=lambda header: -header.likeness)
    taken: list[_Header] = []
    for header in likely:
        if header.likeness > 0 and not any(
            header.table.name == other.table.name
            or (header.first < other.end and other.first < header.end)
            for other in taken
        ):
            taken.append(header)
    return sorted(taken, key=lambda header: header.first)


def _header(sheet: Sheet, first: int, end: int, table: Table) -> _Header:
    rows = [
        {at: normalise(text).rstrip(" :") for at, text in sheet.texts[row]}
        for row in range(first, end)
    ]
    paths = {
        at: path
        for at, path in column_paths(rows).items()
        if any(map(fold, path)) and not is_ignored(table, path)
    }
    targets = _assigned(paths, table)
    strangers = len(paths) - len(targets)
    alike = sum(target.likeness / 100 for target in targets.values())
    return _Header(table, first, end, paths, targets, alike - _OF_STRANGERS * strangers)


def _assigned(paths: Mapping[int, list[str]], table: Table) -> dict[int, Candidate]:
    """Give each column of the sheet the likest of ours that is free."""
    likely: list[tuple[float, int, Candidate]] = []
    for at, path in paths.items():
        field = known_field(table, path)
        if field:
            label = table.column(field).label_vi
            likely.append((101, at, Candidate(field, label, 100)))
        else:
            likely += [
                (candidate.likeness, at, candidate)
                for candidate in column_candidates(path, table)
                if candidate.likeness >= WORTH_ASKING
            ]
    targets: dict[int, Candidate] = {}
    taken: set[str] = set()
    for _, at, candidate in sorted(likely, key=lambda each: (-each[0], each[1])):
        if at not in targets and candidate.target not in taken:
            targets[at] = candidate
            taken.add(candidate.target)
    return targets


def _score(sheet: Sheet, form: Form, headers: Sequence[_Header]) -> float:
    """Return how alike a sheet and a form are, from 0 to 1."""
    if not headers:
        return 0
    ours = sum(len(header.table.columns) for header in headers)
    theirs = sum(len(header.paths) for header in headers)
    alike = sum(
        target.likeness / 100 for each in headers for target in each.targets.values()
    )
    titles = [fold(title) for title in (form.title_vi, *form.aliases)]
    above = (fold(text) for _, text in _titles_above(sheet, headers))
    title = max((likeness(a, b) for a in above for b in titles), default=0) / 100
    return (1 - _OF_TITLE) * 2 * alike / (ours + theirs) + _OF_TITLE * title


def _titles_above(
    sheet: Sheet, headers: Sequence[_Header]
) -> Iterator[tuple[str, str]]:
    """Yield address and text of what may be the title, without its period."""
    for row in range(min(header.first for header in headers)):
        for at, text in sheet.texts[row]:
            bare = _PERIOD.sub("", normalise(text)).strip(" ,;(–-")
            if ":" not in bare and _TITLE.match(fold(bare)):
                yield address(row, at), bare


def _title(sheet: Sheet, form: Form, headers: Sequence[_Header]) -> Iterator[Label]:
    """Yield the title, which is nobody else's: the columns said what the sheet is."""
    ours = [fold(title) for title in (form.title_vi, *form.aliases)]
    titles = sorted(
        _titles_above(sheet, headers),
        key=lambda found: -max(likeness(fold(found[1]), own) for own in ours),
    )
    for cell, text in titles[:1]:
        like = max(likeness(fold(text), own) for own in ours)
        candidate = Candidate(form.name, form.title_vi, round(like, 1))
        certainty: Certainty = "sure" if like >= WORTH_ASKING else "unsure"
        yield Label("title", "", "", cell, text, form.name, certainty, (candidate,))


def _column_labels(header: _Header) -> Iterator[Label]:
    table = header.table
    for at, path in header.paths.items():
        cell = address(header.first + len(path) - 1, at)
        text = ": ".join(part.replace(":", "") for part in path)
        target = header.targets.get(at)
        if known_field(table, path):
            yield Label("column", table.name, "", cell, text,
                        target.target if target else None, "known")  # fmt: skip
            continue
        candidates = column_candidates(path, table)
        settled = {
            other.target for place, other in header.targets.items()
            if place != at and other.likeness > candidates[0].likeness
        }  # fmt: skip
        free = [each for each in candidates if each.target not in settled]
        is_sure = target is not None and free[:1] == [target] and is_clear(free)
        yield Label(
            "column", table.name, "", cell, text,
            target.target if target else None, "sure" if is_sure else "unsure",
            tuple(free[:_MOST_CANDIDATES]),
        )  # fmt: skip


def _values(
    sheet: Sheet, header: _Header, headers: Sequence[_Header]
) -> Iterator[Label]:
    """Yield what stands in columns with a list and is not in the list."""
    later = [other.first for other in headers if other.first > header.first]
    stop = min(later, default=len(sheet.rows))
    seen: set[tuple[str, str]] = set()
    for row in range(header.end, stop):
        if any(starts_signature(text) for _, text in sheet.texts[row]):
            return
        figures = sum(_is_figure(cell) for _, cell in sheet.filled[row])
        for at, target in header.targets.items():
            column = header.table.column(target.target)
            cell = sheet.rows[row][at] if at < len(sheet.rows[row]) else None
            if column.type != "code" or not isinstance(cell, str) or not figures:
                continue
            text = normalise(text_of(cell))
            if _FIGURE.fullmatch(text):
                continue  # the row of column numbers
            fault = parse_cell(cell, column)
            if not isinstance(fault, ValueFault) or (column.name, text) in seen:
                continue
            seen.add((column.name, text))
            if not re.match(r"(tong|cong)\b", fold(text)):
                yield _value(header, column.name, address(row, at), text)


def _value(header: _Header, column: str, cell: str, text: str) -> Label:
    found = value_candidates(text, header.table.column(column))
    is_sure = is_clear(found)
    target = found[0].target if found and found[0].likeness >= WORTH_ASKING else None
    return Label(
        "value", header.table.name, column, cell, text, target,
        "sure" if is_sure else "unsure", tuple(found[:_MOST_CANDIDATES]),
    )  # fmt: skip


def _missing(
    form: Form, headers: Sequence[_Header], labels: Sequence[Label]
) -> Iterator[str]:
    found = {(label.table, label.target) for label in labels if label.kind == "column"}
    there = {header.table.name for header in headers}
    for table in form.tables:
        if table.name not in there:
            yield table.title_vi
            continue
        for column in table.columns:
            if (table.name, column.name) not in found:
                yield f"{table.title_vi}: {column.label_vi}"


def allowed_targets(label: Label, form: Form) -> list[str]:
    """Return what a label may be said to mean."""
    if label.kind == "title":
        return [form.name]
    table = form.table(label.table)
    if label.kind == "value":
        return [value.code for value in table.column(label.column).values]
    return [*(column.name for column in table.columns), IGNORED]
