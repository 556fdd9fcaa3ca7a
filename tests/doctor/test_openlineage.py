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

EXTRACTOR = "bloc_warehouse.doctor.openlineage.AssetExtractor"


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


def test_landing_raw_and_marts_are_told_by_sensible_names_and_no_password(
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
    assert _names(published["inputs"]) == raw
    assert {"marts.fct_membership_stocks", "marts.rpt_bloc_totals"} <= _names(
        published["outputs"]
    )
    for dataset in published["outputs"]:
        assert dataset["namespace"].startswith("postgres://127.0.0.1:")
    for name in ("ingest_password", "transform_password", "bi_reader_password"):
        assert getattr(warehouse, name).get_secret_value() not in json.dumps(told)


def _names(datasets: list[dict[str, Any]]) -> set[str]:
    """Return schema and table of each; the database has the test's own name."""
    return {dataset["name"].partition(".")[2] for dataset in datasets}
