"""What a backup holds, what the next one copies, and what one that died leaves."""

import json
from pathlib import Path

import psycopg
import pytest
from tests import builders
from tests.backup.conftest import Office
from tests.intake.files.test_archive import PERSONAL
from typer.testing import CliRunner

from bloc_warehouse.backup import save
from bloc_warehouse.backup.check import check_backup
from bloc_warehouse.backup.manifest import Target, file_path
from bloc_warehouse.backup.save import Backup, back_up
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.operations import backup as command
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, LockHeldError
from bloc_warehouse.database.secrets import read_secrets
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.storage.local import Folder


def faults(office: Office, target: Path, backup: str | None = None) -> tuple[str, ...]:
    return check_backup(office.settings, target, backup).faults


def listed(target: Path) -> Target:
    return Target(Folder(target))


def archived(backup: Backup) -> set[str]:
    return {file.name for file in backup.manifest.files["archive"]}


def test_it_holds_every_row_and_every_file(office: Office, tmp_path: Path) -> None:
    made = back_up(office.settings, tmp_path)
    manifest = made.manifest
    with connect("ingest", settings=office.settings) as connection:
        (files,) = connection.execute("select count(*) from raw.files").fetchone()
        paths = connection.execute("select archive_path from raw.files").fetchall()
    assert manifest.tables["raw.files"].rows == files
    assert archived(made) == {path for (path,) in paths if path}
    assert manifest.files["outbox"]
    assert {file.name for file in manifest.files["reference"]} == {"ref_blocs.csv"}
    assert made.is_complete
    assert faults(office, tmp_path) == ()


def test_what_it_holds_of_a_reader_lets_nobody_in(
    office: Office, tmp_path: Path
) -> None:
    made = back_up(office.settings, tmp_path)
    kept = tmp_path / "backups" / made.manifest.name / "logins.json"
    [login] = json.loads(kept.read_text("utf-8"))
    assert login["name"] == "lan_dashboard"
    assert login["verifier"].startswith("SCRAM-SHA-256$")
    assert kept.stat().st_mode & 0o077 == 0
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    secrets = [*read_secrets(office.settings.data_dir).values(), office.password]
    assert not any(secret.encode() in text for secret in secrets for text in texts)


def test_secrets_come_along_where_they_are_asked_for(
    office: Office, tmp_path: Path
) -> None:
    made = back_up(office.settings, tmp_path, with_secrets=True)
    kept = tmp_path / "backups" / made.manifest.name / "secrets.json"
    assert json.loads(kept.read_text("utf-8"))["secrets.json"] == read_secrets(
        office.settings.data_dir
    )
    assert kept.stat().st_mode & 0o077 == 0


def test_the_next_one_copies_what_is_new(office: Office, tmp_path: Path) -> None:
    first = back_up(office.settings, tmp_path)
    again = back_up(office.settings, tmp_path)
    assert (again.new_files, again.new_bytes) == (0, 0)
    assert first.new_files > 0
    content = builders.workbook(period_code="2024-M9")
    office.receive("2024-10-05/c.xlsx", content)
    third = back_up(office.settings, tmp_path)
    new = archived(third) - archived(first)
    assert len(new) == 1
    outbox = {file.name for file in third.manifest.files["outbox"]}
    answers = outbox - {file.name for file in first.manifest.files["outbox"]}
    assert third.new_files == 1 + len(answers)
    assert faults(office, tmp_path, first.manifest.name) == ()


def test_a_killed_one_leaves_nothing_that_looks_whole(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever moment: only the manifest makes it one."""
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise KeyboardInterrupt

        broken.setattr(save, "_without_password", fail)  # the last before it
        with pytest.raises(KeyboardInterrupt):
            back_up(office.settings, tmp_path)
    assert listed(tmp_path).backups() == []
    assert listed(tmp_path).remains()
    with pytest.raises(WrongRequestError, match="no whole backup"):
        check_backup(office.settings, tmp_path)
    made = back_up(office.settings, tmp_path)
    assert made.new_files == 0  # its files were copied by then
    assert listed(tmp_path).remains() == []
    assert listed(tmp_path).backups() == [made.manifest.name]


def test_so_many_are_kept_and_no_bytes_of_others(
    office: Office, tmp_path: Path
) -> None:
    settings = office.settings.with_changes(backup_keep=2)
    stray = settings.reports_dir / "once.html"
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("only the first backup has this")
    first = back_up(settings, tmp_path)
    [page] = first.manifest.files["reports"]
    stray.unlink()
    assert back_up(settings, tmp_path).removed == ()
    assert listed(tmp_path).has(page.sha256)
    third = back_up(settings, tmp_path)
    assert third.removed == (first.manifest.name,)
    assert not listed(tmp_path).has(page.sha256)
    assert len(listed(tmp_path).backups()) == 2
    assert faults(office, tmp_path) == ()


def test_what_must_not_be_kept_goes_from_earlier_backups_too(
    office: Office, tmp_path: Path
) -> None:
    """Waiting bytes are kept until they are read; then they say what they hold."""
    builders.land(office.settings.landing_dir, "LAN-001", "p.xlsx", PERSONAL)
    from bloc_warehouse.intake.run import register_new_files

    register_new_files(office.settings)
    first = back_up(office.settings, tmp_path)
    [waiting] = [file for file in first.manifest.files["archive"] if "inc" in file.name]
    assert listed(tmp_path).has(waiting.sha256)
    from bloc_warehouse.intake.run import ingest

    ingest(office.settings)
    back_up(office.settings, tmp_path)
    assert not listed(tmp_path).has(waiting.sha256)
    assert faults(office, tmp_path, first.manifest.name) == ()


def test_lost_bytes_of_the_archive_are_named_and_the_rest_is_kept(
    office: Office, tmp_path: Path
) -> None:
    whole = back_up(office.settings, tmp_path / "before")
    path = sorted(archived(whole))[0]
    file = office.settings.archive_dir / path
    content = file.read_bytes()
    file.unlink()
    try:
        made = back_up(office.settings, tmp_path / "after")
        assert made.manifest.missing == (path,)
        assert not made.is_complete
        # a target that has them from before keeps them
        assert back_up(office.settings, tmp_path / "before").is_complete
        assert faults(office, tmp_path / "before") == ()
    finally:
        file.write_bytes(content)


@pytest.mark.parametrize("damage", ["other", "gone"])
def test_a_check_names_what_is_damaged(
    office: Office, tmp_path: Path, damage: str
) -> None:
    made = back_up(office.settings, tmp_path)
    [file, *_] = made.manifest.files["archive"]
    kept = tmp_path / file_path(file.sha256)
    dump = tmp_path / "backups" / made.manifest.name / "warehouse.dump"
    for path in (kept, dump):
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(bytes(path.stat().st_size))
    word = "missing" if damage == "gone" else "not what was written"
    found = faults(office, tmp_path)
    assert len(found) == 2
    assert all(word in fault for fault in found)


def test_one_backup_at_a_time(office: Office, tmp_path: Path) -> None:
    with connect("ingest", settings=office.settings) as other:
        other.execute("select pg_advisory_lock(%s)", [Lock.BACKUP])
        with connect("owner", settings=office.settings) as owner:
            owner.execute("alter role ingest set lock_timeout = '1s'")
        try:
            with pytest.raises(LockHeldError, match="another backup"):
                back_up(office.settings, tmp_path)
        finally:
            with connect("owner", settings=office.settings) as owner:
                owner.execute("alter role ingest set lock_timeout = '30min'")


def test_a_reader_whose_password_nobody_may_see_is_named(
    office: Office, tmp_path: Path
) -> None:
    """As on a server whose administrator has not run server_rights.sql."""
    from bloc_warehouse.database import embedded

    server = embedded.start(office.settings.data_dir)
    with psycopg.connect(server.url("dw"), autocommit=True) as connection:
        function = "execute on function public.reader_verifiers()"
        connection.execute(f"revoke {function} from dw_owner cascade")
        try:
            made = back_up(office.settings, tmp_path)
        finally:
            connection.execute(f"grant {function} to dw_owner with grant option")
            connection.execute(f"grant {function} to transform")
    assert made.manifest.logins_without_password == ("lan_dashboard",)


def test_the_command_says_what_it_did(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "get_settings", lambda: office.settings)
    nowhere = CliRunner().invoke(app, ["backup"])
    assert nowhere.exit_code == 2
    assert "BLOC_BACKUP_TARGET" in nowhere.output
    wrong = CliRunner().invoke(app, ["backup", "ftp://example.vn/x"])
    assert (wrong.exit_code, "s3://bucket" in wrong.output) == (2, True)
    done = CliRunner().invoke(app, ["backup", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "new files" in done.output
    checked = CliRunner().invoke(app, ["restore", "--check", str(tmp_path)])
    assert (checked.exit_code, "is whole" in checked.output) == (0, True)
    asked = ["restore", "--check", "--backup", "2020", str(tmp_path)]
    unknown = CliRunner().invoke(app, asked)
    assert unknown.exit_code == 2
    assert "there is no backup 2020" in unknown.output
    as_json = CliRunner().invoke(app, ["restore", "--check", "--json", str(tmp_path)])
    assert json.loads(as_json.stdout)["faults"] == []


def test_programs_of_another_version_are_refused_by_name(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bloc_warehouse.backup import programs

    monkeypatch.setattr(programs, "_of_wheel", lambda _: None)
    monkeypatch.setattr(programs, "_on_path", lambda _: None)
    with pytest.raises(programs.ProgramError, match=r"pg_dump of PostgreSQL 18 .*PATH"):
        back_up(office.settings, tmp_path)
    assert listed(tmp_path).backups() == []
