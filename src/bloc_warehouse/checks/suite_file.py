"""Reads one suite's YAML; what is wrong is said with file, rule, key and cure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bloc_warehouse.checks.model import (
    Comparison,
    Expectation,
    Scope,
    Severity,
    Stage,
    Suite,
    SuiteError,
    Told,
)
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.model import MissingStrategy
from bloc_warehouse.forms.registry import load_registry

_SUITE_KEYS = ("suite", "table", "title", "expectations")
_TEXTS = ("id", "title_vi", "title_en", "cure_vi", "cure_en")
_MESSAGES = ("message_vi", "message_en")
_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "severity": get_args(Severity),
    "scope": get_args(Scope),
    "compare": ("=", "<=", ">="),
    "missing": get_args(MissingStrategy),
    "for_each": ("flow_table",),
    "tolerance_unit": ("count", "share"),
    "enabled": (True, False),
}
_KEYS = {
    *_TEXTS, *_MESSAGES, *_CHOICES, "told", "holds", "tolerance", "valid_from",
    "valid_to", "type", "kwargs", "sql",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """One entry of the file, and where it stands."""

    file: str
    entry: Mapping[str, Any]

    def fault(self, key: str, cure: str) -> SuiteError:
        return SuiteError(f"{self.file}: {self.entry.get('id', '?')}: {key}: {cure}")


def read_suite(path: Path, stage: Stage) -> Suite:
    """Read one file.

    Raises:
        SuiteError: It is no suite, or one of its rules contradicts itself.
    """
    content = _content(path)
    schema, _, table = str(content["table"]).partition(".")
    return Suite(
        name=path.stem,
        stage=stage,
        schema=schema,
        table=table,
        expectations=tuple(
            _expectation(_Rule(path.name, entry)) for entry in content["expectations"]
        ),
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{path.name}: is not YAML: {error}") from error
    if not isinstance(content, dict) or set(content) != set(_SUITE_KEYS):
        raise SuiteError(f"{path.name}: wants exactly {', '.join(_SUITE_KEYS)}")
    if content["suite"] != path.stem:
        raise SuiteError(f"{path.name}: suite: write {path.stem}, as the file is named")
    entries = content["expectations"]
    if not isinstance(entries, list) or not all(
        isinstance(one, dict) for one in entries
    ):
        raise SuiteError(f"{path.name}: expectations: write a list of rules")
    return content


def _expectation(rule: _Rule) -> Expectation:
    _check_keys(rule)
    _check_span(rule)
    entry = rule.entry
    message_vi, message_en = _messages(rule)
    return Expectation(
        **{name: entry[name] for name in (*_TEXTS, "severity")},
        message_vi=message_vi,
        message_en=message_en,
        type=entry.get("type"),
        kwargs=entry.get("kwargs", {}),
        sql=entry.get("sql"),
        for_each=entry.get("for_each"),
        compare=_comparison(rule),
        tolerance=_tolerance(rule),
        holds=_listed(rule, "holds", load_registry().names),
        told=_told(rule),
        scope=entry.get("scope", "bloc_year"),
        valid_from=_period(rule, "valid_from"),
        valid_to=_period(rule, "valid_to"),
        is_on=entry.get("enabled", True),
    )


def _check_keys(rule: _Rule) -> None:
    entry = rule.entry
    for key in sorted(set(entry) - _KEYS):
        raise rule.fault(key, f"unknown; known are {', '.join(sorted(_KEYS))}")
    for key in (*_TEXTS, "severity"):
        if not str(entry.get(key) or "").strip():
            raise rule.fault(key, "is missing; write it")
    for key, choices in _CHOICES.items():
        if key in entry and entry[key] not in choices:
            raise rule.fault(key, f"write one of {', '.join(map(str, choices))}")
    if ("type" in entry) == ("sql" in entry):
        raise rule.fault("sql", "write either sql, or type and kwargs")


def _check_span(rule: _Rule) -> None:
    first, last = _period(rule, "valid_from"), _period(rule, "valid_to")
    if first and last and period_of(last).end < period_of(first).end:
        raise rule.fault("valid_to", f"lies before valid_from, {first}; swap them")


def _messages(rule: _Rule) -> tuple[str, str]:
    """Return what a finding says. A query's is written for senders."""
    entry = rule.entry
    if "type" in entry:
        return (
            f"{entry['title_vi']}: {{left}} dòng không đạt",
            f"{entry['title_en']}: {{left}} rows fail",
        )
    for key in _MESSAGES:
        if not str(entry.get(key) or "").strip():
            raise rule.fault(key, "is missing; say what was found, for the sender")
    return entry["message_vi"], entry["message_en"]


def _comparison(rule: _Rule) -> Comparison | None:
    entry = rule.entry
    if "compare" not in entry:
        for key in ("missing", "tolerance_unit"):
            if key in entry:
                raise rule.fault(key, "goes with compare; write both or neither")
        return None
    if "sql" not in entry:
        raise rule.fault("compare", "goes with sql; drop it here")
    if "missing" not in entry:
        raise rule.fault("missing", "say what a missing side means: fail, zero or skip")
    is_share = entry.get("tolerance_unit") == "share"
    return Comparison(entry["compare"], entry["missing"], is_share)


def _tolerance(rule: _Rule) -> float | None:
    value = rule.entry.get("tolerance", 0 if "compare" in rule.entry else None)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise rule.fault("tolerance", "write a number of 0 or more, without quotes")
    return float(value)


def _told(rule: _Rule) -> tuple[Told, ...]:
    told = _listed(rule, "told", get_args(Told))
    if not told:
        raise rule.fault("told", f"say who is told: {', '.join(get_args(Told))}")
    return told  # type: ignore[return-value]


def _listed(rule: _Rule, key: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    values = rule.entry.get(key, [])
    if not isinstance(values, list) or set(values) - set(choices):
        raise rule.fault(key, f"write a list of {', '.join(choices)}")
    return tuple(values)


def _period(rule: _Rule, key: Literal["valid_from", "valid_to"]) -> str | None:
    code = rule.entry.get(key)
    if code is not None:
        try:
            period_of(str(code))
        except ValueError as error:
            raise rule.fault(key, str(error)) from error
    return None if code is None else str(code)
