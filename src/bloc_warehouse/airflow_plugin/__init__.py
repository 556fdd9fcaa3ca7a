"""What Airflow's own processes run of ours: they watch landing, and import beforehand.

Every process of Airflow loads this package, so it imports next to nothing.
"""

from airflow.plugins_manager import AirflowPlugin

from bloc_warehouse.airflow_plugin import preloading


class BlocWarehousePlugin(AirflowPlugin):
    """Found by Airflow wherever the package is installed."""

    name = "bloc_warehouse"
    listeners = [preloading]  # noqa: RUF012 - as Airflow declares it
