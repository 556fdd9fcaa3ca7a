"""The page of a period: its numbers, its charts, and that names are only text."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bloc_warehouse.reports import charts
from bloc_warehouse.reports.period_content import (
    Arrival,
    PeriodContent,
    number,
    percent,
)
from bloc_warehouse.reports.period_reports import newest_report, render
from bloc_warehouse.settings import Settings

END = date(2024, 6, 30)
DUE = date(2024, 7, 8)


def content(**changes: Any) -> PeriodContent:  # noqa: ANN401
    """Return a period of 80 units of which 78 reported, one of them late."""
    fields: dict[str, Any] = {
        "bloc_code": "LAN",
        "period_code": "2024-H1",
        "period_name": "6 tháng đầu năm 2024",
        "head": {
            "bloc_name": "Đảng bộ Khối",
            "period_end": END,
            "release_id": 7,
            "published_at": datetime(2024, 7, 9, 1, tzinfo=UTC),
            "published_by": "ana",
            "data_docs": None,
        },
        "returns": [
            {
                "code": "BDV", "title_vi": "Biểu tăng, giảm đảng viên",
                "title_en": "Members", "due_on": DUE, "expected": 80, "on_time": 77,
                "late": 1, "held": 0, "rejected": 1, "missing": 1, "not_due": 0,
                "lacking": ["LAN-017", "LAN-018"],
            }
        ],
        "arrivals": [Arrival(END, 0, 80), Arrival(DUE, 77, 80)],
        "due_days": [DUE],
        "totals": [
            {
                "label_vi": "Số đảng viên cuối kỳ", "label_en": "Members",
                "computed_total": 4851, "declared_total": 4852, "difference": -1,
                "units_reported": 78, "units_expected": 80, "blank_count": 3,
                "is_partial": True,
            }
        ],
        "claims": [],
        "findings": [],
        "more_findings": 0,
        "open_count": 0,
        "trend": [],
    }  # fmt: skip
    return PeriodContent(**{**fields, **changes})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (4851, "4.851"),
        (Decimal("15.1600"), "15,16"),
        (Decimal("1940.0"), "1.940"),
        (-1, "-1"),
        (0, "0"),
    ],
)
def test_numbers_are_written_as_in_the_forms(value: Decimal | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(80, 80, "100 %"), (9999, 10000, "99,9 %"), (0, 80, "0 %"), (0, 0, "–")],
)
def test_a_share_of_less_than_all_is_never_100(
    part: int, whole: int, text: str
) -> None:
    assert percent(part, whole) == text


def test_the_page_says_how_much_each_total_rests_on(settings: Settings) -> None:
    page = render(content(), settings, data_docs=None)
    for words in ("97,5 %", "4.851", "4.852", "78 / 80", "LAN-017, LAN-018", "8"):
        assert words in page
    assert "None" not in page.replace(">None.<", "")
    assert "http" not in page  # nothing is fetched from anywhere


def test_a_part_is_marked_wherever_it_is_shown(settings: Settings) -> None:
    trend = [
        {"period_code": code, "computed_total": 4851, "is_partial": is_partial}
        for code, is_partial in (("2023-Y", False), ("2024-H1", True))
    ]
    claim = {
        "claim_id": "000-4", "wording": "4.851 đảng viên", "printed": "4.851",
        "recomputed": None, "verdict": "not_recomputable", "units_reported": 80,
        "units_expected": 80, "blank_count": 7,
    }  # fmt: skip
    page = render(content(trend=trend, claims=[claim]), settings, data_docs=None)
    assert page.count("một phần <small") == 1
    assert ">4.851*</text>" in page
    assert ">4.851</text>" in page
    assert "* một phần: còn thiếu" in page
    assert '<td class="n wait">3</td>' in page
    assert "blank cells</small>: 7" in page
    whole = [{**content().totals[0], "is_partial": False}]
    page = render(content(totals=whole), settings, data_docs=None)
    assert "một phần" not in page


def test_findings_show_their_answers_and_are_only_text(settings: Settings) -> None:
    finding = {
        "violation_id": 12, "rule": "P5", "severity": "warning", "unit_code": "LAN-017",
        "message_vi": "<b>tăng 30 %</b>", "message_en": "up", "cure_vi": "",
        "cure_en": "", "state": "explained", "explanation": "sáp nhập",
        "explained_by": "ana", "explained_at": datetime(2024, 7, 9, tzinfo=UTC),
    }  # fmt: skip
    page = render(content(findings=[finding]), settings, data_docs=None)
    assert "V-12" in page
    assert "sáp nhập" in page
    assert "đã giải trình" in page
    assert "&lt;b&gt;tăng 30 %" in page


def test_a_bar_is_whole() -> None:
    parts = charts.bar(content().returns[0])
    assert sum(part.share for part in parts) == pytest.approx(100)
    assert [part.count for part in parts] == [77, 1, 1, 1]


def test_nothing_came_means_no_chart() -> None:
    assert charts.arrivals_line([], [DUE]) is None
    assert charts.members_line([{"computed_total": 1, "period_code": "x"}]) is None


def test_the_newest_page_holds_and_odd_codes_have_none(settings: Settings) -> None:
    folder = settings.reports_dir / "periods" / "LAN" / "2024-H1"
    folder.mkdir(parents=True)
    for release in (2, 10):
        (folder / f"release-{release:06d}.html").touch()
    page = newest_report(settings, "LAN", "2024-H1")
    assert page == folder / "release-000010.html"
    assert newest_report(settings, "..", "2024-H1") is None
    assert newest_report(settings, "LAN", str(Path("..") / "x")) is None
