"""What sentences are taken to say; the examples of docs/claims.md, run as written."""

import re
import shlex
from datetime import date
from pathlib import Path

import pytest
from tests.paths import ROOT
from tests.reference_lists import write_lists
from typer.testing import CliRunner

from bloc_warehouse.cli.app import app
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.claims.add import ClaimError, parse_claim_period
from bloc_warehouse.reference.claims.printed import printed_value
from bloc_warehouse.reference.claims.sentence import figures, period_in, propose
from bloc_warehouse.reference.lists.folder import read_folder

PAGE = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
LIST = "ref_published_totals.csv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLOC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "88")
    write_lists(
        tmp_path / "reference",
        ref_blocs=[
            {
                "bloc_code": "QNM",
                "bloc_name": "Đảng bộ Khối",
                "valid_from": "2010-01-01",
            }
        ],
    )
    return tmp_path / "reference"


def examples() -> list[tuple[str, str]]:
    """Return the commands of the page with what they print."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    shown = "".join(blocks).replace(" \\\n   ", "").split("$ bloc ")[1:]
    pairs = (example.partition("\n") for example in shown)
    return [(command, told.strip()) for command, _, told in pairs]


def add(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["claims", "add", *arguments])
    return result.exit_code, result.output


def test_the_examples_of_the_page_are_entered_as_it_shows(folder: Path) -> None:
    pairs = examples()
    assert len(re.findall(r"^> ", PAGE, re.M)) >= 10
    for command, told in pairs:
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code == 0, result.output
        assert result.output.startswith(f"{told}\nWritten to"), result.output
    found = read_folder(folder)
    assert len(found.rows["ref_published_totals"]) == len(pairs) >= 10
    assert check(found, {}).faults == []
    for command, _ in pairs:
        again = CliRunner().invoke(app, shlex.split(command)).output
        assert "in the list already" in again


@pytest.mark.parametrize(
    ("sentence", "printed"),
    [
        ("Năm 2022 có 05 chi bộ", ["05"]),
        ("đạt 102,91 % kế hoạch quý II", ["102,91 %"]),
        ("5 năm liền (2018 - 2022), 78 đảng viên", ["78"]),
        ("6 tháng đầu năm 2024 có 4.851 đảng viên.", ["4.851"]),
        ("Quyết định 1676-QĐ/TU ngày 28/5/1992", []),
        ("nhiệm kỳ 2015-2020 kết nạp 1.940, vượt 21,25%", ["1.940", "21,25%"]),
    ],
)
def test_times_are_no_figures(sentence: str, printed: list[str]) -> None:
    assert figures(sentence) == printed


@pytest.mark.parametrize(
    ("words", "qualifier"),
    [
        ("có gần 7.000 đảng viên", "nearly"),
        ("hơn 7.000 đảng viên", "more_than"),
        ("đạt trên 7.000 đảng viên", "more_than"),
        ("ít nhất 7.000 đảng viên", "more_than_or_equal"),
        ("có 7.000 đảng viên", "exact"),
        ("gần đây có 7.000 đảng viên", "exact"),
    ],
)
def test_the_word_before_a_figure_qualifies_it(words: str, qualifier: str) -> None:
    proposal = propose(words, "7.000")
    assert (proposal.qualifier, proposal.indicator) == (qualifier, "member_count")


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Đến ngày 30/6/2022, kết nạp 5 đảng viên", "H1"),
        ("Tính đến 15.10.2022 có 5 đảng viên", "DAY"),
        ("Chín tháng đầu năm 2022 kết nạp 5 đảng viên", "M9"),
        ("Hằng năm, từ 2015 đến 2019", "EACH_YEAR"),
        ("giai đoạn 2018-2022", "FIVE_YEARS"),
        ("nhiệm kỳ 2015-2020", "TERM"),
        ("Quý I năm 2022 và quý I năm 2023", None),
        ("Hiện nay có 80 tổ chức", None),
    ],
)
def test_the_time_of_a_sentence(sentence: str, code: str | None) -> None:
    found = period_in(sentence)
    assert (found.kind if found else None) == code


@pytest.mark.parametrize(
    ("text", "value"),
    [("4.851", "4851"), ("77,77%", "77.77"), ("05", "5"), ("42 %", "42")],
)
def test_figures_mean_what_papers_print(text: str, value: str) -> None:
    assert str(printed_value(text)) == value


@pytest.mark.parametrize("text", ["77.77", "4,851,2", "gần 5", "", "1.94%0", "-5"])
def test_what_is_no_figure_is_not_guessed(text: str) -> None:
    assert printed_value(text) is None


def test_periods_as_people_write_them() -> None:
    term = parse_claim_period("TERM:2015..2020-08-26")
    assert (term.kind, term.end) == ("TERM", date(2020, 8, 26))
    assert parse_claim_period("2018..2022").kind == "FIVE_YEARS"
    assert parse_claim_period("2018..2023").kind == "TERM"
    for wrong in ("2022", "TERM:2022", "2022-13-01", "2022-H3", "..", "x..y"):
        with pytest.raises(ClaimError, match="is no period"):
            parse_claim_period(wrong)


def test_what_the_sentence_leaves_open_is_asked_for(folder: Path) -> None:
    code, told = add("Đảng bộ có 66 tổ chức, 39 đảng bộ", "--period", "2022-Y")
    assert (code, "66, 39" in told) == (2, True)
    code, told = add("Đảng bộ có 66 tổ chức cơ sở đảng")
    assert (code, "--period" in told) == (2, True)
    code, told = add("55 điều gì đó trong năm 2022")
    assert (code, "--indicator" in told) == (2, True)
    assert not (folder / LIST).exists()


def test_what_a_person_says_goes_before_what_the_sentence_seems_to_say(
    folder: Path,
) -> None:
    code, _ = add(
        "Năm 2022 kết nạp 55 đảng viên", "--indicator", "member_count",
        "--period", "2022-H1", "--qualifier", "nearly",
    )  # fmt: skip
    assert code == 0
    [row] = read_folder(folder).rows["ref_published_totals"]
    assert (row["indicator"], row["period_type"]) == ("member_count", "H1")
    assert (row["qualifier"], row["basis"]) == ("nearly", "stock")


def test_a_claim_that_the_rules_refuse_is_not_written(folder: Path) -> None:
    code, told = add("Năm 2022 kết nạp 55 đảng viên", "--bloc", "LAN")
    assert (code, "LAN is not in ref_blocs.csv" in told) == (2, True)
    assert not (folder / LIST).exists()
    code, told = add("Năm 2022 kết nạp 55 đảng viên", "--dry-run")
    assert (code, "Nothing was written" in told) == (0, True)
    assert not (folder / LIST).exists()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_that_excel_saved_keeps_its_form(
    folder: Path, coding: str, separator: str
) -> None:
    add("Năm 2021 kết nạp 55 đảng viên")
    path = folder / LIST
    lines = path.read_text(encoding="utf-8").replace(",", separator).splitlines()
    before = "\r\n".join([f"# ghi chú{separator * 3}", *lines])
    path.write_bytes(before.encode(coding))
    code, _ = add("Năm 2022 kết nạp 56 đảng viên")
    assert code == 0
    after = path.read_bytes().decode(coding)
    assert after.startswith(f"{before}\r\nQNM-2{separator}")
    assert check(read_folder(folder), {}).faults == []
