"""Suites are data: what one may contain, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bloc_warehouse.checks.model import SuiteError
from bloc_warehouse.checks.suites import load_suites

QUERY = {
    "id": "X1",
    "severity": "warning",
    "title_vi": "Điều gì đó đúng",
    "title_en": "Something holds",
    "message_vi": "Sai",
    "message_en": "Wrong",
    "cure_vi": "Sửa",
    "cure_en": "Correct it",
    "told": ["unit", "bloc"],
    "sql": "select 1 as left_value",
}
STANDARD = {
    "id": "things-known",
    "severity": "critical",
    "title_vi": "Mọi thứ đều có",
    "title_en": "Things are known",
    "cure_vi": "Bổ sung",
    "cure_en": "Complete them",
    "told": ["operator"],
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "thing"},
}


def write(folder: Path, *expectations: dict[str, Any], name: str = "things") -> Path:
    """Write one suite of the cross-check; return the folder of all suites."""
    content = {
        "suite": "things",
        "table": "raw.things",
        "title": "Things",
        "expectations": list(expectations),
    }
    (folder / "cross_check").mkdir(exist_ok=True)
    path = folder / "cross_check" / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def test_suite_says_table_and_expectations(tmp_path: Path) -> None:
    (suite,) = load_suites(write(tmp_path, QUERY, STANDARD), "cross_check")
    assert (suite.name, suite.schema, suite.table) == ("things", "raw", "things")
    query, standard = suite.expectations
    assert (query.message_vi, query.cure_en) == ("Sai", "Correct it")
    assert (query.scope, query.is_on, query.told) == (
        "bloc_year",
        True,
        ("unit", "bloc"),
    )
    assert standard.kwargs == {"column": "thing"}
    assert "{left}" in standard.message_vi


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"severity": "fatal"}, "severity: write one of critical, warning, info"),
        ({"severty": "info"}, "severty: unknown; known are"),
        ({"type": "expect_column_to_exist"}, "either sql, or type and kwargs"),
        ({"sql": None, "type": None}, "either sql, or type and kwargs"),
        ({"cure_vi": None}, "cure_vi: is missing"),
        ({"title_vi": " "}, "title_vi: is missing"),
        ({"message_en": None}, "message_en: is missing"),
        ({"for_each": "row"}, "for_each: write one of flow_table"),
        ({"holds": ["novels"]}, "holds: write a list of"),
        ({"holds": "membership"}, "holds: write a list of"),
        ({"told": None}, "told: say who is told"),
        ({"told": ["everybody"]}, "told: write a list of unit, bloc, operator"),
        ({"scope": "unit"}, "scope: write one of bloc_year, bloc, all"),
        ({"enabled": "no"}, "enabled: write one of True, False"),
        ({"valid_from": "2024"}, "valid_from: '2024' is no period"),
        (
            {"valid_from": "2024-Q1", "valid_to": "2023-Y"},
            "valid_to: lies before valid_from",
        ),
        ({"missing": "fail"}, "missing: goes with compare"),
        ({"compare": "="}, "missing: say what a missing side means"),
        ({"compare": "<", "missing": "fail"}, "compare: write one of =, <=, >="),
        (
            {"compare": "=", "missing": "fail", "tolerance": "20 %"},
            "tolerance: write a number",
        ),
        ({"tolerance": -1}, "tolerance: write a number"),
    ],
)
def test_what_contradicts_itself_is_refused(
    tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    entry = {
        name: value for name, value in {**QUERY, **change}.items() if value is not None
    }
    with pytest.raises(SuiteError, match=words):
        load_suites(write(tmp_path, entry), "cross_check")


def test_a_rule_is_declared_once(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="X1"):
        load_suites(write(tmp_path, QUERY, QUERY), "cross_check")


def test_suite_is_named_as_its_file(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"others\.yaml"):
        load_suites(write(tmp_path, QUERY, name="others"), "cross_check")


def test_no_suites_at_all_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no suites"):
        load_suites(tmp_path, "cross_check")
