"""The seeds of codes hold what the forms offer, and every indicator has labels."""

import csv
from pathlib import Path

import yaml
from tests.paths import DBT_PROJECT

from bloc_warehouse.forms.codes import seeds
from bloc_warehouse.forms.registry import DEFINITIONS, load_registry, registry_from

SEEDS = DBT_PROJECT / "seeds"
# what papers print beside the others, and no form states
CONTEXT = {
    "thematic_sessions",
    "units_registering_a_model_pct",
    "key_task_groups_completed_pct",
}


def column(seed: str, name: str) -> list[str]:
    """Return a column of a seed."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def test_the_committed_seeds_are_up_to_date() -> None:
    for name, text in seeds(load_registry()).items():
        path = SEEDS / name
        assert path.read_text(encoding="utf-8") == text, "run: bloc forms codes"


def test_a_code_that_a_later_version_drops_stays(tmp_path: Path) -> None:
    first = DEFINITIONS / "inspections_v1.yaml"
    later = yaml.safe_load(first.read_text(encoding="utf-8")) | {"version": 2}
    kinds = later["tables"][2]["keys"][0]
    kinds["values"] = [
        {"code": "proposal", "label_vi": "Kiến nghị", "label_en": "Proposal"},
        {"code": "complaint", "label_vi": "Khiếu nại", "label_en": "Appeal"},
    ]
    second = tmp_path / "inspections_v2.yaml"
    second.write_text(yaml.safe_dump(later, allow_unicode=True), encoding="utf-8")
    text = seeds(registry_from([first, second]))["ref_form_codes.csv"]
    assert [
        line.split(",")[3:] for line in text.splitlines() if ",petitions," in line
    ] == [
        ["proposal", "Kiến nghị", "Proposal", "1"],
        ["complaint", "Khiếu nại", "Appeal", "2"],
        ["denunciation", "Tố cáo", "Denunciation", "3"],
    ]


def test_every_indicator_and_no_other_has_labels() -> None:
    labelled = column("ref_indicator_labels", "indicator")
    assert sorted(labelled) == sorted(
        {
            name
            for seed in ("ref_summary_indicators", "ref_indicators")
            for name in column(seed, "indicator")
        }
        | CONTEXT
    )
