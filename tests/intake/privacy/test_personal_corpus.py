"""What is of a person is found however it is written; what only looks so is not."""

import itertools
from collections.abc import Iterator

import pytest

from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.privacy.personal import add_personal_faults
from bloc_warehouse.intake.read.grid import Cell, Sheet

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_MARKS = ("", " ", ".", "-", "\u00a0", "–", "\u2011")


def _grouped(digits: str, *sizes: int) -> Iterator[str]:
    """A number as people part its digits, with each mark."""
    ends = list(itertools.accumulate(sizes))
    parts = [digits[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    yield from (mark.join(parts) for mark in _MARKS)


PHONES = [
    *_grouped("0912345678", 4, 3, 3),
    *_grouped("0387654321", 3, 3, 4),
    *_grouped("02723826123", 4, 4, 3),
    *(f"+84{rest}" for rest in ("912345678", " 912 345 678", "-912-345-678")),
    "(+84) 912 345 678", "(84) 912345678", "84912345678", "+84 (0) 912 345 678",
    "0084912345678", "(0272) 3826123", "(0272) 3.826.123", "0912/345/678",
    "0912_345_678", "0 9 1 2 3 4 5 6 7 8", "09\u200b12345678", "٠٩١٢٣٤٥٦٧٨",
]  # fmt: skip
IDENTITIES = [
    *_grouped("079099912345", 3, 3, 3, 3),
    *_grouped("001085012345", 4, 4, 4),
    *(f"{label} {number}" for label in ("CMND", "CCCD số:", "Số thẻ Đảng:")
      for number in ("271234567", "271.234.567", "27 1234 567", "27-12-34-567")),
    "0 7 9 0 9 9 9 1 2 3 4 5", "Số định danh: 079099912345", "Hộ chiếu số C1234567",
    "passport: B7654321", "BHXH 7912345678",
]  # fmt: skip
BANKS = [
    "STK: 0011 0022 3344", "số tài khoản 19033344455566", "tài khoản: 0123456789",
    "STK 1903.3344.4555.66 tại NH", "so tk 123456789", "1903334445556",
    "9704 1234 5678 9012", "STK-0123456789",
]  # fmt: skip
ADDRESSES = [
    "ten.ho@example.vn", "ten_ho@cơquan.vn", "TEN+1@EXAMPLE.VN", "ten＠example.vn",
    "ten (at) example (dot) vn", "gửi ten-ho@mail.example.com.vn nhé",
]  # fmt: skip
NAMES = [
    "Nguyễn Văn Mẫu", "TRẦN THỊ MẪU", "đ/c Lê Minh Mẫu", "Y Blăng Niê", "H'Hen Niê",
    "H’Phương Mlô", "K'Brếu", "Giàng A Pháo", "Thào Mí Sính", "Sùng Thị Mỷ",
    "Ksor Phước", "Rơ Châm Hiền", "Điểu K'Rứ", "Siu Black", "Lý A Páo", "Má A Lềnh",
    "Quàng Văn Hương", "Hạng A Chư", "Chau Kim Sơn", "Alăng Thị Bé", "Lò Thị Mai",
    "Kim Thị Hoa", "Lường Văn Ánh", "Nguyen Van Mau", "nguyễn văn mẫu",
    "Phạm Thị Mẫu (Bí thư)", "Bùi Văn Mẫu - Phó Bí thư", "Đỗ Thị Mẫu 1980",
]  # fmt: skip
AROUND = ("{}", "Liên hệ {}, chị Hoa", "{}/anh Ba", "{}-Hoa", "xem:{}.", "({});")
NUMBERS: list[Cell] = [
    912345678, 387654321.0, 84912345678, 271234567, 79099912345, 1085012345,
    2723826123, 1903334445556, 19033344455566,
]  # fmt: skip

# one each of the marks that lists are made with
LISTS = [
    joint.join(trio)
    for joint in (", ", "; ", " - ", " – ", "\n", "\n- ", " / ", " và ", " • ", "|")
    for trio in (NAMES[:3], NAMES[3:6])
]  # fmt: skip

LISTS += [
    "Tặng giấy khen các đồng chí Bùi Văn Mẫu, Đỗ Thị Mẫu và Hồ Văn Mẫu của chi bộ",
    "Bí thư: Bùi Văn Mẫu; Phó bí thư: Đỗ Thị Mẫu; Ủy viên: Lê Minh Mẫu",
    "Bùi Văn Mẫu sinh năm 1980, Đỗ Minh Mẫu sinh 1975, Lê Minh Mẫu SN 1990",
]

FOUND: list[tuple[Cell, str]] = [
    *((around.format(phone), "P502") for phone in PHONES[::3] for around in AROUND),
    *((phone, "P502") for phone in PHONES),
    *((phone.translate(WIDE), "P502") for phone in PHONES[:7]),
    *(
        (around.format(identity), "P501")
        for identity in IDENTITIES[::4]
        for around in AROUND
    ),
    *((identity, "P501") for identity in IDENTITIES),
    *((account, "P503") for account in BANKS),
    *((address, "P504") for address in ADDRESSES),
    *((number, "") for number in NUMBERS),
    *((names, "P505") for names in LISTS),
]

_COUNTS: list[Cell] = [
    0, 1, 4851, 1940, 125_000_000, 1_250_000_000, 1.5, 0.7777, 21.25, -3, True,
    20240630, 45473, 99_999_999, 123_456_000, 12_000_000_000, None,
]  # fmt: skip
_TEXTS: list[Cell] = [
    "4.851", "1.940", "12.000", "1.234.567", "1.234.567.890", "125.000.000 đồng",
    "1.500.000 đ × 12", "3.000.000 - 5.000.000", "12 000 000", "21,25 %", "0,7777",
    "15,16 %; 81,24 %; 3,17 %", "299/306", "1-2-3-4-5-6-7-8", "1, 2, 3, 4, 5, 6, 7, 8",
    "(1) (2) (3) (4) (5) (6)", "2.1 2.2 2.3 2.4 2.5", "10 20 30 40 50 60",
    "0,5 0,6 0,7 0,8 0,9", "0.123456789", "01 02 03 04 05 06 07", "I, II, III, IV",
    "01/01/2020 - 31/12/2025", "01-01-2024", "05.07.2024", "2024-07-05 08:30:00",
    "05.10.2022 15:48:48", "2018, 2019, 2020, 2021", "2015-2020", "2020 – 2025",
    "01/2024, 02/2024, 03/2024", "6T/2024", "06 tháng đầu năm 2024", "Quý I/2024",
    "ngày 30 tháng 6 năm 2024", "Long An, ngày 05 tháng 7 năm 2024", "30/6/2024",
    "1676-QĐ/TU", "11-HD/BTCTW", "885-QĐ/UBKTTW", "Quyết định 999-QĐ/TW 2024",
    "Nghị quyết số 35-NQ/TW ngày 22/10/2018", "Số 03-HD/BTCTW, 2015-2020",
    "Điều 30, 31, 32, 33, 34", "Mã số thuế: 1100123456", "MST 0301234567-001",
    "Biểu số 01/BTC", "BDV", "BKT-2", "LAN-017", "LAN 001", "LAN-VP", "Lần 1",
    "Số lần gửi: 2", "Mẫu 2B-TCTW/98", "Trang 1/12", "DT: 1.250.000 m2",
    "Đơn vị tính: 1.000 đồng", "x", "-", "không", "Không có", "Tổng cộng", "Cộng",
    "Đảng viên đầu kỳ", "Kết nạp", "Nữ", "Dân tộc", "Tôn giáo", "Trong đó",
]  # fmt: skip
_WORDS: list[Cell] = [
    "Đảng bộ Sở Y tế", "Đảng ủy Khối các cơ quan tỉnh", "Chi bộ Công an tỉnh",
    "Đoàn Thanh Niên", "Đoàn Khối", "Hội Cựu chiến binh", "Công đoàn Viên chức",
    "Ngân Hàng Nhà Nước", "Kho bạc Nhà nước", "Cục Thuế", "Sở Tài chính", "Bưu điện",
    "Trường Chính Trị", "Cao Đẳng Y Tế", "Bệnh viện Đa khoa", "Ban Tổ chức",
    "Ủy ban Kiểm tra", "Văn phòng", "Công ty Xăng dầu", "Đài Truyền hình", "Y tế",
    "Hà Nội", "Lâm Đồng", "Thái Nguyên", "Sơn La", "Quảng Ninh", "Kiên Giang",
    "Yên Bái", "Trà Vinh", "Lai Châu", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh", "Phú Yên",
    "Đắk Lắk", "Long An", "Thừa Thiên Huế", "Cao cấp", "Lý luận chính trị", "Vũ khí 5",
    "Tiêu chuẩn", "Danh sách", "Danh Hiệu", "Thi Đua", "Từ Ngày", "Đường Bộ",
    "Trường Lê Quý Đôn, Trường Nguyễn Huệ, Trường Trần Hưng Đạo", "Tổng số: 12",
    "Bí thư", "Phó Bí thư", "Người ký", "Thủ trưởng", "Nơi nhận", "Khen thưởng",
    "Kỷ luật", "Khiển trách", "Cảnh cáo", "Cách chức", "Khai trừ", "Hoàn thành tốt",
    "Hoàn thành xuất sắc nhiệm vụ", "Không hoàn thành", "Bằng khen", "Giấy khen",
    "Huy hiệu 30 năm", "Học nghị quyết, quán triệt, bồi dưỡng", "Trần nhà", "Hoàng hôn",
]  # fmt: skip
CALM = [*_COUNTS, *_TEXTS, *_WORDS]


def codes(*cells: Cell) -> list[str]:
    """What is found if each cell has its own row."""
    faults = FaultList()
    rows = [[cell] for cell in cells]
    add_personal_faults(Sheet("S", rows), (), lambda _: False, faults)
    return [fault.code for fault in faults.faults]


def test_the_corpus_is_large() -> None:
    assert len(set(map(str, FOUND))) >= 150
    assert len(set(map(str, CALM))) >= 150


@pytest.mark.parametrize("kind", ["P501", "P502", "P503", "P504", "P505", ""])
def test_what_is_of_a_person_is_found(kind: str) -> None:
    missed = [cell for cell, code in FOUND if code == kind and not codes(cell)]
    wrong = [
        (cell, found)
        for cell, code in FOUND
        if kind and code == kind and (found := codes(cell)) and code not in found
    ]
    assert (missed, wrong) == ([], [])


def test_three_names_are_a_list_down_a_column_and_along_a_row() -> None:
    assert codes(*NAMES) == ["P505"]
    missed = []
    for name in NAMES:
        if codes(name, "Nguyễn Văn Mẫu", "Trần Thị Mẫu") != ["P505"]:
            missed.append(name)
    assert missed == []
    faults = FaultList()
    rows: list[list[Cell]] = [["Nguyễn Văn Mẫu", "Trần Thị Mẫu", "Lê Minh Mẫu"]]
    add_personal_faults(Sheet("S", rows), (), lambda _: False, faults)
    assert [fault.code for fault in faults.faults] == ["P505"]


def test_what_only_looks_so_is_let_through() -> None:
    assert [(cell, found) for cell in CALM if (found := codes(cell))] == []
    assert codes(*CALM) == []
