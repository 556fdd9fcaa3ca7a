"""A fuzz target over the reader: any bytes in, accepted or a coded rejection out.

Inputs are grown from every file in ``tests.malformed_files``: bytes are flipped, cut
and joined; parts of zipped workbooks are changed and zipped anew with sound checksums,
so that what is changed gets past the zip; texts and cells are exchanged for awkward
ones.
"""

import io
import json
import random
import re
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from tests.malformed_files import MALFORMED_FILES, as_text, context, figures, lines

from bloc_warehouse.intake.faults.faults import fault_codes
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_file import parse_file

LARGEST_SEED = 60_000
NAMES = ("a.xlsx", "a.xls", "a.ods", "a.csv", "a.txt", "a.tsv", "a.xlsm", "a")
AWKWARD = (
    "", " ", "-", "x", "0", "-1", "4.851", "1,940", "1e400", "9" * 30, "NaN", "inf",
    "=1+1", "@a", "+a(", "#REF!", "1/2", "31/02/2024", "45473", "năm", "Tổng cộng",
    "(1)", "Mã biểu", "BDV", "BXL", "LAN-002", "LAN-VP", "Năm 2019", "6T/2024", "\0",
    "\ud7ff", "\ufffe", "\u202e", "a" * 5_000, '"', ";;;;", "Người lập biểu", "Cộng",
    "0912345678", "mau@example.vn", "Nguyễn Văn Mẫu", "٣", "１２", "½", "²", "true",
)  # fmt: skip
AWKWARD_BYTES = (
    b"<v>", b"</c>", b't="e"', b'r="A0"', b'r="XFD1048576"', b'hidden="1"', b"<f/>",
    b"\xff\xff\xff\xff", b"\0\0\0\0", b"&#0;", b"&#xD800;", b"]]>", b"<!--", b"1E+999",
    b'table:number-columns-repeated="99999999"', b's="99999"', b't="s"', b"PK\x01\x02",
)  # fmt: skip


Read = Callable[[str, bytes, str | None, ParseContext], ParsedFile]


@dataclass(slots=True)
class Outcome:
    """What came of many inputs."""

    inputs: int = 0
    accepted: int = 0
    rejected: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_seed: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        slower = max(self, other, key=lambda outcome: outcome.slowest)
        return Outcome(
            self.inputs + other.inputs,
            self.accepted + other.accepted,
            self.rejected + other.rejected,
            self.codes + other.codes,
            slower.slowest,
            slower.slowest_seed,
        )


def fuzz(
    first_seed: int, count: int, seconds: float = 1e9, read: Read = parse_file
) -> Outcome:
    """Try ``count`` inputs, or as many as the time allows.

    Args:
        first_seed: Number of the first input; the next follow.
        count: How many.
        seconds: Ends the run early.
        read: ``parse_file``, or ``parse_apart`` for a reader that may be killed.

    Raises:
        AssertionError: An answer is not sound; the message names the input's seed.
    """
    ours = context()
    outcome = Outcome()
    end = time.monotonic() + seconds
    for seed in range(first_seed, first_seed + count):
        name, content = fuzzed(seed)
        start = time.monotonic()
        try:
            parsed = answer(name, content, ours, read)
        except BaseException as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
        spent = time.monotonic() - start
        _count(outcome, parsed, spent, seed)
        if time.monotonic() > end:
            break
    return outcome


def answer(
    name: str, content: bytes, ours: ParseContext, read: Read = parse_file
) -> ParsedFile:
    """Read a file and check that the answer is sound."""
    parsed = read(name, content, "LAN-001", ours)
    assert not any(fault.code == "F111" for fault in parsed.faults.faults), parsed
    faults = parsed.faults.faults
    assert parsed.forms or parsed.faults.has_error
    assert all(fault.code in fault_codes() for fault in faults)
    if parsed.is_personal:
        assert parsed.forms == []
        assert all(fault.code[0] == "P" for fault in faults)
    said = json.dumps([fault.as_dict() for fault in faults], ensure_ascii=False)
    assert not re.search("[\x00-\x1f\ud800-\udfff]", said)
    for form in parsed.forms:
        assert len(form.content_sha256) == 64
        for table in form.tables:
            for row in table.rows:
                _check_values(list(row.values.values()))
    return parsed


def fuzzed(seed: int) -> tuple[str, bytes]:
    """Return the input that belongs to a seed: a name and bytes."""
    rng = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
    if rng.random() < 0.3:
        return rng.choice(("a.csv", "a.txt")), _text(rng)
    name, content = rng.choice(seeds())
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(_CHANGES)(rng, content)
    if rng.random() < 0.1:
        name = rng.choice(NAMES)
    return name, content


@cache
def seeds() -> list[tuple[str, bytes]]:
    """The files of ``tests.malformed_files`` that are small."""
    made = [(file, file.make()) for file in MALFORMED_FILES]
    small = [(file, data) for file, data in made if len(data) < LARGEST_SEED]
    # what opens can go wrong in more ways than what does not
    opens = [
        pair for pair in small if not any(code[0] == "F" for code in pair[0].errors)
    ]
    return [(file.name, data) for file, data in (*small, *opens * 4)]


def _count(outcome: Outcome, parsed: ParsedFile, spent: float, seed: int) -> None:
    outcome.inputs += 1
    if parsed.faults.has_error:
        outcome.rejected += 1
    else:
        outcome.accepted += 1
    outcome.codes.update({fault.code for fault in parsed.faults.faults})
    if spent > outcome.slowest:
        outcome.slowest, outcome.slowest_seed = spent, seed


def _check_values(values: Sequence[object]) -> None:
    for value in values:
        if isinstance(value, int):
            assert 0 <= value < 2**63
        elif isinstance(value, str):
            assert "\0" not in value
            value.encode()


def _text(rng: random.Random) -> bytes:
    cells = [list(line) for line in lines(figures())]
    for _ in range(rng.choice((1, 1, 2, 8))):
        line = rng.choice((*cells, *[cells[-1]] * 6))
        if not line or rng.random() < 0.1:
            cells.insert(rng.randrange(len(cells)), list(rng.choice(cells)))
        elif rng.random() < 0.1:
            line.pop(rng.randrange(len(line)))
        else:
            line[rng.randrange(len(line))] = rng.choice(AWKWARD)
    encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1258"))
    text = as_text(cells, rng.choice(";;,\t"))
    return text.encode(encoding, errors="replace")


def _flip(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng: random.Random, content: bytes) -> bytes:
    first, last = sorted(rng.randint(0, len(content)) for _ in range(2))
    return content[:first] + content[last:] if rng.random() < 0.5 else content[:last]


def _insert(rng: random.Random, content: bytes) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + rng.choice(AWKWARD_BYTES) + content[at:]


def _join(rng: random.Random, content: bytes) -> bytes:
    other = rng.choice(seeds())[1]
    return content[: rng.randint(0, len(content))] + other[rng.randint(0, len(other)) :]


def _inside(rng: random.Random, content: bytes) -> bytes:
    """Change one part of a zip, and zip it soundly."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, OSError, RuntimeError,
            ValueError, EOFError):  # fmt: skip
        return _flip(rng, content)
    if not parts or sum(map(len, parts.values())) > 2_000_000:
        return _insert(rng, content)
    likely = [name for name in parts if "sheet" in name or name == "content.xml"]
    name = rng.choice(likely if likely and rng.random() < 0.8 else list(parts))
    for _ in range(rng.choice((1, 1, 2, 4))):
        parts[name] = rng.choice(_INSIDE)(rng, parts[name])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return buffer.getvalue()


def _exchange(rng: random.Random, content: bytes) -> bytes:
    """Exchange a value or an attribute of XML, which leaves it well formed."""
    pattern = rng.choice((rb">([^<>]+)<", rb'="([^"<>]*)"'))
    places = [match.span(1) for match in re.finditer(pattern, content)]
    if not places:
        return _flip(rng, content)
    first, last = rng.choice(places)
    text = re.sub('[\x00-\x08<>&"\ufffe]', "", rng.choice(AWKWARD))
    return content[:first] + text.encode() + content[last:]


def _repeat(rng: random.Random, content: bytes) -> bytes:
    """Repeat or drop an element."""
    elements = list(re.finditer(rb"<c [^>]*>.*?</c>|<row .*?</row>", content))
    if not elements:
        return _cut(rng, content)
    chosen = rng.choice(elements)
    times = rng.choice((0, 2, 3))
    return content[: chosen.start()] + chosen[0] * times + content[chosen.end() :]


_Change = Callable[[random.Random, bytes], bytes]
_INSIDE: tuple[_Change, ...] = (
    _exchange, _exchange, _exchange, _exchange, _exchange, _repeat, _repeat,
    _flip, _insert, _cut,
)  # fmt: skip
_CHANGES: tuple[_Change, ...] = (_flip, _cut, _insert, _join, *[_inside] * 8)
