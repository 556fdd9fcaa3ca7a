"""Reads ``docs/bi.md``: the statements that stand there, under their headings."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from tests.paths import DOCS

_HEADING = re.compile(r"^(#+) (.+)$")
_NUMBER = re.compile(r"(\d+)\. ")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it is written in, and the headings that it stands under."""

    language: str
    section: str
    heading: str
    text: str


@cache
def blocks() -> tuple[Block, ...]:
    """Return all fenced blocks of the page, in their order."""
    text = (DOCS / "bi.md").read_text(encoding="utf-8")
    return tuple(_blocks(text.splitlines()))


def questions() -> Mapping[int, str]:
    """Return the number of each of the office's questions → its statement."""
    return _by_number("sql")


def metric_queries() -> Mapping[int, list[str]]:
    """Return the number of each of them → the words of its question to MetricFlow."""
    return {
        number: shlex.split(text.replace("\\\n", ""))
        for number, text in _by_number("sh").items()
    }


def metric_preparation() -> list[list[str]]:
    """Return the commands, in words, after which MetricFlow can be asked."""
    [block] = [
        block
        for block in blocks()
        if block.language == "sh" and "semantic layer" in block.heading
    ]
    return [shlex.split(line) for line in block.text.splitlines()]


def traps() -> Mapping[str, tuple[str, str]]:
    """Return each trap → the wrong statement and the right one."""
    found: dict[str, list[str]] = {}
    for block in blocks():
        if block.section == "Traps":
            found.setdefault(block.heading, []).append(block.text)
    return {heading: (wrong, right) for heading, (wrong, right) in found.items()}


def _by_number(language: str) -> Mapping[int, str]:
    return {
        int(number[1]): block.text
        for block in blocks()
        if block.language == language and (number := _NUMBER.match(block.heading))
    }


def _blocks(lines: list[str]) -> Iterator[Block]:
    section = heading = ""
    language, within = None, []
    for line in lines:
        title = _HEADING.match(line)
        if language is None and title:
            heading = title[2]
            section = heading if title[1] == "##" else section
        elif line.startswith("```"):
            if language is not None:
                yield Block(language, section, heading, "\n".join(within))
            language = line[3:] if language is None else None
            within = []
        elif language is not None:
            within.append(line)
