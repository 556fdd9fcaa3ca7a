"""Periods in the spellings of real reports."""

import csv
from pathlib import Path

import pytest

from bloc_warehouse.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    parse_period,
    period_label,
    period_of,
)
from bloc_warehouse.vietnamese import fold

CODES = [f"2024-{kind}" for kind in ("Q1", "H1", "M9", "Y", "Q2", "Q3", "Q4")]


@pytest.mark.parametrize("code", CODES)
def test_a_printed_period_is_read_back(code: str) -> None:
    period = parse_period(period_label(code))
    assert period == period_of(code)


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
    ],
)
def test_spellings(text: str, code: str) -> None:
    period = parse_period(text)
    assert period is not None
    assert period.code == code


@pytest.mark.parametrize("text", ["", "hôm qua", "6 tháng", "năm 2019 và 2020"])
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


def test_the_calendar_of_the_warehouse_has_every_year_that_intake_takes() -> None:
    seed = Path(__file__).parents[2] / "dbt_project" / "seeds" / "ref_periods.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        years = {int(row["period_year"]) for row in csv.DictReader(file)}
    assert years == set(range(FIRST_YEAR, LAST_YEAR + 1))
