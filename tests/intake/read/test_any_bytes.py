"""Any bytes in, either accepted or a coded rejection out."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzzing import NAMES, answer, fuzz
from tests.malformed_files import COLUMNS, book, context, figures, lines, text_file

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.model import ColumnType, Measure
from bloc_warehouse.intake.parse.unit_names import unit_name
from bloc_warehouse.intake.parse.values import Parsed, ValueFault, parse_cell
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.decode import decode
from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell
from bloc_warehouse.intake.sandbox.client import close_reader, parse_apart

OURS = context()
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.builds(CellError, st.text()),
    st.builds(PercentCell, st.floats()),
    st.from_regex(r"[-–+(]?[0-9., \u00a0]{0,14}[)%x]?", fullmatch=True),
)
TYPES = ("count", "percent", "year", "text", "unit", "code")


@given(st.sampled_from(NAMES), st.binary(max_size=2_000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_answered(name: str, content: bytes) -> None:
    answer(name, content, OURS)


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_table_of_texts_is_answered(rows: list[list[str]]) -> None:
    content = text_file([*lines(), *rows]).decode().encode("utf-8", "surrogatepass")
    answer("a.csv", content, OURS)


@given(CELLS, st.sampled_from(TYPES))
@settings(max_examples=500, deadline=None)
def test_any_cell_is_a_value_or_a_fault(cell: Cell, kind: ColumnType) -> None:
    column = Measure(name="a", type=kind, nature="flow", short_vi="A", label_en="A")
    parsed = parse_cell(cell, column)
    if isinstance(parsed, ValueFault):
        assert parsed.code[0] == "V"
    elif kind == "count" and parsed.value is not None:
        assert isinstance(parsed.value, int)
        assert 0 <= parsed.value <= 10**9
    elif isinstance(parsed.value, str):
        assert "\0" not in parsed.value


@given(st.integers(min_value=0, max_value=10**8))
@settings(max_examples=200, deadline=None)
def test_a_count_is_the_same_however_it_is_typed(number: int) -> None:
    grouped = f"{number:,}".replace(",", ".")
    spaced = f"{number:,}".replace(",", "\u00a0")
    column = COLUMNS[0]
    for cell in (number, float(number), str(number), grouped, spaced, f" {number} "):
        assert parse_cell(cell, column) == Parsed(number)
    for said in (f"{grouped} đồng chí", f"{number} đ/c", f"{number} lượt tổ chức đảng"):
        assert parse_cell(said, column) == Parsed(number)


@given(st.integers(min_value=1_000, max_value=10**8))
@settings(max_examples=100, deadline=None)
def test_english_thousands_are_never_taken(number: int) -> None:
    fault = parse_cell(f"{number:,}", COLUMNS[0])
    assert isinstance(fault, ValueFault)
    assert fault.code == "V318"


@given(st.text(alphabet="aáàảãạăâđêôơưứờữệịỉĐÔƯ bcdghklmnpqrstvx;,\n0123456789"))
@settings(max_examples=200, deadline=None)
def test_utf8_and_utf16_are_read_alike(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert decode(text.encode(encoding), OURS.vocabulary)[0] == text


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_name_does_not_change_by_being_folded_twice(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unit_name(text) == unit_name(fold(text))


@given(st.permutations(range(len(COLUMNS))))
@settings(max_examples=15, deadline=None)
def test_the_order_of_columns_does_not_matter(order: list[int]) -> None:
    values = figures()
    labels = [COLUMNS[at].label_vi for at in order]
    content = book(lines([values[at] for at in order], labels=labels))
    parsed = parse_file("a.xlsx", content, "LAN-001", OURS)
    plain = parse_file("a.xlsx", book(lines()), "LAN-001", OURS)
    assert parsed.faults.faults == []
    assert parsed.forms[0].content_sha256 == plain.forms[0].content_sha256


def test_a_short_run_of_the_fuzz_target() -> None:
    # a cell at a sheet's far end takes half a terabyte: that ends the reading process
    outcome = fuzz(first_seed=1, count=400, seconds=20, read=parse_apart)
    close_reader()
    assert outcome.accepted + outcome.rejected == outcome.inputs > 50
    assert outcome.accepted
    assert outcome.rejected


def test_types_of_cells_are_what_reading_gives() -> None:
    assert isinstance(datetime(2024, 1, 1), date)  # noqa: DTZ001  as a workbook has it
    assert not isinstance(timedelta(), date)
