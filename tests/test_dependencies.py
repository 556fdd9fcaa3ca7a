"""What no code of ours imports, and what runs beside it needs all the same."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from tests.paths import ROOT


def test_airflow_can_reach_its_own_database_on_postgresql() -> None:
    """It opens each address twice: for its tasks, and for its asynchronous API."""
    address = "postgresql+{}://airflow@127.0.0.1/airflow"
    assert create_engine(address.format("psycopg2")).driver == "psycopg2"
    assert create_async_engine(address.format("asyncpg")).driver == "asyncpg"


@pytest.mark.parametrize(
    ("package", "needed_by"),
    [
        ("asyncpg", "apache-airflow-providers-postgres"),
        ("psycopg2-binary", "apache-airflow-providers-postgres"),
        ("psycopg2-binary", "dbt-postgres"),
        ("apache-airflow-providers-smtp", "apache-airflow-core"),
        ("pandas", "great-expectations"),
    ],
)
def test_the_image_gets_it_from_the_package_that_needs_it(
    package: str, needed_by: str
) -> None:
    lock = (ROOT / "requirements-image.lock").read_text(encoding="utf-8")
    block = re.search(rf"^{package}==.*?(?=^[^\s#]|\Z)", lock, re.M | re.S)
    assert block
    assert re.search(rf"#\s+(via )?{needed_by}$", block[0], re.M)


def test_the_executor_of_the_profile_celery_can_be_imported(tmp_path: Path) -> None:
    """The provider takes names from Celery that not every version has."""
    module = "airflow.providers.celery.executors.celery_executor"
    subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
        check=True,
    )
