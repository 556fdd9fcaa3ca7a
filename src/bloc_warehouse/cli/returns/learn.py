"""``bloc learn``: what the labels of an office's own old sheets mean to our forms."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    print_json,
    refusing,
    wrong_use,
)
from bloc_warehouse.cli.known import known_form
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.forms.aliases import FormAlias
    from bloc_warehouse.intake.read.grid import Sheet
    from bloc_warehouse.reference.old_sheets.enter import Learnt
    from bloc_warehouse.reference.old_sheets.study import Label, StudiedSheet

_COLOURS = {"known": "dim", "said": "cyan", "sure": "green", "unsure": "yellow"}
_UNSAID = {
    "unit": "whose it is: write “Mã đơn vị” and the code above the table",
    "period": "its period: write “Kỳ báo cáo” and, say, “6 tháng đầu năm 2019” above",
}


def learn(
    file: Annotated[Path, typer.Argument(help="An old sheet, as the office has it.")],
    form: Annotated[
        list[str] | None,
        typer.Option(
            help="Which form it is, if it is not recognised; of one of several sheets:"
            " SHEET=FORM, repeat it for others."
        ),
    ] = None,
    says: Annotated[
        list[str] | None,
        typer.Option(
            "--say",
            help="What the label in a cell means: C5=inc_admitted, H5=ignored; repeat"
            " it for others.",
        ),
    ] = None,
    note: Annotated[
        str, typer.Option(help="A remark beside what is written, such as its years.")
    ] = "",
    is_confirmed: Annotated[
        bool,
        typer.Option("--yes", help="Write what is sure without asking; list the rest."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what the labels of an office's own old sheet mean to a form.

    A terminal asks where that is not sure. What is agreed is written into the
    installation's list of aliases, so that such sheets come in as they are.
    """
    from bloc_warehouse.reference.lists.faults import ReferenceListError
    from bloc_warehouse.reference.old_sheets.enter import (
        LearnError,
        enter,
        learn_sheets,
    )

    folder = get_settings().reference_dir
    if not folder.is_dir():
        raise wrong_use(f"there is no reference folder {folder}: run bloc init")
    can_ask = sys.stdin.isatty() and not is_confirmed and not as_json
    with refusing(LearnError, ReferenceListError):
        learnt = learn_sheets(
            folder,
            _sheets(file),
            forms=_forms(form or []),
            said=_said(says or []),
            ask=_asked if can_ask else None,
        )
        if not learnt.sheets:
            raise wrong_use(
                f"{file} has no table: two columns with labels over figures"
            )
        if not as_json:
            _show(learnt.sheets)
        is_written = bool(learnt.aliases) and (
            is_confirmed
            or (can_ask and typer.confirm(f"Write {_counted(learnt.aliases)}?"))
        )
        if is_written:
            enter(folder, learnt.aliases, note, write=True)
    if as_json:
        print_json({**_plain(learnt), "is_written": is_written})
    else:
        _show_end(file, learnt, is_written=is_written)
    is_whole = not learnt.open and not any(map(_is_undecided, learnt.sheets))
    is_whole = is_whole and any(sheet.form for sheet in learnt.sheets)
    raise typer.Exit(ExitCode.OK if is_whole else ExitCode.FINDINGS)


def _plain(learnt: "Learnt") -> dict[str, object]:
    """Return it as JSON has it, with candidates and aliases by name."""
    return {
        "sheets": [
            {
                **asdict(sheet),
                "forms": [form._asdict() for form in sheet.forms],
                "labels": [_plain_label(label) for label in sheet.labels],
            }
            for sheet in learnt.sheets
        ],
        "aliases": [alias._asdict() for alias in learnt.aliases],
        "open": [
            {"sheet": sheet.sheet, **_plain_label(label)}
            for sheet in learnt.sheets
            for label in sheet.labels
            if label.certainty == "unsure"
        ],
    }


def _plain_label(label: "Label") -> dict[str, object]:
    likely = [candidate._asdict() for candidate in label.candidates]
    return {**asdict(label), "candidates": likely}


def _sheets(file: Path) -> "Sequence[Sheet]":
    from bloc_warehouse.forms.registry import load_registry
    from bloc_warehouse.intake.parse.parsed import ParseContext
    from bloc_warehouse.intake.parse.unit_directory import Reference
    from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
    from bloc_warehouse.intake.read.read import read_sheets

    if not file.is_file():
        raise wrong_use(f"no such file: {file}")
    limits = Limits.of(get_settings())
    words = ParseContext(load_registry(), Reference((), ())).vocabulary
    try:
        return read_sheets(file.name, file.read_bytes(), limits, words)
    except UnreadableFileError as error:
        raise wrong_use(f"{file} cannot be read: {error}") from error


def _forms(given: list[str]) -> dict[str, str]:
    """Return what is said of sheets: ``membership``, or ``Sheet1=membership``."""
    from bloc_warehouse.reference.old_sheets.study import EACH_SHEET

    forms = {}
    for each in given:
        sheet, _, form = each.rpartition("=")
        forms[sheet.strip() or EACH_SHEET] = known_form(form.strip())
    return forms


def _is_undecided(sheet: "StudiedSheet") -> bool:
    return sheet.form is None and not sheet.is_like_none


def _said(says: list[str]) -> dict[str, str]:
    said = {}
    for each in says:
        cell, equals, target = each.rpartition("=")
        if not equals or not cell.strip() or not target.strip():
            raise wrong_use(f"{each} is no answer; write C5=inc_admitted or H5=ignored")
        said[cell.strip()] = target.strip()
    return said


def _show(sheets: "Sequence[StudiedSheet]") -> None:
    for sheet in sheets:
        if sheet.is_like_none and any(other.form for other in sheets):
            console.print(
                f"[dim]{escape(sheet.sheet)}[/] is like no form of ours: intake leaves"
                " it out.",
                highlight=False,
            )
            continue
        if sheet.form is None:
            _show_forms(sheet)
            continue
        table = Table(
            "cell", "on the sheet", "means", "", title=f"{sheet.sheet}: {sheet.form}",
            title_justify="left",
        )  # fmt: skip
        for label in sheet.labels:
            table.add_row(
                label.cell, escape(label.text), escape(_meaning(label)),
                f"[{_COLOURS[label.certainty]}]{label.certainty}[/]",
            )  # fmt: skip
        console.print(table)
        for missing in sheet.missing:
            console.print(
                f"[yellow]Not on the sheet{_unless_open(sheet)}:[/] {escape(missing)}",
                highlight=False,
                soft_wrap=True,
            )
        for unsaid in sheet.unsaid:
            console.print(f"[yellow]Its head does not say[/] {_UNSAID[unsaid]}")


def _unless_open(sheet: "StudiedSheet") -> str:
    is_open = any(label.certainty == "unsure" for label in sheet.labels)
    return ", unless a label that is not sure means it" if is_open else ""


def _show_forms(sheet: "StudiedSheet") -> None:
    like = ", ".join(f"{form.target} ({form.likeness:.0f} %)" for form in sheet.forms)
    console.print(
        f"[yellow]{escape(sheet.sheet)}[/] is not clearly a form of ours"
        f"{f'; it is like {like}' if like else ''}. Say which with --form.",
        highlight=False,
    )


def _meaning(label: "Label") -> str:
    if label.target is None:
        return "?"
    named = {each.target: each.label_vi for each in label.candidates}
    shown = named.get(label.target)
    return f"{label.target} – {shown}" if shown else label.target


def _asked(sheet: "StudiedSheet", label: "Label", problem: str) -> str:
    """Return what a person says to a label that is not sure; empty: nothing."""
    from bloc_warehouse.forms.aliases import IGNORED

    if problem:
        console.print(f"[yellow]{escape(problem)}[/]", highlight=False)
    console.print(f"[bold]{escape(sheet.sheet)} {label.cell}[/] {escape(label.text)}")
    choices = [each.target for each in label.candidates]
    shown = [f"{each.target} – {each.label_vi}" for each in label.candidates]
    if label.kind == "column":
        choices.append(IGNORED)
        shown.append(f"{IGNORED} – nobody reads it")
    for number, line in enumerate(shown, start=1):
        console.print(f"  {number}  {escape(line)}", highlight=False)
    question = "  A number, or a name; blank leaves it"
    answer = str(typer.prompt(question, "", show_default=False)).strip()
    if answer.isdecimal() and 0 < int(answer) <= len(choices):
        return choices[int(answer) - 1]
    return answer


def _open(learnt: "Learnt") -> "Iterator[tuple[str, Label]]":
    """Yield the open labels and how ``--say`` names them, quoted if it must be."""
    tables = [sheet for sheet in learnt.sheets if sheet.form]
    for sheet in tables:
        for label in sheet.labels:
            if label.certainty == "unsure":
                place = f"{sheet.sheet}!{label.cell}" if len(tables) > 1 else label.cell
                yield quote(place), label


def _counted(new: "Sequence[FormAlias]") -> str:
    return counted(len(new), "alias", "aliases")


def _show_end(file: Path, learnt: "Learnt", *, is_written: bool) -> None:
    for place, label in _open(learnt):
        like = ", ".join(each.target for each in label.candidates[:3])
        other = " (or ignored)" if label.kind == "column" else ""
        console.print(
            f"[yellow]Not sure:[/] {label.cell} “{escape(label.text)}”"
            f"{f', perhaps {like}' if like else ''}: --say {place}=…{other}",
            highlight=False,
            soft_wrap=True,
        )
    if not learnt.aliases:
        console.print("Nothing to write: what is sure is known already.")
    elif not is_written:
        console.print(
            "Nothing was written: repeat it with --yes to write "
            f"{_counted(learnt.aliases)}."
        )
    else:
        console.print(
            f"[green]{_counted(learnt.aliases)} written[/] to ref_form_aliases.csv."
            f" Next:\n  bloc reference apply --reason …\n  bloc check"
            f" {escape(str(file))}",
            highlight=False,
        )
