"""The command ``bloc``: joins the groups of commands, whose heavy imports are lazy.

Exit codes: 0 fine, 1 findings, 2 wrong use, 3 environment.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

import typer
from rich.markup import escape

from bloc_warehouse.cli.checks import alerts, quality, rules, violations
from bloc_warehouse.cli.console import errors_console
from bloc_warehouse.cli.operations import (
    airflow,
    backup,
    bi,
    dbt_env,
    docs,
    doctor,
    init,
    lineage,
    pipeline,
    readers,
    schemas,
)
from bloc_warehouse.cli.returns import (
    forms,
    intake,
    learn,
    reference,
    submissions,
    trace,
)
from bloc_warehouse.cli.totals import claims, export, history, period, reconcile, report
from bloc_warehouse.errors import SetupError

_SAMPLES = "bloc_samples"
INTERRUPTED = 130  # what typer makes of Ctrl-C

app = typer.Typer(
    name="bloc",
    help="From units' workbooks to published, audited totals.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)
app.command("ingest")(intake.ingest)
app.command("check")(intake.check)
app.command("learn")(learn.learn)
app.command("submissions")(submissions.submissions)
app.command("explain")(submissions.explain)
app.command("withdraw")(submissions.withdraw)
app.command("redate")(submissions.redate)
app.command("diff")(submissions.diff)
app.command("replay")(submissions.replay)
app.command("build")(pipeline.build)
app.command("audit")(quality.audit)
app.command("publish")(quality.publish)
app.command("rollback")(quality.rollback)
app.command("run")(pipeline.run)
app.command("reconcile")(reconcile.reconcile)
app.command("totals")(history.totals)
app.command("trace")(trace.trace)
app.command("releases")(history.releases)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("status")(quality.status)
app.command("doctor")(doctor.doctor)
app.command("metrics")(doctor.metrics)
app.command("template")(forms.template)
app.command("init")(init.init)
app.command("prepare")(pipeline.prepare)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("maintain")(backup.maintain)
app.command("dsn")(pipeline.dsn)
app.command("dbt-env")(dbt_env.dbt_env)
app.command("docs")(docs.docs)
app.command("lineage")(lineage.lineage)
app.command("schemas")(schemas.schemas)
app.add_typer(forms.forms_app, name="forms")
app.add_typer(period.period_app, name="period")
app.add_typer(rules.app, name="rules")
app.add_typer(violations.app, name="violations")
app.add_typer(readers.readers_app, name="readers")
app.add_typer(reference.app, name="reference")
app.add_typer(airflow.airflow_app, name="airflow")
app.add_typer(bi.bi_app, name="bi")
app.add_typer(claims.claims_app, name="claims")
app.add_typer(alerts.alerts_app, name="alerts")
if find_spec(_SAMPLES):  # a package of its own, which an office does not need
    import_module(f"{_SAMPLES}.commands").add_to(app)


def _is_of_surroundings(error: Exception) -> bool:
    """Tell a full disk or a lost server: nothing is half loaded, it may be repeated."""
    from psycopg import OperationalError  # most commands end without it

    return isinstance(error, OSError | OperationalError)


def main() -> None:
    """Run ``bloc``; a misconfigured environment is one clear line and exit code 3.

    So is Ctrl-C, with exit code 130: the next run continues.
    """
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            errors_console.print("[bold]bloc:[/] interrupted; run it again")
        raise
    except SetupError as error:
        errors_console.print(f"[bold red]bloc:[/] {error}", highlight=False)
        sys.exit(3)
    except Exception as error:
        if not _is_of_surroundings(error):
            raise
        reason = escape(" ".join(str(error).split()))
        errors_console.print(
            f"[bold red]bloc:[/] {reason}; run it again once that is fixed",
            highlight=False,
        )
        sys.exit(3)
