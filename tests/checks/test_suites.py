"""Suites are data: what one may contain, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.paths import EXPECTATIONS

from bloc_warehouse.checks.model import SuiteError, SuiteFile
from bloc_warehouse.checks.suites import SCHEMA_FILE, load_suites
from bloc_warehouse.yaml_files import schema_text

SUITES = sorted(EXPECTATIONS.glob("*/*.yaml"))
QUERY = {
    "id": "X1",
    "severity": "warning",
    "title_vi": "Điều gì đó đúng",
    "title_en": "Something holds",
    "message_vi": "Sai",
    "message_en": "Wrong",
    "remedy_vi": "Sửa",
    "remedy_en": "Correct it",
    "audience": ["unit", "bloc"],
    "sql": "select 1 as left_value",
}
STANDARD = {
    "id": "things-known",
    "severity": "critical",
    "title_vi": "Mọi thứ đều có",
    "title_en": "Things are known",
    "remedy_vi": "Bổ sung",
    "remedy_en": "Complete them",
    "audience": ["operator"],
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "thing"},
}


def write(folder: Path, *expectations: dict[str, Any], name: str = "things") -> Path:
    """Write one suite of the cross-check; return the folder of all suites.

    A rule's ``sql`` goes into the file of its own.
    """
    queries = folder / "cross_check" / name
    queries.mkdir(parents=True, exist_ok=True)
    for entry in expectations:
        if "sql" in entry:
            (queries / f"{entry['id']}.sql").write_text(entry["sql"], encoding="utf-8")
    content = {
        "suite": "things",
        "table": "raw.things",
        "title_vi": "Mọi thứ",
        "title_en": "Things",
        "expectations": [
            {key: value for key, value in entry.items() if key != "sql"}
            for entry in expectations
        ],
    }
    path = folder / "cross_check" / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def test_suite_says_table_and_expectations(tmp_path: Path) -> None:
    (suite,) = load_suites(write(tmp_path, QUERY, STANDARD), "cross_check")
    assert (suite.name, suite.table_schema, suite.table) == ("things", "raw", "things")
    query, standard = suite.expectations
    assert (query.message_vi, query.remedy_en) == ("Sai", "Correct it")
    assert (query.scope, query.enabled, query.audience) == (
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
        ({"remedy_vi": None}, "remedy_vi: is missing"),
        ({"title_vi": " "}, "title_vi: is missing"),
        ({"message_en": None}, "message_en: is missing"),
        ({"for_each": "row"}, "for_each: write one of flow_table"),
        ({"holds": ["novels"]}, "holds: write a list of"),
        ({"holds": "membership"}, "holds: write a list of"),
        ({"audience": None}, "audience: say who is told"),
        ({"audience": ["everybody"]}, "audience: write a list of unit, bloc, operator"),
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


def test_a_query_without_its_rule_is_an_error(tmp_path: Path) -> None:
    folder = write(tmp_path, QUERY)
    (folder / "cross_check" / "things" / "X2.sql").write_text("select 1")
    with pytest.raises(SuiteError, match=r"things\.yaml: X2: X2\.sql is a query of no"):
        load_suites(folder, "cross_check")


def test_the_schema_beside_the_suites_is_written_from_the_model() -> None:
    assert (EXPECTATIONS / SCHEMA_FILE).read_text("utf-8") == schema_text(SuiteFile), (
        "out of date: bloc schemas"
    )


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.name)
def test_an_editor_finds_the_schema_and_the_suite_fits_it(path: Path) -> None:
    text = path.read_text("utf-8")
    head = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert head
    schema = json.loads((path.parent / head[1]).read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(yaml.safe_load(text))) == []


def test_the_schema_refuses_what_the_model_refuses() -> None:
    schema = json.loads((EXPECTATIONS / SCHEMA_FILE).read_text("utf-8"))
    content = yaml.safe_load(SUITES[0].read_text("utf-8"))
    content["expectations"][0]["severty"] = "info"
    assert list(Draft202012Validator(schema).iter_errors(content))
