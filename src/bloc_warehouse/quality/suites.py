"""Loads the suites: plain YAML under ``expectations/<stage>/``, one file a table.

An expectation is either one of Great Expectations' own (``type`` and ``kwargs``) or a
query of ours (``sql``) that returns one row a violation. What its severity does hangs
on the stage: *critical* holds a unit's figures in the cross-check and blocks
publishing in the audit; *warning* alerts; *info* is kept and nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bloc_warehouse.forms.registry import load_registry

Stage = Literal["cross_check", "audit"]
Severity = Literal["critical", "warning", "info"]

FOLDERS: Mapping[Stage, str] = {"cross_check": "cross_check", "audit": "marts"}
# what a rule's query may return beside nothing; the rest of a finding is made of it
FINDING_COLUMNS = (
    "bloc_code",
    "unit_code",
    "form",
    "period_code",
    "subject",
    "subject_vi",
    "subject_en",
    "submission_id",
    "left_value",
    "right_value",
)

_SUITE_KEYS = {"suite", "table", "title", "expectations"}
_KEYS = {
    "id", "severity", "title", "message_vi", "message_en", "cure_vi", "cure_en",
    "type", "kwargs", "sql", "for_each", "holds",
}  # fmt: skip


class SuiteError(ValueError):
    """A suite's YAML contradicts itself; the message names file and expectation."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold.

    Attributes:
        id: The rule's name, unique over all suites.
        type: Great Expectations' name of it, None for a query of ours.
        sql: The query, None for a standard expectation. Its columns are those of
            ``FINDING_COLUMNS``, each optional.
        for_each: ``flow_table`` runs the query once for each of the units' tables
            that has flows, with ``{current}``, ``{form}``, ``{keys}`` and so on.
        holds: Forms whose figures a finding holds; empty means the finding's own.
    """

    id: str
    severity: Severity
    title: str
    message_vi: str
    message_en: str
    type: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    sql: str | None = None
    for_each: str | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """All expectations about one table at one stage."""

    name: str
    stage: Stage
    schema: str
    table: str
    expectations: tuple[Expectation, ...]


def load_suites(folder: Path, stage: Stage) -> tuple[Suite, ...]:
    """Load the suites of a stage.

    Args:
        folder: The project's folder ``expectations``.
        stage: Which boundary.

    Raises:
        SuiteError: A file contradicts itself or another one.
    """
    files = sorted((folder / FOLDERS[stage]).glob("*.yaml"))
    if not files:
        raise SuiteError(f"no suites in {folder / FOLDERS[stage]}")
    suites = tuple(_load(path, stage) for path in files)
    identifiers = [one.id for suite in suites for one in suite.expectations]
    twice = {name for name in identifiers if identifiers.count(name) > 1}
    if twice:
        raise SuiteError(f"these stand twice: {', '.join(sorted(twice))}")
    return suites


def _load(path: Path, stage: Stage) -> Suite:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if set(content) - _SUITE_KEYS or content.get("suite") != path.stem:
        raise SuiteError(f"{path.name}: wants {_SUITE_KEYS}, suite: {path.stem}")
    schema, _, table = str(content["table"]).partition(".")
    return Suite(
        name=path.stem,
        stage=stage,
        schema=schema,
        table=table,
        expectations=tuple(
            _expectation(entry, path) for entry in content["expectations"]
        ),
    )


def _expectation(entry: Mapping[str, Any], path: Path) -> Expectation:
    where = f"{path.name}: {entry.get('id')}"
    if set(entry) - _KEYS:
        raise SuiteError(f"{where}: unknown entries {sorted(set(entry) - _KEYS)}")
    if entry.get("severity") not in get_args(Severity):
        raise SuiteError(f"{where}: severity is one of {get_args(Severity)}")
    if ("type" in entry) == ("sql" in entry):
        raise SuiteError(f"{where}: wants either type and kwargs, or sql")
    if entry.get("for_each") not in (None, "flow_table"):
        raise SuiteError(f"{where}: for_each can be flow_table")
    holds = tuple(entry.get("holds", ()))
    if set(holds) - set(load_registry().names):
        raise SuiteError(f"{where}: holds an unknown form: {holds}")
    message_vi, message_en = _messages(entry, path)
    return Expectation(
        id=entry["id"],
        severity=entry["severity"],
        title=entry["title"],
        message_vi=message_vi,
        message_en=message_en,
        type=entry.get("type"),
        kwargs=entry.get("kwargs", {}),
        sql=entry.get("sql"),
        for_each=entry.get("for_each"),
        holds=holds,
    )


def _messages(entry: Mapping[str, Any], path: Path) -> tuple[str, str]:
    """Return what a finding says, with its cure. A query's is written for senders."""
    if "type" in entry:
        return (
            f"Bảng {path.stem}: {{left}} dòng không đạt yêu cầu {entry['id']}",
            f"Table {path.stem}: {{left}} rows fail. {entry['title']}",
        )
    missing = {"message_vi", "message_en", "cure_vi", "cure_en"} - set(entry)
    if missing:
        raise SuiteError(f"{path.name}: {entry['id']} lacks {sorted(missing)}")
    return (
        f"{entry['message_vi']}. {entry['cure_vi']}",
        f"{entry['message_en']}. {entry['cure_en']}",
    )
