"""A backup becomes an installation again, on a machine that has none."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from tests.backup.conftest import NewSettings, Office
from tests.conftest import FAST
from tests.database.test_upgrades import make_version
from typer.testing import CliRunner

from bloc_warehouse.backup import contents
from bloc_warehouse.backup import restore as restoring
from bloc_warehouse.backup.manifest import DamagedBackupError, Manifest, file_path
from bloc_warehouse.backup.restore import NotEmptyError, UnequalError, restore
from bloc_warehouse.backup.save import back_up
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.operations import backup as command
from bloc_warehouse.database import embedded, schema_version
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.logins import ForeignRoleError
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.database.secrets import read_secrets
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import Settings


@pytest.fixture(scope="module")
def kept(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the office, with its secrets."""
    target = tmp_path_factory.mktemp("target")
    back_up(office.settings, target, with_secrets=True)
    return target


@pytest.fixture(scope="module")
def restored(kept: Path, new_settings: NewSettings) -> Settings:
    """An installation made of the backup, on a server of its own."""
    settings = new_settings()
    restore(settings, kept)
    return settings


def manifest_of(target: Path) -> Path:
    [found] = (target / "backups").glob("*/manifest.json")
    return found


def rewrite(target: Path, **changes: object) -> None:
    """Change what the manifest says."""
    file = manifest_of(target)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes))


def copy_of(kept: Path, folder: Path) -> Path:
    """A backup that a test may damage."""
    import shutil

    target = folder / "copy"
    shutil.copytree(kept, target)
    return target


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def test_every_table_and_file_is_as_it_was(
    kept: Path, office: Office, restored: Settings
) -> None:
    manifest = Manifest.model_validate_json(manifest_of(kept).read_bytes())
    with contents.moment(restored) as connection:
        assert contents.table_states(connection) == dict(manifest.tables)
    for place in ("archive_dir", "outbox_dir", "reference_dir"):
        before, after = getattr(office.settings, place), getattr(restored, place)
        files = {
            path.relative_to(before)
            for path in before.rglob("*")
            if path.is_file() and ".partial" not in path.parts
        }
        assert files
        for file in files:
            assert (after / file).read_bytes() == (before / file).read_bytes()


def test_readers_log_in_with_their_old_passwords_and_see_what_they_saw(
    office: Office, restored: Settings
) -> None:
    port = embedded.start(restored.data_dir).port
    address = f"postgresql://lan_dashboard:{quote(office.password)}@127.0.0.1:{port}/dw"
    with psycopg.connect(address) as reader:
        reader.execute("select * from monitoring.freshness")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from raw.files")
    with connect("owner", settings=restored) as connection:
        [(limit, mark)] = connection.execute(
            "select rolconnlimit, shobj_description(oid, 'pg_authid') from pg_roles"
            " where rolname = 'lan_dashboard'"
        )
    assert (limit, mark) == (10, "bloc-warehouse: dw")


def test_work_goes_on(office: Office, restored: Settings) -> None:
    """The same bytes are known, and others are taken in."""
    from tests import builders

    prepare(restored)
    builders.land(
        restored.landing_dir, "LAN-001", "2024-07-05/a.xlsx", builders.workbook()
    )
    builders.land(
        restored.landing_dir,
        "LAN-001",
        "2024-10-05/n.xlsx",
        builders.workbook(period_code="2024-M9"),
    )
    ingest(restored)
    states = rows(restored, "select state from raw.files order by file_id")
    assert states[0] == ("accepted",)
    periods = rows(restored, "select distinct period_code from raw.submissions")
    assert {period for (period,) in periods} == {"2024-H1", "2024-M9"}


def test_secrets_are_those_of_before(office: Office, restored: Settings) -> None:
    before, after = (
        read_secrets(settings.data_dir) for settings in (office.settings, restored)
    )
    assert after == before


def test_what_is_there_is_never_touched(
    kept: Path, office: Office, new_settings: NewSettings
) -> None:
    """Neither a running installation, nor files without a database."""
    before = rows(office.settings, "select count(*) from raw.files")
    with pytest.raises(NotEmptyError, match=r"is a warehouse already.*make down"):
        restore(office.settings, kept)
    assert rows(office.settings, "select count(*) from raw.files") == before
    settings = new_settings()
    (settings.archive_dir / "ab").mkdir(parents=True)
    (settings.archive_dir / "ab" / "another.xlsx").write_bytes(b"x")
    with pytest.raises(NotEmptyError, match=r"archive holds files .*ab/another.xlsx"):
        restore(settings, kept)
    assert not embedded.exists(settings.data_dir)


def test_what_was_interrupted_is_repeated(
    kept: Path, new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its files, and within the database's one transaction."""
    settings = new_settings()
    embedded.start(settings.data_dir, options=FAST)
    for step in ("prepare_empty", "run_program"):
        with monkeypatch.context() as broken:

            def fail(*_: object, **__: object) -> None:
                raise KeyboardInterrupt

            broken.setattr(restoring, step, fail)
            with pytest.raises(KeyboardInterrupt):
                restore(settings, kept)
    done = restore(settings, kept)
    assert done.readers == ("lan_dashboard",)
    assert rows(settings, "select count(*) from raw.submissions") == [(1,)]


def test_a_newer_shape_is_refused(
    kept: Path, tmp_path: Path, new_settings: NewSettings
) -> None:
    target = copy_of(kept, tmp_path)
    rewrite(target, revision="9998")
    settings = new_settings()
    with pytest.raises(WrongRequestError, match=r"shape 9998 .*install the code"):
        restore(settings, target)
    assert not embedded.exists(settings.data_dir)


def test_a_backup_that_lacks_something_is_refused_before_anything_is_done(
    kept: Path, tmp_path: Path, new_settings: NewSettings
) -> None:
    target = copy_of(kept, tmp_path)
    manifest = Manifest.model_validate_json(manifest_of(target).read_bytes())
    [file, *_] = manifest.files["archive"]
    (target / file_path(file.sha256)).unlink()
    settings = new_settings()
    with pytest.raises(DamagedBackupError, match=rf"lacks 1 file: archive/{file.name}"):
        restore(settings, target)
    assert not embedded.exists(settings.data_dir)
    assert not settings.archive_dir.exists()


def test_rows_that_come_out_otherwise_are_named(
    kept: Path, tmp_path: Path, new_settings: NewSettings
) -> None:
    target = copy_of(kept, tmp_path)
    tables = json.loads(manifest_of(target).read_text("utf-8"))["tables"]
    tables["raw.files"]["hash"] = "1"
    rewrite(target, tables=tables)
    settings = new_settings()
    embedded.start(settings.data_dir, options=FAST)
    with pytest.raises(UnequalError, match=r"1 table came out otherwise: raw\.files"):
        restore(settings, target)


def test_bytes_deleted_for_good_since_are_not_missed(
    office: Office, tmp_path: Path, new_settings: NewSettings
) -> None:
    first = back_up(office.settings, tmp_path)
    path, file_id = rows(
        office.settings,
        "select archive_path, file_id from raw.files where state = 'rejected'",
    )[0]
    content = (office.settings.archive_dir / path).read_bytes()
    from bloc_warehouse.intake.files.archive import forget
    from bloc_warehouse.storage import locations

    with connect("ingest", settings=office.settings) as connection:
        forget(connection, locations.archive(office.settings), file_id, path)
    try:
        back_up(office.settings, tmp_path)
        settings = new_settings()
        embedded.start(settings.data_dir, options=FAST)
        done = restore(settings, tmp_path, first.manifest.name)
        assert done.forgotten == 1
        assert not (settings.archive_dir / path).exists()
        assert rows(
            settings, "select archive_path from raw.files where state = 'rejected'"
        ) == [(None,)]
    finally:
        (office.settings.archive_dir / path).write_bytes(content)
        with connect("ingest", settings=office.settings) as connection:
            connection.execute(
                "update raw.files set archive_path = %s where file_id = %s",
                [path, file_id],
            )


def test_a_role_of_somebody_else_is_not_taken_over(
    kept: Path, new_settings: NewSettings
) -> None:
    settings = new_settings()
    server = embedded.start(settings.data_dir, options=FAST)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("create role lan_dashboard login password 'somebody'")
    with pytest.raises(ForeignRoleError, match="lan_dashboard"):
        restore(settings, kept)


def test_into_a_server_of_ones_own(
    kept: Path, office: Office, server: embedded.Server, new_settings: NewSettings
) -> None:
    """An empty database and its owner, who is no superuser, are all that it needs."""
    from tests.conftest import _create_database, _execute, _settings_for

    from bloc_warehouse.database.readers import remove_reader

    _create_database(server, "dw_restored", "template1")
    settings = _settings_for(new_settings(), server, "dw_restored")
    try:
        done = restore(settings, kept)
        assert done.readers == ("lan_dashboard",)
        login = f"lan_dashboard:{quote(office.password)}"
        address = f"postgresql://{login}@127.0.0.1:{server.port}/dw_restored"
        with psycopg.connect(address) as reader:
            reader.execute("select * from monitoring.freshness")
        with pytest.raises(NotEmptyError, match="create database dw_restored owner"):
            restore(settings, kept)
        remove_reader(settings, "lan_dashboard")
    finally:
        _execute(server, "drop database {} with (force)", "dw_restored")
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for role in ("ingest", "transform", "bi_reader"):
                if connection.execute(
                    "select shobj_description(oid, 'pg_authid') = 'bloc-warehouse: "
                    "dw_restored' from pg_roles where rolname = %s",
                    [role],
                ).fetchone() == (True,):
                    connection.execute(
                        sql.SQL("drop role {}").format(sql.Identifier(role))
                    )  # fmt: skip


def test_the_command_restores_and_says_what_is_left_to_do(
    office: Office,
    tmp_path: Path,
    new_settings: NewSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back_up(office.settings, tmp_path)
    settings = new_settings()
    embedded.start(settings.data_dir, options=FAST)
    monkeypatch.setattr(command, "get_settings", lambda: settings)
    done = CliRunner().invoke(app, ["restore", str(tmp_path)])
    assert done.exit_code == 0, (done.output, done.exception)
    assert "lan_dashboard" in done.output
    assert "the backup holds no secrets" in done.output
    again = CliRunner().invoke(app, ["restore", str(tmp_path)])
    assert (again.exit_code, "warehouse already" in again.output) == (2, True)


def test_an_older_shape_is_restored_and_then_upgraded(
    tmp_path: Path, new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are compared before: an upgrade may change them."""
    old = new_settings()
    server = embedded.start(old.data_dir, options=FAST)
    before = f"{int(schema_version.newest_revision()) - 1:04}"
    make_version(old, before)
    with psycopg.connect(server.url("dw")) as connection:
        for schema in ("raw", "quality", "reference"):
            for what in (
                "usage on",
                "select on all tables in",
                "select on all sequences in",
            ):
                connection.execute(f"grant {what} schema {schema} to transform")
    with monkeypatch.context() as older_code:
        older_code.setattr(schema_version, "require_fit", lambda _: None)
        assert back_up(old, tmp_path).manifest.revision == before
    embedded.stop(old.data_dir)
    settings = new_settings()
    embedded.start(settings.data_dir, options=FAST)
    done = restore(settings, tmp_path)
    assert done.upgraded_to == schema_version.newest_revision()
    assert rows(settings, "select reader from quality.readers") == [("old_dashboard",)]
    prepare(settings)
