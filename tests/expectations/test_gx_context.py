"""What a user of Great Expectations gets: the warehouse's context, in a notebook."""

import re
import subprocess
import sys

import pytest
from great_expectations.checkpoint.checkpoint import CheckpointResult
from psycopg import Connection, errors
from tests.expectations.gx_runs import built, new_run, run, run_suites
from tests.paths import DOCS, EXPECTATIONS

from bloc_warehouse.checks import gx_context
from bloc_warehouse.checks.gate import audit, cross_check
from bloc_warehouse.checks.gx.connection import DATA_SOURCE, driver_connection
from bloc_warehouse.checks.gx.expectations import ExpectSidesToAgree
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.settings import Settings

TABLES = ("findings", "results", "rules", "runs", "violations", "holds", "releases")


@pytest.fixture
def wrong(filled: Settings) -> Settings:
    """A warehouse with something to find at both stages, by every kind of rule."""
    for statement in (
        "update intermediate.int_admissions_current set admitted_total = 2"
        " where unit_code = 'LAN-002'",
        "update marts_candidate.fct_membership_stocks set closing_total = 52",
        "update marts_candidate.fct_awards set award_count = -1",
        "update marts_candidate.dim_units set unit_kind = 'club'"
        " where unit_code = 'LAN-001'",
    ):
        run(filled, statement)
    built(filled)
    return filled


def counts(outcome: CheckpointResult) -> dict[str, int]:
    """Return how many violations each failed rule has."""
    return {
        result.expectation_config.meta["rule"]: int(
            result.result.get("observed_value", result.result.get("unexpected_count"))
        )
        for suite in outcome.run_results.values()
        for result in suite.results
        if not result.success
    }


def written(settings: Settings) -> list[int]:
    """Return how many rows each table has that a gate writes to."""
    query = " union all ".join(
        f"select count(*) from quality.{table}" for table in TABLES
    )
    return [int(str(count)) for (count,) in run(settings, query, "ingest")]


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    program = (
        "import sys; from bloc_warehouse.checks import gx_context;"
        " assert not {'great_expectations', 'pandas', 'psycopg'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_context_gives_what_the_gates_get_and_writes_nothing(
    wrong: Settings,
) -> None:
    before = written(wrong)
    context = gx_context(wrong)
    found = {}
    for stage in ("cross_check", "audit"):
        found[stage] = counts(context.checkpoints.get(stage).run())
    assert found["cross_check"] == {"C1": 1}
    assert found["audit"].keys() == {
        "M1-intervals", "fct_awards-not-negative", "dim_units-kind",
    }  # fmt: skip
    assert written(wrong) == before
    for gate in (cross_check, audit):
        outcome = gate(wrong)
        kept = run(
            wrong,
            "select rule, finding_count from quality.results"
            f" where run_id = {outcome.run_id} and not success",
            "ingest",
        )
        assert dict(kept) == found[outcome.stage]


def test_the_contexts_connection_cannot_write(wrong: Settings) -> None:
    source = gx_context(wrong).data_sources.get(DATA_SOURCE)
    connection = driver_connection(source.get_engine())  # type: ignore[attr-defined]
    with pytest.raises(errors.ReadOnlySqlTransaction):
        connection.execute("delete from quality.runs")


def test_all_is_there_by_the_names_of_the_files(wrong: Settings) -> None:
    context = gx_context(wrong)
    files = {path.stem for path in EXPECTATIONS.glob("*/*.yaml")}
    assert {suite.name for suite in context.suites.all()} == files
    assert {
        definition.name for definition in context.validation_definitions.all()
    } == files
    assert {checkpoint.name for checkpoint in context.checkpoints.all()} == {
        "cross_check",
        "audit",
    }


def test_a_rules_fields_are_typed(wrong: Settings) -> None:
    suite = gx_context(wrong).suites.get("membership")
    (rule,) = (rule for rule in suite.expectations if getattr(rule, "rule", "") == "P5")
    assert isinstance(rule, ExpectSidesToAgree)
    assert (rule.tolerance, rule.tolerance_unit, rule.scope) == (
        0.2,
        "share",
        "bloc_year",
    )
    assert rule.audience == ["unit", "bloc"]
    assert (rule.severity, rule.missing) == ("warning", "fail")
    assert rule.remedy_en
    assert (rule.run_id, rule.within) == (None, None)
    with pytest.raises(ValueError, match="tolerence"):
        ExpectSidesToAgree(**rule.dict() | {"tolerence": 1})


def test_violations_come_with_their_words(wrong: Settings) -> None:
    context = gx_context(wrong)
    outcome = context.validation_definitions.get("admissions").run()
    (failed,) = (result for result in outcome.results if not result.success)
    (row,) = failed.result["details"]["unexpected_rows"]
    assert (row["unit_code"], row["left_value"], row["right_value"]) == (
        "LAN-002",
        1,
        2,
    )
    assert row["message_vi"] == "Số kết nạp ở biểu BDV là 1, ở biểu BKN là 2"


def test_before_the_first_build_it_says_what_to_do(warehouse: Settings) -> None:
    with pytest.raises(WrongRequestError, match="run `bloc build` first"):
        gx_context(warehouse)


def test_a_query_that_fails_leaves_the_run_to_the_others(made: Connection) -> None:
    made.execute("update marts_candidate.fct_membership_stocks set closing_total = 52")
    made.execute("set local role ingest")
    (suite,) = (
        suite
        for suite in load_suites(EXPECTATIONS, "audit")
        if suite.name == "fct_membership"
    )
    rule = suite.expectations[0]
    lost = rule.model_copy(update={"id": "lost", "sql": "select nonsense"})
    nowhere = suite.expectations[1].model_copy(
        update={"id": "nowhere", "kwargs": {"column": "nowhere", "min_value": 0}}
    )
    rules = (lost, nowhere, *suite.expectations)
    run_id = new_run(made, "audit")
    results = run_suites(
        made, run_id, [suite.model_copy(update={"expectations": rules})]
    )
    failed = {result.rule: result.exception for result in results if not result.success}
    assert failed.keys() == {"lost", "nowhere", "M1-intervals"}
    assert "nonsense" in str(failed["lost"])
    findings = made.execute(
        "select rule, bloc_code, message_en from quality.findings where run_id = %s",
        [run_id],
    ).fetchall()
    assert {(rule, bloc) for rule, bloc, _ in findings} == {
        ("M1-intervals", "LAN"), ("lost", None), ("nowhere", None),
    }  # fmt: skip
    assert len(findings) == 3
    assert any("nonsense" in message for *_, message in findings)


def test_the_pages_examples_run(
    wrong: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bloc_warehouse.settings.get_settings", lambda: wrong)
    text = (DOCS / "great_expectations.md").read_text("utf-8")
    names: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```", text, re.S)
    for example in examples:
        exec(example, names)  # noqa: S102  # the page of this project
    assert len(examples) == 3
    assert isinstance(names["result"], CheckpointResult)
    assert not names["result"].success
    assert isinstance(names["p5"], ExpectSidesToAgree)
    # membership is right here: its rules print nothing
    assert capsys.readouterr().out == ""
