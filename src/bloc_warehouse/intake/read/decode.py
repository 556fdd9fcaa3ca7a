"""Bytes of a text file → text, whichever of the encodings that offices use."""

import codecs
import re
import unicodedata

from bloc_warehouse.intake.read.legacy_fonts import (
    CONVERTERS,
    Legacy,
    converted,
    detect,
    known_words,
)

_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE = 4_096
_MANY_ZEROS = 0.15  # Vietnamese text keeps this share of plain letters
_FEW_ZEROS = 0.01
_CELL_TEXT = re.compile(r"[^;\t\r\n]+")


def decode(content: bytes, vocabulary: frozenset[str]) -> tuple[str, Legacy | None]:
    """Return the text in NFC and the legacy encoding that it was in, if it was.

    UTF-8 and UTF-16 are known by their form. Single-byte text is windows-1258, TCVN3 or
    VNI, whichever gives most words of ``vocabulary``; Unicode text may still carry
    letters of the old fonts.
    """
    text = _unicode(content)
    if text is None:
        text, legacy = _single_byte(content, vocabulary)
    else:
        text, legacy = _modern(text, vocabulary)
    return unicodedata.normalize("NFC", text), legacy


def _unicode(content: bytes) -> str | None:
    if content.startswith(_BOMS):
        return content.decode("utf-16", errors="replace")
    sample = content[:_SAMPLE]
    half = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _MANY_ZEROS and even < _FEW_ZEROS:
        return content.decode("utf-16-le", errors="replace")
    if even > _MANY_ZEROS and odd < _FEW_ZEROS:
        return content.decode("utf-16-be", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _single_byte(
    content: bytes, vocabulary: frozenset[str]
) -> tuple[str, Legacy | None]:
    # tone marks of windows-1258 come combining; NFC joins them
    best, legacy = content.decode("cp1258", errors="replace"), None
    most = known_words(best, vocabulary)
    western = content.decode("latin-1")
    for name, convert in CONVERTERS.items():
        candidate = convert(western)
        found = known_words(candidate, vocabulary)
        if found > most:
            best, legacy, most = candidate, name, found
    return best, legacy


def _modern(text: str, vocabulary: frozenset[str]) -> tuple[str, Legacy | None]:
    if text.isascii():
        return text, None
    legacy = detect(set(_CELL_TEXT.findall(text)), vocabulary)
    if legacy is None:
        return text, None
    return (
        _CELL_TEXT.sub(lambda cell: converted(cell[0], legacy, vocabulary), text),
        legacy,
    )
