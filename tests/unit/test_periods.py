"""Periods in the spellings of real reports."""

import csv
from datetime import date
from pathlib import Path

import pytest

from bloc_warehouse.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    PERIOD_TYPES,
    listed,
    named,
    parse_period,
    period_label,
    period_of,
)
from bloc_warehouse.vietnamese import fold

CODES = [f"2024-{kind}" for kind in PERIOD_TYPES]


@pytest.mark.parametrize("code", CODES)
def test_a_printed_period_is_read_back(code: str) -> None:
    assert parse_period(period_label(code)) == period_of(code)
    assert parse_period(code) == period_of(code)


def test_a_month_is_the_month_alone() -> None:
    month = period_of("2024-T02")
    assert (month.basis, month.start, month.end) == (
        "period",
        date(2024, 2, 1),
        date(2024, 2, 29),
    )
    assert period_of("2023-T02").end == date(2023, 2, 28)
    assert period_label("2024-T03") == "Tháng 3 năm 2024"


def test_the_twelve_months_are_one_entry_of_a_list() -> None:
    assert listed(("Q1", *MONTHS)) == "Q1, T01–T12"
    assert named(("Q1", *MONTHS)) == "Quý I, từng tháng"
    assert named(("Y", "T02")) == "Năm, Tháng 2"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6T/2024", "2024-H1"),
        ("06 tháng đầu năm 2024", "2024-H1"),
        ("quí III/2020", "2020-Q3"),
        ("Q.II/2023", "2023-Q2"),
        ("9T 2022", "2022-M9"),
        ("9 tháng đầu năm 2022", "2022-M9"),
        ("cả năm 2019", "2019-Y"),
        ("2019", "2019-Y"),
        ("2019-H1", "2019-H1"),
        ("Quý I năm 2017", "2017-Q1"),
        ("Quý I (tháng 1, 2, 3) năm 2017", "2017-Q1"),
        ("3 tháng đầu năm 2024", "2024-Q1"),
        ("12 tháng năm 2024", "2024-Y"),
        ("12T/2024", "2024-Y"),
        ("9 tháng/2024", "2024-M9"),
        ("2024-M9", "2024-M9"),
        ("tháng 3/2024", "2024-T03"),
        ("tháng 03 năm 2024", "2024-T03"),
        ("THÁNG 3 NĂM 2024", "2024-T03"),
        ("Báo cáo tháng 9 năm 2024", "2024-T09"),
        ("T3/2024", "2024-T03"),
        ("T.12/2024", "2024-T12"),
        ("03/2024", "2024-T03"),
        ("9/2024", "2024-T09"),
        ("2024-T03", "2024-T03"),
    ],
)
def test_spellings(text: str, code: str) -> None:
    period = parse_period(text)
    assert period is not None
    assert period.code == code


@pytest.mark.parametrize(
    "text",
    [
        "", "hôm qua", "6 tháng", "năm 2019 và 2020", "tháng 3", "tháng 13/2024",
        "30/6/2024", "ngày 30 tháng 6 năm 2024", "01-03/2024", "0000-Q1", "3/0000",
        "tháng năm 2024", "từ tháng 1 đến tháng 6 năm 2024", "T1-T6 năm 2024",
        "tháng 6 và 6 tháng đầu năm 2024", "tháng 12 và năm 2024",
    ],
)  # fmt: skip
def test_what_is_unclear_is_no_period(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đảng uỷ", "Đảng ủy"),
        ("Ðảng bộ", "Đảng bộ"),
        ("quí", "quý"),
        ("Đảng bộ\u00a0 Khối", "đảng bộ khối"),
        ("Kết na\u0323p", "Kết nạp"),
    ],
)
def test_spellings_of_one_word_fold_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_calendar_of_the_warehouse_has_every_period_that_intake_takes() -> None:
    seed = Path(__file__).parents[2] / "dbt_project" / "seeds" / "ref_periods.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    periods = [
        period_of(f"{year}-{kind}")
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for kind in PERIOD_TYPES
    ]
    assert sorted(rows) == sorted(
        (one.code, one.type, str(one.year), str(one.start), str(one.end))
        for one in periods
    )
