"""Tells names of persons from other text, by surname, form and context."""

import re
import unicodedata
from functools import lru_cache

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.intake.parse.unit_names import PROVINCES

# fmt: off
_SURNAMES = frozenset({
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi",
    "đỗ", "hồ", "ngô", "dương", "trương", "đinh", "trịnh", "đào", "tạ", "quách",
    "phùng", "nông", "vi", "lò", "triệu", "lưu", "vương", "kiều", "tống",
    # of peoples of the north and of the highlands
    "giàng", "thào", "sùng", "vàng", "hạng", "lầu", "hờ", "chảo", "phàn", "lường",
    "quàng", "lù", "lèng", "thèn", "xồng", "vừ", "sình", "pờ", "tráng", "tòng", "điểu",
    "siu", "ksor", "rmah", "kpă", "rơ", "rah", "niê", "êban", "mlô", "kbuôr", "ayun",
    "alăng", "bríu", "zơrâm", "hôih", "pơloong", "cil", "chamaléa", "katơr", "pinăng",
    "neáng", "néang", "doãn", "lã", "ngụy", "nghiêm", "khổng", "sầm",
})
# surnames with which names of organisations and places begin as well
_AMBIGUOUS = frozenset({
    "đoàn", "cao", "hà", "thái", "lâm", "mai", "tô", "lý", "lương", "la", "châu", "chu",
    "tăng", "quan", "hứa", "y", "a", "má", "cư", "sơn", "kim", "trà", "quảng", "bá",
    "lộ", "bàn", "cầm", "đèo", "lộc", "tôn", "trang", "cổ", "cù", "hàn", "liêu", "mã",
    "phó", "phương", "danh", "ngân", "viên", "đường", "đàm", "tiêu", "từ", "thạch",
    "diệp", "cung", "kiên", "nay", "mùa", "chang", "bạch", "mạc", "ma", "nùng", "mông",
    "lục", "chau", "đàng", "bế", "hầu", "văng", "đậu", "giáp", "khúc", "kha", "mẫn",
    "ninh", "ông", "phí", "sử", "thân", "ung", "âu", "ân", "bành", "cứ", "chớ", "tằng",
    "alăng", "hoàn",
})
_PLAIN_SURNAMES = frozenset({
    "nguyen", "tran", "pham", "huynh", "hoang", "phan", "trinh",
})
_MIDDLES = frozenset({
    "văn", "thị", "hữu", "đức", "minh", "ngọc", "quang", "xuân", "công", "đình", "quốc",
    "kim", "hồng", "thành", "trọng", "bá", "duy", "tuấn", "anh", "hoàng", "mỹ",
    "phương", "bích", "thùy", "thúy", "thu", "hải", "hùng", "thế", "nhật",
    "gia", "khắc", "a", "mí", "seo", "láo", "sín", "viết", "lăng", "sa",
})
# words after a single Y that make no name: Y tế, Y khoa
_AFTER_Y = frozenset({
    "tế", "khoa", "dược", "học", "sĩ", "sỹ", "tá", "cụ", "đức", "lệnh", "bạ", "như",
})
# fmt: on
# names of the highlands: H'Hen Niê, K'Brếu, Y Blăng Niê
_OF_THE_HIGHLANDS = re.compile(r"[HK]['’`ʼ]\w|Y\s\w")
_NO_NAMES = frozenset({"ho chi minh", "le hong phong", "tran phu", "hoang sa"})
_HONORIFIC = re.compile(
    r"^\s*(?:[-–—•*+]\s*)?(?:\d+[.)]?\s*)?"
    r"(?:(?:đ/c|đc|đồng chí|ông|bà|anh|chị|thầy|cô|ths|ts|bs)[.:]?\s+)?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’`ʼ\-][^\W\d_]+)*['’`ʼ]?")
_SEPARATOR = re.compile(r"[,;:|•+&\t\n/\"“”]|\s[-–—]\s|\svà\s|\s(?=\d+[.)]\s?)")
_COMRADE = re.compile("đ/c", re.IGNORECASE)
# a full name that nothing else looks like, wherever it is
_IN_A_SENTENCE = re.compile(r"\b([^\W\d_a-z]\w*) (?:Văn|Thị) [^\W\d_a-z]\w*")
_REMARK = re.compile(r"\s+(?:sinh|sn)\b.*|\s*[(\[].*|\s*[:–—-]\s.*|\s+(?:19|20)\d\d$")
_APOSTROPHES = str.maketrans("’`ʼ", "'''")
_FEWEST_WORDS, _MOST_WORDS = 2, 5
_LONGEST = 60


@lru_cache(maxsize=50_000)
def looks_like_name(text: str, *, is_labelled: bool = False) -> bool:
    """Whether a text is a person's name and nothing else.

    Args:
        text: A cell's text; *đ/c* and numbering before the name do not matter.
        is_labelled: It is under a label such as *Họ và tên*: its form is enough.
    """
    if len(text) > _LONGEST:
        return False
    plain = _HONORIFIC.sub("", unicodedata.normalize("NFC", text))
    words = _REMARK.sub("", plain).split()
    is_short = len(words) == 1 and "'" in words[0].translate(_APOSTROPHES)
    if not (len(words) >= _FEWEST_WORDS or is_short) or len(words) > _MOST_WORDS:
        return False
    if not all(map(_LETTERS.fullmatch, words)):
        return False
    small = [word.lower() for word in words]
    if not all(word[0].isupper() for word in words):
        # typed in small letters only what can be nothing else is a name
        return words == small and _is_plainly_a_name(small)
    if is_labelled:
        return True
    folded = fold(" ".join(words))
    if folded in _NO_NAMES or folded in PROVINCES:
        return False
    return _is_of_the_highlands(words) or _begins_like_name(small)


def names_in_list(text: str) -> list[str]:
    """Return the names that a text lists, or that are in its sentences."""
    parts = _SEPARATOR.split(_COMRADE.sub("đc", text))
    listed = [part for part in parts if looks_like_name(part)]
    in_sentences = [
        match[0]
        for match in _IN_A_SENTENCE.finditer(text)
        if match[1].lower() in _SURNAMES | _AMBIGUOUS
    ]
    return max(listed if len(parts) > 1 else [], in_sentences, key=len)


def _is_of_the_highlands(words: list[str]) -> bool:
    if not _OF_THE_HIGHLANDS.match(" ".join(words)):
        return False
    return words[0] != "Y" or words[1].lower() not in _AFTER_Y


def _is_plainly_a_name(words: list[str]) -> bool:
    is_surname = words[0] in _SURNAMES or words[0] in _AMBIGUOUS
    return is_surname and len(words) > _FEWEST_WORDS and words[1] in ("văn", "thị")


def _begins_like_name(words: list[str]) -> bool:
    surname, second = words[0], words[1] if len(words) > 1 else ""
    if surname in _SURNAMES:
        return True
    if surname in _AMBIGUOUS:
        is_a_letter = surname in ("a", "y")
        return len(words) > _FEWEST_WORDS and (second in _MIDDLES or is_a_letter)
    return surname in _PLAIN_SURNAMES and all(word.isascii() for word in words)
