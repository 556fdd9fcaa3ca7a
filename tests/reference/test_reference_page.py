"""The page of reference lists is fresh, whole, and its examples are sound lists."""

from pathlib import Path

from tests.paths import ROOT
from tests.reference_lists import write_lists
from typer.testing import CliRunner

from bloc_warehouse.cli.app import app
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.lists.folder import read_folder
from bloc_warehouse.reference.lists.notes import NOTES
from bloc_warehouse.reference.lists.page import reference_page
from bloc_warehouse.reference.lists.shapes import SHAPES

OFFICE = {
    "unit_code": "QNM-VP", "bloc_code": "QNM", "unit_kind": "bloc_office",
    "unit_name": "Cơ quan Đảng ủy Khối", "valid_from": "2010-01-01",
}  # fmt: skip


def test_the_committed_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "reference_lists.md").read_text(encoding="utf-8")
    assert page == reference_page(), "run: bloc reference dictionary"


def test_every_list_and_column_is_explained_and_no_other() -> None:
    assert {name: list(note.columns) for name, note in NOTES.items()} == {
        shape.name: list(shape.columns) for shape in SHAPES
    }
    for note in NOTES.values():
        assert all(vi and en for vi, en, _ in note.columns.values())


def test_the_examples_are_sound_lists(tmp_path: Path) -> None:
    lines = {
        name: [{column: cell for column, (_, _, cell) in note.columns.items()}]
        for name, note in NOTES.items()
    }
    lines["ref_units"].append(OFFICE)  # whose plans are
    write_lists(tmp_path, **lines)
    found = check(read_folder(tmp_path), {})
    assert found.faults == []
    assert all(len(found.rows[name]) >= 1 for name in NOTES)


def test_a_column_that_must_be_filled_has_an_example() -> None:
    for shape in SHAPES:
        columns = NOTES[shape.name].columns
        assert all(columns[name][2] for name in shape.required), shape.name


def test_the_command_writes_the_page_and_checks_it(tmp_path: Path) -> None:
    page = str(tmp_path / "page.md")
    run = CliRunner().invoke
    assert run(app, ["reference", "dictionary", "--check", "-o", page]).exit_code == 1
    assert run(app, ["reference", "dictionary", "-o", page]).exit_code == 0
    assert run(app, ["reference", "dictionary", "--check", "-o", page]).exit_code == 0
