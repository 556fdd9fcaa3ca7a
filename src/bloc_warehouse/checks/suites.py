"""Loads the suites: plain YAML under ``expectations/<stage>/``, one file a table."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bloc_warehouse.checks.model import (
    Expectation,
    Stage,
    Suite,
    SuiteError,
)
from bloc_warehouse.checks.suite_file import read_suite

STAGES: tuple[Stage, ...] = ("cross_check", "audit")
FOLDERS: Mapping[Stage, str] = {"cross_check": "cross_check", "audit": "marts"}


def load_suites(folder: Path, stage: Stage) -> tuple[Suite, ...]:
    """Load the suites of a stage, rules that are switched off included.

    Args:
        folder: The project's folder ``expectations``.
        stage: Which boundary.

    Raises:
        SuiteError: A file contradicts itself or another one.
    """
    files = sorted((folder / FOLDERS[stage]).glob("*.yaml"))
    if not files:
        raise SuiteError(f"no suites in {folder / FOLDERS[stage]}")
    suites = tuple(read_suite(path, stage) for path in files)
    identifiers = [one.id for suite in suites for one in suite.expectations]
    twice = {name for name in identifiers if identifiers.count(name) > 1}
    if twice:
        raise SuiteError(
            f"these rules stand twice: {', '.join(sorted(twice))}; give each its own id"
        )
    return suites


def all_rules(folder: Path) -> Iterator[tuple[Suite, Expectation]]:
    """Yield every rule of both stages with its suite.

    Raises:
        SuiteError: A file contradicts itself or another one.
    """
    for stage in STAGES:
        for suite in load_suites(folder, stage):
            for expectation in suite.expectations:
                yield suite, expectation
