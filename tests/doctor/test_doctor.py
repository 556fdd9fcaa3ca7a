"""Each state of an installation, and what the doctor says of it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from tests.session.serving import serve
from typer.testing import CliRunner

from bloc_warehouse.cli.app import app
from bloc_warehouse.database.connection import connect
from bloc_warehouse.doctor import Examination, examine, places
from bloc_warehouse.doctor.check import Check, State, worst
from bloc_warehouse.doctor.health import health_server
from bloc_warehouse.settings import Settings


def blank(data_dir: Path) -> Settings:
    """Return the settings of a machine on which only the folder was chosen."""
    return Settings.from_environment({"BLOC_DATA_DIR": str(data_dir)})


def states(examination: Examination) -> dict[str, State]:
    """Return each check's state; the worst, where several have one name."""
    names = dict.fromkeys(check.name for check in examination.checks)
    return {
        name: worst(check.state for check in examination.checks if check.name == name)
        for name in names
    }


def of(settings: Settings, name: str) -> Check:
    """Return the check of that name."""
    found = [check for check in examine(settings).checks if check.name == name]
    assert found, name
    return found[0]


@pytest.fixture
def installed(warehouse: Settings) -> Settings:
    """A prepared warehouse with its folders."""
    for folder in ("landing", "archive", "outbox", "reference", "reports"):
        (warehouse.data_dir / folder).mkdir(parents=True, exist_ok=True)
    return warehouse


def test_where_nothing_was_prepared_that_is_said_and_nothing_is_made(
    tmp_path: Path,
) -> None:
    settings = blank(tmp_path / "none")
    found = examine(settings)
    assert found.state == "failed"
    assert {"landing", "reference", "database"} <= {
        name for name, state in states(found).items() if state == "failed"
    }
    assert {check.cure for check in found.checks if check.state == "failed"} == {
        "bloc init",
        "bloc prepare",
    }
    assert not settings.data_dir.exists()


def test_of_a_prepared_warehouse_only_the_lists_are_missing(
    installed: Settings,
) -> None:
    found = examine(installed)
    failed = [name for name, state in states(found).items() if state == "failed"]
    assert failed == ["lists"]
    assert all(check.cure for check in found.checks if check.state == "failed")


def _old_shape(settings: Settings) -> Settings:
    with connect("owner", settings=settings) as connection:
        connection.execute("update quality.schema_version set version_num = '0001'")
    return settings


def _pinned(settings: Settings) -> Settings:
    with connect("owner", settings=settings) as connection:
        connection.execute(
            "update quality.publishing set pinned = true, pinned_by = 'lan'"
        )
    return settings


def _wrong_routes(settings: Settings) -> Settings:
    (settings.reference_dir / "alerts.yaml").write_text("routes: 7", encoding="utf-8")
    return settings


def _lists_gone(settings: Settings) -> Settings:
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "with made as (insert into quality.reference_applications (applied_by)"
            " values ('lan') returning application_id)"
            " insert into quality.reference_rows (list, row_key, line, application_id)"
            " select 'ref_blocs', 'LAN', '{}', application_id from made"
        )
    return settings


def _open_secrets(settings: Settings) -> Settings:
    path = settings.data_dir / "secrets.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0o644)
    return settings


def _lost_landing(settings: Settings) -> Settings:
    settings.landing_dir.rmdir()  # type: ignore[union-attr]
    return settings


def _wrong_password(settings: Settings) -> Settings:
    return settings.with_changes(transform_password="other")


def _no_project(settings: Settings) -> Settings:
    return settings.with_changes(project_dir=settings.data_dir)


BROKEN: list[tuple[Callable[[Settings], Settings], str, State, str]] = [
    (_old_shape, "shape", "failed", "bloc prepare"),
    (_wrong_password, "login transform", "failed", "BLOC_WAREHOUSE_URL"),
    (_pinned, "publishing", "warning", "bloc run"),
    (_wrong_routes, "alert routes", "failed", "alerts.yaml"),
    (_lists_gone, "lists", "warning", "bloc reference check"),
    (_open_secrets, "secrets", "warning", "chmod 600"),
    (_lost_landing, "landing", "failed", "bloc init"),
    (_no_project, "dbt", "failed", "make setup"),
]


@pytest.mark.parametrize(
    ("broken", "name", "state", "cure"), BROKEN, ids=[case[1] for case in BROKEN]
)
def test_what_is_broken_is_named_with_its_cure(
    installed: Settings,
    broken: Callable[[Settings], Settings],
    name: str,
    state: State,
    cure: str,
) -> None:
    check = of(broken(installed), name)
    assert check.state == state
    assert cure in check.cure


@pytest.mark.parametrize(
    ("free", "state"), [(10**9, "failed"), (3 * 10**9, "warning"), (10**11, "ok")]
)
def test_a_disk_is_full_before_it_is_full(
    free: int, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(places.shutil, "disk_usage", lambda _: usage)
    assert of(blank(tmp_path), "disk").state == state


def test_a_fault_of_the_doctor_does_not_hide_the_other_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(folder: Path) -> Check:
        raise RuntimeError(f"no {folder.name}")

    monkeypatch.setattr(places, "_disk", breaks)
    found = examine(blank(tmp_path))
    assert next(check for check in found.checks if check.name == "places") == Check(
        "places", "failed", f"RuntimeError: no {tmp_path.name}",
        "a fault of this program: report it",
    )  # fmt: skip
    assert "database" in states(found)


def test_the_command_prints_a_line_a_check_and_ends_with_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = blank(tmp_path)
    monkeypatch.setattr(
        "bloc_warehouse.cli.operations.doctor.get_settings", lambda: settings
    )
    said = CliRunner().invoke(app, ["doctor"])
    assert said.exit_code == 1
    assert f"failed   landing: {tmp_path}/landing is not there → bloc init" in (
        said.stdout
    )
    as_json = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    assert as_json["state"] == "failed"
    assert len(as_json["checks"]) == len(said.stdout.splitlines())


@pytest.fixture
def address(installed: Settings, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a monitor asks; of an installation as the test wants it."""
    with health_server(request.param(installed), "127.0.0.1", 0) as server:
        serve(server)
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("address", [_lost_landing], indirect=True)
def test_a_monitor_is_told_what_failed_and_nothing_of_where(address: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{address}/health")  # noqa: S310  our own server
    assert refused.value.code == 503
    told = json.load(refused.value)
    assert {"name": "landing", "state": "failed"} in told["checks"]
    assert "/" not in json.dumps(told)
    with pytest.raises(HTTPError) as unknown:
        urlopen(f"{address}/secrets.json")  # noqa: S310
    assert unknown.value.code == 404
