"""Five sheets as offices had them before our forms: layouts that no template has.

They differ in titles, column names, abbreviations, header rows, order, and in columns
that no form asks for. The figures are those of ``builders``.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from tests import builders

Cells = Sequence[object]


@dataclass(frozen=True)
class OldLayout:
    """A sheet, what a person says of its unsure labels, and the rows that it means.

    Attributes:
        said: Label as the study shows it → what it means; of a value that is also a
            column's label, with its kind in front.
        rows: Table → the rows that must come in.
    """

    name: str
    form: str
    lines: Sequence[Cells]
    rows: Mapping[str, Sequence[Mapping[str, object]]]
    said: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, kind: str, text: str) -> str | None:
        if kind == "title":
            return self.form
        return self.said.get(f"{kind} {text}") or self.said.get(text)

    @property
    def content(self) -> bytes:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Biểu"
        for line in self.lines:
            sheet.append(list(line))
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()


def _above(title: str, period: str) -> list[Cells]:
    return [
        ("ĐẢNG BỘ KHỐI CÁC CƠ QUAN TỈNH",),
        ("Mã đơn vị:", "LAN-001"),
        ("Kỳ báo cáo:", period),
        (title,),
        (),
    ]


def _one_level(
    labels: Mapping[str, str], row: Mapping[str, object], *extra: tuple[str, object]
) -> list[Cells]:
    """A header of one row over one row of figures; ``extra`` columns come between."""
    first, *others = labels
    names = [first, *(label for label, _ in extra), *others]
    own = dict(extra)
    figures = [own[name] if name in own else row[labels[name]] for name in names]
    return [["STT", *names], [1, *figures]]


def _two_levels(
    groups: Sequence[tuple[str, Mapping[str, str]]], row: Mapping[str, object]
) -> list[Cells]:
    above: list[object] = []
    below: list[object] = []
    figures: list[object] = []
    for group, columns in groups:
        above += [group, *[None] * (len(columns) - 1)]
        below += columns
        figures += [row[name] for name in columns.values()]
    numbers = [f"({at})" for at in range(1, len(below) + 1)]
    return [above, below, numbers, figures]


_ADMITTED = builders.admissions_row()
_MEMBERS = builders.membership_row()
_RATED = builders.ratings_rows()

ADMISSIONS_IN_ONE_ROW = OldLayout(
    "admissions in one row, in another order, with columns of the office's own",
    "admissions",
    [
        *_above("BÁO CÁO TÌNH HÌNH PHÁT TRIỂN ĐẢNG 6 THÁNG ĐẦU NĂM 2024",
                "6 tháng đầu năm 2024"),
        *_one_level(
            {
                "Tổng số KN": "admitted_total",
                "KH kết nạp cả năm": "plan_year",
                "% đạt": "pct_of_plan",
                "Phụ nữ": "admitted_female",
                "DTTS": "admitted_ethnic",
                "Có đạo": "admitted_religious",
                "Đoàn viên TN": "admitted_youth",
                "DN ngoài NN": "admitted_private_sector",
                "Chủ DNTN": "admitted_private_owner",
                "KN lại": "readmitted",
                "Đã qua lớp nhận thức về Đảng": "candidates_trained",
                "Trên đại học": "admitted_edu_postgraduate",
                "ĐH": "admitted_edu_university",
                "TC, CĐ": "admitted_edu_college",
                "THPT": "admitted_edu_secondary",
            },
            _ADMITTED,
            ("Số hồ sơ đang thẩm tra", 7),
            ("Người theo dõi biểu", "x"),
        ),
    ],
    {"admissions": [_ADMITTED]},
    {
        "Tổng số KN": "admitted_total", "KH kết nạp cả năm": "plan_year",
        "% đạt": "pct_of_plan", "Phụ nữ": "admitted_female",
        "Có đạo": "admitted_religious", "Trên đại học": "admitted_edu_postgraduate",
        "Đã qua lớp nhận thức về Đảng": "candidates_trained",
        "ĐH": "admitted_edu_university", "THPT": "admitted_edu_secondary",
        "KN lại": "readmitted", "Chủ DNTN": "admitted_private_owner",
        "Đoàn viên TN": "admitted_youth", "DTTS": "admitted_ethnic",
        "DN ngoài NN": "admitted_private_sector",
        "Số hồ sơ đang thẩm tra": "ignored", "Người theo dõi biểu": "ignored",
    },
)  # fmt: skip

_MEMBER_GROUPS: list[tuple[str, Mapping[str, str]]] = [
    ("ĐV có đầu kỳ", {
        "TS": "opening_total", "Dự bị": "opening_probationary",
    }),
    ("ĐV tăng", {
        "Kết nạp mới": "inc_admitted",
        "Nội bộ Khối chuyển đến": "inc_transfer_internal",
        "Ngoài Khối chuyển đến": "inc_transfer_external",
        "Tiếp nhận dự bị": "inc_probationary", "Phục hồi": "inc_restored",
        "Do sáp nhập": "inc_structural", "Khác": "inc_other", "Cộng tăng": "inc_total",
    }),
    ("ĐV giảm", {
        "Chuyển nội bộ Khối": "dec_transfer_internal",
        "Chuyển ra ngoài Khối": "dec_transfer_external", "Chết": "dec_died",
        "Khai trừ": "dec_expelled", "Xoá tên": "dec_struck_off",
        "Xin ra": "dec_resigned", "Do sáp nhập": "dec_structural",
        "Khác": "dec_other", "Cộng giảm": "dec_total",
    }),
    ("ĐV có cuối kỳ", {
        "TS": "closing_total", "C.thức": "closing_official",
        "Dự bị": "closing_probationary", "CNCT": "made_official",
    }),
    ("Cơ cấu ĐV cuối kỳ", {
        "Nữ": "closing_female", "DTTS": "closing_ethnic",
        "Tôn giáo": "closing_religious",
        "Miễn CT, SH": "closing_exempt", "≤ 30": "closing_age_to_30",
        "31-40": "closing_age_31_40", "41-50": "closing_age_41_50",
        "51-60": "closing_age_51_60", "Trên 60": "closing_age_over_60",
        "LLCT sơ cấp": "closing_theory_elementary",
        "LLCT trung cấp": "closing_theory_intermediate",
        "LLCT cao cấp": "closing_theory_advanced", "CB trực thuộc": "sub_cells",
    }),
]  # fmt: skip

MEMBERSHIP_IN_TWO_ROWS = OldLayout(
    "membership under groups of the office's own, abbreviated",
    "membership",
    [
        *_above("BIỂU THỐNG KÊ BIẾN ĐỘNG ĐẢNG VIÊN", "6 tháng đầu năm 2024"),
        *_two_levels(_MEMBER_GROUPS, _MEMBERS),
    ],
    {"membership": [_MEMBERS]},
    {
        f"{group}: {label}": name
        for group, columns in _MEMBER_GROUPS
        for label, name in columns.items()
    },
)

RATINGS_WITH_OWN_WORDS = OldLayout(
    "ratings with the levels turned round and other names of what is rated",
    "ratings",
    [
        *_above("KẾT QUẢ PHÂN LOẠI TỔ CHỨC ĐẢNG, ĐẢNG VIÊN NĂM 2023", "Năm 2023"),
        ("Loại", "Không HTNV", "Hoàn thành NV", "HT tốt nhiệm vụ", "HTXS nhiệm vụ",
         "Số được đánh giá", "Chưa ĐG", "Miễn đánh giá", "Tổng số có mặt", "Căn cứ HD"),
        *(
            (word, *(row[name] for name in (
                "not_completed", "completed", "good", "excellent", "rated_total",
                "not_rated", "exempt", "total_subject", "rating_scheme",
            )))
            for word, row in zip(
                ("ĐV", "Chi bộ TT", "Cơ sở đảng"), _RATED, strict=True
            )
        ),
    ],
    {"ratings": _RATED},
    {
        "Loại": "subject", "Không HTNV": "not_completed", "Hoàn thành NV": "completed",
        "HT tốt nhiệm vụ": "good", "HTXS nhiệm vụ": "excellent",
        "Số được đánh giá": "rated_total", "Chưa ĐG": "not_rated",
        "Miễn đánh giá": "exempt", "Tổng số có mặt": "total_subject",
        "Căn cứ HD": "rating_scheme",
        "ĐV": "member", "Chi bộ TT": "sub_cell", "Cơ sở đảng": "unit",
    },
)  # fmt: skip

_INSPECTED = builders.inspections_rows()["inspections"][0]
_DISCIPLINED = {
    "body": "cell", "subject": "member", "reprimand": 1, "warning": 0,
    "dismissal": 0, "expulsion": 0, "dissolution": 0, "discipline_total": 1,
    "of_which_committee_members": 0, "dismissal_office_holders": 0,
}  # fmt: skip
_PETITIONED = {
    "kind": "complaint", "carried_over": 1, "received": 2, "resolved": 2, "pending": 1,
}  # fmt: skip
_INSPECTION_LINE = {
    "distinct_subjects": 1, "concluded_violation": 0, "must_discipline": 0,
    "cases_carried_over": 0, "disciplined": 0, **_INSPECTED,
}  # fmt: skip

INSPECTIONS_IN_THREE_TABLES = OldLayout(
    "three tables below each other, each with labels of its own",
    "inspections",
    [
        *_above("TỔNG HỢP CÔNG TÁC KIỂM TRA CỦA CẤP UỶ", "6 tháng đầu năm 2024"),
        ("Cấp thực hiện", "Đối tượng KT", "Nội dung KT, GS", "KH năm", "Đã KT, GS",
         "Số ĐT", "Có VP", "Phải KL", "Kỳ trước sang", "Đã thi hành KL"),
        ("Chi bộ cơ sở", "Đảng viên", "GS chuyên đề",
         *(_INSPECTION_LINE[name] for name in (
            "planned", "done", "distinct_subjects", "concluded_violation",
            "must_discipline", "cases_carried_over", "disciplined",
         ))),
        (),
        ("Cấp ra quyết định", "Đối tượng bị KL", "K.trách", "C.cáo", "C.chức", "K.trừ",
         "Giải thể", "Cộng", "Cấp uỷ viên", "Người giữ chức vụ"),
        ("Chi bộ cơ sở", "Đảng viên", *list(_DISCIPLINED.values())[2:]),
        (),
        ("Loại đơn thư", "Tồn kỳ trước", "Tiếp nhận", "Giải quyết xong", "Tồn"),
        ("Đơn khiếu nại", *list(_PETITIONED.values())[1:]),
    ],
    {
        "inspections": [_INSPECTION_LINE],
        "discipline": [_DISCIPLINED],
        "petitions": [_PETITIONED],
    },
    {
        "Cấp thực hiện": "body", "Đối tượng KT": "subject", "Nội dung KT, GS": "kind",
        "KH năm": "planned", "Đã KT, GS": "done", "Số ĐT": "distinct_subjects",
        "Có VP": "concluded_violation", "Phải KL": "must_discipline",
        "Kỳ trước sang": "cases_carried_over", "Đã thi hành KL": "disciplined",
        "Chi bộ cơ sở": "cell", "GS chuyên đề": "thematic_supervision",
        "Cấp ra quyết định": "body", "Đối tượng bị KL": "subject",
        "K.trách": "reprimand", "C.cáo": "warning", "C.chức": "dismissal",
        "K.trừ": "expulsion", "Giải thể": "dissolution", "Cộng": "discipline_total",
        "Cấp uỷ viên": "of_which_committee_members",
        "Người giữ chức vụ": "dismissal_office_holders",
        "Loại đơn thư": "kind", "Tồn kỳ trước": "carried_over", "Tiếp nhận": "received",
        "Giải quyết xong": "resolved", "Tồn": "pending", "Đơn khiếu nại": "complaint",
    },
)  # fmt: skip

_AWARD = {
    "level": "grassroots", "kind": "certificate_of_commendation", "subject": "member",
    "merit_from_year": 2023, "merit_to_year": 2024, "award_count": 5,
}  # fmt: skip
_COURSE = {
    "programme": "party_awareness", "classes": 1, "attendees": 30,
    "attendees_members": 0, "attendees_masses": 30,
}  # fmt: skip

AWARDS_IN_THREE_ROWS = OldLayout(
    "awards under three rows of labels, and courses with abbreviations",
    "awards_training",
    [
        *_above("Tình hình khen thưởng và mở lớp quý I năm 2024", "Quý I năm 2024"),
        ("Khen thưởng", None, None, None, None, None, "Ký nhận"),
        ("Phân loại", None, None, "Thành tích", None, "SL", None),
        ("Cấp ký khen", "Hình thức", "Ai được khen", "từ năm", "tới năm", None, None),
        ("Cấp ủy CS", "G.khen", "ĐV", *list(_AWARD.values())[3:], None),
        (),
        ("Tên lớp", "Số lớp mở", "TS người học", "ĐV", "Quần chúng", "Kinh phí"),
        ("BD nhận thức về Đảng", *list(_COURSE.values())[1:], 12),
    ],
    {"awards": [_AWARD], "training": [_COURSE]},
    {
        "Khen thưởng: Phân loại: Cấp ký khen": "level",
        "Khen thưởng: Phân loại: Hình thức": "kind",
        "Khen thưởng: Phân loại: Ai được khen": "subject",
        "Khen thưởng: Thành tích: từ năm": "merit_from_year",
        "Khen thưởng: Thành tích: tới năm": "merit_to_year",
        "Khen thưởng: SL": "award_count", "Ký nhận": "ignored",
        "Cấp ủy CS": "grassroots", "G.khen": "certificate_of_commendation",
        "value ĐV": "member", "ĐV": "attendees_members",
        "Tên lớp": "programme", "Số lớp mở": "classes",
        "TS người học": "attendees",
        "Quần chúng": "attendees_masses", "Kinh phí": "ignored",
        "BD nhận thức về Đảng": "party_awareness",
    },
)  # fmt: skip

OLD_LAYOUTS = (
    ADMISSIONS_IN_ONE_ROW,
    MEMBERSHIP_IN_TWO_ROWS,
    RATINGS_WITH_OWN_WORDS,
    INSPECTIONS_IN_THREE_TABLES,
    AWARDS_IN_THREE_ROWS,
)
