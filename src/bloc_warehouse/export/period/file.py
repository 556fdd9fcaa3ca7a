"""Exports a bloc's period as a file: a workbook, CSV or Parquet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bloc_warehouse.export.period.bloc_period import read_bloc_period
from bloc_warehouse.export.period.flat import write_csv, write_parquet
from bloc_warehouse.export.places import new_file
from bloc_warehouse.export.reading import ALL_BLOCS, ExportError
from bloc_warehouse.export.release.tables import require_parquet
from bloc_warehouse.settings import DatabaseSettings

Format = Literal["xlsx", "csv", "parquet"]


@dataclass(frozen=True, slots=True)
class ExportedPeriod:
    """What was written, and where.

    Attributes:
        release: The release that the figures are of; an earlier one than the live one
            while the bloc is blocked.
        forms: The forms by unit, by their codes.
    """

    file: Path
    release: int | None
    has_totals: bool
    forms: tuple[str, ...]


def format_of(target: Path) -> Format:
    """Return the format that a file's name ends with.

    Raises:
        ExportError: It is none of ours.
    """
    for known in get_args(Format):
        if target.suffix.lower() == f".{known}":
            return known  # type: ignore[no-any-return]
    listed = ", ".join(f".{known}" for known in get_args(Format))
    raise ExportError(
        f"{target.name} does not say what to write: end it in {listed}, or say --format"
    )


def export_bloc_period(
    settings: DatabaseSettings,
    target: Path,
    bloc: str,
    period: str,
    *,
    file_format: Format | None = None,
    reader: str = ALL_BLOCS,
    release: int | None = None,
    replace: bool = False,
) -> ExportedPeriod:
    """Write a bloc's period as a reader sees it.

    Args:
        settings: The warehouse.
        target: The file to make.
        bloc: The bloc's code.
        period: The code of a cumulative period.
        file_format: What its name ends with unless given.
        reader: Whose rows.
        release: The number that the live release must have.
        replace: Take the place of a file that is there.

    Raises:
        ExportError: There is no such content, the file is there, or has no format.
        NoParquetError: Parquet cannot be written here.
    """
    wanted = file_format or format_of(target)
    if wanted == "parquet":
        require_parquet()
    with new_file(target, replace=replace) as path:
        content = read_bloc_period(
            settings, bloc, period, reader=reader, release=release
        )
        if wanted == "csv":
            write_csv(path, content)
        elif wanted == "parquet":
            write_parquet(path, content)
        else:
            from bloc_warehouse.export.period.workbook import write_bloc_period

            write_bloc_period(path, content, settings.zone)
    return ExportedPeriod(
        target,
        content.figures_release,
        content.totals is not None,
        tuple(by_unit.form.code for by_unit in content.forms),
    )
