"""Lines of the log for machines: one JSON object each, with what it is about."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import builders

from bloc_warehouse.settings import Settings
from bloc_warehouse.variables import process_environment

LOGGING = """
import logging
from structlog.contextvars import bound_contextvars
{setup}
logger = logging.getLogger("bloc_warehouse.build.transform")
with bound_contextvars(release=7):
    logger.info("built %s", "đủ")
try:
    password = "hidden-word"
    raise OSError("gone")
except OSError:
    logger.exception("failed")
logging.getLogger("library").{level}("of a library")
"""
OURS = 'from bloc_warehouse.log_lines import write_as_json; write_as_json(run="r1")'
AIRFLOWS = (
    "import sys; from airflow.sdk.log import configure_logging;"
    "configure_logging(json_output=True, output=sys.stderr.buffer)"
)
# as ``bloc ingest`` does, whose settings these are
INGEST = """
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.intake.run import ingest
if __name__ == "__main__":
    ingest(get_settings())
"""


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def logged(setup: str, level: str = "info") -> list[dict[str, Any]]:
    """Return what a process logs that is set up so."""
    done = subprocess.run(
        [sys.executable, "-c", LOGGING.format(setup=setup, level=level)],
        # other tests have their Airflow say less
        env={**process_environment(), "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO"},
        capture_output=True,
        check=True,
        text=True,
    )
    return lines_of(done.stderr)


def test_a_line_has_what_it_is_about_as_fields() -> None:
    built, failed = logged(OURS)
    assert built.pop("timestamp").endswith("Z")
    assert built == {
        "event": "built đủ",
        "level": "info",
        "logger": "bloc_warehouse.build.transform",
        "run": "r1",
        "release": 7,
    }
    assert "release" not in failed
    assert failed["level"] == "error"


def test_an_error_is_told_without_the_values_of_its_variables() -> None:
    _, failed = logged(OURS)
    (error,) = failed["exception"]
    assert (error["exc_type"], error["exc_value"]) == ("OSError", "gone")
    assert "hidden-word" not in json.dumps(failed)


def test_what_libraries_warn_of_is_there_too() -> None:
    assert logged(OURS, "warning")[-1]["event"] == "of a library"


@pytest.mark.airflow
def test_airflows_own_lines_have_the_same_fields() -> None:
    built = next(line for line in logged(AIRFLOWS) if line["event"] == "built đủ")
    assert built["release"] == 7
    assert built["logger"] == "bloc_warehouse.build.transform"
    assert {"timestamp", "level"} <= built.keys()


def ingested(settings: Settings, **variables: str) -> str:
    """Return what intake says on stderr, of two files that break their readers."""
    assert isinstance(settings.landing_dir, Path)
    for unit in ("LAN-001", "LAN-002"):
        builders.land(settings.landing_dir, unit, "a.xlsx", builders.workbook())
    passwords = ("ingest_password", "transform_password", "bi_reader_password")
    done = subprocess.run(
        [sys.executable, "-c", INGEST],
        env={
            **process_environment(),
            **{
                f"BLOC_{name.upper()}": getattr(settings, name).get_secret_value()
                for name in ("warehouse_url", *passwords)
            },
            "BLOC_DATA_DIR": str(settings.data_dir),
            "BLOC_SETTLE_SECONDS": "0",
            "BLOC_BATCH_SIZE": "1",  # so that two workers read
            "BLOC_PARSE_MEMORY_BYTES": "100000",
            **variables,
        },
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stderr


@pytest.mark.db
def test_each_process_of_a_command_says_its_run_and_the_file(
    warehouse: Settings,
) -> None:
    lines = lines_of(ingested(warehouse, BLOC_JSON_LOGS="True"))
    broke = [line for line in lines if line["event"].startswith("a file broke")]
    assert sorted(line["file"] for line in broke) == [1, 2]
    assert len({line["run"] for line in lines}) == 1


@pytest.mark.db
def test_the_log_is_for_people_unless_asked_for_otherwise(warehouse: Settings) -> None:
    said = ingested(warehouse)
    assert lines_of(said) == []
    assert "a file broke its reader: F" in said
