"""The report of a gate's run: what every rule found, and where the reports are kept.

Pages of plain HTML with nothing to fetch: they are read where there is no internet.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.pages import page_templates
from bloc_warehouse.settings import AlertSettings, StorageSettings
from bloc_warehouse.sql import statement
from bloc_warehouse.storage.trees import remove_tree, write_whole

if TYPE_CHECKING:
    from bloc_warehouse.checks.model import Stage, Suite

KEPT_RUNS = 20

_INDEX = "index.html"
_NAME = re.compile(r"(\d+)-(cross_check|audit)")


def report_page(settings: StorageSettings, run_id: int, stage: "Stage") -> Path:
    """Return the first page of a run's report."""
    return _all(settings) / f"{run_id:06d}-{stage}" / _INDEX


def write_report(
    connection: Connection, page: Path, run_id: int, suites: Sequence["Suite"]
) -> None:
    """Write the run's pages: one over all suites, and one a suite with its rules.

    They say how many violations there are in which blocs, and not which figures: those
    of discipline are not for everybody who may see a report.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        run = cursor.execute(
            "select * from quality.runs where run_id = %s", [run_id]
        ).fetchone()
        results = cursor.execute(
            statement("checks/report_results"), {"run_id": run_id}
        ).fetchall()
    by_rule = {result["rule"]: result for result in results}
    templates = page_templates(Path(__file__).parent / "pages")
    shown = [_with_results(suite, by_rule) for suite in suites if suite.active]
    text = templates.get_template("run.html.j2").render(run=run, suites=shown)
    write_whole(page, text)
    for suite in shown:
        text = templates.get_template("suite.html.j2").render(run=run, **suite)
        write_whole(page.parent / f"{suite['suite'].name}.html", text)


def _with_results(suite: "Suite", by_rule: Mapping[str, Any]) -> dict[str, Any]:
    rules = [(rule, by_rule[rule.id]) for rule in suite.active]
    return {
        "suite": suite,
        "rules": rules,
        "failed": [pair for pair in rules if not pair[1]["success"]],
    }


def shown_at(page: Path | str, settings: AlertSettings) -> str:
    """Return a report's address where reports are served, else its path."""
    below = str(page).removeprefix(f"{settings.reports_dir}/")
    if settings.reports_url and below != str(page):
        return f"{settings.reports_url}/{below}"
    return str(page)


def prune_reports(connection: Connection, settings: StorageSettings) -> None:
    """Drop the oldest reports; those of a release that can still be shown stay."""
    rows = connection.execute(
        "select audit_run_id from quality.releases"
        " where state in ('candidate', 'live', 'previous')"
    )
    kept = {run_id for (run_id,) in rows}
    runs = sorted(
        (int(match[1]), folder)
        for folder in _all(settings).glob("*")
        if (match := _NAME.fullmatch(folder.name))
    )
    for run_id, folder in runs[:-KEPT_RUNS]:
        if run_id not in kept:
            remove_tree(folder)


def _all(settings: StorageSettings) -> Path:
    return settings.reports_dir / "audits"
