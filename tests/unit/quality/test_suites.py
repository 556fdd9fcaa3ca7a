"""Suites are data: what may stand in one, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bloc_warehouse.quality.suites import SuiteError, load_suites

QUERY = {
    "id": "X1",
    "severity": "warning",
    "title": "something holds",
    "message_vi": "Sai",
    "message_en": "Wrong",
    "cure_vi": "Sửa",
    "cure_en": "Correct it",
    "sql": "select 1 as left_value",
}
STANDARD = {
    "id": "things-known",
    "severity": "critical",
    "title": "things are known",
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
    assert (query.message_vi, query.message_en) == ("Sai. Sửa", "Wrong. Correct it")
    assert standard.kwargs == {"column": "thing"}
    assert "{left}" in standard.message_vi


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"severity": "fatal"}, "severity"),
        ({"severty": "info"}, "unknown entries"),
        ({"type": "expect_column_to_exist"}, "either type and kwargs, or sql"),
        ({"sql": None, "type": None}, "either type and kwargs, or sql"),
        ({"cure_vi": None}, "lacks"),
        ({"for_each": "row"}, "flow_table"),
        ({"holds": ["novels"]}, "unknown form"),
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


def test_a_rule_stands_once(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="X1"):
        load_suites(write(tmp_path, QUERY, QUERY), "cross_check")


def test_suite_is_named_as_its_file(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"others\.yaml"):
        load_suites(write(tmp_path, QUERY, name="others"), "cross_check")


def test_no_suites_at_all_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no suites"):
        load_suites(tmp_path, "cross_check")
