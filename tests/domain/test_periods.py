"""Periods in the spellings of real reports."""

import csv
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paths import DBT_PROJECT

from bloc_warehouse.domain.periods import (
    FIRST_YEAR,
    LAST_PARTS,
    LAST_YEAR,
    MONTHS,
    PERIOD_TYPES,
    listed,
    named,
    parse_period,
    period_label,
    period_of,
)
from bloc_warehouse.domain.vietnamese import fold

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


def test_a_cumulative_period_ends_with_the_quarter_and_month_alone() -> None:
    assert LAST_PARTS == (
        ("Q1", "T03"),
        ("H1", "Q2"), ("H1", "T06"),
        ("M9", "Q3"), ("M9", "T09"),
        ("Y", "Q4"), ("Y", "T12"),
    )  # fmt: skip


def test_the_twelve_months_are_one_entry_of_a_list() -> None:
    assert listed(("Q1", *MONTHS)) == "Q1, T01–T12"
    assert named(("Q1", *MONTHS)) == "Quý I, từng tháng"
    assert named(("Y", "T02")) == "Năm, Tháng 2"


UNDERSTOOD = {
    "2024-Q1": (
        "Quý I năm 2024", "QUÝ I/2024", "Quý I - 2024", "quí I 2024", "Quy I nam 2024",
        "Quý 1 năm 2024", "Quý 01/2024", "quý một năm 2024", "Quy mot nam 2024",
        "Quý thứ nhất năm 2024", "Quý thứ I năm 2024", "Q1/2024", "Q.I/2024", "QI/2024",
        "Q1-2024", "2024-Q1", "2024 Q1", "Quý\u00a0I của năm 2024", "Quý Ⅰ năm 2024",
        "Quý I (tháng 1, 2, 3) năm 2024", "Quý I (gồm tháng 01, 02 và 03)/2024",
        "Quý I (tháng 1, tháng 2, tháng 3) năm 2024", "Năm 2024 - Quý I",
        "3 tháng đầu năm 2024", "03 tháng năm 2024", "Ba tháng đầu năm 2024",
        "3T/2024", "Báo cáo quý I năm 2024", "Số liệu trong quý I năm 2024",
    ),
    "2024-H1": (
        "6 tháng đầu năm 2024", "06 tháng đầu năm 2024", "6 THÁNG NĂM 2024",
        "6 tháng đầu năm, năm 2024", "6 tháng đầu của năm 2024", "6 tháng đầu 2024",
        "6 tháng/2024", "6T/2024", "6T đầu năm 2024", "Sáu tháng đầu năm 2024",
        "SÁU THÁNG ĐẦU NĂM 2024", "Sau thang dau nam 2024", "sáu tháng năm 2024",
        "Nửa đầu năm 2024", "nửa năm đầu 2024", "H1/2024", "2024-H1", "2024 H1",
        "Lũy kế 6 tháng đầu năm 2024", "Sơ kết 6 tháng đầu năm 2024",
        "Kỳ báo cáo 6 tháng năm 2024", "6 tha\u0301ng đầu năm ２０２４",
        "Năm 2024: 6 tháng đầu năm",
    ),
    "2024-M9": (
        "9 tháng năm 2024", "9 tháng đầu năm 2024", "09 tháng/2024", "9T 2024",
        "Chín tháng đầu năm 2024", "chin thang nam 2024", "M9/2024", "2024-M9",
        "cộng dồn 9 tháng năm 2024",
    ),
    "2024-Y": (
        "Năm 2024", "năm2024", "NĂM: 2024", "2024", "cả năm 2024", "Cả năm, năm 2024",
        "trọn năm 2024", "12 tháng năm 2024", "12T/2024", "mười hai tháng năm 2024",
        "Tổng kết năm 2024", "Báo cáo năm 2024", "Trong năm 2024", "2024-Y", "2024 Y",
        "Cả 12 tháng trong năm 2024", "Năm 2024 (cả năm)", "Năm 2024 (12 tháng)",
    ),
    "2024-Q2": ("Quý II năm 2024", "quý hai/2024", "Q2 2024", "Quí 2-2024",
                "Quý Ⅱ/2024", "Quý II (tháng 4, 5, 6) năm 2024"),
    "2024-Q3": ("Quý III năm 2024", "Quý ba năm 2024", "q.iii 2024", "QuýIII/2024",
                "Quy ba 2024"),
    "2024-Q4": ("Quý IV năm 2024", "quý tư năm 2024", "Quý bốn/2024", "Quý thứ tư 2024",
                "Q4.2024"),
    "2024-T03": ("Tháng 3 năm 2024", "tháng 03/2024", "THÁNG BA NĂM 2024", "T3/2024",
                 "T03-2024", "03/2024", "3.2024", "2024-T03"),
    "2024-T05": ("Tháng 5 năm 2024", "tháng năm năm 2024", "T.5/2024"),
    "2024-T06": ("tháng sáu năm 2024", "Trong tháng 6 của năm 2024"),
    "2024-T09": ("Báo cáo tháng 9 năm 2024", "9/2024", "tháng chín/2024"),
    "2024-T11": ("tháng mười một năm 2024", "11/2024"),
    "2024-T12": ("tháng mười hai năm 2024", "T.12/2024", "Tháng 12, năm 2024"),
    "2017-Q1": ("Quý I (tháng 1, 2, 3) năm 2017",),
}  # fmt: skip

ASKED = (
    # parts of a year that the forms do not have
    "6 tháng cuối năm 2024", "Sáu tháng cuối năm 2024", "6T cuối năm 2024",
    "6 tháng sau năm 2024", "6 tháng giữa năm 2024", "6 tháng qua năm 2024",
    "3 tháng cuối năm 2024", "ba tháng cuối năm 2024", "9 tháng cuối năm 2024",
    "nửa cuối năm 2024", "nửa sau năm 2024", "nửa năm 2024", "H2/2024", "2024-H2",
    "2 tháng đầu năm 2024", "4 tháng đầu năm 2024", "11 tháng đầu năm 2024",
    "tháng đầu năm 2024", "đầu năm 2024", "cuối năm 2024", "giữa năm 2024",
    "10 tháng/2024", "năm tháng đầu năm 2024", "M6/2024", "M12/2024", "16 tháng 2024",
    # quarters that are none, or more than one
    "Quý I+II/2024", "Quý I + II năm 2024", "Quý I + năm 2024", "Quý I & năm 2024",
    "Quý I/2024?", "≈ 6 tháng đầu năm 2024", "Quý I 和 2024", "Quý І/2024",
    "Quý I và quý II năm 2024", "Quý I, II/2024", "Quý I-II năm 2024",
    "Quý I/II năm 2024", "Quý 1&2/2024", "Quý I đến quý III/2024",
    "hai quý đầu năm 2024", "3 quý năm 2024", "Quý V năm 2024", "Quý 5/2024", "Q0/2024",
    "Quý VI/2024", "Quý IIII/2024", "Quý năm 2024", "quý này năm 2024", "Quý 12/2024",
    "quý trước năm 2024", "Quý sáu năm 2024", "Quý I, 6 tháng đầu năm 2024",
    "Quý I (tháng 4, 5, 6) năm 2024", "Quý I (tháng 1, 3) năm 2024",
    "3 tháng đầu quý II năm 2024", "hết quý II năm 2024", "đến quý II năm 2024",
    "lũy kế quý II năm 2024", "trước quý II năm 2024", "Quý I lần 2 năm 2024",
    # months that are none, or more than one
    "tháng 13/2024", "tháng 0/2024", "T1-T6 năm 2024", "T1, T2/2024", "tháng 1+2/2024",
    "tháng 1 đến tháng 3/2024", "từ tháng 1 đến tháng 6 năm 2024", "01-03/2024",
    "tháng năm 2024", "tháng sau năm 2024", "thang sau nam 2024", "đầu tháng 3/2024",
    "tuần 1 tháng 3 năm 2024", "tháng 6 và 6 tháng đầu năm 2024", "6 tháng 6/2024",
    "tháng 12 và năm 2024", "Sau tháng đầu năm 2024", "tháng mười ba năm 2024",
    # days
    "30/6/2024", "ngày 30 tháng 6 năm 2024", "30 tháng 6 năm 2024", "01/01-30/06/2024",
    "tính đến 30/6/2024", "2024-06-30",
    # years that are none, more than one, or something else than a year
    "", "hôm qua", "6 tháng", "tháng 3", "6 tháng đầu năm", "Quý I", "Quý I/24", "0000",
    "6T/24", "năm 2019 và 2020", "năm 2023-2024", "2023, 2024", "Quý I 2023, 2024",
    "nhiệm kỳ 2020-2025", "Nhiệm kỳ 2020", "năm học 2024", "năm tài chính 2024",
    "6 tháng đầu năm 2024 so với cùng kỳ năm 2023", "đầu nhiệm kỳ 2024", "năm năm 2024",
    "cùng kỳ năm 2024", "học kỳ I năm 2024", "đợt 1 năm 2024", "lần 1/2024", "3/0000",
    "0000-Q1", "20240", "12024", "ước 6 tháng đầu năm 2024", "kế hoạch năm 2024",
    "năm nay", "tháng này", "không phải năm 2024", "2024-Q5", "2024-T13", "Y1/2024",
)  # fmt: skip


def test_the_table_of_spellings_is_large_and_half_of_it_is_refused() -> None:
    understood = [text for texts in UNDERSTOOD.values() for text in texts]
    assert len({*understood, *ASKED}) == len(understood) + len(ASKED) >= 200
    assert len(ASKED) >= 100


@pytest.mark.parametrize(
    ("text", "code"),
    [(text, code) for code, texts in UNDERSTOOD.items() for text in texts],
)
def test_spellings(text: str, code: str) -> None:
    period = parse_period(text)
    assert period is not None
    assert period.code == code


@pytest.mark.parametrize("text", ASKED)
def test_what_is_not_exactly_one_period_is_none(text: str) -> None:
    assert parse_period(text) is None


@given(
    st.sampled_from([text for texts in UNDERSTOOD.values() for text in texts]),
    st.sampled_from(["cuối", "hoặc", "trước", "hết", "đến", "cùng", "+", "?"]),
    st.integers(min_value=0),
)
@settings(max_examples=300, deadline=None)
def test_no_word_beside_a_period_is_passed_over(text: str, word: str, at: int) -> None:
    words = text.split(" ")
    at %= len(words) + 1
    assert parse_period(" ".join([*words[:at], word, *words[at:]])) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Đảng uỷ", "Đảng ủy"),
        ("Ðảng bộ", "Đảng bộ"),
        ("quí", "quý"),
        ("Đảng bộ\u00a0 Khối", "đảng bộ khối"),
        ("Kết na\u0323p", "Kết nạp"),
    ],
)
def test_spellings_of_one_word_fold_to_one_form(text: str, other: str) -> None:
    assert fold(text) == fold(other)


def test_the_calendar_of_the_warehouse_has_every_period_that_intake_takes() -> None:
    seed = DBT_PROJECT / "seeds" / "ref_periods.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    periods = [
        period_of(f"{year}-{kind}")
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for kind in PERIOD_TYPES
    ]
    assert sorted(rows) == sorted(
        (
            period.code,
            period.type,
            period.basis,
            str(period.year),
            str(period.start),
            str(period.end),
        )
        for period in periods
    )
