"""Numbers as offices type them."""

from decimal import Decimal

import pytest

from bloc_warehouse.forms.model import Measure
from bloc_warehouse.intake.parse.values import Parsed, ValueFault, parse_cell
from bloc_warehouse.intake.read.grid import Cell

COUNT = Measure(
    name="done", type="count", nature="flow", short_vi="Số lượt", label_en="Turns"
)
PERCENT = Measure(
    name="share", type="percent", nature="ratio", short_vi="Tỷ lệ", label_en="Share"
)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (4851.0, 4851),
        ("4.851", 4851),
        ("17.694", 17694),
        ("1.234.567", 1234567),
        (" 1 940 ", 1940),
        ("4\u00a0851", 4851),
        ("05", 5),
        ("-", 0),
        ("–", 0),
        ("không", 0),
        ("Không có", 0),
        ("KHÔNG", 0),
        ("", None),
        (None, None),
        ("  ", None),
    ],
)
def test_counts_are_read(cell: Cell, value: int | None) -> None:
    assert parse_cell(cell, COUNT) == Parsed(value)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,940", "V318"),
        ("12.5", "V321"),
        (1.94, "V321"),
        (1.94567, "V302"),
        ("12 cái bàn", "V301"),
        ("299/306", "V316"),
        (True, "V301"),
        (-1.0, "V303"),
        ("-3", "V303"),
        (float("inf"), "V307"),
        (float("nan"), "V307"),
        (1e300, "V307"),
        ("9" * 40, "V307"),
    ],
)
def test_what_is_no_count_is_a_fault(cell: Cell, code: str) -> None:
    fault = parse_cell(cell, COUNT)
    assert isinstance(fault, ValueFault)
    assert fault.code == code


@pytest.mark.parametrize(
    ("cell", "value"),
    [("77,77%", "77.77"), ("77.77", "77.77"), (50.0, "50"), ("121,25 %", "121.25")],
)
def test_percentages_are_read(cell: Cell, value: str) -> None:
    assert parse_cell(cell, PERCENT) == Parsed(Decimal(value))
