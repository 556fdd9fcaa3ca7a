"""An alias names what there is, and one thing only; else the list is at fault."""

from pathlib import Path

import pytest
from tests.reference_lists import write_lists

from bloc_warehouse.forms.aliases import IGNORED
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.folder import read_folder

Line = dict[str, str]


def line(alias: str, **said: str) -> Line:
    return {"form": "membership", "table": "membership", "alias": alias, **said}


def faults(folder: Path, *lines: Line) -> list[ListFault]:
    write_lists(folder, ref_form_aliases=lines)
    return list(check(read_folder(folder), {}).faults)


@pytest.mark.parametrize(
    ("wrong", "column", "rule"),
    [
        (line("KN", column="inc_admited"), "column", "unknown_column"),
        (line("KN", form="members"), "form", "unknown_form"),
        (line("KN", table="members"), "table", "unknown_table"),
        (line("KN"), "column", "alias_incomplete"),
        (line("KN", table="", column="inc_admitted"), "table", "alias_incomplete"),
        (line("KN", column="inc_admitted", value="x"), "value", "unknown_value"),
        (line("…", column="inc_admitted"), "alias", "alias_blank"),
        # a label, a short label under its group, an alias, a name, of another column
        (line("TỪ TRẦN", column="inc_admitted"), "alias", "alias_taken"),
        (line("Giảm trong kỳ: Từ trần", column="dec_other"), "alias", "alias_taken"),
        (line("Cho ra", column="dec_other"), "alias", "alias_taken"),
        (line("dec_died", column="dec_other"), "alias", "alias_taken"),
        (line("Tổng số", column="opening_total"), "alias", "alias_taken"),
        (line("Từ trần", column=IGNORED), "alias", "alias_taken"),
        (
            {"form": "ratings", "table": "ratings", "column": "subject",
             "value": "unit", "alias": "Đảng viên"},
            "alias", "alias_taken",
        ),
        (line("Báo cáo", table=""), "alias", "title_too_short"),
        (line("Biểu kết nạp đảng viên mới", table=""), "alias", "alias_taken"),
    ],
)  # fmt: skip
def test_what_an_alias_may_not_be(
    tmp_path: Path, wrong: Line, column: str, rule: str
) -> None:
    found = [
        (fault.line, fault.column, fault.rule) for fault in faults(tmp_path, wrong)
    ]
    assert found == [(2, column, rule)]


def test_a_clash_names_both(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, line("Từ trần", column="inc_admitted"))
    assert "inc_admitted" in fault.message
    assert "dec_died, “Giảm trong kỳ: Từ trần”" in fault.message
    (fault,) = faults(
        tmp_path,
        line("KN", column="inc_admitted"),
        line("kn", column="inc_other"),
    )
    assert (fault.line, fault.rule) == (3, "alias_taken")
    assert "inc_other" in fault.message
    assert "inc_admitted in line 2" in fault.message


def test_tables_do_not_clash_with_each_other(tmp_path: Path) -> None:
    said = {"form": "inspections", "column": "subject", "alias": "Ai"}
    assert faults(
        tmp_path,
        {**said, "table": "inspections"},
        {**said, "table": "discipline"},
        {**said, "table": "petitions", "column": "kind"},
    ) == []  # fmt: skip


def test_no_column_is_called_as_what_is_ignored() -> None:
    columns = {
        column.name
        for form in load_registry().forms
        for table in form.tables
        for column in table.columns
    }
    assert IGNORED not in columns
