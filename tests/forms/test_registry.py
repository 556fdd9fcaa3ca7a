"""The forms' definitions: versions side by side, and what they may not contain."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.paths import FORM_VERSION_2

from bloc_warehouse.forms.registry import (
    DEFINITIONS,
    FormDefinitionError,
    Registry,
    load_registry,
    registry_from,
)

V1 = DEFINITIONS / "membership_v1.yaml"
FORM = """
form: sample
version: 1
code: SMP
title_vi: Biểu mẫu
title_en: Sample
senders: [unit]
period_types: [Y]
tables:
  - table: sample
    title_vi: Bảng mẫu
    title_en: Sample
    rows: one
    measures:
      - {name: people, type: count, nature: stock, short_vi: Số, label_en: People}
rules:
  - {rule: S1, severity: error, table: sample, cell: people, left: people,
     operator: ">", right: "0", missing: fail, message_vi: a, message_en: b,
     remedy_vi: c, remedy_en: d}
"""


@pytest.fixture
def both() -> Registry:
    return registry_from([V1, FORM_VERSION_2])


def test_the_shipped_forms_are_these() -> None:
    assert set(load_registry().names) == {
        "admission_plan",
        "admissions",
        "awards_training",
        "bloc_summary",
        "inspections",
        "membership",
        "ratings",
    }


def test_the_latest_version_is_the_default(both: Registry) -> None:
    assert both.form("membership").version == 2
    assert both.form("membership", 1).version == 1
    assert [form.version for form in both.versions("membership")] == [1, 2]


def test_the_raw_table_has_the_columns_of_both_versions(both: Registry) -> None:
    columns = both.raw_tables()["membership"]
    old = load_registry().raw_tables()["membership"]
    assert set(columns) == {*old, "closing_temporary"}


def test_each_version_has_only_its_own_columns(both: Registry) -> None:
    def names(version: int) -> set[str]:
        table = both.form("membership", version).table("membership")
        return {column.name for column in table.columns}

    assert names(2) - names(1) == {"closing_temporary"}
    assert names(1) - names(2) == {"closing_religious"}


def test_a_renamed_column_keeps_its_field_and_its_old_label_as_alias(
    both: Registry,
) -> None:
    before, after = (
        both.form("membership", version).table("membership").column("closing_exempt")
        for version in (1, 2)
    )
    assert before.short_vi != after.short_vi
    assert before.short_vi in after.aliases


def test_an_unknown_form_or_version_is_a_key_error(both: Registry) -> None:
    with pytest.raises(KeyError, match="nothing"):
        both.form("nothing")
    with pytest.raises(KeyError, match="membership version 3"):
        both.form("membership", 3)


def test_a_raw_table_knows_its_form() -> None:
    assert load_registry().form_of_table("discipline") == "inspections"
    with pytest.raises(KeyError):
        load_registry().form_of_table("nothing")


def test_values_of_another_table_are_shared() -> None:
    form = load_registry().form("inspections")
    shared = form.table("discipline").column("body").values
    assert shared == form.table("inspections").column("body").values != ()


def _replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_replaced("cell: people", "cell: persons"), "rule S1 marks 'persons'"),
        (_replaced("table: sample, ", "table: other, "), "rule S1 marks 'other'"),
        (_replaced('operator: ">"', 'operator: "~"'), "unknown operator ~"),
        (_replaced("form: sample", "form: samples"), "should be called samples_v1"),
        (_replaced("title_en: Sample\nsenders", "colour: red\nsenders"), "colour"),
        (
            _replaced("rules:\n", "rules:\n" + FORM.split("rules:\n")[1]),
            "a rule is defined twice",
        ),
        (
            _replaced(
                "    measures:\n",
                "    measures:\n      - {name: people, type: count, nature: stock,"
                " short_vi: Số, label_en: People}\n",
            ),
            "a column is defined twice",
        ),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(
    change: Callable[[str], str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "sample_v1.yaml"
    path.write_text(FORM, encoding="utf-8")
    assert registry_from([path]).names == ("sample",)
    changed = change(FORM)
    assert changed != FORM
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(FormDefinitionError, match=message):
        registry_from([path])


def test_versions_may_not_disagree_on_a_type(tmp_path: Path) -> None:
    first, second = tmp_path / "sample_v1.yaml", tmp_path / "sample_v2.yaml"
    first.write_text(FORM, encoding="utf-8")
    text = FORM.replace("version: 1", "version: 2").replace("type: count", "type: text")
    second.write_text(text, encoding="utf-8")
    with pytest.raises(FormDefinitionError, match=r"sample\.people.*disagree"):
        registry_from([first, second])
