"""How much one file may ask of the reader, and the error when it asks for more."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the reading process needs none
    from bloc_warehouse.settings import Settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one file; the defaults are those of the settings.

    Attributes:
        max_unpacked_bytes: A zipped workbook's parts together, as they really unpack.
        max_rows: Rows of a sheet, counted to the last one that holds something.
        max_columns: Columns of a sheet, counted likewise.
        max_sheets: Sheets of a workbook.
        max_faults: Faults that are listed one by one.
        parse_seconds: Time for reading one file.
        parse_memory_bytes: Memory for reading one file, beside the reader's own.
    """

    max_unpacked_bytes: int = 200 * MEGABYTE
    max_rows: int = 20_000
    max_columns: int = 500
    max_sheets: int = 100
    max_faults: int = 5_000
    parse_seconds: int = 30
    parse_memory_bytes: int = 1024 * MEGABYTE

    @classmethod
    def of(cls, settings: "Settings") -> "Limits":
        """Return the limits that the settings give."""
        return cls(
            **{field.name: getattr(settings, field.name) for field in fields(cls)}
        )


class UnreadableFileError(Exception):
    """A file that cannot be read; ``code`` is the fault's code.

    Attributes:
        code: One of the family F.
        found: What was met, for the fault's text.
        expected: What is accepted.
    """

    def __init__(self, code: str, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: {found}")
        self.code = code
        self.found = found
        self.expected = expected


def bytes_shown(size: int) -> str:
    """Return a size as people read it, e.g. ``200 MB``."""
    return f"{size // MEGABYTE:,} MB" if size >= MEGABYTE else f"{size:,} bytes"
