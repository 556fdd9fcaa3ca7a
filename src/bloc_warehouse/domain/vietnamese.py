"""Vietnamese text and numbers as offices type them, brought to one form."""

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    {"Đ": "d", "đ": "d", "Ð": "d", "ð": "d", "Ɖ": "d", "ɖ": "d"}
)
_MARKS = re.compile(r"[\u0300-\u036f]+")
_QUI = re.compile(r"\bqui\b")
_NOT_WORD = re.compile(r"[^0-9a-z%]+")


def normalise(text: str) -> str:
    """Return ``text`` in NFC with single plain spaces and no space at its ends."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(composed.replace("\u00ad", "").split())


def fold(text: str) -> str:
    """Return the form in which labels and names are compared.

    Case, tone and vowel marks (so also their placement: *uỷ* and *ủy*), the
    look-alikes of Đ, i/y after a consonant (*quí*, *quý*), punctuation and runs of
    spaces no longer tell two texts apart.
    """
    bare = text if text.isascii() else _without_marks(text)
    words = _NOT_WORD.sub(" ", bare.casefold()).strip()
    return _QUI.sub("quy", words) if "qui" in words else words


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_LOOKALIKES))
    bare = _MARKS.sub("", decomposed)
    if bare.isascii():
        return bare
    return "".join(char for char in bare if not unicodedata.combining(char))
