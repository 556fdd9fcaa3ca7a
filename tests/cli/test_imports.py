"""What every call of ``bloc`` waits for, whatever the command."""

import subprocess
import sys

# each takes a tenth of a second and more, and `bloc --help` needs none of them
HEAVY = {
    "airflow",
    "dbt",
    "great_expectations",
    "jinja2",
    "openpyxl",
    "pandas",
    "psycopg",
    "pydantic",
    "rapidfuzz",
    "yaml",
}
LISTED = (
    "import sys\n"
    "import typer\n"
    "from bloc_warehouse.cli.app import app\n"
    "typer.main.get_command(app)\n"
    "print('\\n'.join(sys.modules))"
)


def test_the_list_of_commands_needs_no_heavy_import() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTED], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


def test_a_log_for_people_needs_nothing_that_writes_fields() -> None:
    """All of a run, before anybody asked for JSON; structlog takes a sixth second."""
    imported = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, bloc_warehouse.pipeline; print('structlog' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert imported.stdout.strip() == "False"
