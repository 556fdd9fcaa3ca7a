"""Runs dbt inside this process, each time in its own folders."""

import gc
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from bloc_warehouse.build.dbt_environment import (
    SERVER_VARIABLES,
    pipeline_environment,
)
from bloc_warehouse.build.dbt_project import project_folder
from bloc_warehouse.database.connection import connect, dsn
from bloc_warehouse.database.locks import table_holders
from bloc_warehouse.settings import DatabaseSettings, Settings

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

KEPT_RUNS = 10

logger = logging.getLogger(__name__)

_PARSE = "parse"
_PARSED = "partial_parse.msgpack"
_BUILT = frozenset({"model", "seed", "snapshot"})
_FAILURES = frozenset({"error", "fail", "runtime error", "partial success"})


class _DbtFailedError(Exception):
    """What dbt was called for failed, as ``<model or test>: <reason>`` each."""

    def __init__(self, failures: list[str]) -> None:
        self.failures = failures
        super().__init__("; ".join(failures))


class TransformError(Exception):
    """A model could not be built, or data tests fail; nothing is published.

    Attributes:
        nodes: What failed, as ``<model or test>: <reason>``.
        log: The file with dbt's complete log, where dbt ran.
    """

    def __init__(
        self, command: str, nodes: Sequence[str], log: Path | None = None
    ) -> None:
        self.nodes = tuple(nodes)
        self.log = log
        see = f" (see {log})" if log else ""
        super().__init__(f"{command}: {'; '.join(self.nodes)}{see}")


@dataclass(frozen=True, slots=True)
class DbtRun:
    """What a run of dbt did.

    Attributes:
        seconds: How long each model took.
        listed: What ``ls`` lists.
        parsed: The project as dbt parsed it, for the caller's next command.
    """

    command: str
    nodes: int
    warnings: tuple[str, ...]
    target: Path
    seconds: Mapping[str, float]
    listed: tuple[str, ...] = ()
    parsed: "Manifest | None" = None


def run_dbt(
    settings: DatabaseSettings,
    command: str,
    *arguments: str,
    parsed: "Manifest | None" = None,
) -> DbtRun:
    """Run one dbt command; the caller sees to it that no other one runs.

    Args:
        settings: Whose project and warehouse.
        command: ``build``, ``run``, ``seed``, ``test``, ``parse`` …
        arguments: What follows the command.
        parsed: The project, where a command before this one had it parsed.

    Raises:
        TransformError: A node failed, or dbt itself did.
        KeyboardInterrupt: Somebody stopped it.
    """
    folder = settings.data_dir / "dbt"
    run = _new_run_folder(folder / "runs")
    options = _options(project_folder(settings), run)
    variables = pipeline_environment(settings, run)
    began = time.monotonic()
    try:
        with _environment(variables), _released_locks():
            if parsed is None and command != _PARSE:
                parsed = _parse(project_folder(settings), folder, options)
                _keep_parsed(folder, run)
                _move(parsed, variables["BLOC_DBT_DATABASE"])
            result = _invoke([command, *arguments, *options], parsed)
    except _DbtFailedError as error:
        failures = error.failures
        if any("lock timeout" in failure for failure in failures):
            with connect("transform", autocommit=True, settings=settings) as asking:
                failures.append(f"held by {name_holders(asking)}")
        log = run / "logs" / "dbt.log"
        raise TransformError(f"dbt {command}", failures, log) from error
    results = _results(result)
    logger.info(
        "dbt %s: %s nodes in %.1f s", command, len(results), time.monotonic() - began
    )
    warned = tuple(
        str(result.node.name) for result in results if result.status == "warn"
    )
    seconds = {
        str(result.node.name): float(result.execution_time)
        for result in results
        if result.node.resource_type == "model"
    }
    listed = result.result if isinstance(result.result, list) else ()
    return DbtRun(
        command, len(results), warned, run / "target", seconds, tuple(listed), parsed
    )


def read_manifest(settings: Settings) -> dict[str, Any]:
    """Return what dbt makes of the project; needs no warehouse, and touches none."""
    manifest: dict[str, Any] = json.loads(
        _parsed(_nowhere(settings, "none"), "manifest.json")
    )
    return manifest


def read_semantic_manifest(settings: Settings) -> str:
    """Return the semantic layer for those who read: its SQL names what is published."""
    database = conninfo_to_dict(dsn("bi_reader", settings=settings))["dbname"]
    nowhere = _nowhere(settings, str(database))
    return _parsed(nowhere, "semantic_manifest.json", "--target", "live")


def _nowhere(settings: Settings, database: str) -> Settings:
    """Name a server that is not there: parsing asks none.

    Without an address the folder of the parse would get an embedded server of its own.
    """
    passwords = dict.fromkeys(
        ("ingest_password", "transform_password", "bi_reader_password"), "none"
    )
    return settings.with_changes(
        warehouse_url=f"postgresql://nobody@127.0.0.1:1/{quote(database, safe='')}",
        **passwords,
    )


def _parsed(settings: Settings, name: str, *arguments: str) -> str:
    """Have dbt parse the project apart from other runs; return a file of the target."""
    with TemporaryDirectory() as folder:
        target = run_dbt(
            settings.with_changes(data_dir=Path(folder)), "parse", *arguments
        ).target
        return (target / name).read_text(encoding="utf-8")


def _new_run_folder(runs: Path) -> Path:
    """Make a folder of this run's own, and drop those of the oldest runs."""
    runs.mkdir(parents=True, exist_ok=True)
    for old in sorted(runs.iterdir())[: -KEPT_RUNS + 1]:
        shutil.rmtree(old, ignore_errors=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    run = runs / f"{moment}-{os.getpid()}"
    run.mkdir()
    return run


def _options(project: Path, run: Path) -> list[str]:
    return [
        *("--project-dir", str(project)),
        *("--profiles-dir", str(project)),
        *("--target-path", str(run / "target")),
        *("--log-path", str(run / "logs")),
        *("--log-level", "none"),
        *("--log-level-file", "info"),
    ]


def _parse(project: Path, folder: Path, options: Sequence[str]) -> "Manifest":
    """Have dbt parse what changed since it last did, here or in the project's folder.

    For another server or database dbt would parse everything anew, although nothing of
    the project depends on them. So it is not told which.
    """
    kept = (folder / _PARSED, project / "target" / _PARSED)
    found = next((path for path in kept if path.is_file()), None)
    known = ["--partial-parse-file-path", str(found)] if found else []
    with _environment(dict.fromkeys(SERVER_VARIABLES)):
        result = _invoke([_PARSE, "--no-write-json", *options, *known], None)
    return cast("Manifest", result.result)


def _move(parsed: "Manifest", database: str) -> None:
    """Have all that was parsed stand in a database, whichever it was parsed for."""
    nodes = [*parsed.nodes.values(), *parsed.sources.values()]
    if all(node.database == database for node in nodes):
        return
    relations = [one.node_relation for one in parsed.semantic_models.values()]
    for one in (*nodes, *filter(None, relations)):
        if one.relation_name:
            _, _, relation = one.relation_name.partition(".")
            one.relation_name = f'"{database}".{relation}'
        one.database = database
    parsed.build_flat_graph()  # type: ignore[no-untyped-call]  # what hooks see


def _keep_parsed(folder: Path, run: Path) -> None:
    """Leave what dbt parsed to the next run, which then starts a second earlier."""
    parsed = run / "target" / _PARSED
    if parsed.is_file():
        parsed.replace(folder / _PARSED)


def _invoke(invocation: Sequence[str], parsed: "Manifest | None") -> "dbtRunnerResult":
    """Call dbt.

    Raises:
        _DbtFailedError: A node failed, or dbt itself did.
        KeyboardInterrupt: Somebody stopped it.
    """
    from dbt.cli.main import dbtRunner

    result = dbtRunner(parsed, [_logging_here()]).invoke(list(invocation))
    if isinstance(result.exception, KeyboardInterrupt):
        raise KeyboardInterrupt  # dbt returns it as a failure that says nothing
    if not result.success:
        raise _DbtFailedError(_failures(result))
    return result


@contextmanager
def _environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Set variables while dbt runs, or none: its profile is given in no other way."""
    before = {name: os.environ.get(name) for name in variables}
    _set_variables(variables)
    try:
        yield
    finally:
        _set_variables(before)


def _set_variables(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _logging_here() -> Callable[[Any], None]:
    """Have dbt's threads log with the fields that lines have here (``log_lines``)."""
    here = copy_context()
    return lambda event: here.copy().run(_log_node, event)


def _log_node(event: Any) -> None:  # noqa: ANN401 - dbt ships no types
    """Log how a model ended, and what did not end well; not each test that holds."""
    if event.info.name != "NodeFinished":
        return
    node, result = event.data.node_info, event.data.run_result
    is_wrong = result.status in _FAILURES or result.status == "warn"
    if not is_wrong and node.resource_type not in _BUILT:
        return
    rows = dict(result.adapter_response).get("rows_affected")
    logger.log(
        logging.WARNING if is_wrong else logging.INFO,
        "%s %s: %s%s, %.2f s",
        node.resource_type,
        node.node_name,
        result.status,
        "" if rows is None or rows < 0 else f", {int(rows):,} rows",
        result.execution_time,
    )


@contextmanager
def _released_locks() -> Iterator[None]:
    """Give back the semaphores of dbt's adapter at once.

    A task's process ends without tidying up, and Python would then report them as
    leaked, at level error, after every success.
    """
    from dbt.adapters.factory import reset_adapters

    try:
        yield
    finally:
        reset_adapters()  # type: ignore[no-untyped-call]
        gc.collect()


def name_holders(connection: Connection) -> str:
    """Name who holds tables that a build may have waited for."""
    return table_holders(connection, ["%.%"])


def _results(result: Any) -> Sequence[Any]:  # noqa: ANN401 - dbt ships no types
    return getattr(result.result, "results", None) or ()


def _failures(result: Any) -> list[str]:  # noqa: ANN401 - dbt ships no types
    failed = [
        f"{node_result.node.name}: {' '.join(str(node_result.message).split())}"
        for node_result in _results(result)
        if node_result.status in _FAILURES
    ]
    return failed or [" ".join(str(result.exception or "it did not say why").split())]
