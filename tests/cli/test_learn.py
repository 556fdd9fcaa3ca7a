"""``bloc learn`` as an office uses it: look, answer, apply, and the files come in."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests import builders
from tests.intake.test_run import states
from tests.reference.old_sheets.layouts import (
    ADMISSIONS_IN_ONE_ROW,
    RATINGS_WITH_OWN_WORDS,
)
from tests.reference.old_sheets.layouts import INSPECTIONS_IN_THREE_TABLES as OLD
from tests.reference_lists import write_lists
from typer.testing import CliRunner, Result

from bloc_warehouse.cli.app import app
from bloc_warehouse.intake.revise.replay import Selection, replay
from bloc_warehouse.intake.run import check_files, ingest
from bloc_warehouse.reference.apply import apply
from bloc_warehouse.reference.old_sheets.study import Label, StudiedSheet
from bloc_warehouse.settings import Settings

LIST = "ref_form_aliases.csv"
BLOC = {"bloc_code": "LAN", "bloc_name": "Khối", "valid_from": "2010-01-01"}
UNITS = [
    {"unit_code": unit.unit_code, "bloc_code": unit.bloc_code,
     "unit_kind": unit.unit_kind, "unit_name": unit.unit_name,
     "valid_from": unit.valid_from}
    for unit in builders.UNITS
    if unit.bloc_code == "LAN"
]  # fmt: skip


@pytest.fixture
def old(intake: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An old sheet beside an office's lists."""
    monkeypatch.setattr("bloc_warehouse.cli.returns.learn.get_settings", lambda: intake)
    write_lists(intake.reference_dir, ref_blocs=[BLOC], ref_units=UNITS)
    path = tmp_path / "old.xlsx"
    path.write_bytes(OLD.content)
    return path


def learn(path: Path, *words: str, answers: str = "") -> Result:
    return CliRunner().invoke(
        app, ["learn", str(path), *words], env={"COLUMNS": "200"}, input=answers
    )


def _says(path: Path) -> list[str]:
    """What a person says of the labels that are not sure, cell by cell."""
    words: list[str] = []
    while True:
        found = json.loads(learn(path, "--json", *words).stdout)
        if not found["open"]:
            return words
        for label in found["open"]:
            meaning = OLD.meaning(label["kind"], label["text"])
            words += ["--say", f"{label['cell']}={meaning}"]


def test_old_files_come_in_by_replay_once_they_are_learnt(
    intake: Settings, old: Path
) -> None:
    builders.land(intake.landing_dir, "LAN-001", "old.xlsx", OLD.content)
    assert ingest(intake).batch.rejected == 1
    result = learn(old, "--yes", "--note", "đến 2019", *_says(old))
    assert result.exit_code == 0, result.output
    assert "bloc reference apply" in result.output
    assert check_files(intake, [old])[0].state == "rejected", "it is not in force yet"
    apply(intake, by="t")
    assert check_files(intake, [old])[0].faults == ()
    replay(intake, Selection(), by="t")
    assert [state for _, state in states(intake)] == ["accepted"]
    text = (intake.reference_dir / LIST).read_text(encoding="utf-8")
    assert "inspections,discipline,warning,,C.cáo,đến 2019\n" in text


def test_without_a_terminal_it_shows_and_writes_nothing(
    intake: Settings, old: Path
) -> None:
    result = learn(old)
    assert result.exit_code == 1
    assert "Nothing was written: repeat it with --yes" in result.output
    assert "Not sure: A6 “Cấp thực hiện”, perhaps done" in result.output
    assert not (intake.reference_dir / LIST).exists()


def test_yes_takes_what_is_sure_and_lists_the_rest(intake: Settings, old: Path) -> None:
    result = learn(old, "--yes")
    assert result.exit_code == 1
    assert "Not sure: A6" in result.output
    text = (intake.reference_dir / LIST).read_text(encoding="utf-8")
    assert "inspections,inspections,planned,,KH năm,\n" in text
    assert "Cấp thực hiện" not in text


def test_a_terminal_asks_by_number_or_name(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bloc_warehouse.cli.returns import learn as command

    (sheet,) = json.loads(learn(old, "--json").stdout)["sheets"]
    found = next(label for label in sheet["labels"] if label["cell"] == "A6")
    asked: list[str] = []

    def answer(*_: object, **__: object) -> str:
        asked.append("")
        return ("1", "body", str(len(found["candidates"]) + 1), "")[len(asked) - 1]

    monkeypatch.setattr("typer.prompt", answer)
    label = Label(**{**found, "candidates": tuple(
        command_candidate(each) for each in found["candidates"]
    )})  # fmt: skip
    whole = StudiedSheet("Biểu", "inspections", ())
    said = [command._asked(whole, label, "") for _ in range(4)]
    assert said == [found["candidates"][0]["target"], "body", "ignored", ""]


def command_candidate(values: dict[str, object]) -> object:
    from bloc_warehouse.reference.old_sheets.likeness import Candidate

    return Candidate(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--say", "Z99=body"), "Z99: there is no label in that cell"),
        (("--say", "A6=bogus"), "A6 cannot be bogus; one of body"),
        (("--say", "A6"), "A6 is no answer"),
        (("--say", "B6=body", "--say", "A6=body"), ""),
        (("--form", "bogus"), "there is no form bogus"),
    ],
)
def test_what_cannot_be_is_wrong_use(
    intake: Settings, old: Path, words: tuple[str, ...], told: str
) -> None:
    result = learn(old, "--yes", *words)
    assert result.exit_code == 2, result.output
    assert told in result.output
    assert not (intake.reference_dir / LIST).exists()


def test_an_answer_that_would_mean_two_things_is_refused(
    intake: Settings, old: Path
) -> None:
    old.write_bytes(RATINGS_WITH_OWN_WORDS.content)
    write_lists(
        intake.reference_dir,
        ref_form_aliases=[
            {"form": "ratings", "table": "ratings", "column": "exempt",
             "alias": "Tổng số có mặt"},
        ],
    )  # fmt: skip
    before = (intake.reference_dir / LIST).read_bytes()
    result = learn(old, "--yes", "--say", "I6=total_subject")
    assert result.exit_code == 2
    assert "is exempt in line 2" in " ".join(result.output.split())
    assert (intake.reference_dir / LIST).read_bytes() == before


def test_what_is_no_table_is_said(old: Path) -> None:
    old.write_text("only,words\nno,figures\n", encoding="utf-8")
    result = learn(old.rename(old.with_suffix(".csv")))
    assert result.exit_code == 2
    assert "has no table" in result.output


NOTES = [
    ("THEO DÕI GỬI BÁO CÁO",),
    ("STT", "Đơn vị", "Ngày gửi", "Số tệp", "Số lần nhắc"),
    (1, "Sở Y tế", "5/7", 3, 1),
]


def _book(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    book.save(path)
    return path


def test_a_sheet_of_notes_beside_a_form_is_left_out(old: Path) -> None:
    path = _book(old, Ghi_chú=NOTES, KQ=RATINGS_WITH_OWN_WORDS.lines)
    found = json.loads(learn(path, "--json").stdout)
    assert {label["sheet"] for label in found["open"]} == {"KQ"}
    words = [
        word
        for label in found["open"]
        for word in ("--say", f"{label['cell']}={_rated(label)}")
    ]
    result = learn(path, "--yes", *words)
    for label in json.loads(learn(path, "--json", *words).stdout)["open"]:
        words += ["--say", f"{label['cell']}={_rated(label)}"]
    result = learn(path, "--yes", *words)
    assert result.exit_code == 0, result.output
    assert "Ghi_chú is like no form of ours: intake leaves it out." in result.output
    alone = learn(_book(old, Ghi_chú=NOTES))
    assert alone.exit_code == 1
    assert "Say which with --form" in alone.output


def _rated(label: dict[str, str]) -> str | None:
    return RATINGS_WITH_OWN_WORDS.meaning(label["kind"], label["text"])


def test_cells_and_forms_of_several_sheets_are_said_with_their_sheet(
    intake: Settings, old: Path
) -> None:
    path = _book(old, KN=ADMISSIONS_IN_ONE_ROW.lines, KQ=RATINGS_WITH_OWN_WORDS.lines)
    shown = learn(path).output
    assert "Not sure: E6 “KH kết nạp cả năm”" in shown
    assert "--say 'KN!E6'=… (or ignored)" in shown
    result = learn(path, "--yes", "--say", "B6=admitted_total")
    assert result.exit_code == 2
    assert "B6 has a label on KN and on KQ: write KN!B6" in result.output
    result = learn(path, "--yes", "--form", "ratings")
    assert result.exit_code == 2
    assert "tables stand on KN, KQ: say of which sheet, KN=ratings" in result.output
    result = learn(path, "--yes", "--form", "KX=ratings")
    assert result.exit_code == 2
    assert "KX: no such sheet with a table; there are KN, KQ" in result.output
    assert not (intake.reference_dir / LIST).exists()
    learn(path, "--yes", "--form", "KQ=BXL", "--say", "KN!E6=plan_year")
    text = (intake.reference_dir / LIST).read_text(encoding="utf-8")
    assert "admissions,admissions,plan_year,,KH kết nạp cả năm,\n" in text
