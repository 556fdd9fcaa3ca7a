"""The lineage page draws what the manifest says, small enough to be read."""

from typing import Any

from bloc_warehouse.build.lineage_page import LARGEST, lineage_page

SOURCE = "source.bloc.raw.membership"


def entry(
    name: str, kind: str, *path: str, parents: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        "name": name,
        "resource_type": kind,
        "fqn": ["bloc", *path, name],
        "depends_on": {"nodes": list(parents)},
    }


def manifest(nodes: dict[str, Any]) -> dict[str, Any]:
    source = {"name": "membership", "resource_type": "source", "source_name": "raw"}
    return {"nodes": nodes, "sources": {SOURCE: source}, "exposures": {}}


def test_models_of_forms_are_one_box_and_implied_ways_none() -> None:
    nodes = {
        f"{name}_{table}": entry(f"{name}_{table}", "model", *path, parents=parents)
        for table in ("membership", "ratings")
        for name, path, parents in (
            ("int", ("intermediate", "current"), (SOURCE,)),
            ("fct", ("marts",), (f"int_{table}", SOURCE)),
        )
    }
    page = lineage_page(manifest(nodes), ("membership", "ratings"))
    overview, facts = page.split("## Overview")[1].split("## Facts")
    assert "    raw --> intermediate_current\n" in overview
    assert "    intermediate_current --> marts_facts\n" in overview
    assert '    int_any["int_…"]\n' in facts
    assert "    int_any --> fct_any\n" in facts
    assert "raw --> fct_any" not in facts


def test_a_picture_too_large_draws_its_largest_folder_as_one() -> None:
    parts = {
        f"part_{number}": entry(f"part_{number}", "model", "intermediate", "figures")
        for number in range(LARGEST)
    }
    whole = entry("rpt_all", "model", "marts", parents=(*parts, SOURCE))
    page = lineage_page(manifest({**parts, "rpt_all": whole}), ("membership",))
    totals = page.split("## Totals and reports")[1]
    assert '    intermediate_figures(["intermediate/figures"])\n' in totals
    assert "part_" not in totals
    assert "    intermediate_figures --> rpt_all\n" in totals
