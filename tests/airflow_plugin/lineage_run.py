"""Run by a Python whose Airflow tells OpenLineage: the way of a file, in its DAGs."""

import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.utils.db import initdb


def main() -> None:
    """Run both DAGs."""
    initdb()
    bag = DagBag(Path(sys.argv[1]))
    for dag_id in ("ingest_submissions", "build_warehouse"):
        state = bag.dags[dag_id].test().state
        assert state == "success", (dag_id, state)


main()
