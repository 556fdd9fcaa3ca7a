"""A file that breaks its reader costs itself, and no other file."""

import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests import builders
from tests.malformed_files import book, context, lines, text_file

from bloc_warehouse.intake.parse import unit_directory
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.intake.sandbox import client
from bloc_warehouse.intake.sandbox.client import close_reader, parse_apart
from bloc_warehouse.settings import MEGABYTE


@pytest.fixture(autouse=True)
def no_reader() -> Iterator[None]:
    """Each test starts its own."""
    close_reader()
    yield
    close_reader()


def limited(**limits: int) -> ParseContext:
    return replace(context(), limits=Limits(**limits))


def codes(parsed: object) -> list[str]:
    return [fault.code for fault in parsed.faults.faults]  # type: ignore[attr-defined]


def test_a_file_read_apart_says_the_same() -> None:
    ours = context()
    for name, content in (
        ("a.xlsx", builders.workbook()),
        ("b.csv", text_file()),
        ("c.xlsx", b"nothing"),
    ):
        assert parse_apart(name, content, "LAN-001", ours) == parse_file(
            name, content, "LAN-001", ours
        )


def test_a_reader_starts_without_what_only_its_parent_needs() -> None:
    """A country's intake starts many, and waits for each."""
    done = subprocess.run(
        [sys.executable, "-c", "import bloc_warehouse.intake.sandbox.worker, sys;"
         "print(*{name.partition('.')[0] for name in sys.modules},"
         "'bloc_warehouse.settings' in sys.modules)"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "False" in loaded
    assert not loaded & {"psycopg", "pydantic_settings", "rapidfuzz", "openpyxl"}


def test_the_parent_folds_the_units_names_for_all_its_readers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = context().reference
    sent = pickle.dumps(ours)
    folded: list[str] = []
    monkeypatch.setattr(unit_directory, "fold", folded.append)
    theirs = pickle.loads(sent)  # noqa: S301 - our own
    assert theirs.folded_names == ours.folded_names
    assert "dang bo so y te" in theirs.folded_names
    assert folded == []
    assert (list(theirs.spans), list(theirs.aliases)) == (
        list(ours.spans),
        list(ours.aliases),
    )


def test_the_reader_is_used_again() -> None:
    ours = context()
    for _ in range(3):
        parse_apart("a.csv", text_file(), "LAN-001", ours)
    (reader,) = client._readers
    assert reader._done == 3


def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read() -> None:
    slow = limited(parse_seconds=1, max_rows=10**7, max_columns=10**4)
    long_file = b";".join([b"Nguy\xc3\xaan 12"] * 200) + b"\n"
    parsed = parse_apart("a.csv", long_file * 20_000, "LAN-001", slow)
    assert codes(parsed) == ["F107"]
    assert "1 seconds" in parsed.faults.faults[0].message_en
    assert codes(parse_apart("b.csv", text_file(), "LAN-001", slow)) == []


def test_a_file_that_takes_too_much_memory_is_stopped_and_the_next_is_read() -> None:
    small = limited(parse_memory_bytes=60 * MEGABYTE, max_rows=10**7)
    parsed = parse_apart("a.csv", b"1;2;3;4\n" * 3_000_000, "LAN-001", small)
    assert codes(parsed) == ["F108"]
    assert codes(parse_apart("b.csv", text_file(), "LAN-001", small)) == []


def test_a_workbook_that_takes_too_much_memory_is_stopped() -> None:
    small = limited(parse_memory_bytes=40 * MEGABYTE, max_rows=10**6)
    far = builders.with_cells(book(lines()), {"NTP600000": 1})
    wide = replace(small, limits=replace(small.limits, max_columns=16_384))
    assert codes(parse_apart("a.xlsx", far, "LAN-001", wide)) == ["F108"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_that_is_killed_once_costs_no_file(how: signal.Signals) -> None:
    """The system kills what it likes when memory runs out: the file did nothing."""
    ours = context()
    parse_apart("a.csv", text_file(), "LAN-001", ours)
    (reader,) = client._readers
    process = reader._process
    assert process is not None
    process.send_signal(how)
    process.wait()
    assert codes(parse_apart("a.csv", text_file(), "LAN-001", ours)) == []


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGKILL, "F108"), (signal.SIGTERM, "F111")]
)
def test_what_a_file_does_again_is_its_fault(
    monkeypatch: pytest.MonkeyPatch, how: signal.Signals, code: str
) -> None:
    ours = context()
    starts = []
    start = client._Reader._start

    def start_and_die(reader: client._Reader) -> None:
        start(reader)
        starts.append(how)
        process = reader._process
        assert process is not None
        process.send_signal(how)
        process.wait()

    with monkeypatch.context() as patch:
        patch.setattr(client._Reader, "_start", start_and_die)
        assert codes(parse_apart("a.csv", text_file(), "LAN-001", ours)) == [code]
    assert len(starts) == 2
    assert codes(parse_apart("a.csv", text_file(), "LAN-001", ours)) == []
