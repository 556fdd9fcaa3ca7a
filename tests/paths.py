"""Where the repository's folders are, for tests that read what is in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DAGS = ROOT / "dags"
DOCS = ROOT / "docs"
DBT_PROJECT = ROOT / "dbt_project"
EXPECTATIONS = ROOT / "expectations"
FORM_VERSION_2 = ROOT / "tests" / "forms" / "membership_v2.yaml"
