"""The data dictionary says what the forms say, and is up to date."""

from pathlib import Path

from tests.paths import ROOT

from bloc_warehouse.forms.dictionary import data_dictionary
from bloc_warehouse.forms.registry import load_registry


def test_the_committed_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    marts = ROOT / "dbt_project" / "models" / "marts"
    assert page == data_dictionary(load_registry(), marts), "run: bloc forms dictionary"


def test_every_column_value_and_rule_is_there(tmp_path: Path) -> None:
    page = data_dictionary(load_registry(), tmp_path)
    assert "## Facts" not in page
    for form in load_registry().forms:
        assert f"## {form.name} version {form.version}\n" in page
        for table in form.tables:
            for column in table.columns:
                assert f"| `{column.name}` | {column.label_vi} |" in page
                assert all(f"| `{value.code}` |" in page for value in column.values)
        for rule in form.rules:
            assert f"| {rule.rule} | {rule.severity} |" in page


def test_facts_come_from_the_marts_descriptions(tmp_path: Path) -> None:
    (tmp_path / "_docs.md").write_text(
        "{% docs unit_code %}\na | b\n{% enddocs %}\n", encoding="utf-8"
    )
    (tmp_path / "fct_sample.yml").write_text(
        "models:\n"
        "  - name: fct_sample\n"
        "    description: One row a unit\n"
        "    columns:\n"
        "      - name: unit_code\n"
        "        data_type: text\n"
        "        description: \"{{ doc('unit_code') }}\"\n",
        encoding="utf-8",
    )
    page = data_dictionary(load_registry(), tmp_path)
    assert "## Facts\n\n### `fct_sample`\n\nOne row a unit\n" in page
    assert "| `unit_code` | text | a \\| b |" in page
