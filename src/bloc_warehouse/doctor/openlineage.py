"""What OpenLineage's provider tells of our tasks: the places behind the DAGs' assets.

Airflow loads the class by its name, from ``[openlineage] extractors``; nothing of ours
imports it, and without the provider it is never read. Our assets have names and no
addresses, which differ by installation: here a name becomes what lies there now.

The provider asks in a process of its own, where Airflow's connections cannot be read:
the warehouse's address must be in the environment, or its tables are not told.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.openlineage.extractors.base import BaseExtractor, OperatorLineage
from openlineage.client.event_v2 import Dataset

from bloc_warehouse.dag_defaults import ALERTS, LANDING, RELEASE, SUBMISSIONS
from bloc_warehouse.database.connection import connect
from bloc_warehouse.doctor.warehouse import is_down
from bloc_warehouse.settings import get_settings

if TYPE_CHECKING:
    from openlineage.client.facet_v2 import RunFacet

    from bloc_warehouse.settings import DatabaseSettings, StorageSettings

# asset -> the tables behind it, as a pattern of SQL's like
_TABLES = {
    SUBMISSIONS.name: ("raw", "%"),
    RELEASE.name: ("marts", "%"),
    ALERTS.name: ("quality", "alerts"),
}


class AssetExtractor(BaseExtractor):  # type: ignore[misc, unused-ignore]
    """Names the inlets and outlets of a task that ended well."""

    @classmethod
    def get_operator_classnames(cls) -> list[str]:
        """Return the kinds of tasks that our DAGs have."""
        return ["_PythonDecoratedOperator", "_ShortCircuitDecoratedOperator"]

    def _execute_extraction(self) -> "OperatorLineage[Dataset, RunFacet]":
        return OperatorLineage()  # nothing is read or written yet

    def extract_on_complete(
        self,
        task_instance: Any,  # noqa: ANN401 - Airflow's
    ) -> "OperatorLineage[Dataset, RunFacet]":
        """Look up what the task's assets are, in the settings and the database."""
        return OperatorLineage(
            inputs=_datasets(self.operator.inlets),
            outputs=_datasets(self.operator.outlets),
        )

    def extract_on_failure(
        self,
        task_instance: Any,  # noqa: ANN401 - Airflow's
    ) -> "OperatorLineage[Dataset, RunFacet]":
        """Claim nothing: what a failed task wrote was rolled back."""
        return OperatorLineage()


def _datasets(assets: Iterable[Any]) -> list[Dataset]:
    names = {asset.name for asset in assets}
    settings = get_settings()
    found: list[Dataset] = []
    if LANDING.name in names:
        found.append(_landing(settings))
    if is_down(settings):
        return found
    for name in sorted(names & _TABLES.keys()):
        found += _tables(settings, *_TABLES[name])
    return found


def _landing(settings: "StorageSettings") -> Dataset:
    """Name the place as OpenLineage does: a bucket and its prefix, or a path."""
    place = settings.landing_dir
    if isinstance(place, Path):
        return Dataset(namespace="file", name=str(place))
    address = str(place)
    scheme, _, rest = address.partition("://")
    bucket, _, prefix = rest.partition("/")
    return Dataset(
        namespace=f"{scheme}://{bucket.rpartition('@')[2]}", name=prefix or "/"
    )


def _tables(settings: "DatabaseSettings", schema: str, pattern: str) -> list[Dataset]:
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select tablename from pg_tables where schemaname = %s"
            " and tablename like %s order by tablename",
            [schema, pattern],
        ).fetchall()
        info = connection.info
        namespace = f"postgres://{info.host}:{info.port}"
        return [
            Dataset(namespace=namespace, name=f"{info.dbname}.{schema}.{table}")
            for (table,) in rows
        ]
