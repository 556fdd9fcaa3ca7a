"""A real run of the DAGs tells OpenLineage where the data came from and went."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import builders
from tests.dags.conftest import write_reference
from tests.paths import DAGS, ROOT

from bloc_warehouse.settings import Settings

pytestmark = [pytest.mark.db, pytest.mark.airflow]

EXTRACTOR = "bloc_warehouse.airflow_plugin.openlineage.AssetExtractor"


@pytest.fixture
def told(warehouse: Settings, tmp_path: Path) -> list[dict[str, Any]]:
    """All that was told of one file on its way to readers."""
    write_reference(warehouse.reference_dir)
    assert isinstance(warehouse.landing_dir, Path)
    builders.land(
        warehouse.landing_dir, "LAN-001", "2024-07-05/a.xlsx", builders.workbook()
    )
    log = tmp_path / "openlineage.jsonl"
    secrets = {
        f"BLOC_{name.upper()}": getattr(warehouse, name).get_secret_value()
        for name in (
            "warehouse_url",
            "ingest_password",
            "transform_password",
            "bi_reader_password",
        )
    }
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("lineage_run.py"), DAGS],
        env={
            **os.environ,
            **secrets,
            "BLOC_DATA_DIR": str(warehouse.data_dir),
            "BLOC_SETTLE_SECONDS": "0",
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
            "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
                {"type": "file", "log_file_path": str(log), "append": True}
            ),
            "AIRFLOW__OPENLINEAGE__NAMESPACE": "bloc-warehouse",
            "AIRFLOW__OPENLINEAGE__EXTRACTORS": EXTRACTOR,
        },
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


@pytest.mark.slow  # the samples through both DAGs
def test_a_file_s_way_is_told_from_landing_to_readers(
    told: list[dict[str, Any]], warehouse: Settings
) -> None:
    _places_have_sensible_names(told, warehouse)
    _each_model_leads_from_raw_to_what_is_published(told)
    for name in ("ingest_password", "transform_password", "bi_reader_password"):
        assert getattr(warehouse, name).get_secret_value() not in json.dumps(told)


def _places_have_sensible_names(
    told: list[dict[str, Any]], warehouse: Settings
) -> None:
    tasks = {
        event["job"]["name"]: event
        for event in told
        if event["eventType"] == "COMPLETE" and "." in event["job"]["name"]
    }
    assert {event["job"]["namespace"] for event in told} == {"bloc-warehouse"}
    announced = tasks["ingest_submissions.announce_submissions"]
    landing = {"namespace": "file", "name": str(warehouse.landing_dir)}
    assert landing.items() <= announced["inputs"][0].items()
    raw = _names(announced["outputs"])
    assert {"raw.files", "raw.submissions", "raw.membership"} <= raw
    published = tasks["build_warehouse.publish_marts"]
    assert {"marts.fct_membership_stocks", "marts.rpt_bloc_totals"} <= _names(
        published["outputs"]
    )
    for dataset in published["outputs"]:
        assert dataset["namespace"].startswith("postgres://127.0.0.1:")


def _each_model_leads_from_raw_to_what_is_published(told: list[dict[str, Any]]) -> None:
    models = [
        event
        for event in told
        if event["eventType"] == "COMPLETE"
        and event["job"]["name"].startswith("build_warehouse.build_marts.")
    ]
    reads = {
        name: _names(event["inputs"])
        for event in models
        for name in _names(event["outputs"])
    }
    (task,) = {
        event["run"]["runId"]
        for event in told
        if event["job"]["name"] == "build_warehouse.build_marts"
    }
    assert {event["run"]["facets"]["parent"]["run"]["runId"] for event in models} == {
        task
    }
    published = _outputs_of(told, "build_warehouse.publish_marts")
    assert published == {name for name in reads if name.startswith("marts.")}
    assert reads["staging.stg_raw__membership"] == {"raw.membership"}
    for name in published:
        assert _sources(name, reads), name
    behind = _sources("marts.fct_membership", reads)
    assert {"raw.membership", "raw.submissions"} <= behind
    assert {name.partition(".")[0] for name in behind} <= {
        "raw",
        "quality",
        "reference",
    }


def _sources(name: str, reads: dict[str, set[str]]) -> set[str]:
    """Return what a table comes from that no model makes."""
    if name not in reads:
        return {name}
    return set().union(*(_sources(parent, reads) for parent in reads[name]))


def _outputs_of(told: list[dict[str, Any]], job: str) -> set[str]:
    (event,) = (
        event
        for event in told
        if event["job"]["name"] == job and event["eventType"] == "COMPLETE"
    )
    return _names(event["outputs"])


def _names(datasets: list[dict[str, Any]]) -> set[str]:
    """Return schema and table of each; the database has the test's own name."""
    return {dataset["name"].partition(".")[2] for dataset in datasets}
