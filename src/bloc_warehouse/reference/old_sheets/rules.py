"""Rules of the list of aliases: each names what there is, and one thing only."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.aliases import IGNORED, FormAlias, known_labels
from bloc_warehouse.forms.model import Column, Form, Table
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.reading import Line, Values
from bloc_warehouse.reference.lists.shapes import FORM_ALIASES
from bloc_warehouse.yaml_files import nearest_name

_FEWEST_WORDS = 3  # of a title, which is looked for anywhere above the tables
_ELSE = "write the words with their group, as in “Tăng: Kết nạp”, or remove the line"

_Owners = Mapping[str, str]  # folded label → whose it is, as a person reads it


def alias_of(values: Values) -> FormAlias:
    """Return what a line of the list says."""
    return FormAlias(*(values[name] or "" for name in FormAlias._fields))


def check_form_aliases(lines: Sequence[Line]) -> Iterator[ListFault]:
    """Yield the aliases that name nothing, and those that mean two things."""
    registry = load_registry()
    named: dict[tuple[str, ...], list[tuple[Line, FormAlias]]] = defaultdict(list)
    for line in lines:
        alias = alias_of(line.values)
        fault = _names_nothing(line, alias, registry)
        if fault:
            yield fault
        elif alias.value:
            named["value", alias.form, alias.table, alias.column].append((line, alias))
        elif alias.table:
            named["column", alias.form, alias.table].append((line, alias))
        else:
            named["title",].append((line, alias))
    for (kind, *place), own in named.items():
        yield from _clashes(own, _labels(kind, place, registry))
        if kind == "title":
            yield from _titles(own, registry)


def _names_nothing(
    line: Line, alias: FormAlias, registry: Registry
) -> ListFault | None:
    forms = {form.name: form for form in registry.latest}
    if not fold(alias.alias):
        return _fault(line, "alias", "alias_blank", "it has neither letter nor figure",
                      "write the words as they stand on the sheet")  # fmt: skip
    if alias.form not in forms:
        return _unknown(line, "form", alias.form, forms)
    if alias.table:
        return _no_column(line, alias, registry)
    if alias.column or alias.value:
        return _fault(line, "table", "alias_incomplete", "the line names no table",
                      "say whose column it is")  # fmt: skip
    return None


def _no_column(line: Line, alias: FormAlias, registry: Registry) -> ListFault | None:
    tables = _tables(registry, alias.form)
    if alias.table not in tables:
        return _unknown(line, "table", alias.table, tables)
    if not alias.column:
        return _fault(line, "column", "alias_incomplete", "the line names no column",
                      f"name the column, or {IGNORED}")  # fmt: skip
    columns = _columns(registry, alias.form, alias.table)
    if alias.column != IGNORED and alias.column not in columns:
        return _unknown(line, "column", alias.column, [*columns, IGNORED])
    column = columns.get(alias.column)
    values = [value.code for value in column.values] if column else []
    if alias.value and alias.value not in values:
        return _unknown(line, "value", alias.value, values)
    return None


def _unknown(
    line: Line, column: str, name: str, known: Sequence[str] | Mapping[str, object]
) -> ListFault:
    listed = ", ".join(known)
    return _fault(
        line, column, f"unknown_{column}",
        f"there is no {column} {name}{nearest_name(name, known)}",
        f"one of {listed}" if listed else "leave it blank: the column has no list",
    )  # fmt: skip


def _clashes(
    own: Sequence[tuple[Line, FormAlias]], owners: Mapping[str, _Owners]
) -> Iterator[ListFault]:
    """Yield the aliases that are a label of something else, of ours or of the list."""
    first: dict[str, tuple[Line, FormAlias]] = {}
    for line, alias in own:
        folded, target = fold(alias.alias), _target(alias)
        for other, shown in owners.get(folded, {}).items():
            if other != target:
                yield _fault(
                    line, "alias", "alias_taken",
                    f"“{alias.alias}” is to be {target}, and is a label of {shown}",
                    _ELSE,
                )  # fmt: skip
                break
        before, twin = first.setdefault(folded, (line, alias))
        if _target(twin) != target:
            yield _fault(
                line, "alias", "alias_taken",
                f"“{alias.alias}” is to be {target}, and is {_target(twin)}"
                f" in line {before.number}",
                _ELSE,
            )  # fmt: skip


def _target(alias: FormAlias) -> str:
    return alias.value or alias.column or alias.form


def _labels(
    kind: str, place: Sequence[str], registry: Registry
) -> Mapping[str, _Owners]:
    """Return folded label → what of the forms it names, with how that is printed."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    if kind == "title":
        return labels  # a title need not be alike to clash
    form, table, *column = place
    if kind == "value":
        for value in _columns(registry, form, table)[column[0]].values:
            for label in (value.label_vi, *value.aliases, value.code):
                labels[fold(label)][value.code] = f"{value.code}, “{value.label_vi}”"
        return labels
    for own in _versions_of(registry, form, table):
        for each in own.columns:
            for label in known_labels(each):
                labels[label][each.name] = f"{each.name}, “{each.label_vi}”"
    return labels


def _titles(
    own: Sequence[tuple[Line, FormAlias]], registry: Registry
) -> Iterator[ListFault]:
    for line, alias in own:
        folded = fold(alias.alias)
        if len(folded.split()) < _FEWEST_WORDS:
            yield _fault(
                line, "alias", "title_too_short",
                f"“{alias.alias}” may stand on any sheet",
                f"write {_FEWEST_WORDS} words of the title or more",
            )  # fmt: skip
            continue
        others = [
            (form.name, title)
            for form in registry.latest
            for title in (form.title_vi, *form.aliases)
        ] + [(other.form, other.alias) for _, other in own]
        for form, title in others:
            if form != alias.form and _hold_each_other(folded, fold(title)):
                yield _fault(
                    line, "alias", "alias_taken",
                    f"“{alias.alias}” is to be {alias.form}, and “{title}” is {form}",
                    "write more of the title, so that neither is part of the other",
                )  # fmt: skip
                break


def _hold_each_other(one: str, other: str) -> bool:
    return one in other or other in one


def _versions_of(registry: Registry, form: str, table: str) -> list[Table]:
    return [
        own
        for version in registry.versions(form)
        for own in version.tables
        if own.name == table
    ]


def _tables(registry: Registry, form: str) -> list[str]:
    versions: Sequence[Form] = registry.versions(form)
    return list(dict.fromkeys(table.name for each in versions for table in each.tables))


def _columns(registry: Registry, form: str, table: str) -> dict[str, Column]:
    return {
        column.name: column
        for own in _versions_of(registry, form, table)
        for column in own.columns
    }


def _fault(line: Line, column: str, rule: str, message: str, remedy: str) -> ListFault:
    name = FORM_ALIASES.file_name
    return ListFault(name, line.number, column, rule, message, remedy)
