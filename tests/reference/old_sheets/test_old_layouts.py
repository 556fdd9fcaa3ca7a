"""Old sheets of five layouts come in rightly once their labels are learnt."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from tests import builders
from tests.old_workbooks import ods, xls
from tests.reference.old_sheets.layouts import OLD_LAYOUTS, OldLayout

from bloc_warehouse.forms.aliases import with_aliases
from bloc_warehouse.forms.filled import FilledForm
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.intake.read.read import read_sheets
from bloc_warehouse.reference.old_sheets.enter import (
    Learnt,
    enter,
    folder_aliases,
    learn_sheets,
)
from bloc_warehouse.reference.old_sheets.study import Label, StudiedSheet

CONTEXT = ParseContext(load_registry(), builders.reference())


def learnt(folder: Path, layout: OldLayout) -> Learnt:
    """What is learnt of a layout from a person who answers as the layout says."""

    def ask(_: StudiedSheet, label: Label, problem: str) -> str:
        assert not problem
        meaning = layout.meaning(label.kind, label.text)
        assert meaning, label
        return meaning

    sheets = read_sheets("a.xlsx", layout.content, Limits(), CONTEXT.vocabulary)
    return learn_sheets(folder, sheets, ask=ask)


def come_in(folder: Path, layout: OldLayout) -> ParsedFile:
    forms = with_aliases(load_registry(), folder_aliases(folder))
    context = replace(CONTEXT, registry=forms)
    return parse_file("a.xlsx", layout.content, "LAN-001", context)


@pytest.mark.parametrize("layout", OLD_LAYOUTS, ids=lambda layout: layout.name)
def test_an_old_sheet_comes_in_once_it_is_learnt(
    tmp_path: Path, layout: OldLayout
) -> None:
    assert come_in(tmp_path, layout).faults.has_error
    found = learnt(tmp_path, layout)
    assert [sheet.form for sheet in found.sheets] == [layout.form]
    assert (found.open, found.sheets[0].missing, found.sheets[0].unsaid) == ((), (), ())
    enter(tmp_path, found.aliases, "", write=True)
    parsed = come_in(tmp_path, layout)
    assert parsed.faults.faults == []
    (form,) = parsed.forms
    assert form.identity.form.name == layout.form
    rows = {table.name: [row.values for row in table.rows] for table in form.tables}
    assert rows == layout.rows


@pytest.mark.parametrize("layout", OLD_LAYOUTS, ids=lambda layout: layout.name)
def test_what_is_sure_is_right(tmp_path: Path, layout: OldLayout) -> None:
    (sheet,) = learnt(tmp_path, layout).sheets
    sure = [label for label in sheet.labels if label.certainty == "sure"]
    wrong = {
        label.text: label.target
        for label in sure
        if layout.meaning(label.kind, label.text) != label.target
    }
    assert wrong == {}
    assert len(sure) >= 3, "nothing would be learnt without a person"


def test_learning_again_has_nothing_to_add(tmp_path: Path) -> None:
    layout = OLD_LAYOUTS[0]
    enter(tmp_path, learnt(tmp_path, layout).aliases, "", write=True)
    again = learnt(tmp_path, layout)
    assert again.aliases == ()
    assert {label.certainty for sheet in again.sheets for label in sheet.labels} == {
        "known"
    }


def test_all_layouts_together_mean_one_thing_each(tmp_path: Path) -> None:
    for layout in OLD_LAYOUTS:
        enter(tmp_path, learnt(tmp_path, layout).aliases, "", write=True)
    for layout in OLD_LAYOUTS:
        assert come_in(tmp_path, layout).faults.faults == []
    forms = with_aliases(load_registry(), folder_aliases(tmp_path))
    context = replace(CONTEXT, registry=forms)
    ours = parse_file("a.xlsx", builders.workbook(), "LAN-001", context)
    assert ours.faults.faults == []


def test_an_answer_that_cannot_be_is_asked_again(tmp_path: Path) -> None:
    layout = OLD_LAYOUTS[2]
    problems: list[str] = []

    def ask(_: StudiedSheet, label: Label, problem: str) -> str:
        if label.cell != "H6":
            return layout.meaning(label.kind, label.text) or ""
        problems.append(problem)
        return ("nonsense", "good", "exempt")[len(problems) - 1]

    sheets = read_sheets("a.xlsx", layout.content, Limits(), CONTEXT.vocabulary)
    assert learn_sheets(tmp_path, sheets, ask=ask).open == ()
    assert problems[0] == ""
    assert problems[1].startswith("it cannot be nonsense; one of subject")
    assert problems[2] == "D6 “HT tốt nhiệm vụ” is good already"


def _as_csv(layout: OldLayout) -> bytes:
    """As a Vietnamese Excel saves CSV UTF-8: a mark, semicolons, decimal commas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    width = max(map(len, layout.lines))
    for line in layout.lines:
        cells = [
            str(cell).replace(".", ",") if isinstance(cell, float) else cell
            for cell in line
        ]
        writer.writerow([*cells, *[None] * (width - len(cells))])
    return buffer.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("layout", OLD_LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_means_the_same_in_each_type_of_file(
    tmp_path: Path, layout: OldLayout
) -> None:
    enter(tmp_path, learnt(tmp_path, layout).aliases, "", write=True)
    expected = learnt(tmp_path, layout).sheets[0]
    forms = with_aliases(load_registry(), folder_aliases(tmp_path))
    for name, content in (
        ("a.xls", xls({"Biểu": layout.lines, "Sheet2": [("ghi chú",)]})),
        ("a.ods", ods({"Biểu": layout.lines})),
        ("a.csv", _as_csv(layout)),
    ):
        sheets = read_sheets(name, content, Limits(), CONTEXT.vocabulary)
        (sheet,) = learn_sheets(tmp_path, sheets).sheets
        assert sheet.labels == expected.labels, name
        context = replace(CONTEXT, registry=forms)
        parsed = parse_file(name, content, "LAN-001", context)
        assert parsed.faults.faults == [], name
        (form,) = parsed.forms
        assert {
            table.name: [row.values for row in table.rows] for table in form.tables
        } == layout.rows, name


@pytest.mark.parametrize("form", [form.name for form in load_registry().latest])
def test_a_template_of_ours_leaves_nothing_open(tmp_path: Path, form: str) -> None:
    """Neither its labels nor the numbers of its columns below them."""
    buffer = io.BytesIO()
    blank = FilledForm(load_registry().form(form), builders.header(), {})
    write_workbook(buffer, [blank], template=True)
    content = buffer.getvalue()
    sheets = read_sheets("a.xlsx", content, Limits(), CONTEXT.vocabulary)
    for sheet in learn_sheets(tmp_path, sheets).sheets:
        assert {label.certainty for label in sheet.labels} == {"known"}
