"""What is noted at the cells of an xls (BIFF8): a drawing's text, then its cell."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from struct import error as struct_error
from struct import unpack_from

_OBJECT, _TEXT, _CONTINUE, _NOTE = 0x005D, 0x01B6, 0x003C, 0x001C
_KIND_OF_NOTES = 0x19
NOTE_RECORDS = frozenset({_OBJECT, _TEXT, _CONTINUE, _NOTE})

Place = tuple[int, int]


def xls_notes(records: Iterable[tuple[int, bytes]]) -> dict[Place, str]:
    """Return place → note for the records (type, data) of one sheet.

    What is not sound is passed over.
    """
    texts: dict[int, str] = {}
    notes: dict[Place, str] = {}
    number: int | None = None  # of the drawing whose text comes
    records = iter(records)
    for kind, data in records:
        with suppress(struct_error):
            if kind == _OBJECT:
                drawn, own = unpack_from("<HH", data, 4)
                number = own if drawn == _KIND_OF_NOTES else None
            elif kind == _TEXT and number is not None:
                texts[number] = _text(records, unpack_from("<H", data, 10)[0])
                number = None
            elif kind == _NOTE:
                row, column, _, own = unpack_from("<HHHH", data)
                notes[row, column] = texts.get(own, "")
    return notes


def _text(records: Iterator[tuple[int, bytes]], length: int) -> str:
    """Return a text over several records, each with letters of one or two bytes."""
    text = ""
    while len(text) < length:
        kind, data = next(records, (0, b""))
        if kind != _CONTINUE or len(data) < 2:
            break
        coding = "utf-16-le" if data[0] & 1 else "latin-1"
        text += data[1:].decode(coding, errors="replace")
    return text[:length]
