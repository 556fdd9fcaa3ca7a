"""Tells numbers and addresses of persons in a text, however they are written.

A text is brought to one form first: full-width and other digits, blanks that do not
break, and the many dashes and dots count as plain ones.
"""

import re
import unicodedata
from functools import lru_cache

IDENTITY, PHONE, BANK, EMAIL, NAMES = "P501", "P502", "P503", "P504", "P505"

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－⁃"), "-")
_DOTS = dict.fromkeys(map(ord, "․·•∙⋅。．"), ".")
_NOTHING = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)
_MARKS = {
    **_DASHES,
    **_DOTS,
    **_NOTHING,
    ord("／"): "/",
    ord("＠"): "@",
    ord("﹫"): "@",
}

# between the digits of one number: a mark or two, no more
_GAP = r"[ .\-]{0,2}"
_BEFORE = r"(?<!\d)(?<!\d[.,/\-])"
_AFTER = r"(?!\d)(?![.,/\-]\d)"
_MAYBE = re.compile(r"\d[\d .\-()/_]{6}|@|\(at\)", re.IGNORECASE)
_EMAIL = re.compile(
    r"[\w.+\-]+ ?(?:@|\(at\)|\[at\]) ?[\w\-]+(?: ?(?:\.|\(dot\)) ?[\w\-]+)+",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    rf"{_BEFORE}(?:0\d{{2}}(?:{_GAP}\d{{3}}){{3}}|0\d{{3}}(?:{_GAP}\d{{4}}){{2}}"
    r"|0(?:[ .\-]\d){11}|\d{9})(?!\d)(?!\.\d)"
)
_LABELLED_IDENTITY = re.compile(
    r"\b(?:cccd|cmnd|cmtnd|can cuoc|cmt|so the dang|dinh danh|bhxh|bao hiem xa hoi)\b"
    rf"\D{{0,25}}\d(?:{_GAP}\d){{7,11}}(?!\d)"
    r"|\b(?:ho chieu|passport)\b\W{0,10}(?:so\W{0,5})?[a-z]?\d{7,8}(?!\d)"
)
_PHONE = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:\(?0{_GAP}(?:2\d{{1,2}}|[35789]\d)\)?"
    rf"|\(?(?:\+|00) ?84\)?{_GAP}(?:\(0\))?{_GAP}[235789]\d|\(84\){_GAP}[235789]\d"
    rf"|(?<![.,/\-])84{_GAP}[235789]\d)"
    rf"(?:{_GAP}\d){{6,8}}(?!\d)(?!\.\d)"
    r"|(?<!\d)(?<!\d[ .\-])0[ .\-][235789](?:[ .\-]\d){8,9}(?![ .\-]?\d)"
    r"|(?<!\d)0[35789]\d{1,2}([/_])\d{3}\1\d{3,4}(?!\d)"
)
_LABELLED_PHONE = re.compile(
    r"\b(?:dt|sdt|dien thoai|di dong|dd|tel|phone|mobile|zalo|hotline|viber)\b"
    rf"[^\d]{{0,12}}\d(?:{_GAP}\d){{6,11}}(?!\d)"
)
_PHONE_DIGITS = {"0": (10, 11), "8": (11, 12), "00": (13, 14)}
_BANK = re.compile(
    rf"\b(?:stk|so tk|tai khoan|account|iban)\b\D{{0,40}}\d(?:{_GAP}\d){{5,18}}"
    r"|(?<![\w.,/\-])(?!0084)\d{13,19}(?![\w/\-]|[.,]\d)"
    rf"|(?<![\w.,/\-])\d{{4}}(?:[ \-]\d{{4}}){{3}}(?![\d/\-]|[.,]\d)"
)
_LABEL = re.compile(r"[a-z][^\d(+]*")
_TAX_CODE = re.compile(r"\b(?:ma so thue|mst)\b")
# days and ranges of years are no numbers of persons, nor are amounts by themselves
_DAY = r"\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d{2}"
_DAYS = re.compile(
    rf"{_DAY}(?: \d{{1,2}}:\d{{2}}(?::\d{{2}})?)?"
    r"|(?<!\d)(?:19|20)\d{2}(?:[ ,;\-]{1,3}(?:19|20)\d{2})+(?!\d)"
)
_AMOUNT = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.])")
_MONEY = 1_000  # amounts are round, numbers of persons are not
_DIGITS_OF_NUMBERS = {9: IDENTITY, 10: IDENTITY, 11: IDENTITY, 12: IDENTITY}
_BANK_DIGITS = range(13, 20)
_FIRST_DIGITS_OF_MOBILES = "35789"

# (kind, pattern, whether a label before it leaves no doubt), the first that fits counts
_KINDS = (
    (IDENTITY, _LABELLED_IDENTITY, True),
    (BANK, _BANK, True),
    (PHONE, _LABELLED_PHONE, True),
    (PHONE, _PHONE, False),
    (IDENTITY, _IDENTITY, False),
)

Span = tuple[int, int, str]


def normalised(text: str) -> str:
    """Return a text with each letter, digit, blank, dash and dot in its plain form.

    The letters stay as many as they were, unless some of them show nothing.
    """
    plain = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    return plain.translate(_MARKS)


@lru_cache(maxsize=4_096)
def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter.isspace():
        return " "
    digit = unicodedata.digit(letter, -1)
    if digit >= 0:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", letter)
    return compatible if len(compatible) == 1 else letter


def unaccented(text: str) -> str:
    """Return a text in small letters without marks, each letter still one letter."""
    return "".join(map(_unaccented, text))


@lru_cache(maxsize=4_096)
def _unaccented(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter


def personal_spans(text: str) -> list[Span]:
    """Return the personal data in a normalised text: start, end, code.

    They do not overlap; the first kind that fits counts.
    """
    if not _MAYBE.search(text):
        return []
    folded = unaccented(text)
    spans: list[Span] = [
        (match.start(), match.end(), EMAIL) for match in _EMAIL.finditer(folded)
    ]
    if _TAX_CODE.search(folded):
        return spans
    calm = [match.span() for match in _DAYS.finditer(folded)]
    amounts = {match.span() for match in _AMOUNT.finditer(folded)}
    for code, pattern, is_labelled in _KINDS:
        for match in pattern.finditer(folded):
            # the label itself may be shown, unless it makes the number an account
            start = match.start() if code == BANK else _number_start(match)
            end = match.end()
            others = [(first, last) for first, last, _ in spans]
            others += [] if is_labelled else calm
            if any(start < last and first < end for first, last in others):
                continue
            is_amount = (start, end) in amounts and pattern is not _LABELLED_IDENTITY
            if not is_amount and (is_labelled or _fits(code, match[0])):
                spans.append((start, end, code))
    return sorted(spans)


@lru_cache(maxsize=20_000)
def kinds_of_text(text: str) -> tuple[str, ...]:
    """Return the kinds of numbers and addresses of persons that a text holds."""
    found = personal_spans(normalised(text))
    return tuple(dict.fromkeys(code for _, _, code in found))


def kinds_of_number(number: float) -> tuple[str, ...]:
    """Return what personal number this may be, outside the forms' counts."""
    if number < 10**8 or number >= 10**19 or number % 1 or number % _MONEY == 0:
        return ()
    digits = str(int(number))
    if len(digits) in _BANK_DIGITS:
        return (BANK,)
    has_country = digits.startswith("84") and len(digits) in (11, 12)
    is_mobile = len(digits) == 9 and digits[0] in _FIRST_DIGITS_OF_MOBILES
    is_landline = len(digits) == 10 and digits.startswith("2")
    if has_country or is_mobile or is_landline:
        return (PHONE,)
    code = _DIGITS_OF_NUMBERS.get(len(digits))
    return (code,) if code else ()


def masked(text: str) -> str:
    """Return a text with the code of its kind in place of what is of a person."""
    plain = normalised(text)
    spans = personal_spans(plain)
    if not spans:
        return text
    for start, end, code in reversed(spans):
        plain = f"{plain[:start]}‹{code}›{plain[end:]}"
    return plain


def _number_start(match: re.Match[str]) -> int:
    label = _LABEL.match(match[0])
    return match.start() + (label.end() if label else 0)


def _fits(code: str, text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    if code == PHONE:
        return len(digits) in _PHONE_DIGITS.get(digits[:2], _PHONE_DIGITS[digits[0]])
    return len(digits) == 12 or not digits.endswith("000")
