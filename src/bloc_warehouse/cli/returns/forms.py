"""``bloc forms`` and ``bloc template``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table as Grid

from bloc_warehouse.cli.console import (
    console,
    print_json,
    refusing,
    wrong_use,
)
from bloc_warehouse.cli.known import known_form, known_period
from bloc_warehouse.cli.operations.made_page import Check, Output, keep_page
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.domain.periods import listed

if TYPE_CHECKING:
    from bloc_warehouse.forms.model import Form, Table
    from bloc_warehouse.forms.registry import Registry

forms_app = typer.Typer(
    help="The report forms: tables, columns, rules.", no_args_is_help=True
)

FormName = Annotated[
    str, typer.Argument(metavar="FORM", help="Name or code of a form.")
]
Version = Annotated[
    int | None, typer.Option(help="Version of the form; the latest if not given.")
]
Folder = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder to write to.")
]
_OF_COLUMNS = (
    "name", "type", "nature", "group_vi", "short_vi", "label_en", "aliases",
    "required", "help_vi", "values",
)  # fmt: skip
_DICTIONARY = Path("docs") / "data_dictionary.md"
_MARTS = Path("dbt_project") / "models" / "marts"
_SEEDS = Path("dbt_project") / "seeds"


@forms_app.command("list")
def list_forms(as_json: Json = False) -> None:
    """List the forms with their versions, senders and periods."""
    registry = _registry()
    if as_json:
        print_json([_summary(form) for form in registry.latest])
        return
    grid = Grid(title="Forms")
    grid.add_column("Form", no_wrap=True)
    for head in ("Code", "Version", "Title", "Sent by", "Periods"):
        grid.add_column(head)
    for form in registry.latest:
        grid.add_row(
            form.name,
            form.code,
            ", ".join(str(each.version) for each in registry.versions(form.name)),
            form.title_vi,
            ", ".join(form.senders),
            listed(form.period_types),
        )
    console.print(grid)


@forms_app.command("show")
def show(form: FormName, version: Version = None, as_json: Json = False) -> None:
    """Show a form's tables, columns and rules."""
    chosen = _form(form, version)
    if as_json:
        print_json(_description(chosen))
        return
    console.print(
        f"[bold]{chosen.title_vi}[/] · {chosen.title_en}\n"
        f"{chosen.code} · {chosen.name} version {chosen.version} · "
        f"sent by {', '.join(chosen.senders)} · {listed(chosen.period_types)}"
    )
    for table in chosen.tables:
        console.print(_columns_grid(table))
    if chosen.rules:
        console.print(_rules_grid(chosen))


@forms_app.command("dictionary")
def dictionary(
    output: Output = None,
    check: Check = False,
) -> None:
    """Write the data dictionary from the forms and the facts' descriptions."""
    from bloc_warehouse.forms.dictionary import data_dictionary

    project = get_settings().project_dir
    target = output or project / _DICTIONARY
    page = data_dictionary(_registry(), project / _MARTS)
    keep_page(page, target, check=check, command="bloc forms dictionary")


@forms_app.command("codes")
def codes(output: Folder = None, check: Check = False) -> None:
    """Write the seeds that hold the forms and their lists of codes, with labels."""
    from bloc_warehouse.forms.codes import seeds

    folder = output or get_settings().project_dir / _SEEDS
    for name, text in seeds(_registry()).items():
        keep_page(text, folder / name, check=check, command="bloc forms codes")


def template(
    form: Annotated[
        str | None,
        typer.Argument(metavar="[FORM]", help="Name or code of a form; or --all."),
    ] = None,
    *,
    period: Annotated[str, typer.Option(help="Period, e.g. 2024-H1.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Workbook to write; with --all the folder."
        ),
    ],
    unit: Annotated[
        str | None, typer.Option(help="Code of the unit, e.g. LAN-017.")
    ] = None,
    of_all: Annotated[
        bool,
        typer.Option(
            "--all", help="For each unit all forms that it owes, zipped with a letter."
        ),
    ] = False,
    version: Version = None,
) -> None:
    """Write an empty workbook of a form for a unit, or all that the units owe."""
    if of_all:
        if form or unit or version:
            raise wrong_use("--all makes all forms of all units: name a period only")
        _write_all(known_period(period), output)
    elif form is None or unit is None:
        raise wrong_use("name a form and --unit, or --all")
    else:
        _write_one(_form(form, version), unit, known_period(period), output)


def _write_one(form: "Form", unit: str, period: str, output: Path) -> None:
    from bloc_warehouse.forms.template import write_workbook
    from bloc_warehouse.reference.prefill import TemplateRequestError, blank_form

    with refusing(TemplateRequestError, OSError):
        filled = blank_form(form, unit, period, get_settings().reference_dir)
        output.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(output, [filled], template=True)
    header = filled.header
    console.print(
        f"Wrote {output}: {form.code} version {form.version}, "
        f"{header.unit_code} {header.unit_name}, {header.period_code}",
        highlight=False,
    )


def _write_all(period: str, folder: Path) -> None:
    from bloc_warehouse.database.connection import connect
    from bloc_warehouse.domain.periods import period_of
    from bloc_warehouse.export.template_sets import (
        read_known,
        template_sets,
        write_set,
    )
    from bloc_warehouse.reference.prefill import TemplateRequestError

    settings = get_settings()
    with connect("transform", settings=settings) as connection:
        known = read_known(connection, period_of(period))
    count = 0
    with refusing(TemplateRequestError, OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for templates in template_sets(
            _registry(), period, settings.reference_dir, known
        ):
            write_set(folder, templates)
            codes = ", ".join(filled.form.code for filled in templates.forms)
            console.print(
                f"{templates.file_name}: {templates.unit_name}, {codes},"
                f" due {templates.due_on:%d/%m/%Y}",
                highlight=False,
            )
            count += 1
    console.print(
        f"Wrote {counted(count, 'archive')} to {folder}, each with a workbook and a"
        " letter. "
        + (
            f"Of {counted(len(known), 'unit')} the last figures are filled in."
            if known
            else "Nothing is published yet, so no figure is filled in."
        ),
        highlight=False,
    )


def _registry() -> "Registry":
    from bloc_warehouse.forms.registry import load_registry

    return load_registry()


def _form(name: str, version: int | None) -> "Form":
    registry = _registry()
    known = known_form(name)
    versions = [form.version for form in registry.versions(known)]
    if version is not None and version not in versions:
        possible = ", ".join(map(str, versions))
        raise wrong_use(f"{known} has no version {version}; its versions: {possible}")
    return registry.form(known, version)


def _summary(form: "Form") -> dict[str, object]:
    return {
        "form": form.name,
        "code": form.code,
        "version": form.version,
        "title_vi": form.title_vi,
        "title_en": form.title_en,
        "senders": form.senders,
        "period_types": form.period_types,
        "tables": [table.name for table in form.tables],
    }


def _description(form: "Form") -> dict[str, object]:
    tables = [
        {
            "name": table.name,
            "title_vi": table.title_vi,
            "title_en": table.title_en,
            "rows": table.rows,
            "columns": [
                {name: getattr(column, name) for name in _OF_COLUMNS}
                for column in table.columns
            ],
        }
        for table in form.tables
    ]
    return dict(form) | {"tables": tables}


def _columns_grid(table: "Table") -> Grid:
    grid = Grid(
        "Column", "Label", "English", "Type", "Nature", "Required", title=table.title_vi
    )
    for column in table.columns:
        grid.add_row(
            column.name,
            column.label_vi,
            column.label_en,
            column.type,
            column.nature,
            "yes" if column.required else "",
        )
    return grid


def _rules_grid(form: "Form") -> Grid:
    grid = Grid("Rule", "Severity", "Identity", "Meaning", title="Rules")
    for rule in form.rules:
        identity = f"{rule.left} {rule.operator} {rule.right}"
        grid.add_row(rule.rule, rule.severity, escape(identity), rule.message_en)
    return grid
