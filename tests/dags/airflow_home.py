"""A home and a metadata database of Airflow's for the session.

Airflow reads where they are when it is first imported, so this comes before: a folder
of tests that imports Airflow, or what imports it, says so in its ``conftest.py``. Else
all of the session's Airflow would be that of whoever runs the tests.
"""

import os
import sys
import tempfile

from tests.paths import DAGS

assert "airflow.configuration" not in sys.modules, "Airflow is imported already"
_folder = tempfile.TemporaryDirectory(prefix="bloc-airflow-tests-")
os.environ.update(
    AIRFLOW_HOME=_folder.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_folder.name}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)
