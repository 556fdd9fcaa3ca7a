"""Loads the suites: plain YAML under ``expectations/<stage>/``, one file a table.

The query of a rule is beside it, in ``<suite>/<id>.sql``. What is wrong is said with
file, rule, key and remedy.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bloc_warehouse.checks.model import (
    AUDIENCES,
    Expectation,
    ExpectationEntry,
    Stage,
    Suite,
    SuiteError,
    SuiteFile,
)
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.sql import published, redirected

STAGES: tuple[Stage, ...] = get_args(Stage)
FOLDERS: Mapping[Stage, str] = {"cross_check": "cross_check", "audit": "marts"}
SCHEMA_FILE = "suite.schema.json"

_MISSING = {
    "audience": f"say who is told: {', '.join(AUDIENCES)}",
    "message_vi": "is missing; say what was found, for the sender",
    "message_en": "is missing; say what was found, for the sender",
}


def load_suites(folder: Path, stage: Stage) -> tuple[Suite, ...]:
    """Load the suites of a stage, rules that are switched off included.

    Args:
        folder: The project's folder ``expectations``.
        stage: Which boundary.

    Raises:
        SuiteError: A file contradicts itself or another one.
    """
    files = sorted((folder / FOLDERS[stage]).glob("*.yaml"))
    if not files:
        raise SuiteError(f"no suites in {folder / FOLDERS[stage]}")
    suites = tuple(read_suite(path, stage) for path in files)
    identifiers = [rule.id for suite in suites for rule in suite.expectations]
    twice = {name for name in identifiers if identifiers.count(name) > 1}
    if twice:
        raise SuiteError(
            f"these rules stand twice: {', '.join(sorted(twice))}; give each its own id"
        )
    return suites


def all_rules(folder: Path) -> Iterator[tuple[Suite, Expectation]]:
    """Yield every rule of both stages with its suite.

    Raises:
        SuiteError: A file contradicts itself or another one.
    """
    for stage in STAGES:
        for suite in load_suites(folder, stage):
            for expectation in suite.expectations:
                yield suite, expectation


def over_published(rule: Expectation) -> Expectation:
    """Return a rule of the audit as it is asked of the tables that readers see."""
    query = rule.sql and redirected(rule.sql, published)
    return rule.model_copy(update={"sql": query})


def suite_over_published(suite: Suite) -> Suite:
    """Return a suite of the audit as it is asked of the tables that readers see."""
    return suite.model_copy(
        update={
            "expectations": tuple(map(over_published, suite.expectations)),
            "table_schema": published(suite.table_schema, suite.table)
            or suite.table_schema,
        }
    )


def read_suite(path: Path, stage: Stage) -> Suite:
    """Read one file and the queries beside it.

    Raises:
        SuiteError: It is no suite, or one of its rules contradicts itself.
    """
    content = _content(path)
    try:
        declared = SuiteFile.model_validate(content)
    except ValidationError as error:
        raise _refused(path, content, error.errors()[0]) from error
    if declared.suite != path.stem:
        raise SuiteError(f"{path.name}: suite: write {path.stem}, as the file is named")
    schema, _, table = declared.table.partition(".")
    return Suite(
        name=declared.suite,
        stage=stage,
        table_schema=schema,
        table=table,
        title_vi=declared.title_vi,
        title_en=declared.title_en,
        form=declared.form,
        finding_columns=declared.finding_columns,
        expectations=_with_queries(path, declared.expectations),
    )


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{path.name}: is not YAML: {error}") from error
    if not isinstance(content, dict):
        wanted = (
            name for name, key in SuiteFile.model_fields.items() if key.is_required()
        )
        raise SuiteError(f"{path.name}: wants exactly {', '.join(wanted)}")
    return content


def _with_queries(
    path: Path, entries: tuple[ExpectationEntry, ...]
) -> tuple[Expectation, ...]:
    folder = path.with_suffix("")
    queries = {file.stem: file for file in folder.glob("*.sql")}
    for name in sorted(queries.keys() - {entry.id for entry in entries}):
        raise SuiteError(f"{path.name}: {name}: {name}.sql is a query of no rule here")
    rules = []
    for entry in entries:
        if (entry.type is None) == (entry.id not in queries):
            raise SuiteError(
                f"{path.name}: {entry.id}: sql: write either sql, or type and kwargs:"
                f" {folder.name}/{entry.id}.sql is a rule's query"
            )
        query = queries.get(entry.id)
        rules.append(
            Expectation(
                **_messages(entry) | entry.model_dump(exclude_unset=True),
                sql=query.read_text(encoding="utf-8") if query else None,
            )
        )
    return tuple(rules)


def _messages(entry: ExpectationEntry) -> dict[str, str]:
    """Return what is said where a type of Great Expectations' own needs no words."""
    if entry.type is None:
        return {}
    return {
        "message_vi": f"{entry.title_vi}: {{left}} dòng không đạt",
        "message_en": f"{entry.title_en}: {{left}} rows fail",
    }


def _refused(path: Path, content: Mapping[str, Any], error: ErrorDetails) -> SuiteError:
    """Say what pydantic found as one line that names the rule and its remedy."""
    where = list(error["loc"])
    words = [path.name]
    known = SuiteFile.model_fields
    if where[:1] == ["expectations"] and len(where) > 1:
        entry = content["expectations"][where[1]]
        words.append(str(entry.get("id", "?")) if isinstance(entry, dict) else "?")
        known = ExpectationEntry.model_fields
        where = where[2:]
    key = str(where[0]) if where else ""
    remedy = _remedy(key, error, sorted(known))
    return SuiteError(": ".join([*words, *([key] if key else []), remedy]))


def _remedy(key: str, error: ErrorDetails, known: list[str]) -> str:
    kind, text = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return f"unknown; known are {', '.join(known)}"
    if kind == "missing":
        return _MISSING.get(key, "is missing; write it")
    if key == "audience":
        return f"write a list of {', '.join(AUDIENCES)}"
    if key == "holds":
        return f"write a list of {', '.join(load_registry().names)}"
    if kind == "literal_error":
        choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f"write one of {choices}"
    if kind == "bool_type":
        return "write one of True, False"
    if kind in ("string_pattern_mismatch", "string_type"):
        return "is missing; write it"
    return text
