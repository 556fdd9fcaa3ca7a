"""What OpenLineage's provider tells of our tasks: places and models.

Airflow loads the class by its name, from ``[openlineage] extractors``; nothing of ours
imports it, and without the provider it is never read. Our assets have names and no
addresses, which differ by installation: here a name becomes what lies there now.

The provider asks in a process of its own, where Airflow's connections cannot be read:
the warehouse's address must be in the environment, or its tables are not told.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.openlineage.api.sql import emit_query_lineage
from airflow.providers.openlineage.extractors.base import BaseExtractor, OperatorLineage
from openlineage.client.event_v2 import Dataset

from bloc_warehouse.airflow_plugin.assets import ALERTS, LANDING, RELEASE, SUBMISSIONS
from bloc_warehouse.build import artefacts
from bloc_warehouse.build.releases import models_made, release_in
from bloc_warehouse.database.connection import connect, is_down
from bloc_warehouse.settings import get_settings

if TYPE_CHECKING:
    from openlineage.client.facet_v2 import RunFacet

    from bloc_warehouse.settings import Settings, StorageSettings

# asset -> the tables behind it, as a pattern of SQL's like
_TABLES = {
    SUBMISSIONS.name: ("raw", "%"),
    RELEASE.name: ("marts", "%"),
    ALERTS.name: ("quality", "alerts"),
}
_BUILDS = ("build_warehouse", "build_marts")
# publishing renames the schema: it is the same table
_PUBLISHED_AS = {"marts_candidate": "marts"}


class AssetExtractor(BaseExtractor):  # type: ignore[misc, unused-ignore]
    """Names what a task that ended well read and wrote."""

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
        """Look up what the task's assets are, in the settings and the database.

        Of a build, each model is told as a run within the task's. So what publishing
        rests on is told by models, each with what it reads, and not once more by all.
        """
        settings = get_settings()
        if (self.operator.dag_id, self.operator.task_id) == _BUILDS:
            _tell_models(settings, task_instance)
        outlets = _names(self.operator.outlets)
        inlets = _names(self.operator.inlets)
        if RELEASE.name in outlets:
            inlets -= {SUBMISSIONS.name}
        return OperatorLineage(
            inputs=_datasets(settings, inlets), outputs=_datasets(settings, outlets)
        )

    def extract_on_failure(
        self,
        task_instance: Any,  # noqa: ANN401 - Airflow's
    ) -> "OperatorLineage[Dataset, RunFacet]":
        """Claim nothing: what a failed task wrote was rolled back."""
        return OperatorLineage()


def reads_of_models(
    manifest: Mapping[str, Any], made: Collection[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield what models read, each as ``<schema>.<table>`` and those of what it reads.

    Args:
        manifest: dbt's.
        made: Names of the models whose rows a build made. The views that they rest on
            are yielded too, for they were evaluated.
    """
    nodes = {**manifest["nodes"], **manifest["sources"]}
    waiting = [
        key
        for key, node in nodes.items()
        if node["resource_type"] == "model" and node["name"] in made
    ]
    known = set(waiting)
    while waiting:
        node = nodes[waiting.pop()]
        parents = [one for one in node["depends_on"]["nodes"] if one in nodes]
        yield _relation(node), sorted(_relation(nodes[one]) for one in parents)
        views = {one for one in parents if _is_view(nodes[one])} - known
        known |= views
        waiting += sorted(views)


def _is_view(node: Mapping[str, Any]) -> bool:
    is_model: bool = node["resource_type"] == "model"
    return is_model and node["config"]["materialized"] == "view"


def _relation(node: Mapping[str, Any]) -> str:
    schema = _PUBLISHED_AS.get(node["schema"], node["schema"])
    return f"{schema}.{node.get('identifier') or node['alias']}"


def _tell_models(
    settings: "Settings",
    task_instance: Any,  # noqa: ANN401 - Airflow's
) -> None:
    """Tell of each model that the build made, from what dbt made of the project."""
    if is_down(settings):
        return
    with connect("ingest", settings=settings) as connection:
        release = release_in(connection, "candidate")
        if release is None:
            return
        made = models_made(connection, release.release_id)
        namespace, database = _address(connection.info)
    manifest = artefacts.manifest(settings, release.release_id)
    for model, reads in reads_of_models(manifest, made):
        task = f"{task_instance.dag_id}.{task_instance.task_id}"
        emit_query_lineage(
            job_name=f"{task}.{model.rpartition('.')[2]}",
            inputs=[Dataset(namespace, f"{database}.{one}") for one in reads],
            outputs=[Dataset(namespace, f"{database}.{model}")],
            task_instance=task_instance,
        )


def _names(assets: Iterable[Any]) -> set[str]:
    return {asset.name for asset in assets}


def _datasets(settings: "Settings", names: set[str]) -> list[Dataset]:
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


def _tables(settings: "Settings", schema: str, pattern: str) -> list[Dataset]:
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select table_name::text from information_schema.tables"
            " where table_schema = %s and table_name like %s order by table_name",
            [schema, pattern],
        ).fetchall()
        namespace, database = _address(connection.info)
    return [Dataset(namespace, f"{database}.{schema}.{table}") for (table,) in rows]


def _address(info: Any) -> tuple[str, str]:  # noqa: ANN401 - psycopg's
    """Return the namespace of the server's tables, as OpenLineage has it, and ours."""
    return f"postgres://{info.host}:{info.port}", info.dbname
