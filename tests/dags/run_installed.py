"""Run by the Python of the environment that the wheel was installed in: its DAGs."""

import json
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.utils.db import initdb

import bloc_warehouse


def main() -> None:
    """Read the DAGs folder as Airflow does, run the way of a file, print what came."""
    initdb()
    bag = DagBag(Path(sys.argv[1]))
    runs = {
        dag_id: str(bag.dags[dag_id].test().state)
        for dag_id in ("ingest_submissions", "build_warehouse")
    }
    print(  # noqa: T201 - read by the test
        json.dumps(
            {
                "package": bloc_warehouse.__file__,
                "dags": sorted(bag.dag_ids),
                "errors": list(bag.import_errors.values()),
                "runs": runs,
            }
        )
    )


main()
