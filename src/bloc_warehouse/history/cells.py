"""A cell's own text, read again from the archived file."""

import hashlib
from dataclasses import dataclass, field

from psycopg import Connection

from bloc_warehouse.intake.files.archive import kept_bytes
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.read.grid import Sheet, column_index, text_of
from bloc_warehouse.intake.read.limits import UnreadableFileError
from bloc_warehouse.intake.read.read import read_sheets
from bloc_warehouse.intake.revise.reread import parse_context
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file as it was registered."""

    file_id: int
    file_name: str
    sha256: str
    archive_path: str | None


@dataclass(slots=True)
class CellReader:
    """Reads cells of archived files, each file once."""

    settings: Settings
    context: ParseContext
    _read: dict[int, dict[str, Sheet] | str] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, settings: Settings) -> "CellReader":
        """Return a reader with what reading needs beside the bytes."""
        return cls(settings, parse_context(connection, settings))

    def text(
        self, file: ArchivedFile, sheet: str, row: int, letter: str
    ) -> tuple[str | None, str | None]:
        """Return a cell's text, or None and why it cannot be read."""
        if file.file_id not in self._read:
            self._read[file.file_id] = self._sheets(file)
        sheets = self._read[file.file_id]
        if isinstance(sheets, str):
            return None, sheets
        if sheet not in sheets:
            return None, f"the archived file has no sheet {sheet}"
        cells = sheets[sheet].row(row - 1)
        at = column_index(letter)
        return text_of(cells[at]) if at < len(cells) else "", None

    def _sheets(self, file: ArchivedFile) -> dict[str, Sheet] | str:
        if file.archive_path is None:
            return "the file's bytes were deleted because it held what must not be kept"
        content = kept_bytes(locations.archive(self.settings), file.archive_path)
        if content is None:
            return "the file's bytes are gone from the archive"
        if hashlib.sha256(content).hexdigest() != file.sha256:
            return "the archived bytes are damaged: their sha256 is another one"
        try:
            sheets = read_sheets(
                file.file_name, content, self.context.limits, self.context.vocabulary
            )
        except UnreadableFileError as error:
            return f"the archived file cannot be read any more ({error.code})"
        return {sheet.name: sheet for sheet in sheets}
