"""Tells names of persons from other text, by surname, form and context."""

import re
import unicodedata
from functools import lru_cache

from bloc_warehouse.intake.unit_names import PROVINCES
from bloc_warehouse.vietnamese import fold

# fmt: off
_SURNAMES = frozenset({
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi",
    "đỗ", "hồ", "ngô", "dương", "trương", "đinh", "trịnh", "đào", "tạ", "quách",
    "phùng", "nông", "vi", "lò", "triệu", "lưu", "vương", "kiều", "tống",
})
# surnames with which names of organisations and places begin as well
_AMBIGUOUS = frozenset({
    "đoàn", "cao", "hà", "thái", "lâm", "mai", "tô", "lý", "lương", "la", "châu", "chu",
    "tăng", "quan", "hứa", "y",
})
_PLAIN_SURNAMES = frozenset({
    "nguyen", "tran", "pham", "huynh", "hoang", "phan", "trinh",
})
_MIDDLES = frozenset({
    "văn", "thị", "hữu", "đức", "minh", "ngọc", "quang", "xuân", "công", "đình", "quốc",
    "kim", "hồng", "thành", "trọng", "bá", "duy", "tuấn", "anh", "hoàng", "mỹ",
    "phương", "bích", "thùy", "thúy", "thu", "hải", "hùng", "thế", "nhật",
    "gia", "khắc",
})
# fmt: on
_NO_NAMES = frozenset({"ho chi minh", "le hong phong", "tran phu", "hoang sa"})
_HONORIFIC = re.compile(
    r"^\s*(?:\d+[.)]?\s*)?"
    r"(?:(?:đ/c|đc|đồng chí|ông|bà|anh|chị|thầy|cô|ths|ts|bs)[.:]?\s+)?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+'?")
_SEPARATOR = re.compile(r"[,;\n]|\svà\s")
_FEWEST_WORDS, _MOST_WORDS = 2, 5
_LONGEST = 60


@lru_cache(maxsize=50_000)
def looks_like_name(text: str, *, is_labelled: bool = False) -> bool:
    """Whether a text is a person's name and nothing else.

    Args:
        text: A cell's text; *đ/c* and numbering before the name do not matter.
        is_labelled: It stands under a label such as *Họ và tên*: form is enough.
    """
    if len(text) > _LONGEST:
        return False
    words = _HONORIFIC.sub("", unicodedata.normalize("NFC", text)).split()
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        return False
    if not all(_LETTERS.fullmatch(word) and word[0].isupper() for word in words):
        return False
    if is_labelled:
        return True
    folded = fold(" ".join(words))
    if folded in _NO_NAMES or folded in PROVINCES:
        return False
    return _begins_like_name([word.lower() for word in words])


def names_in_list(text: str) -> list[str]:
    """Return the names that a text lists, separated by commas or line ends."""
    parts = _SEPARATOR.split(text)
    return [part for part in parts if looks_like_name(part)] if len(parts) > 1 else []


def _begins_like_name(words: list[str]) -> bool:
    surname, second = words[0], words[1]
    if surname in _SURNAMES:
        return True
    if surname in _AMBIGUOUS:
        return len(words) > _FEWEST_WORDS and second in _MIDDLES
    return surname in _PLAIN_SURNAMES and all(word.isascii() for word in words)
