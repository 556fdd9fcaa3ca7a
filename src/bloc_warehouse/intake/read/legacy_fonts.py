"""Text of the fonts from before Unicode: TCVN3 (ABC, ``.VnTime``) and VNI-Windows.

Both put Vietnamese letters on the code points of Western ones, so the bytes do not say
what they are. The font of a cell does, and so do words: a text is taken as legacy when
reading it so gives more words of our forms than reading it as it is.

TCVN3 has one character a letter; its ư is U+00AD, the soft hyphen, which other programs
drop. Capitals with tones are the small letters in a font of their own (``.VnTimeH``).
VNI writes a plain letter and a mark after it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal

Legacy = Literal["TCVN3", "VNI"]

_TCVN3 = dict(
    zip(
        "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae"
        "\xb5\xb6\xb7\xb8\xb9\xbb\xbc\xbd\xbe\xc6\xc7\xc8\xc9\xca\xcb"
        "\xcc\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xdc\xdd\xde"
        "\xdf\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee"
        "\xef\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_CIRCUMFLEX = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_BREVE = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_pairs() -> dict[str, str]:
    parts = {letter + mark: letter + tone for letter in "aeouy" for mark, tone in
             _TONES.items()}  # fmt: skip
    parts |= {letter + mark: base + tone for letter, base in (("ô", "ơ"), ("ö", "ư"))
              for mark, tone in _TONES.items()}  # fmt: skip
    parts |= {letter + mark: letter + "\u0302" + tone for letter in "aeo"
              for mark, tone in _CIRCUMFLEX.items()}  # fmt: skip
    parts |= {"a" + mark: "a\u0306" + tone for mark, tone in _BREVE.items()}
    parts |= _VNI_SINGLE
    composed = {
        old: unicodedata.normalize("NFC", new) for old, new in parts.items()
    } | {"í": "í", "ì": "ì"}
    capitals = {old.upper(): new.upper() for old, new in composed.items()}
    mixed = {
        old[0].upper() + old[1]: new.upper()
        for old, new in composed.items()
        if len(old) == 2
    }
    return composed | mixed | capitals


_VNI = _vni_pairs()
_VNI_PATTERN = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))
_LATIN_ONLY = re.compile("[\x00-\xff\u2010-\u2026\u0152\u0153\u0160\u0161\u0178]*")
_NOT_ASCII = re.compile("[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 2


def from_tcvn3(text: str) -> str:
    """Return text typed in a ``.Vn…`` font, read as Latin-1, in Unicode."""
    return text.translate(_TCVN3_TABLE)


def from_vni(text: str) -> str:
    """Return text typed in a ``VNI-…`` font, read as Latin-1, in Unicode."""
    return _VNI_PATTERN.sub(lambda match: _VNI[match[0]], text)


CONVERTERS: dict[Legacy, Callable[[str], str]] = {"TCVN3": from_tcvn3, "VNI": from_vni}


def legacy_of_font(font: str) -> Legacy | None:
    """Return the encoding of a font; None for a Unicode font."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "TCVN3"
    return "VNI" if name.startswith("vni-") else None


def is_suspect(text: str) -> bool:
    """Whether a text could be legacy: some letters beyond ASCII, all of them Western.

    Nearly every Vietnamese text in Unicode has a letter that is not.
    """
    return bool(_NOT_ASCII.search(text) and _LATIN_ONLY.fullmatch(text))


def detect(texts: Iterable[str], vocabulary: frozenset[str]) -> Legacy | None:
    """Say in which legacy encoding most of the texts are; None when in none.

    Args:
        texts: Texts as they are, each once.
        vocabulary: Words with marks, in NFC and lower case, that are to be expected.
    """
    suspects = [text for text in texts if is_suspect(text)]
    if not suspects:
        return None
    plain = sum(known_words(text, vocabulary) for text in suspects)
    best: Legacy | None = None
    most = max(plain, _ENOUGH_WORDS - 1)
    for legacy, convert in CONVERTERS.items():
        found = sum(known_words(convert(text), vocabulary) for text in suspects)
        if found > most:
            best, most = legacy, found
    return best


def converted(text: str, legacy: Legacy, vocabulary: frozenset[str]) -> str:
    """Return one text of a legacy sheet in Unicode; one that was typed so stays."""
    if not is_suspect(text):
        return text
    candidate = CONVERTERS[legacy](text)
    known = known_words(text, vocabulary)
    return text if known > known_words(candidate, vocabulary) else candidate


def known_words(text: str, vocabulary: frozenset[str]) -> int:
    """Count a text's words with Vietnamese letters that the vocabulary has."""
    composed = unicodedata.normalize("NFC", text).lower()
    return sum(word in vocabulary for word in _WORD.findall(composed))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words with Vietnamese letters in texts: a vocabulary."""
    return frozenset(
        word
        for text in texts
        for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())
        if not word.isascii()
    )
