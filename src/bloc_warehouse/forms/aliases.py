"""An installation's own names of forms, columns and values, beside the YAML's."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.model import Form, Key, Measure, Table, Value
from bloc_warehouse.forms.registry import Registry

IGNORED = "ignored"
"""What an alias names as its column if the sheet's column is to be passed over."""

AnyEntry = TypeVar("AnyEntry", Form, Table, Key, Measure, Value)
AnyColumn = TypeVar("AnyColumn", Key, Measure)


class FormAlias(NamedTuple):
    """What an office writes for a form's title, a column or a value.

    Attributes:
        form: The form's name.
        table: The table's; empty: the alias is a title of the form.
        column: The column's, or ``ignored``.
        value: The code of a value of that column; empty: the alias is the column's.
        alias: The words, a group before its column as in *Tăng trong kỳ: Kết nạp*.
    """

    form: str
    table: str
    column: str
    value: str
    alias: str


def with_aliases(registry: Registry, aliases: Iterable[FormAlias]) -> Registry:
    """Return the forms, in all versions, with aliases added to those of the YAML.

    The same aliases give the same object, with what was computed of it. An alias of
    what no form has any more says nothing.
    """
    wanted = tuple(sorted(set(aliases)))
    if not wanted:
        return registry
    made = _made.get(wanted)
    if made is None or made[0] is not registry:
        _made.clear()
        made = _made[wanted] = (registry, _with_aliases(registry, wanted))
    return made[1]


def known_labels(column: Key | Measure) -> frozenset[str]:
    """Return all that a sheet may call a column, folded."""
    names = (column.short_vi, *column.aliases)
    grouped = (f"{column.group_vi} {name}" for name in names)
    return frozenset(map(fold, (*names, *grouped, column.name, column.label_vi)))


_made: dict[tuple[FormAlias, ...], tuple[Registry, Registry]] = {}  # at most one


def _with_aliases(registry: Registry, aliases: Sequence[FormAlias]) -> Registry:
    return Registry(
        tuple(
            _form(form, [alias for alias in aliases if alias.form == form.name])
            for form in registry.forms
        )
    )


def _form(form: Form, aliases: Sequence[FormAlias]) -> Form:
    if not aliases:
        return form
    titles = tuple(alias.alias for alias in aliases if not alias.table)
    tables = tuple(
        _table(table, [alias for alias in aliases if alias.table == table.name])
        for table in form.tables
    )
    return _remade(form, aliases=(*form.aliases, *titles), tables=tables)


def _table(table: Table, aliases: Sequence[FormAlias]) -> Table:
    if not aliases:
        return table
    ignored = tuple(alias.alias for alias in aliases if alias.column == IGNORED)
    return _remade(
        table,
        keys=tuple(_key(key, aliases) for key in table.keys),
        measures=tuple(_column(measure, aliases) for measure in table.measures),
        ignored_labels=(*table.ignored_labels, *ignored),
    )


def _key(key: Key, aliases: Sequence[FormAlias]) -> Key:
    own = [alias for alias in aliases if alias.column == key.name and alias.value]
    values = tuple(_value(value, own) for value in key.values)
    return _column(_remade(key, values=values), aliases)


def _value(value: Value, aliases: Sequence[FormAlias]) -> Value:
    own = tuple(alias.alias for alias in aliases if alias.value == value.code)
    return _remade(value, aliases=(*value.aliases, *own))


def _column(column: AnyColumn, aliases: Sequence[FormAlias]) -> AnyColumn:
    own = [alias for alias in aliases if alias.column == column.name]
    added: list[str] = [alias.alias for alias in own if not alias.value]
    return _remade(column, aliases=(*column.aliases, *added))


def _remade(entry: AnyEntry, **changes: object) -> AnyEntry:
    """Return an entry with other fields and nothing of what was computed of it."""
    kind = type(entry)
    fields = {name: getattr(entry, name) for name in kind.model_fields}
    return kind.model_construct(None, **fields | changes)
