"""Airflow for tests: a home and a metadata database of its own; all DAGs read once."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

ROOT = Path(__file__).resolve().parents[2]
DAGS_FOLDER = ROOT / "dags"

# Airflow reads these when it is first imported, which must not happen before
_home = tempfile.TemporaryDirectory(prefix="bloc-airflow-tests-")
os.environ.update(
    AIRFLOW_HOME=_home.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS_FOLDER),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_home.name}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)


@pytest.fixture(scope="session")
def dag_bag() -> "DagBag":
    """All DAGs of the project, read without a database."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(DAGS_FOLDER)
