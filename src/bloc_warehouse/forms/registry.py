"""Loads the forms' YAML files and answers what forms, versions and tables exist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from bloc_warehouse.forms.model import Column, Form, Rule, Table, Value

DEFINITIONS = Path(__file__).parent / "definitions"
_DEFINITION_KEYS = {
    "form", "version", "code", "title_vi", "title_en", "senders", "period_types",
    "sent_after_closing", "aliases", "tables", "rules",
}  # fmt: skip
_OPERATORS = {"=", "<", "<=", ">", ">=", "within 0.01 of"}


class FormDefinitionError(ValueError):
    """A form's YAML file contradicts itself; the message names file and place."""


@dataclass(frozen=True)
class Registry:
    """All forms in all versions."""

    forms: tuple[Form, ...]

    def form(self, name: str, version: int | None = None) -> Form:
        """Return a form, in its latest version unless ``version`` is given.

        Raises:
            KeyError: There is no such form or version.
        """
        versions = self.versions(name)
        if version is None:
            return versions[-1]
        for form in versions:
            if form.version == version:
                return form
        raise KeyError(f"{name} version {version}")

    def versions(self, name: str) -> tuple[Form, ...]:
        """Return a form's versions, oldest first.

        Raises:
            KeyError: There is no form of that name.
        """
        return self._versions[name]

    @cached_property
    def _versions(self) -> dict[str, tuple[Form, ...]]:
        versions: dict[str, tuple[Form, ...]] = {}
        for form in sorted(self.forms, key=lambda form: form.version):
            versions[form.name] = (*versions.get(form.name, ()), form)
        return versions

    @property
    def names(self) -> tuple[str, ...]:
        """The forms' names, in the order of their files."""
        return tuple(dict.fromkeys(form.name for form in self.forms))

    @cached_property
    def latest(self) -> tuple[Form, ...]:
        """The latest version of each form."""
        return tuple(self.form(name) for name in self.names)

    def raw_tables(self) -> Mapping[str, Mapping[str, Column]]:
        """Return the raw tables: name → columns, the union over all versions."""
        return self._raw_tables

    @cached_property
    def _raw_tables(self) -> dict[str, dict[str, Column]]:
        tables: dict[str, dict[str, Column]] = {}
        for form in sorted(self.forms, key=lambda form: form.version):
            for table in form.tables:
                columns = tables.setdefault(table.name, {})
                for column in table.columns:
                    known = columns.setdefault(column.name, column)
                    if (known.sql_type, known.is_key) != (
                        column.sql_type,
                        column.is_key,
                    ):
                        raise FormDefinitionError(
                            f"{table.name}.{column.name}: versions of {form.name} "
                            "disagree on its type"
                        )
        return {
            name: dict(sorted(columns.items(), key=lambda item: not item[1].is_key))
            for name, columns in tables.items()
        }

    def form_of_table(self, table: str) -> str:
        """Return the name of the form that owns a raw table.

        Raises:
            KeyError: No form has such a table.
        """
        for form in self.forms:
            if any(candidate.name == table for candidate in form.tables):
                return form.name
        raise KeyError(table)


@cache
def load_registry(folder: Path = DEFINITIONS) -> Registry:
    """Load every ``<form>_v<version>.yaml`` in ``folder``.

    Raises:
        FormDefinitionError: A file contradicts itself or another version.
    """
    return registry_from(sorted(folder.glob("*_v*.yaml")))


def registry_from(paths: Iterable[Path]) -> Registry:
    """Build a registry from the given definition files.

    Raises:
        FormDefinitionError: A file contradicts itself or another version.
    """
    registry = Registry(tuple(_load_form(path) for path in paths))
    registry.raw_tables()
    return registry


def _load_form(path: Path) -> Form:
    definition: dict[str, Any] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    if set(definition) - _DEFINITION_KEYS:
        unknown = ", ".join(sorted(set(definition) - _DEFINITION_KEYS))
        raise FormDefinitionError(f"{path.name}: unknown entries: {unknown}")
    value_lists: dict[str, tuple[Value, ...]] = {}
    tables = tuple(_table(entry, value_lists) for entry in definition["tables"])
    form = Form(
        name=definition["form"],
        version=definition["version"],
        code=definition["code"],
        title_vi=definition["title_vi"],
        title_en=definition["title_en"],
        senders=tuple(definition["senders"]),
        period_types=tuple(definition["period_types"]),
        aliases=tuple(definition.get("aliases", ())),
        tables=tables,
        rules=tuple(_rule(entry) for entry in definition["rules"]),
        is_sent_after_closing=definition.get("sent_after_closing", False),
    )
    _check(form, path)
    return form


def _table(
    entry: Mapping[str, Any], value_lists: dict[str, tuple[Value, ...]]
) -> Table:
    keys = [_key(key, entry["table"], value_lists) for key in entry.get("keys", ())]
    return Table(
        name=entry["table"],
        title_vi=entry["title_vi"],
        title_en=entry["title_en"],
        rows=entry["rows"],
        columns=(*keys, *(_measure(measure) for measure in entry["measures"])),
    )


def _key(
    entry: Mapping[str, Any], table: str, value_lists: dict[str, tuple[Value, ...]]
) -> Column:
    if "values_of" in entry:
        values = value_lists[entry["values_of"]]
    else:
        values = tuple(_value(value) for value in entry.get("values", ()))
    value_lists[f"{table}.{entry['name']}"] = values
    return Column(
        name=entry["name"],
        type="code" if values else entry["type"],
        nature="key",
        group_vi="",
        short_vi=entry["label_vi"],
        label_en=entry["label_en"],
        aliases=tuple(entry.get("aliases", ())),
        required=not entry.get("optional", False),
        help_vi=entry.get("help_vi", ""),
        values=values,
    )


def _value(entry: Mapping[str, Any]) -> Value:
    return Value(
        code=entry["code"],
        label_vi=entry["label_vi"],
        label_en=entry["label_en"],
        aliases=tuple(entry.get("aliases", ())),
        senders=tuple(entry.get("senders", ())),
    )


def _measure(entry: Mapping[str, Any]) -> Column:
    return Column(
        name=entry["name"],
        type=entry["type"],
        nature=entry["nature"],
        group_vi=entry.get("group_vi", ""),
        short_vi=entry["short_vi"],
        label_en=entry["label_en"],
        aliases=tuple(entry.get("aliases", ())),
        required=entry.get("required", False),
        help_vi=entry.get("help_vi", ""),
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(**{"when": "", **entry})


def _check(form: Form, path: Path) -> None:
    expected = f"{form.name}_v{form.version}.yaml"
    if path.name != expected:
        raise FormDefinitionError(f"{path.name}: should be called {expected}")
    identifiers = [rule.rule for rule in form.rules]
    if len(set(identifiers)) != len(identifiers):
        raise FormDefinitionError(f"{path.name}: a rule stands twice")
    for table in form.tables:
        names = [column.name for column in table.columns]
        if len(set(names)) != len(names):
            raise FormDefinitionError(f"{path.name}: a column stands twice")
    for rule in form.rules:
        _check_rule(form, rule, path)


def _check_rule(form: Form, rule: Rule, path: Path) -> None:
    try:
        form.table(rule.table).column(rule.cell)
    except KeyError as error:
        raise FormDefinitionError(
            f"{path.name}: rule {rule.rule} marks {error} which does not exist"
        ) from error
    if rule.operator not in _OPERATORS:
        raise FormDefinitionError(
            f"{path.name}: rule {rule.rule} has the unknown operator {rule.operator}"
        )
