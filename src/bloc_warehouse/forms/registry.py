"""Loads the forms' YAML files and answers what forms, versions and tables exist."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from bloc_warehouse.forms.model import Column, Form, Rule, Value
from bloc_warehouse.yaml_files import YamlFile, nearest_name

DEFINITIONS = Path(__file__).parent / "definitions"
SCHEMA = "form.schema.json"


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
    file = YamlFile(path, FormDefinitionError)
    form = _with_shared_values(file.read_as(Form), file)
    if path.name != (expected := f"{form.name}_v{form.version}.yaml"):
        raise FormDefinitionError(f"{path.name}: should be called {expected}")
    _refuse_twins(form, file)
    for number, rule in enumerate(form.rules):
        _check_rule(form, rule, file, number)
    return form


def _with_shared_values(form: Form, file: YamlFile) -> Form:
    """Give each key that names another key's list that list."""
    lists: dict[str, tuple[Value, ...]] = {}
    tables = []
    for number, table in enumerate(form.tables):
        keys = []
        for place, key in enumerate(table.keys):
            if key.values_of and key.values_of not in lists:
                raise file.error(
                    ("tables", number, "keys", place, "values_of"),
                    f"no key above is called {key.values_of}"
                    f"{nearest_name(key.values_of, lists)}",
                )
            values = lists[key.values_of] if key.values_of else key.values
            lists[f"{table.name}.{key.name}"] = values
            keys.append(key.model_copy(update={"values": values}))
        tables.append(table.model_copy(update={"keys": tuple(keys)}))
    return form.model_copy(update={"tables": tuple(tables)})


def _refuse_twins(form: Form, file: YamlFile) -> None:
    if twin := _twin(rule.rule for rule in form.rules):
        raise file.error(("rules",), f"a rule is defined twice: {twin}")
    for number, table in enumerate(form.tables):
        if twin := _twin(column.name for column in table.columns):
            raise file.error(("tables", number), f"a column is defined twice: {twin}")


def _twin(names: Iterable[str]) -> str:
    counts = Counter(names)
    return next((name for name, count in counts.items() if count > 1), "")


def _check_rule(form: Form, rule: Rule, file: YamlFile, number: int) -> None:
    tables = {table.name: table for table in form.tables}
    table = tables.get(rule.table)
    columns = [column.name for column in table.columns] if table else []
    for field, name, known in (
        ("table", rule.table, list(tables)), ("cell", rule.cell, columns),
    ):  # fmt: skip
        if name not in known:
            raise file.error(
                ("rules", number, field),
                f"rule {rule.rule} marks {name!r} which does not exist"
                f"{nearest_name(name, known)}",
            )
