"""The counts of a receipt add up, whatever the cells contain."""

import io
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from tests import builders

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.load.cell_counts import CellCounts, count_cells
from bloc_warehouse.intake.load.figures import figures_of
from bloc_warehouse.intake.parse.outside import position
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_file import parse_file

REGISTRY = load_registry()
CONTEXT = ParseContext(REGISTRY, builders.reference())
PLAIN = builders.workbook()
FIGURES = range(1, 37)

cell_values = st.one_of(
    st.none(),
    st.integers(-5, 10**13),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["-", "x", "không", "4.851", "ba", " ", "=1+1", "#REF!", "0"]),
)


def parse(content: bytes) -> ParsedFile:
    return parse_file("a.xlsx", content, "LAN-001", CONTEXT)


def counts(content: bytes, before: bytes | None = None) -> CellCounts:
    parsed = parse(content)
    earlier = figures_of(REGISTRY, parse(before).forms[0]) if before else None
    return count_cells(
        REGISTRY, parsed, parsed.faults.faults, [earlier for _ in parsed.forms]
    )


def added(counted: CellCounts) -> int:
    return (
        counted.new
        + counted.changed
        + counted.unchanged
        + counted.faulty
        + sum(counted.ignored.values())
    )


def data_row(content: bytes) -> int:
    return parse(content).forms[0].tables[0].rows[0].sheet_row


def counted_apart(content: bytes) -> int:
    """Cells with something in them, blank figures and blank cells at fault."""
    parsed = parse(content)
    cells = {
        (sheet.title, cell.row, cell.column)
        for sheet in load_workbook(io.BytesIO(content)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }
    for form in parsed.forms:
        cells |= {(form.sheet, row + 1, at + 1) for row, at in form.figure_places()}
    for fault in parsed.faults.faults:
        place = position(fault.cell or "")
        if place and fault.sheet and fault.severity == "error":
            cells.add((fault.sheet, place[0] + 1, place[1] + 1))
    return len(cells)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    now=st.dictionaries(st.sampled_from(FIGURES), cell_values, max_size=8),
    then=st.dictionaries(st.sampled_from(FIGURES), st.integers(0, 9), max_size=4),
    stray=st.dictionaries(
        st.sampled_from(["A1", "K40", "AZ90", "AM3", "B41"]),
        st.one_of(
            st.none(),
            st.integers(-(10**7), 10**7),  # longer ones may be personal data
            st.sampled_from(["a", " ", "không"]),
        ),
    ),
    has_before=st.booleans(),
)
def test_every_cell_is_counted_as_exactly_one_thing(
    now: Mapping[int, object],
    then: Mapping[int, object],
    stray: Mapping[str, object],
    *,
    has_before: bool,
) -> None:
    row = data_row(PLAIN)
    changes = {f"{get_column_letter(at)}{row}": value for at, value in now.items()}
    content = builders.with_cells(PLAIN, changes | dict(stray))
    earlier = builders.with_cells(
        PLAIN, {f"{get_column_letter(at)}{row}": value for at, value in then.items()}
    )
    counted = counts(content, earlier if has_before else None)
    assert counted.read == added(counted) == counted_apart(content)


def test_a_first_version_is_all_new() -> None:
    counted = counts(PLAIN)
    assert (counted.new, counted.changed, counted.unchanged) == (36, 0, 0)
    assert counted.faulty == 0


def test_a_correction_says_what_is_new_changed_and_unchanged() -> None:
    row = data_row(PLAIN)
    before = builders.with_cells(PLAIN, {f"H{row}": None, f"F{row}": None})
    after = builders.with_cells(
        PLAIN, {f"F{row}": None, f"X{row}": 31, f"Y{row}": None}
    )
    counted = counts(after, before)
    assert counted.new == 1  # H is a figure again
    assert counted.changed == 2  # X has another, Y is blank now
    assert counted.ignored["blank"] == 1  # F is blank as before
    assert counted.unchanged == 32


def test_not_applicable_is_a_word_of_its_own() -> None:
    row = data_row(PLAIN)
    marked = builders.with_cells(PLAIN, {f"Y{row}": "x"})
    assert counts(marked, PLAIN).changed == 1
    assert counts(marked, marked).unchanged == 36


def test_rows_that_are_gone_are_counted_apart() -> None:
    def sent(*kinds: str) -> bytes:
        rows = [
            {
                "level": "bloc", "kind": kind, "subject": "member",
                "merit_from_year": 2024, "merit_to_year": 2024, "award_count": 2,
            }
            for kind in kinds
        ]  # fmt: skip
        return builders.workbook({"awards": rows}, "awards_training")

    counted = counts(sent("flag"), sent("flag", "certificate_of_merit"))
    assert (counted.unchanged, counted.gone) == (1, 1)
    assert counted.ignored["row_labels"] == 5
    assert counted.read == added(counted)


def test_figures_of_an_unknown_unit_are_compared_with_nothing() -> None:
    counted = counts(builders.workbook(unit_code="LAN-999", unit_name="Không rõ"))
    assert counted.ignored["unknown_return"] == 36
    assert counted.faulty == 1


def test_sheets_without_a_form_are_ignored_with_that_reason() -> None:
    book = load_workbook(io.BytesIO(PLAIN))
    book.create_sheet("Nháp").append(["ghi chú", 1, 2])
    buffer = io.BytesIO()
    book.save(buffer)
    assert counts(buffer.getvalue()).ignored["other_sheets"] == 3
