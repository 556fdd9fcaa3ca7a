"""What dbt parsed once serves every warehouse and every command."""

import json
from pathlib import Path

import pytest

from bloc_warehouse.build.dbt_runner import DbtRun, run_dbt
from bloc_warehouse.settings import Settings

PASSWORDS = {
    f"BLOC_{login}_PASSWORD": "none" for login in ("INGEST", "TRANSFORM", "BI_READER")
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the project was parsed."""
    folder = tmp_path_factory.mktemp("parsed")
    listed(folder, "one.example:5432")
    return folder


def listed(
    folder: Path,
    address: str,
    *keys: str,
    database: str = "dw",
    after: DbtRun | None = None,
    **changes: str,
) -> DbtRun:
    """Have dbt list the models, which connects to nothing."""
    environ = {
        "BLOC_DATA_DIR": str(folder),
        "BLOC_WAREHOUSE_URL": f"postgresql://owner:none@{address}/{database}",
        **PASSWORDS,
        **changes,
    }
    return run_dbt(
        Settings.from_environment(environ),
        *("ls", "--resource-type", "model", *keys),
        parsed=after.parsed if after else None,
    )


def parsed_files(run: DbtRun) -> int:
    """Return how many files of the project dbt parsed in a run."""
    report = json.loads((run.target / "perf_info.json").read_text(encoding="utf-8"))
    projects = {one["project_name"]: one for one in report["projects"]}
    count: int = projects["bloc_warehouse"]["parsed_path_count"]
    return count


@pytest.mark.parametrize(
    "address",
    ["one.example:5432", "one.example:5433", "two.example:5432", "127.0.0.1:15432"],
)
def test_another_server_needs_no_other_parse(folder: Path, address: str) -> None:
    assert parsed_files(listed(folder, address)) == 0


def test_another_database_needs_no_other_parse_and_holds_all(folder: Path) -> None:
    keys = ("--output", "json", "--output-keys", "database", "relation_name")
    elsewhere = listed(folder, "one.example:5432", *keys, database="Kho%20của%20khối")
    assert parsed_files(elsewhere) == 0
    nodes = [json.loads(line) for line in elsewhere.listed]
    assert {node["database"] for node in nodes} == {"Kho của khối"}
    relations = {node["relation_name"] for node in nodes} - {None}
    assert relations
    assert all(name.startswith('"Kho của khối"."') for name in relations)
    assert parsed_files(listed(folder, "one.example:5432")) == 0


def test_what_models_read_of_the_settings_is_parsed_anew(folder: Path) -> None:
    before = parsed_files(listed(folder, "one.example:5432"))
    changed = listed(folder, "one.example:5432", BLOC_TIMEZONE="Asia/Tokyo")
    assert before == 0 < parsed_files(changed)


def test_a_command_takes_over_what_the_one_before_it_had_parsed(folder: Path) -> None:
    first = listed(folder, "one.example:5432")
    assert first.listed
    again = listed(folder, "one.example:5432", after=first)
    assert again.listed == first.listed
    assert not (again.target / "perf_info.json").exists()
