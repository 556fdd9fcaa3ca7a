"""A return as CSV for a Vietnamese Excel: UTF-8 with BOM and semicolons."""

import csv
import io

from bloc_samples.files.values import as_text, label_of
from bloc_samples.returns.model import Return
from bloc_warehouse.domain.periods import period_label, period_of
from bloc_warehouse.forms.model import Form

_BASES = {"cumulative": "Cộng dồn", "period": "Trong kỳ"}


def csv_bytes(sent: Return, form: Form, bloc_name: str) -> bytes:
    """Return a file's bytes: title, label and value pairs, then the form's tables."""
    period = period_of(sent.period)
    lines: list[list[str]] = [
        [bloc_name],
        [sent.unit_name],
        [form.title_vi],
        ["Mã biểu", form.code],
        ["Phiên bản", str(form.version)],
        ["Mã đơn vị", sent.unit_code],
        ["Tên đơn vị", sent.unit_name],
        ["Kỳ báo cáo", period_label(sent.period)],
        ["Cách tính", _BASES[period.basis]],
        ["Số liệu tính đến", f"{period.end:%d/%m/%Y}"],
        ["Lần gửi", str(sent.number)],
    ]
    for table in form.tables:
        lines += [[], [table.title_vi], [column.label_vi for column in table.columns]]
        lines += [
            [
                as_text(column, label_of(column, row.get(column.name)))
                for column in table.columns
            ]
            for row in sent.rows.get(table.name, ())
        ]
    lines += [[], ["Người lập biểu", "", "", "T/M CẤP ỦY"]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode("utf-8-sig")
