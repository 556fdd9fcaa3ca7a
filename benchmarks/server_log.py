"""What statements took, by the server's log (``log_min_duration_statement = 0``)."""

import re
from collections.abc import Iterator
from pathlib import Path

_ENTRY = re.compile(
    r"LOG:  duration: (?P<ms>[\d.]+) ms"
    r"(?:  (?:statement|execute [^:]*): (?P<text>.*?))?"
    r"(?=^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\Z)",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_KINDS = (
    ("statistics", re.compile(r"\s*analyze\b", re.IGNORECASE)),
    ("indexes", re.compile(r"\s*(create (unique )?index|alter table)", re.IGNORECASE)),
    ("tables", re.compile(r"\s*(create|insert|delete|truncate|with)\b", re.IGNORECASE)),
)


def entries(log: Path, started: int) -> Iterator[tuple[float, str]]:
    """Yield (seconds, statement) of what was logged after a position in bytes."""
    with log.open("rb") as file:
        file.seek(started)
        text = file.read().decode("utf-8", errors="replace")
    for entry in _ENTRY.finditer(text):
        yield float(entry["ms"]) / 1000, entry["text"] or ""


def kind_of(statement: str) -> str:
    """Return what a statement was for: tables, tests, indexes, statistics or other."""
    if '"node_id": "test.' in statement or "dbt_internal_test" in statement:
        return "tests"
    own = _COMMENT.sub("", statement, count=1)
    return next((kind for kind, pattern in _KINDS if pattern.match(own)), "other")
