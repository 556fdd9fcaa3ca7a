"""Text of the fonts from before Unicode is brought back letter by letter."""

import re
from collections.abc import Callable

import pytest

from bloc_warehouse.intake.read.legacy_fonts import (
    Legacy,
    converted,
    detect,
    from_tcvn3,
    from_vni,
    is_suspect,
    legacy_of_font,
    words_of,
)

LETTERS = "aáàảãạâấầẩẫậăắằẳẵặeéèẻẽẹêếềểễệoóòỏõọôốồổỗộơớờởỡợuúùủũụưứừửữựiíìỉĩịyýỳỷỹỵđ"
# the order of the letters above, as other programs list the two encodings
TCVN3 = (
    "a¸µ¶·¹©ÊÇÈÉË¨¾»¼½Æ" "eÐÌÎÏÑªÕÒÓÔÖ" "oãßáâä«èåæçé¬íêëìî"
    "uóïñòô\xadøõö÷ù" "iÝ×ØÜÞ" "yýúûüþ" "®"
)  # fmt: skip
VNI = re.findall(
    r"\S+",
    "a aù aø aû aõ aï aâ aá aà aå aã aä aê aé aè aú aü aë "
    "e eù eø eû eõ eï eâ eá eà eå eã eä "
    "o où oø oû oõ oï oâ oá oà oå oã oä ô ôù ôø ôû ôõ ôï "
    "u uù uø uû uõ uï ö öù öø öû öõ öï i í ì æ ó ò y yù yø yû yõ î ñ",
)
WORDS = words_of(["Đảng viên đầu kỳ", "Tổng số", "Trong đó dự bị", "Kỳ báo cáo"])


def test_every_letter_of_tcvn3() -> None:
    assert from_tcvn3(TCVN3) == LETTERS
    assert from_tcvn3("§¡¢£¤¥¦") == "ĐĂÂÊÔƠƯ"


def test_every_letter_of_vni_in_both_cases() -> None:
    assert [from_vni(old) for old in VNI] == list(LETTERS)
    assert [from_vni(old.upper()) for old in VNI] == list(LETTERS.upper())


@pytest.mark.parametrize(
    ("convert", "old", "new"),
    [
        (from_tcvn3, "Th«ng tin Khoa häc Thèng kª", "Thông tin Khoa học Thống kê"),
        (from_tcvn3, "tr\xadëng", "trưởng"),
        (from_vni, "Xin chaøo caùc baïn", "Xin chào các bạn"),
        (from_vni, "ÑAÛNG BOÄ KHOÁI", "ĐẢNG BỘ KHỐI"),
        (from_vni, "Aùo", "Áo"),
    ],
)
def test_texts_that_were_published_so(
    convert: Callable[[str], str], old: str, new: str
) -> None:
    assert convert(old) == new


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["§¶ng viªn ®Çu kú", "Tæng sè"], "TCVN3"),
        (["Ñaûng vieân ñaàu kyø", "Toång soá"], "VNI"),
        (["Đảng viên đầu kỳ", "Tổng số"], None),
        (["Kỳ báo cáo", "các bà"], None),
        (["café", "Zürich"], None),
        ([], None),
    ],
)
def test_the_encoding_is_known_by_words(texts: list[str], found: Legacy | None) -> None:
    assert detect(texts, WORDS) == found


def test_text_that_was_typed_in_unicode_stays() -> None:
    assert converted("báo cáo", "TCVN3", WORDS) == "báo cáo"
    assert converted("Đảng", "VNI", WORDS) == "Đảng"
    assert not is_suspect("plain")


@pytest.mark.parametrize(
    ("font", "found"),
    [
        (".VnTime", "TCVN3"),
        (".VnArialH", "TCVN3"),
        ("VNI-Times", "VNI"),
        ("Arial", None),
    ],
)
def test_fonts_tell_the_encoding(font: str, found: Legacy | None) -> None:
    assert legacy_of_font(font) == found
