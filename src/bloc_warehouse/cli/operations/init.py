"""``bloc init``: an installation of an office's own, from its list of units."""

import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from bloc_warehouse.cli.console import console, errors_console, refusing, wrong_use
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.domain.periods import CUMULATIVE

if TYPE_CHECKING:
    from bloc_warehouse.reference.office.answers import Answers
    from bloc_warehouse.reference.office.setup import OfficePlan
    from bloc_warehouse.reference.office.unit_list import UnitList

_SHOWN = 10
_QUESTIONS = {
    "bloc": "Code of the bloc, two to ten capitals (QNM)",
    "name": "Its name (Đảng bộ Khối …)",
    "province": "Province",
    "term": "The committee's term (2020-2025)",
    "units": "Excel file of the units",
    "first_year": "First year whose returns are owed",
}

_ALL = "all"
_USUAL = {
    "forms": ("Forms owed, with commas", _ALL),
    "periods": ("Periods, with commas", ",".join(CUMULATIVE)),
    "due_days": ("Days after a period's end until a return is late", "15"),
}


def init(
    bloc: Annotated[
        str | None, typer.Option(help="Code of the bloc, e.g. QNM.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The bloc's name.")] = None,
    province: Annotated[str | None, typer.Option(help="Its province.")] = None,
    term: Annotated[
        str | None, typer.Option(help="The committee's term, e.g. 2020-2025.")
    ] = None,
    units: Annotated[
        Path | None,
        typer.Option(help="Excel file: STT, Tên đơn vị, Loại hình, Ngành."),
    ] = None,
    first_year: Annotated[
        int | None, typer.Option(help="The first year whose returns are owed.")
    ] = None,
    last_year: Annotated[
        int | None, typer.Option(help="The last one; default: on and on.")
    ] = None,
    forms: Annotated[
        str | None, typer.Option(help="The forms owed, with commas; default: all.")
    ] = None,
    periods: Annotated[
        str | None,
        typer.Option(
            help=f"The periods, with commas; default: {','.join(CUMULATIVE)}."
        ),
    ] = None,
    due_days: Annotated[
        int | None,
        typer.Option(help="Days after a period's end; a year's are twice as many."),
    ] = None,
    answers_file: Annotated[
        Path | None,
        typer.Option("--from", help="A YAML file with all answers, for scripts."),
    ] = None,
    is_confirmed: Annotated[
        bool, typer.Option("--yes", help="Do it without asking.")
    ] = False,
) -> None:
    """Set up an installation for one office: lists, folders, what is owed.

    Shows what it would do, and does it once that is confirmed. Repeated, it changes
    nothing; a list that is there is never written over.
    """
    from bloc_warehouse.reference.office.answers import AnswersError
    from bloc_warehouse.reference.office.setup import plan_office, set_up
    from bloc_warehouse.reference.office.unit_list import read_unit_list

    given = {
        "bloc": bloc, "name": name, "province": province, "term": term,
        "units": str(units) if units else None, "first_year": first_year,
        "last_year": last_year, "forms": _split(forms), "periods": _split(periods),
        "due_days": due_days,
    }  # fmt: skip
    settings = get_settings()
    with refusing(AnswersError, OSError):
        answers, folder = _answers(given, answers_file)
        path = folder / answers.units
        listed = read_unit_list(path.name, path.read_bytes())
    plan = plan_office(settings, answers, listed)
    _show(answers, plan, listed)
    if not is_confirmed and (plan.files or plan.folders):
        if not sys.stdin.isatty():
            console.print("Nothing was written: repeat it with --yes to do it.")
            return
        typer.confirm("Do it?", abort=True)
    with errors_console.status("Preparing the warehouse and applying the lists"):
        number = set_up(settings, plan, by=getpass.getuser())
    if number is None and not plan.files and not plan.folders:
        console.print("All of it is there already; nothing was changed.")
    else:
        console.print(f"[green]Set up.[/] The lists are in {settings.reference_dir}")
    _show_next(answers, plan)


def _answers(given: dict[str, Any], path: Path | None) -> "tuple[Answers, Path]":
    """Return the answers, and the folder in which its files lie."""
    from bloc_warehouse.reference.office.answers import answers_of, read_answers

    said = {key: value for key, value in given.items() if value is not None}
    if path is not None:
        if said:
            raise wrong_use(f"--from has all answers; leave out {', '.join(said)}")
        return read_answers(path), path.resolve().parent
    for key, question in _QUESTIONS.items():
        if key in said or (key == "term" and not sys.stdin.isatty()):
            continue
        if not sys.stdin.isatty():
            raise wrong_use(f"say --{key.replace('_', '-')}: {question}")
        said[key] = typer.prompt(question)
    if sys.stdin.isatty():
        _ask_what_is_owed(said)
    return answers_of(said), Path()


def _ask_what_is_owed(said: dict[str, Any]) -> None:
    for key, (question, usual) in _USUAL.items():
        if key not in said:
            answer = str(typer.prompt(question, default=usual))
            if answer != _ALL:
                said[key] = answer if key == "due_days" else _split(answer)


def _split(text: str | None) -> list[str] | None:
    return [word.strip() for word in text.split(",")] if text else None


def _show(answers: "Answers", plan: "OfficePlan", listed: "UnitList") -> None:
    from bloc_warehouse.reference.office.unit_list import SECTORS

    kinds = plan.kinds
    console.print(
        f"[bold]{answers.bloc}[/] {escape(answers.name)} · {escape(answers.province)}\n"
        f"Units: {kinds.get('dbcs', 0) + kinds.get('cbcs', 0)} = {kinds.get('dbcs', 0)}"
        f" đảng bộ + {kinds.get('cbcs', 0)} chi bộ, and the bloc's office",
        highlight=False,
    )
    _show_some(
        "Repeated in the list, taken once",
        [f"{unit.place}: {unit.name} (as {place})" for unit, place in listed.doubles],
    )
    _show_some("Left out, for they have no number", listed.left_out)
    _show_some(
        "Sectors that are not known, left blank; write them into ref_units.csv"
        f" ({', '.join(SECTORS)}) or change the word",
        [
            f"{words}: {', '.join(places[:_SHOWN])}"
            + (" …" if len(places) > _SHOWN else "")
            for words, places in listed.unknown_sectors.items()
        ],
    )
    if plan.is_set_up:
        console.print("Its lists are there: edit them, then bloc reference check.")
    elif plan.files:
        console.print(f"Writes {counted(len(plan.files), 'list')}: "
                      + ", ".join(sorted(plan.files)), highlight=False)  # fmt: skip
    if plan.folders:
        console.print(f"Makes {counted(len(plan.folders), 'folder')}", highlight=False)


def _show_some(title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(f"[yellow]{title}[/]: {len(lines)}", highlight=False)
    for line in lines[:_SHOWN]:
        console.print(f"  {escape(line)}", highlight=False, soft_wrap=True)
    if len(lines) > _SHOWN:
        console.print(f"  … {len(lines) - _SHOWN} more", highlight=False)


def _show_next(answers: "Answers", plan: "OfficePlan") -> None:
    period = f"{answers.first_year}-{answers.periods[0]}"
    unit = plan.first_unit
    console.print(
        "Next:\n"
        f"  bloc template --all --period {period} -o templates   # to the units\n"
        f"  bloc check {unit}_{period}.xlsx   # when it is filled in; then into"
        f" landing/{unit}/\n"
        "  bloc run",
        highlight=False,
        soft_wrap=True,
    )
