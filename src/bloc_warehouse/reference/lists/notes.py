"""What each list and column is for, in two languages, with an example of a line.

From here come the remarks that `bloc init` writes above a list and the page
docs/reference_lists.md. The examples of all lists together are sound.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Column = tuple[str, str, str]  # Vietnamese, English, example


@dataclass(frozen=True, slots=True)
class ListNote:
    """What one list is for.

    Attributes:
        title_vi: Its name.
        title_en: The same in English.
        about_vi: What one line is.
        about_en: The same in English.
        columns: By name: what it holds in both languages, and an example.
    """

    title_vi: str
    title_en: str
    about_vi: str
    about_en: str
    columns: Mapping[str, Column]


_BLOC: Column = ("Mã Đảng bộ Khối", "The bloc's code", "QNM")
_UNIT: Column = ("Mã đơn vị", "The unit's code", "QNM-001")
_KIND: Column = (
    "Loại hình: đảng bộ cơ sở, chi bộ cơ sở, cơ quan Đảng ủy Khối",
    "Kind: committee, cell, or the bloc's office", "dbcs",
)  # fmt: skip
_SECTOR: Column = (
    "Ngành: administration, party_mass, public_service, state_enterprise,"
    " private_enterprise",
    "Sector, a code", "administration",
)  # fmt: skip
_FROM: Column = ("Ngày đầu", "First day", "2010-01-01")
_UNTIL: Column = (
    "Ngày sau ngày cuối; để trống nếu chưa kết thúc",
    "The day after the last one; blank: open", "",
)  # fmt: skip
_FORM: Column = ("Biểu, xem `bloc forms list`", "The form", "membership")

NOTES: Mapping[str, ListNote] = {
    "ref_blocs": ListNote(
        "Đảng bộ Khối", "Blocs",
        "Mỗi tên của Khối một dòng; đổi tên thì thêm dòng mới",
        "One line a name that the bloc bore",
        {
            "bloc_code": _BLOC,
            "bloc_name": ("Tên", "Its name", "Đảng bộ Khối các cơ quan tỉnh Quảng Nam"),
            "province": ("Tỉnh", "Province", "Quảng Nam"),
            "valid_from": _FROM,
            "valid_to": _UNTIL,
            "successor_bloc_code": (
                "Khối kế tục, nếu Khối đã sáp nhập", "The bloc that it became", "",
            ),
        },
    ),
    "ref_units": ListNote(
        "Đơn vị", "Units",
        "Mỗi tổ chức cơ sở đảng một dòng, như lúc đầu; biến động ghi ở"
        " ref_unit_events.csv",
        "One line a unit, and one for the bloc's office, as it first stood",
        {
            "unit_code": _UNIT,
            "bloc_code": _BLOC,
            "unit_kind": _KIND,
            "sector": _SECTOR,
            "unit_name": ("Tên", "Its name", "Đảng bộ Sở Y tế"),
            "valid_from": (
                "Ngày đầu; để trống nếu đơn vị thành lập theo biến động",
                "First day; blank where an event opens the unit", "2010-01-01",
            ),
        },
    ),
    "ref_unit_aliases": ListNote(
        "Tên khác của đơn vị", "Other names of units",
        "Mỗi tên khác mà đơn vị ghi trên biểu một dòng",
        "One line a name that a unit writes instead of its own",
        {
            "unit_code": _UNIT,
            "alias": ("Tên khác", "The other name", "ĐB Sở Y tế tỉnh"),
            "valid_from": ("Dùng từ ngày", "In use from", "2018-01-01"),
            "valid_to": _UNTIL,
        },
    ),
    "ref_unit_events": ListNote(
        "Biến động tổ chức", "Events of units",
        "Mỗi biến động một dòng; tách đơn vị thì mỗi đơn vị mới một dòng",
        "One line an event; a split has one a successor",
        {
            "event_id": ("Mã biến động", "Its code", "EV-0001"),
            "event_type": ("Loại biến động", "What happened", "rename"),
            "status": (
                "Chỉ `effective` có hiệu lực; `proposed` mới là đề nghị",
                "Only effective events act", "effective",
            ),
            "effective_date": ("Ngày có hiệu lực", "From which day", "2019-07-01"),
            "unit_code": _UNIT,
            "successor_code": (
                "Đơn vị kế tục, khi sáp nhập hoặc tách",
                "Who takes over, of a merger or split", "",
            ),
            "weight": (
                "Tỷ trọng khi tách, cộng lại bằng 1",
                "Share of a split's successor; together 1", "",
            ),
            "members_carried": (
                "Số đảng viên chuyển sang theo quyết định",
                "Members that the decision carries over", "",
            ),
            "bloc_code": ("Khối mới, khi chuyển Khối", "The bloc it moves to", ""),
            "unit_kind": ("Loại hình mới", "Its new kind", ""),
            "sector": ("Ngành mới", "Its new sector", ""),
            "unit_name": ("Tên mới", "Its new name", "Đảng bộ Sở Y tế tỉnh"),
            "decision_no": ("Số quyết định", "The decision", "QĐ 301-QĐ/ĐUK"),
            "note": ("Ghi chú", "A remark", ""),
        },
    ),
    "ref_obligations": ListNote(
        "Nghĩa vụ báo cáo", "Returns owed",
        "Mỗi biểu, bên nộp và loại kỳ một dòng",
        "One line a form, who owes it, and kind of period",
        {
            "bloc_code": _BLOC,
            "form": _FORM,
            "owed_by": ("Bên nộp: đơn vị hay cơ quan Khối", "Who owes it", "unit"),
            "period_type": (
                "Loại kỳ: quý, 6 tháng, 9 tháng, năm, tháng", "Kind of period", "H1",
            ),
            "first_period": ("Kỳ đầu phải nộp", "The first period owed", "2022-H1"),
            "last_period": (
                "Kỳ cuối; để trống nếu còn tiếp tục", "The last one; blank: on and on",
                "",
            ),
            "due_days": (
                "Hạn nộp: số ngày sau ngày cuối kỳ",
                "Days after the period's end until it is late", "15",
            ),
        },
    ),
    "ref_terms": ListNote(
        "Nhiệm kỳ", "Terms",
        "Mỗi nhiệm kỳ của Ban Chấp hành một dòng",
        "One line a term of the bloc's committee",
        {
            "bloc_code": _BLOC,
            "term": ("Nhiệm kỳ", "Its name", "2020-2025"),
            "first_day": ("Ngày đầu", "First day", "2020-08-01"),
            "last_day": ("Ngày cuối", "Last day; blank: open", ""),
        },
    ),
    "ref_admission_plans": ListNote(
        "Chỉ tiêu kết nạp đảng viên", "Plans of admissions",
        "Mỗi đơn vị và năm một dòng; để trống đơn vị: chỉ tiêu của Khối cả nhiệm kỳ",
        "One line a unit and year; without a unit the bloc's over its term",
        {
            "bloc_code": _BLOC,
            "planned_unit_code": (
                "Đơn vị; để trống là của Khối", "The unit; blank: the bloc", "QNM-001",
            ),
            "from_year": ("Từ năm", "First year", "2022"),
            "to_year": ("Đến năm", "Last year", "2022"),
            "planned_admissions": ("Chỉ tiêu", "How many to admit", "3"),
        },
    ),
    "ref_accepted_differences": ListNote(
        "Chênh lệch được chấp nhận", "Accepted differences",
        "Mỗi chênh lệch mà Khối biết và chấp nhận đến một ngày một dòng",
        "One line a finding that the bloc lives with until a day",
        {
            "rule": ("Quy tắc, xem `bloc rules`", "The rule", "P5"),
            "bloc_code": _BLOC,
            "unit_code": _UNIT,
            "form": _FORM,
            "period_code": ("Kỳ", "The period", "2022-H1"),
            "subject": ("Đối tượng, như phát hiện ghi", "As the finding says", ""),
            "left_value": ("Số thứ nhất", "The first figure found", "40"),
            "right_value": ("Số thứ hai", "The second one", "55"),
            "reason": ("Lý do", "Why it is right", "nhận đảng viên từ đơn vị giải thể"),
            "accepted_by": ("Người chấp nhận", "Who says so", "Ban Tổ chức"),
            "valid_until": ("Đến hết ngày", "Until this day", "2023-12-31"),
        },
    ),
    "ref_published_totals": ListNote(
        "Số liệu đã công bố", "Published totals",
        "Mỗi con số đã in trên báo, văn bản một dòng; thêm bằng `bloc claims add`",
        "One line a printed figure; `bloc claims add` writes it",
        {
            "claim_id": ("Mã", "Its code", "QNM-1"),
            "source_document": ("In ở đâu", "Where it is printed", "Báo của tỉnh"),
            "published_on": ("Ngày công bố", "When it was printed", "2022-07-05"),
            "bloc_code": _BLOC,
            "period_type": ("Loại kỳ", "Kind of time, see claims.md", "H1"),
            "period_start": ("Từ ngày", "First day", "2022-01-01"),
            "period_end": ("Đến ngày", "Last day", "2022-06-30"),
            "indicator": ("Chỉ tiêu", "What it counts", "members_admitted"),
            "subject": (
                "Đối tượng, nếu chỉ nói về một loại",
                "Of what, where it tells one kind apart", "",
            ),
            "conducted_by": (
                "Cấp tiến hành kiểm tra; để trống là tất cả",
                "Who inspected; blank: all of them", "",
            ),
            "printed": ("Số như in", "The figure as printed", "55"),
            "value": ("Giá trị", "The figure as a number", "55"),
            "unit": ("Đơn vị tính", "What it is in", "count"),
            "qualifier": (
                "Mức độ: đúng, gần, hơn, ít nhất", "How exact it is", "exact",
            ),
            "role": ("Thực hiện hay chỉ tiêu", "Attained, or aimed at", "actual"),
            "basis": (
                "Cách tính; `context`: không tính lại",
                "How it is recomputed; context: not at all", "flow",
            ),
            "base_claim": (
                "Số gốc mà số này là một phần", "The claim that it is a part of", "",
            ),
            "wording": (
                "Nguyên văn", "The sentence",
                "6 tháng đầu năm 2022, toàn Đảng bộ đã kết nạp 55 đảng viên mới.",
            ),
            "inferred": (
                "Điều gì là suy đoán, không in ra", "What is inferred, not printed", "",
            ),
        },
    ),
    "ref_form_aliases": ListNote(
        "Tên khác trên biểu cũ", "Other labels of old sheets",
        "Mỗi tiêu đề biểu, tên cột hoặc giá trị mà biểu cũ của cơ quan ghi khác mẫu"
        " một dòng; `bloc learn` ghi giúp",
        "One line a title, column or value that an office's own sheets call otherwise;"
        " `bloc learn` writes them",
        {
            "form": _FORM,
            "table": (
                "Bảng của biểu; để trống nếu là tiêu đề biểu",
                "The form's table, see `bloc forms show`; blank: a title of the form",
                "membership",
            ),
            "column": (
                "Cột; `ignored` là cột không đọc",
                "The column, or ignored: a column that nobody reads", "inc_admitted",
            ),
            "value": (
                "Mã giá trị của cột; để trống nếu là tên cột",
                "The code of a value of the column; blank: the column's own name", "",
            ),
            "alias": (
                "Chữ trên biểu cũ; cột thuộc nhóm thì ghi nhóm trước dấu hai chấm",
                "As the sheet says it; a group stands before its column, with a colon",
                "Phát triển: KN mới",
            ),
            "note": ("Ghi chú", "A remark", "Biểu dùng đến năm 2019"),
        },
    ),
}  # fmt: skip


def remarks(name: str) -> str:
    """Return the lines that stand above a new list's header."""
    note = NOTES[name]
    lines = [
        f"# {note.title_vi}. {note.about_vi}.",
        f"# {note.title_en}. {note.about_en}.",
    ]
    lines += [
        f"# {column}: {vi}. {en}." for column, (vi, en, _) in note.columns.items()
    ]
    return "".join(f"{line}\n" for line in lines)
