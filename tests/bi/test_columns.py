"""Columns are called as dbt's contracts say, also by way of its blocks of text."""

from pathlib import Path

from bloc_warehouse.bi.columns import columns_of_marts


def test_names_come_from_descriptions_and_from_blocks(tmp_path: Path) -> None:
    marts = tmp_path / "models" / "marts"
    marts.mkdir(parents=True)
    (marts / "docs.md").write_text(
        "{% docs term %}\nNhiệm kỳ. The term.\n{% enddocs %}\n", encoding="utf-8"
    )
    (marts / "v.yml").write_text(
        """
models:
  - name: v
    columns:
      - {name: term, data_type: text, description: "{{ doc('term') }}"}
      - {name: kind_vi, data_type: text, description: "Loại, tiếng Việt. A kind."}
      - {name: day, data_type: date, description: "Ngày. {{ doc('term') }}"}
      - {name: at, data_type: timestamp with time zone, description: Lúc.}
""",
        encoding="utf-8",
    )
    term, kind, day, at = columns_of_marts(tmp_path)["v"]
    assert (term.verbose_name, term.description) == ("Nhiệm kỳ", "The term.")
    assert kind.verbose_name == "Loại"
    assert day.verbose_name == "Ngày"
    assert day.is_date
    assert day.expression_in_zone is None
    assert at.is_date
    assert at.expression_in_zone == "\"at\" at time zone '$WAREHOUSE_TIMEZONE'"
