"""What the plugin's tests import is Airflow, so its home comes first."""

from tests.dags import airflow_home  # noqa: F401 - before Airflow
