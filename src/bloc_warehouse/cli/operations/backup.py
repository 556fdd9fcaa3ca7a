"""``bloc backup``, ``bloc restore``, and ``bloc maintain``, which backs up weekly."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    errors_console,
    print_json,
    refusing,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import WrongRequestError

if TYPE_CHECKING:
    from bloc_warehouse.backup.manifest import Manifest
    from bloc_warehouse.backup.timing import Report
    from bloc_warehouse.setting_values import Location

_MEGABYTE = 1_000_000


def backup(
    target: Annotated[
        str | None,
        typer.Argument(
            help="A folder, or s3://bucket/prefix; default: BLOC_BACKUP_TARGET.",
            show_default=False,
        ),
    ] = None,
    with_secrets: Annotated[
        bool,
        typer.Option(
            "--with-secrets",
            help="Also passwords made here, and Airflow's connections and variables.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy the database, readers' logins, archive, outbox, reports and lists.

    The first backup copies everything, later ones only files that are new. Exit code 1:
    it was made, and the archive lacks bytes, or a reader's password could not be read.
    """
    from bloc_warehouse.backup.save import back_up

    with refusing(WrongRequestError), _showing() as report:
        made = back_up(
            get_settings(),
            _location(target) if target else None,
            with_secrets=with_secrets,
            report=report,
        )
    manifest = made.manifest
    if as_json:
        print_json(asdict(made) | {"manifest": manifest.model_dump(mode="json")})
    else:
        _say(f"Backup {manifest.name}: {_contents(manifest)}.")
        dumped = sum(part.size for part in manifest.parts.values())
        _say(
            f"Copied {counted(made.new_files, 'new file')} of"
            f" {_megabytes(made.new_bytes)} and the database's {_megabytes(dumped)}"
            f" in {sum(made.seconds.values()):.1f} s."
        )
        for path in manifest.missing:
            _say(f"The archive lacks the bytes of {path}: restore them from elsewhere.")
        for name in manifest.logins_without_password:
            _say(
                f"The password of {name} could not be read: let the server's"
                " administrator run server_rights.sql in the warehouse's database."
            )
    raise typer.Exit(ExitCode.OK if made.is_complete else ExitCode.FINDINGS)


def restore(
    source: Annotated[str, typer.Argument(help="Where bloc backup wrote to.")],
    backup_name: Annotated[
        str | None,
        typer.Option("--backup", help="Which one; default: the newest."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Restore nothing: read all of it, and compare with sha256."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make an installation out of a backup, where there is none yet.

    Exit code 1: with --check, something is missing or damaged.
    """
    with refusing(WrongRequestError):
        if check:
            _check(_location(source), backup_name, as_json=as_json)
        else:
            _restore(_location(source), backup_name, as_json=as_json)


def maintain(
    all_files: Annotated[
        bool,
        typer.Option(
            "--all-files", help="Read every file of archive and backup, not a sample."
        ),
    ] = False,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="As for bloc backup.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Verify the archive, tidy up, vacuum, back up, and check the backup.

    What maintain_warehouse does once a week. A step that fails is an alert, and the
    others are done all the same.
    """
    from bloc_warehouse.upkeep.steps import Wishes
    from bloc_warehouse.upkeep.steps import maintain as do_all

    settings = get_settings()
    findings = []
    for finding in do_all(settings, Wishes(all_files, with_secrets)):
        findings.append(finding)
        if not as_json:
            mark = "skipped" if finding.is_skipped else "done"
            _say(f"{mark:8}{finding.step}: {finding.found}")
    if as_json:
        print_json([asdict(finding) for finding in findings])


def _check(location: "Location", name: str | None, *, as_json: bool) -> None:
    from bloc_warehouse.backup.check import check_backup

    with _showing() as report:
        found = check_backup(get_settings(), location, name, report=report)
    if as_json:
        print_json(
            {
                "backup": found.manifest.name,
                "files": found.files,
                "bytes": found.size,
                "faults": found.faults,
            }
        )
    else:
        for fault in found.faults:
            _say(fault)
        verdict = "is NOT whole" if found.faults else "is whole"
        _say(
            f"The backup {found.manifest.name} {verdict}: {_contents(found.manifest)};"
            f" read {counted(found.files, 'file')}, {_megabytes(found.size)}."
        )
    raise typer.Exit(ExitCode.FINDINGS if found.faults else ExitCode.OK)


def _restore(location: "Location", name: str | None, *, as_json: bool) -> None:
    from bloc_warehouse.backup.restore import restore as restore_backup

    with _showing() as report:
        done = restore_backup(get_settings(), location, name, report=report)
    if as_json:
        print_json(asdict(done) | {"manifest": done.manifest.model_dump(mode="json")})
        return
    _say(f"Restored the backup {done.manifest.name}: {_contents(done.manifest)}.")
    _say(
        f"Each of {counted(len(done.manifest.tables), 'table')} is as it was; this took"
        f" {sum(done.seconds.values()):.1f} s."
    )
    if done.upgraded_to:
        _say(f"Then upgraded from {done.manifest.revision} to {done.upgraded_to}.")
    if done.readers:
        _say(f"With their old passwords may log in: {', '.join(done.readers)}.")
    if done.forgotten:
        _say(
            f"The bytes of {counted(done.forgotten, 'file')} were deleted for good"
            " after this backup, and are not restored."
        )
    for line in done.left_to_do:
        _say(f"To do: {line}")


def _contents(manifest: "Manifest") -> str:
    rows = sum(table.rows for table in manifest.tables.values())
    release = f"release {manifest.release}" if manifest.release else "nothing published"
    files = sum(len(files) for files in manifest.files.values())
    return f"{release}, {counted(rows, 'row')}, {counted(files, 'file')}"


def _location(text: str) -> "Location":
    """Read an address as the settings do; a folder is meant from where one is."""
    from pathlib import Path

    from bloc_warehouse.setting_values import absolute, store_or_folder

    try:
        found = store_or_folder(text)
    except ValueError as error:
        raise WrongRequestError(f"{text} {error}") from error
    return absolute(Path(text)) if isinstance(found, str) else found  # type: ignore[return-value]


@contextmanager
def _showing() -> "Iterator[Report]":
    with errors_console.status("starting") as status:
        yield status.update


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB"


def _say(line: str) -> None:
    console.print(escape(line), highlight=False, soft_wrap=True)
