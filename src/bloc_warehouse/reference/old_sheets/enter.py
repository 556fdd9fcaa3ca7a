"""What was learnt of a sheet as lines of the reference folder's list of aliases."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.aliases import IGNORED, FormAlias, with_aliases
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.read.grid import Sheet
from bloc_warehouse.reference.lists.faults import ListFault, ReferenceListError
from bloc_warehouse.reference.lists.reading import ReadList, Values, read_list
from bloc_warehouse.reference.lists.shapes import FORM_ALIASES
from bloc_warehouse.reference.lists.writing import appended
from bloc_warehouse.reference.old_sheets.rules import alias_of, check_form_aliases
from bloc_warehouse.reference.old_sheets.study import (
    EACH_SHEET,
    Label,
    StudiedSheet,
    allowed_targets,
    study,
)

Ask = Callable[[StudiedSheet, Label, str], str]
"""Asks what a label means, and says what was wrong with the answer before."""


class LearnError(ValueError):
    """Something that was said of a sheet cannot be; the message says why."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a file's labels mean.

    Attributes:
        sheets: Its sheets as they would be with the aliases.
        aliases: What has to be written for that, without what the list has.
        open: The labels of which nobody is sure.
    """

    sheets: tuple[StudiedSheet, ...]
    aliases: tuple[FormAlias, ...]
    open: tuple[Label, ...]


def learn_sheets(
    folder: Path,
    sheets: Sequence[Sheet],
    *,
    forms: Mapping[str, str] | None = None,
    said: Mapping[str, str] | None = None,
    ask: Ask | None = None,
) -> Learnt:
    """Say what a file's labels mean, and which aliases make that so; writes nothing.

    Values are looked at once it is settled what their columns are.

    Args:
        folder: The reference folder.
        sheets: The file's.
        forms: Sheet → its form, where somebody has said it; ``""`` is the only sheet.
        said: Cell, such as ``C5`` or ``Sheet!C5`` → what it means: a column or the
            code of a value, ``ignored``, or the form of a title.
        ask: Called for a label that is not sure; empty leaves it open.

    Raises:
        LearnError: An answer names no label, or what the form does not have.
        ReferenceListError: The list is at fault, or an alias would mean two things.
    """
    answers = _Answers(said or {}, ask)
    known = folder_aliases(folder)
    forms = forms or {}
    studied = study(sheets, with_aliases(load_registry(), known), forms)
    _refuse_strange_sheets(studied, forms)
    answers.refuse_ambiguous(studied)
    columns = answers.settle(studied)
    found = [alias for sheet in columns for alias in _aliases_of(sheet)]
    registry = with_aliases(load_registry(), [*known, *enter(folder, found, "")])
    settled = [
        _joined(before, after)
        for before, after in zip(
            columns, answers.settle(study(sheets, registry, forms)), strict=True
        )
    ]
    answers.refuse_unused()
    for sheet in settled:
        _refuse_twins(sheet)
    aliases = [alias for sheet in settled for alias in _aliases_of(sheet)]
    return Learnt(
        tuple(settled),
        tuple(enter(folder, aliases, "")),
        tuple(
            label
            for sheet in settled
            for label in sheet.labels
            if label.certainty == "unsure"
        ),
    )


def folder_aliases(folder: Path) -> list[FormAlias]:
    """Return the aliases of a reference folder, applied or not.

    Raises:
        ReferenceListError: The list is at fault.
    """
    return [alias_of(line.values) for line in _read(_content(folder)).lines]


class _Answers:
    """What a person says, once of each label."""

    def __init__(self, said: Mapping[str, str], ask: Ask | None) -> None:
        self._said = said
        self._ask = ask
        self._asked: dict[tuple[str, str], str] = {}
        self._used: set[str] = set()

    def settle(self, sheets: Sequence[StudiedSheet]) -> list[StudiedSheet]:
        """Return the sheets with what is said of their labels."""
        return [
            replace(
                sheet,
                labels=tuple(self._settled(sheet, label) for label in sheet.labels),
            )
            for sheet in sheets
        ]

    def refuse_ambiguous(self, sheets: Sequence[StudiedSheet]) -> None:
        """Refuse a cell that is a label on several sheets: which is meant?"""
        for cell in self._said:
            on = [
                sheet.sheet
                for sheet in sheets
                if any(label.cell == cell for label in sheet.labels)
            ]
            if len(on) > 1:
                raise LearnError(
                    f"{cell} has a label on {' and on '.join(on)}: write {on[0]}!{cell}"
                )

    def refuse_unused(self) -> None:
        """Refuse what was said of cells without a label."""
        if strange := sorted(set(self._said) - self._used):
            raise LearnError(f"{', '.join(strange)}: there is no label in that cell")

    def _settled(self, sheet: StudiedSheet, label: Label) -> Label:
        target = self._answer(sheet, label)
        if not target or sheet.form is None:
            return label
        allowed = allowed_targets(label, load_registry().form(sheet.form))
        if target not in allowed:
            raise LearnError(
                f"{label.cell} cannot be {target}; one of {', '.join(allowed)}"
            )
        return replace(label, target=target, certainty="said")

    def _answer(self, sheet: StudiedSheet, label: Label) -> str:
        for name in (f"{sheet.sheet}!{label.cell}", label.cell):
            if name in self._said:
                self._used.add(name)
                return self._said[name]
        if self._ask is None or label.certainty != "unsure":
            return ""
        place = sheet.sheet, label.cell
        if place not in self._asked:
            answer = self._ask(sheet, label, "")
            while problem := self._problem(sheet, label, answer):
                answer = self._ask(sheet, label, problem)
            self._asked[place] = answer
        return self._asked[place]

    def _problem(self, sheet: StudiedSheet, label: Label, answer: str) -> str:
        """Return why an answer cannot be; nothing if it can."""
        if not answer:
            return ""
        allowed = allowed_targets(label, load_registry().form(sheet.form or ""))
        if answer not in allowed:
            return f"it cannot be {answer}; one of {', '.join(allowed)}"
        for other in sheet.labels:
            asked = self._asked.get((sheet.sheet, other.cell))
            settled = None if other.certainty == "unsure" else other.target
            is_beside = other.cell != label.cell and other.table == label.table
            is_same = answer == (asked or settled) != IGNORED
            if is_beside and is_same and label.kind == other.kind == "column":
                return f"{other.cell} “{other.text}” is {answer} already"
        return ""


def _refuse_strange_sheets(
    sheets: Sequence[StudiedSheet], forms: Mapping[str, str]
) -> None:
    """Refuse a form of a sheet that is not there, and one of several at once."""
    names = [sheet.sheet for sheet in sheets]
    if EACH_SHEET in forms and len(names) > 1:
        raise LearnError(
            f"tables stand on {', '.join(names)}: say of which sheet,"
            f" {names[0]}={forms[EACH_SHEET]}"
        )
    if strange := sorted(set(forms) - {*names, EACH_SHEET}):
        raise LearnError(
            f"{', '.join(strange)}: no such sheet with a table; there are"
            f" {', '.join(names) or 'none'}"
        )


def _refuse_twins(sheet: StudiedSheet) -> None:
    """Refuse two columns of one table that mean the same: which figure would count?"""
    cells: dict[tuple[str, str], str] = {}
    for label in sheet.labels:
        is_read = label.certainty != "unsure" and label.target != IGNORED
        if label.kind == "column" and label.target and is_read:
            first = cells.setdefault((label.table, label.target), label.cell)
            if first != label.cell:
                raise LearnError(
                    f"{first} and {label.cell} cannot both be {label.target}; say what"
                    f" one of them is, or that it is {IGNORED}"
                )


def _joined(before: StudiedSheet, after: StudiedSheet) -> StudiedSheet:
    """Return a sheet with what each label was when it was first seen."""
    seen = {(label.kind, label.cell) for label in before.labels}
    added = [label for label in after.labels if (label.kind, label.cell) not in seen]
    return replace(after, labels=(*before.labels, *added))


def _aliases_of(sheet: StudiedSheet) -> Iterator[FormAlias]:
    for label in sheet.labels:
        if sheet.form and label.target and label.certainty in ("sure", "said"):
            yield _alias(sheet.form, label, label.target)


def enter(
    folder: Path, aliases: Iterable[FormAlias], note: str, *, write: bool = False
) -> list[FormAlias]:
    """Return the aliases that the folder's list does not have yet; write them if asked.

    Raises:
        ReferenceListError: The list is at fault, or would be: nothing is written.
    """
    content = _content(folder)
    known = {_folded(alias_of(line.values)) for line in _read(content).lines}
    new = []
    for alias in aliases:
        if _folded(alias) not in known:
            known.add(_folded(alias))
            new.append(alias)
            values: Values = {**alias._asdict(), "note": note}
            content = appended(FORM_ALIASES, content, values)
    _read(content)
    if write and new:
        path = folder / FORM_ALIASES.file_name
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
    return new


def _content(folder: Path) -> bytes:
    path = folder / FORM_ALIASES.file_name
    return path.read_bytes() if path.is_file() else b""


def _read(content: bytes) -> ReadList:
    """Return a sound list; no bytes are an empty one."""
    if not content:
        return ReadList(FORM_ALIASES, (), ())
    found = read_list(FORM_ALIASES, content)
    faults: list[ListFault] = [*found.faults]
    faults += () if faults else check_form_aliases(found.lines)
    if faults:
        raise ReferenceListError(faults)
    return found


def _folded(alias: FormAlias) -> FormAlias:
    return alias._replace(alias=fold(alias.alias))


def _alias(form: str, label: Label, target: str) -> FormAlias:
    if label.kind == "title":
        return FormAlias(form, "", "", "", label.text)
    if label.kind == "value":
        return FormAlias(form, label.table, label.column, target, label.text)
    return FormAlias(form, label.table, target, "", label.text)
