"""A home and a metadata database of Airflow's for the session.

Airflow reads where they are when it is first imported, so this comes before: a folder
of tests that imports Airflow, or what imports it, says so in its ``conftest.py``. Else
all of the session's Airflow would be that of whoever runs the tests.
"""

import atexit
import os
import shutil
import sys

from tests.paths import DAGS
from tests.session.scratch import scratch_folder

assert "airflow.configuration" not in sys.modules, "Airflow is imported already"
_folder = scratch_folder("bloc-airflow-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=str(_folder),
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_folder}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)
