"""Reports, lists and routes below a store's prefix are used like those in a folder."""

import logging
import pickle
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from tests.reference_lists import write_lists

from bloc_warehouse.alerts.routes import load_routes
from bloc_warehouse.checks.run_report import shown_at
from bloc_warehouse.doctor import examine
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.reference.lists.folder import read_folder
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.trees import is_in_store, remove_tree, write_whole


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An installation whose reports and lists are in a bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="office")
    yield Settings.from_environment(
        {
            "BLOC_DATA_DIR": str(tmp_path),
            "BLOC_STORE_ENDPOINT_URL": endpoint,
            "BLOC_REFERENCE_DIR": "s3://office/reference/",
            "BLOC_REPORTS_DIR": "s3://office/reports",
            "BLOC_REPORTS_URL": "https://reports.example",
        }
    )
    server.stop()


def test_reports_are_written_found_and_dropped(shared: Settings) -> None:
    assert is_in_store(shared.reports_dir)
    assert not is_in_store(shared.data_dir)
    audits = shared.reports_dir / "audits"
    runs = ["000001-audit", "000002-audit"]
    for run in runs:
        write_whole(audits / run / "index.html", "một")
        write_whole(audits / run / "index.html", "hai")
    assert sorted(folder.name for folder in audits.glob("*")) == runs
    page = audits / "000002-audit" / "index.html"
    assert page.read_text(encoding="utf-8") == "hai"
    # as the database keeps it: text
    address = "https://reports.example/audits/000002-audit/index.html"
    assert shown_at(str(page), shared) == shown_at(page, shared) == address
    # as a backup sees them
    names = [file.name for file in locations.reports(shared).files()]
    assert names == [f"audits/{run}/index.html" for run in runs]
    remove_tree(audits / "000001-audit")
    assert [folder.name for folder in audits.glob("*")] == ["000002-audit"]


def test_lists_and_routes_are_read(shared: Settings, tmp_path: Path) -> None:
    assert read_folder(shared.reference_dir).lists == {}
    assert load_routes(shared).are_ours is False
    write_lists(
        tmp_path / "here",
        ref_blocs=[{"bloc_code": "LAN", "bloc_name": "Đảng bộ Khối"}],
        ref_units=[{"unit_code": "LAN-001", "unit_name": "Chi bộ"}],
    )
    for file in (tmp_path / "here").iterdir():
        (shared.reference_dir / file.name).write_bytes(file.read_bytes())
    there = read_folder(shared.reference_dir)
    assert there == read_folder(tmp_path / "here")
    assert there.lists
    shared.alert_routes.write_text("routes: [{to: [log]}]", encoding="utf-8")
    assert load_routes(shared).are_ours
    found = {check.name: check.state for check in examine(shared).checks}
    assert found["reference"] == found["reports"] == found["alert routes"] == "ok"


def test_the_settings_reach_another_process_whole(shared: Settings) -> None:
    again = pickle.loads(pickle.dumps(shared))  # noqa: S301  our own
    write_whole(again.reports_dir / "x.html", "x")
    assert (shared.reports_dir / "x.html").read_text(encoding="utf-8") == "x"
    assert shared.with_changes(workers=3).reports_dir == shared.reports_dir


def test_a_connection_of_airflow_is_not_for_reports() -> None:
    with pytest.raises(SettingsError, match=r"^BLOC_REPORTS_DIR may not name"):
        Settings.from_environment({"BLOC_REPORTS_DIR": "s3://minio@office/reports"})
