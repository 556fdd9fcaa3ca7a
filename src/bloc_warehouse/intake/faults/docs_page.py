"""The page of all fault codes, made from the catalogue and the forms.

``python -m bloc_warehouse.intake.faults.docs_page`` writes ``docs/faults.md``.
"""

from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.intake.faults.faults import fault_codes
from bloc_warehouse.settings import get_settings

_FAMILIES = (
    ("F", "The file", "The file as a whole: its type, its size, whether it opens."),
    (
        "R",
        "Recognising",
        "What the file is and whose: form, unit, period, number, tables and columns.",
    ),
    ("V", "Values", "One cell or one row. Nothing is guessed, nothing is corrected."),
    (
        "I",
        "Identities",
        "Figures of one form that contradict each other. The code is I401; the rule, "
        "which is in the form's definition, names the identity.",
    ),
    (
        "P",
        "Personal data",
        "Forms hold counts, no persons. A file with what looks like personal data is "
        "deleted, wherever that is: in cells, notes, the names of the file and its "
        "sheets, headers, text boxes, properties, drop-down lists. Exempt are a few "
        "names in the signatures at the form's end, and one telephone number and one "
        "address in the preparer's line. The file's hash, size, sender and time are "
        "kept, and the places; the code replaces what was there. No other fault of the "
        "file is reported.",
    ),
    (
        "L",
        "Landing",
        "What is in landing but cannot be ingested. It stays there; `bloc status` "
        "names it, and its sender gets a note, except for L505 to L507.",
    ),
)
_KINDS = {"L": "not taken"}
_WARNINGS = {"F112", "R218", "R219", "R220", "R221", "V320"}


def faults_page(registry: Registry) -> str:
    """Return the page as Markdown: a section a family, every code, every rule."""
    parts = [
        "# Faults",
        "",
        "<!-- written by `python -m bloc_warehouse.intake.faults.docs_page` -->",
        "",
        "Every answer to a sender names its faults by these codes. An *error* rejects "
        "the whole file; a *warning* asks, and the file is accepted. `…` is what was "
        "found, `(…)` what is expected; each text ends with what to do.",
    ]
    for letter, title, about in _FAMILIES:
        parts += ["", f"## {letter}: {title}", "", about, ""]
        parts += _identities(registry) if letter == "I" else _codes(letter)
    return "\n".join(parts) + "\n"


def _codes(letter: str) -> list[str]:
    rows = ["| code | kind | text and remedy |", "|---|---|---|"]
    for code, text in sorted(fault_codes().items()):
        if code.startswith(letter):
            kind = "warning" if code in _WARNINGS else _KINDS.get(letter, "error")
            shown = {"found": "…", "expected": "(…)"}
            vietnamese = text.vi.format(**shown)
            english = text.en.format(**shown)
            rows.append(f"| {code} | {kind} | {vietnamese}<br>{english} |")
    return rows


def _identities(registry: Registry) -> list[str]:
    rows = ["| form | rule | kind | text and remedy |", "|---|---|---|---|"]
    for form in registry.latest:
        for rule in form.rules:
            text = (
                f"{rule.message_vi}. {rule.remedy_vi}<br>"
                f"{rule.message_en}. {rule.remedy_en}"
            )
            rows.append(f"| {form.code} | {rule.rule} | {rule.severity} | {text} |")
    return rows


def main() -> None:
    """Write the page."""
    page = get_settings().project_dir / "docs" / "faults.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(faults_page(load_registry()), encoding="utf-8")


if __name__ == "__main__":
    main()
