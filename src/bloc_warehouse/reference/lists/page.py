"""The page of all reference lists, made from their shapes and notes."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.reference.claims.indicators import indicators
from bloc_warehouse.reference.lists.notes import NOTES, ListNote
from bloc_warehouse.reference.lists.shapes import CLAIMS, FORM_ALIASES, SHAPES, Shape

_ABOUT = """\
# Reference lists

<!-- written by `bloc reference dictionary` -->

An office keeps what is its own in CSV files of the reference folder
(`BLOC_REFERENCE_DIR`). `bloc init` makes them with remarks above their headers; edit
them in Excel (save as *CSV UTF-8*) or any editor. `bloc reference check` names each
fault with file, line and column; `bloc reference apply` puts them in force. Lines
that begin with `#` are remarks. Commas, semicolons and tabs are read, and the order
of the columns is free. Days are written as 2022-06-30, numbers without separators of
thousands and with a decimal point.

**Bold** columns identify a line; no two lines may be alike in them. *Needed* ones may
not be blank. Codes of blocs and units are those of `ref_blocs.csv` and
`ref_units.csv`. How published totals are entered: [claims](claims.md); what events do
to units:
[daily work](operating/daily_work.md#when-a-unit-is-founded-merged-split-renamed)."""
_KINDS = {
    "text": "text",
    "date": "day",
    "integer": "whole number",
    "bigint": "whole number",
    "numeric": "number",
}


def reference_page() -> str:
    """Return the page as Markdown: a section a list, a row a column."""
    parts = [_ABOUT]
    for shape in SHAPES:
        parts += _section(shape, NOTES[shape.name])
    return "\n".join(parts) + "\n"


def _section(shape: Shape, note: ListNote) -> Iterator[str]:
    yield f"\n## {shape.file_name}\n"
    yield f"{note.title_vi}. {note.about_vi}.\n"
    yield f"{note.title_en}. {note.about_en}.\n"
    yield "| Column | Type | | Example | Meaning |"
    yield "|---|---|---|---|---|"
    for name, kind in shape.columns.items():
        vi, en, example = note.columns[name]
        shown = f"**`{name}`**" if name in shape.key else f"`{name}`"
        needed = "needed" if name in shape.required else ""
        cell = f"`{example}`" if example else ""
        allowed = shape.choices.get(name) or _known().get((shape.name, name), ())
        choices = ", ".join(f"`{choice}`" for choice in allowed)
        meaning = f"{vi}. {en}." + (f" One of {choices}." if choices else "")
        yield f"| {shown} | {_KINDS[kind]} | {needed} | {cell} | {meaning} |"


@cache
def _known() -> Mapping[tuple[str, str], Sequence[str]]:
    """Return what a column may hold by the forms, the indicators and their words."""
    claimed = indicators().values()
    subjects = (subject for claim in claimed for subject in claim.subjects)
    bodies = (body for claim in claimed for body in claim.bodies)
    forms = load_registry().names
    return {
        ("ref_obligations", "form"): forms,
        ("ref_accepted_differences", "form"): forms,
        (FORM_ALIASES.name, "form"): forms,
        (CLAIMS.name, "indicator"): list(indicators()),
        (CLAIMS.name, "subject"): list(dict.fromkeys(subjects)),
        (CLAIMS.name, "conducted_by"): list(dict.fromkeys(bodies)),
    }
