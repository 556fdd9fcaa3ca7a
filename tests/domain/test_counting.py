"""A number and its noun agree, in whatever is printed."""

import ast
import re
from pathlib import Path

import pytest

import bloc_warehouse
from bloc_warehouse.domain.counting import counted


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 files"), (1, "1 file"), (2, "2 files")]
)
def test_one_is_not_many(number: int, shown: str) -> None:
    assert counted(number, "file") == shown


def test_a_phrase_agrees_too() -> None:
    words = ("point is open", "points are open")
    assert [counted(number, *words) for number in (1, 1200)] == [
        "1 point is open",
        "1,200 points are open",
    ]


# what follows a number without being a plural of what it counts
_NO_PLURAL = re.compile(r"^ (as|is|was|does|less|units\b.*reported)\b")
_PLURAL = re.compile(r"^ ([a-z]+ )?[a-z]{2,}s\b")


def _written(path: Path) -> list[str]:
    """The texts of a module in which a value is followed by a noun in the plural."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, words in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue):
                continue
            text = words.value if isinstance(words, ast.Constant) else ""
            shown = ast.unparse(value.value)
            is_number = re.search(r"len\(|count|_total|\b(most|number)", shown)
            is_wrong = _PLURAL.match(str(text)) and not _NO_PLURAL.match(str(text))
            if is_number and "counted" not in shown and is_wrong:
                found.append(f"{path.name}:{node.lineno}: {shown}{text}")
    return found


def test_no_text_puts_a_number_before_a_plural_of_its_own() -> None:
    source = Path(bloc_warehouse.__path__[0])
    assert [
        line for path in sorted(source.rglob("*.py")) for line in _written(path)
    ] == []
