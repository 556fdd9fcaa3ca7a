"""What a task's log says: each model, and nothing alarming on a success."""

import re
import subprocess
import sys

from bloc_warehouse.settings import Settings
from bloc_warehouse.variables import process_environment

# as Airflow runs a task: everything from INFO on is shown, and the process ends without
# tidying up
TASK = """
import logging, os, sys
from structlog.contextvars import bind_contextvars, get_contextvars
class WithRelease(logging.Formatter):
    def format(self, record):
        return f"{super().format(record)}, release {get_contextvars().get('release')}"
handler = logging.StreamHandler()
handler.setFormatter(WithRelease("%(levelname)s %(name)s %(message)s"))
logging.basicConfig(level=logging.INFO, handlers=[handler])
bind_contextvars(release=7)
from bloc_warehouse.settings import (get_settings)
from bloc_warehouse.build.dbt_runner import run_dbt
import bloc_warehouse.checks.gx.context
run_dbt(get_settings(), "seed", "--select", "ref_indicators")
sys.stderr.flush()
os._exit(0)
"""


def test_each_node_is_named_and_nothing_alarms(warehouse: Settings) -> None:
    passwords = ("ingest_password", "transform_password", "bi_reader_password")
    variables = {
        f"BLOC_{name.upper()}": getattr(warehouse, name).get_secret_value()
        for name in ("warehouse_url", *passwords)
    } | {"BLOC_DATA_DIR": str(warehouse.data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", TASK],
        env=process_environment() | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    log = done.stdout + done.stderr
    lines = [line for line in log.splitlines() if line.startswith("INFO bloc_")]
    # dbt's threads, too, say what they are about
    seed = r"seed ref_indicators: success, \d+ rows, \d+\.\d\d s, release 7$"
    assert re.search(seed, lines[-2])
    assert re.search(r"dbt seed: \d+ nodes in \d+\.\d s, release 7$", lines[-1])
    assert [line for line in log.splitlines() if not line.startswith("INFO")] == []
    assert "great_expectations" not in log
    assert len(log.splitlines()) < 10
