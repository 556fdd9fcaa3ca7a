"""Rules that every model keeps, read from dbt's manifest and the files themselves."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.arrow_types import TYPES_OF_ARROW
from tests.labels import IN_TWO_LANGUAGES
from tests.paths import DBT_PROJECT

from bloc_warehouse.build.dbt_project import seed_columns
from bloc_warehouse.build.lineage_page import lineage_page
from bloc_warehouse.forms.model import Column
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.history.facts import facts
from bloc_warehouse.reference.tables import COLUMNS
from bloc_warehouse.settings import Settings

MODELS = sorted((DBT_PROJECT / "models").rglob("*.sql"))
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "bridge_", "fct_", "rpt_", "v_"),
}
# a layer reads the layers listed here, marts also each other's dimensions and the
# installation's lists
READS = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "seed"},
}
WIDE_READS = {"marts"}  # a wide view is marts side by side
# these read a form's lines as they were reported, so a mart may begin with them
READ_LINES = re.compile(r"{{ (lines_of_versions|difference_over_intervals)\(")
LINES_OF_CODE = 120  # more is another model, unless its steps serve nobody else
LONGER = {
    "int_reporting_intervals",  # days are known one after the other
    "int_returns_reached",  # what is owed, what came besides, who answered
    "int_claim_parts_dated",  # five ways to choose a claim's periods
    "int_claims_evaluated",  # a value a year, then the claim
    "int_lineage_totals_summed",  # figures are shared out, units are counted
    "int_confidential_units_ranked",  # each unit's share, then what would stay hidden
    "int_confidential_totals_decided",  # one step decides after the other
    "v_admissions",  # what is admitted and what is planned, each with all columns
    "v_members",  # units with a stock and without, each with all columns
}
# how the facts were computed is proved by dbt unit tests on these
WITH_FORMULAS = {
    "int_unit_lineage",
    "int_lineage_totals_summed",
    "int_admissions_unpivoted",
    "int_lineage_totals_counted",
    "rpt_bloc_totals",
    "int_submissions_counted",
    "int_reporting_intervals",
    "int_petitions_interval_flows",
    "int_petition_stocks",
    "fct_petition_stocks",
    "fct_inspection_targets",
    "int_training_interval_flows",
    "int_ratings_cumulated",
    "int_returns_expected",
    "int_admission_plans_allotted",
    "int_bloc_units_counted",
    "int_claim_parts_dated",
    "int_claim_returns_checked",
    "int_claims_evaluated",
    "rpt_published_totals",
    "int_bloc_totals",
    "int_unit_years_evaluated",
    "int_confidential_units_ranked",
    "int_confidential_totals_ready",
    "int_confidential_totals_decided",
    "fct_discipline",
    "rpt_bloc_rates",
    "int_term_spans_dated",
    "int_term_returns_checked",
    "int_term_units_counted",
    "rpt_term_totals",
    "int_returns_evaluated",
    "rpt_reporting_rates",
    "int_membership_stocks",
    "fct_membership_stocks",
}
# intake, the readers' rights and the checks ask these lists themselves
READ_BY_NO_MODEL = ("ref_units", "ref_unit_aliases", "ref_accepted_differences")
RATHER_NOT = re.compile(
    r"\b(now\(\)|current_date|current_timestamp|run_started_at|right join)", re.I
)


def test_the_committed_lineage_is_up_to_date(manifest: Mapping[str, Any]) -> None:
    page = (DBT_PROJECT.parent / "docs" / "lineage.md").read_text(encoding="utf-8")
    drawn = lineage_page(manifest, load_registry().raw_tables())
    assert page == drawn, "run: bloc lineage"


def models_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model"
    ]


def layer_of(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "model":
        return str(node["fqn"][1])
    return str(node["resource_type"])


def edges(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    nodes = {**manifest["nodes"], **manifest["sources"]}
    for model in models_of(manifest):
        for parent in model["depends_on"]["nodes"]:
            read = nodes[parent]
            yield model["name"], layer_of(model), read["name"], layer_of(read)


def test_names_begin_with_their_layer(manifest: Mapping[str, Any]) -> None:
    wrong = [
        model["name"]
        for model in models_of(manifest)
        if not model["name"].startswith(PREFIXES[layer_of(model)])
    ]
    assert wrong == []


def test_layers_read_only_the_layers_below(manifest: Mapping[str, Any]) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in MODELS}
    wrong = [
        f"{model} reads {parent}"
        for model, layer, parent, parent_layer in edges(manifest)
        if parent_layer not in (WIDE_READS if model.startswith("v_") else READS[layer])
        and not parent.startswith("dim_")
        and not parent.startswith("stg_reference__")
        and not (parent_layer == "staging" and READ_LINES.search(texts[model]))
    ]
    assert wrong == []


def test_every_source_is_staged_once(manifest: Mapping[str, Any]) -> None:
    staged = [parent for _, _, parent, layer in edges(manifest) if layer == "source"]
    sources = [source["name"] for source in manifest["sources"].values()]
    assert sorted([*staged, *READ_BY_NO_MODEL]) == sorted(sources)


def test_everything_is_described(manifest: Mapping[str, Any]) -> None:
    described = [
        *models_of(manifest),
        *manifest["sources"].values(),
        *(
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "seed"
        ),
        *(
            macro
            for macro in manifest["macros"].values()
            if macro["package_name"] == "bloc_warehouse"
            and not macro["name"].startswith("test_")
        ),
    ]
    assert [node["name"] for node in described if not node["description"]] == []


def test_every_description_says_the_grain(manifest: Mapping[str, Any]) -> None:
    silent = [
        model["name"]
        for model in models_of(manifest)
        if "Grain: one row " not in " ".join(model["description"].split())
    ]
    assert silent == []


def test_a_model_is_described_in_a_file_of_its_own(
    manifest: Mapping[str, Any],
) -> None:
    """A staging model is in its source's folder, beside the others of the source."""
    apart = [
        model["name"]
        for model in models_of(manifest)
        if layer_of(model) != "staging"
        and Path(model["patch_path"].partition("://")[2])
        != Path(model["original_file_path"]).with_suffix(".yml")
    ]
    assert apart == []


def test_marts_keep_a_contract_and_explain_each_column(
    manifest: Mapping[str, Any],
) -> None:
    for model in models_of(manifest):
        if layer_of(model) != "marts":
            continue
        assert model["config"]["contract"]["enforced"], model["name"]
        assert model["config"]["persist_docs"] == {"relation": True, "columns": True}
        unclear = [
            column["name"]
            for column in model["columns"].values()
            if not column["data_type"] or not column["description"]
        ]
        assert unclear == [], model["name"]


def test_marts_have_types_that_arrow_reads(manifest: Mapping[str, Any]) -> None:
    others = [
        (model["name"], column["name"], column["data_type"])
        for model in models_of(manifest)
        if layer_of(model) == "marts"
        for column in model["columns"].values()
        if column["data_type"] not in TYPES_OF_ARROW
    ]
    assert others == []


def test_only_what_rests_on_lists_is_made_whole(manifest: Mapping[str, Any]) -> None:
    """A build of what changed makes no table; it may make what rests on lists."""
    nodes = {**manifest["nodes"], **manifest["sources"]}

    def sources_of(key: str) -> set[str]:
        if key.startswith("source."):
            return {nodes[key]["source_name"]}
        parents = nodes[key].get("depends_on", {}).get("nodes", [])
        return {name for parent in parents for name in sources_of(parent)}

    stored = [
        (model, sources_of(model["unique_id"]))
        for model in models_of(manifest)
        if model["config"]["materialized"] != "view"
    ]
    tables = [
        (model["name"], rests_on)
        for model, rests_on in stored
        if model["config"]["materialized"] == "table" and rests_on
    ]
    assert tables == []
    assert [model["name"] for model, _ in stored if "lists" in model["tags"]] == [
        model["name"] for model, rests_on in stored if rests_on == {"reference"}
    ]


def test_every_mart_proves_its_grain(manifest: Mapping[str, Any]) -> None:
    proved = {
        test["attached_node"]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name") == "is_one_row_per"
    }
    marts = [model for model in models_of(manifest) if layer_of(model) == "marts"]
    assert [mart["name"] for mart in marts if mart["unique_id"] not in proved] == []


# a fact's column → the dimension that it leads to; a list of codes is its own form's
_DIMENSIONS = {
    "unit_key": "dim_units",
    "period_key": "dim_periods",
    "bloc_code": "dim_blocs",
    "interval_end": "dim_days",
    "body": "dim_conducting_bodies",
    "subject": "dim_.*_subjects",
    "kind": "dim_.*_kinds",
    "level": "dim_award_levels",
    "programme": "dim_training_programmes",
    "form": "dim_forms",
    "state": "dim_return_states",
    "rate": "dim_rates",
    "indicator": "dim_indicators",
    "verdict": "dim_verdicts",
    "reason": "dim_verdict_reasons",
}


_OF_EVERY_FACT = {
    "fct_": ("unit_key", "period_key", "bloc_code"),
    "rpt_": ("bloc_code",),
}
# figures' own subjects, and a claim's: a kind of unit, of body or of recipient; claims
# are also of blocs that an installation does not know
_LEAD_TO_NO_DIMENSION = {
    ("rpt_published_totals", "bloc_code"),
    ("rpt_historical_totals", "subject"),
    ("rpt_current_totals", "subject"),
    ("rpt_published_totals", "subject"),
}


def test_facts_lead_to_their_dimensions(manifest: Mapping[str, Any]) -> None:
    tied = {
        (test["attached_node"], test["column_name"]): parent.rpartition(".")[2]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name") == "relationships"
        for parent in test["depends_on"]["nodes"]
        if parent != test["attached_node"]
    }
    facts = [
        model
        for model in models_of(manifest)
        if model["name"].startswith(("fct_", "rpt_"))
    ]
    loose = [
        (model["name"], column)
        for model in facts
        for column, dimension in _DIMENSIONS.items()
        if (column in model["columns"] or column in _OF_EVERY_FACT[model["name"][:4]])
        and (model["name"], column) not in _LEAD_TO_NO_DIMENSION
        and not re.fullmatch(
            dimension, tied.get((model["unique_id"], column), "nothing")
        )
    ]
    assert loose == []


def test_every_total_says_on_how_many_units_it_rests(
    manifest: Mapping[str, Any],
) -> None:
    proved = {
        test["attached_node"]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name")
        == "units_reported_stay_within_expected"
    }
    reports = [
        model for model in models_of(manifest) if model["name"].startswith("rpt_")
    ]
    silent = [
        report["name"]
        for report in reports
        if not {"units_reported", "units_expected"} <= report["columns"].keys()
        or report["unique_id"] not in proved
    ]
    assert len(reports) > 2
    assert silent == []


def primary_key(model: Mapping[str, Any]) -> set[str]:
    """Return the columns of the key that a mart's contract declares, if it does."""
    whole: list[list[str]] = [
        constraint["columns"]
        for constraint in model["constraints"]
        if constraint["type"] == "primary_key"
    ]
    single = [
        [column["name"]]
        for column in model["columns"].values()
        if "primary_key" in [each["type"] for each in column["constraints"]]
    ]
    return {name for key in [*whole, *single] for name in key}


# two offices share its grain while a bloc of theirs is blocked: its key is the line
_KEYED_BY_LINE = {"fct_admission_plans"}


def test_the_key_of_a_mart_is_its_grain(manifest: Mapping[str, Any]) -> None:
    """With the year, or the unit, by which a build finds the rows that it replaces."""
    grains = {
        test["attached_node"]: set(test["test_metadata"]["kwargs"]["columns"])
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name") == "is_one_row_per"
    }
    tables = [
        model
        for model in models_of(manifest)
        if layer_of(model) == "marts" and model["config"]["materialized"] != "view"
    ]
    wrong = {
        model["name"]: key
        for model in tables
        if not (key := primary_key(model))
        or not key - grains[model["unique_id"]]
        <= {"period_year", "reporting_unit_code"}
        or not grains[model["unique_id"]] <= key
    }
    assert len(tables) > 40
    assert wrong.keys() == _KEYED_BY_LINE


def test_what_is_replaced_by_blocs_waits_for_the_blocs_in_scope(
    manifest: Mapping[str, Any],
) -> None:
    """Else it would replace the rows of the build before."""
    parents = manifest["parent_map"]
    replaced = [
        model["unique_id"]
        for model in models_of(manifest)
        if model["config"]["materialized"] == "incremental"
        and (model["config"]["unique_key"] or [""])[0]
        in ("bloc_code", "term", "claim_id")
    ]

    @cache
    def ancestors(node: str) -> set[str]:
        return {node}.union(*(ancestors(parent) for parent in parents.get(node, ())))

    assert len(replaced) > 5
    for node in replaced:
        names = {ancestor.rpartition(".")[2] for ancestor in ancestors(node)}
        assert "int_bloc_years_scoped" in names, node


def test_tests_have_a_chosen_severity(manifest: Mapping[str, Any]) -> None:
    severities = {
        test["config"]["severity"].lower()
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
    }
    assert severities == {"error"}


def test_formulas_have_unit_tests(manifest: Mapping[str, Any]) -> None:
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    assert WITH_FORMULAS - tested == set()


# views over all returns that models of the build's scope, and readers, join to:
# PostgreSQL pulls no view up that has a CTE, so a join to it reads the whole history
# instead of an index
PLAIN_VIEWS = re.compile(
    r"v_.*|stg_.*|int_(?!submissions_)\w+_current|int_submissions_counted"
    r"|int_counts_unpivoted|int_membership_stocks"
)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_written_as_all_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    is_macro = re.match(r"{{ (difference_over_intervals|lines_of_current)\(", text)
    if PLAIN_VIEWS.fullmatch(path.stem):
        assert "with" not in lines, "joined to, it would be made as a whole"
    else:
        assert is_macro or lines[-1] == "select * from final"
    code = [line for line in lines if line.strip() and not line.startswith("{#")]
    assert len(code) <= LINES_OF_CODE or path.stem in LONGER
    assert not RATHER_NOT.findall(text)
    assert ("source(" in text) == (path.parents[1].name == "staging")


def test_sources_have_the_columns_of_the_forms(manifest: Mapping[str, Any]) -> None:
    sources = {source["name"]: source for source in manifest["sources"].values()}
    for table, columns in load_registry().raw_tables().items():
        expected = {
            "submission_id", "sheet", "sheet_row", "not_applicable", *columns,
        }  # fmt: skip
        assert set(sources[table]["columns"]) == expected, table


def test_facts_have_the_forms_columns_with_their_labels(
    manifest: Mapping[str, Any],
) -> None:
    registry = load_registry()
    shown: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    models = {model["name"]: model["columns"] for model in models_of(manifest)}
    for name, fact in facts(registry).items():
        shown[fact.table] |= models.get(f"{name}_versions", {})
        shown[fact.table] |= models[name]
    for table, columns in registry.raw_tables().items():
        if table == "bloc_summary":
            continue
        for column in columns.values():
            for name in _fact_columns(column):
                text = shown[table][name]["description"].replace("'", '"')
                assert column.short_vi.replace("'", '"') in text, (table, name)


# what readers do not see: counts of discipline, and what bounds them
_WITHHELD = {
    "dec_expelled",
    "dec_struck_off",
    "dec_resigned",
    "dec_other",
    "cases_carried_over",
    "concluded_violation",
    "must_discipline",
    "disciplined",
}


def _fact_columns(column: Column) -> tuple[str, ...]:
    if column.name in _WITHHELD:
        return ()
    if column.nature == "ratio":  # recomputed from its two sides, never added up
        return ()
    return (column.name,)


# relation → the date to chart it by, which tools that ask nothing take: the first one
_CHARTED_BY = {
    "fct_admission_plans": "plan_end",
    "fct_admission_term_plans": "plan_end",
    "fct_returns": "period_end",
    "rpt_term_totals": "last_day",
    "dim_days": "calendar_day",
    "dim_periods": "period_end",
    "dim_blocs": "valid_from",
    "dim_units": "valid_from",
    "v_published": "period_end",
    "v_totals": "period_end",
    "v_reporting": "period_end",
    "v_reporting_rates": "period_end",
    "v_units": "valid_from",
}


def test_the_first_date_of_a_relation_is_the_one_to_chart_by(
    manifest: Mapping[str, Any],
) -> None:
    first: dict[str, str] = {}
    for model in models_of(manifest):
        dates = [
            name
            for name, column in model["columns"].items()
            if (column["data_type"] or "").startswith(("date", "timestamp"))
        ]
        if layer_of(model) == "marts" and dates:
            first[model["name"]] = dates[0]
    assert first == {name: _charted_by(name) for name in first}
    assert set(first) >= {"fct_membership_stocks", *_CHARTED_BY} - {"v_reporting"}


def _charted_by(name: str) -> str:
    if name.endswith("_versions"):
        return "reported_from"
    return _CHARTED_BY.get(
        name, "period_end" if name.startswith("rpt_") else "interval_end"
    )


def test_lists_have_the_columns_they_are_typed_for() -> None:
    settings = Settings.from_environment({})
    for path in (DBT_PROJECT / "seeds").glob("*.csv"):
        header = next(iter(seed_rows(path)), {})
        assert list(header) == list(seed_columns(settings)[path.stem]), path.name


def test_lists_of_the_installation_have_the_columns_of_their_tables(
    manifest: Mapping[str, Any],
) -> None:
    columns = {
        source["name"]: list(source["columns"])
        for source in manifest["sources"].values()
        if source["source_name"] == "reference"
    }
    assert columns == {name: list(listed) for name, listed in COLUMNS.items()}


def seed_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_lists_know_the_forms_words() -> None:
    tables = {
        table.name: {
            key.name: {value.code for value in key.values} for key in table.keys
        }
        for form in load_registry().latest
        for table in form.tables
    }
    seeds = {
        path.stem: seed_rows(path) for path in (DBT_PROJECT / "seeds").glob("*.csv")
    }
    kinds = {row["kind"] for row in seeds["ref_inspection_figures"]}
    bodies = {row["body"] for row in seeds["ref_conducting_bodies"]}
    summary = {
        row["indicator"]
        for row in seeds["ref_summary_indicators"]
        if row["is_in_summary"] == "true"
    }
    assert kinds == tables["inspections"]["kind"]
    assert bodies == tables["inspections"]["body"]
    assert summary == tables["bloc_summary"]["indicator"]


def test_readers_see_every_mart(manifest: Mapping[str, Any]) -> None:
    exposed = {
        name.rpartition(".")[2]
        for exposure in manifest["exposures"].values()
        for name in exposure["depends_on"]["nodes"]
    }
    marts = {
        model["name"] for model in models_of(manifest) if layer_of(model) == "marts"
    }
    assert marts - exposed == set()


def test_measures_are_columns_and_stocks_are_not_added_over_time(
    manifest: Mapping[str, Any],
) -> None:
    columns = {model["name"]: set(model["columns"]) for model in models_of(manifest)}
    stocks = {
        column.name
        for table in load_registry().raw_tables().values()
        for column in table.values()
        if column.nature == "stock"
    }
    for semantic in manifest["semantic_models"].values():
        model = semantic["node_relation"]["alias"]
        for measure in semantic["measures"]:
            if measure["expr"] is None:
                assert measure["name"] in columns[model], measure["name"]
            if measure["name"] in stocks:
                assert measure["non_additive_dimension"], measure["name"]
    assert {"members", "completeness", "admission_plan_attainment"} <= {
        metric["name"] for metric in manifest["metrics"].values()
    }


def test_metrics_are_named_and_explained_in_two_languages(
    manifest: Mapping[str, Any],
) -> None:
    unclear = [
        metric["name"]
        for metric in manifest["metrics"].values()
        if metric["label"].isascii()  # no Vietnamese name of a figure is
        or not IN_TWO_LANGUAGES.match(metric["description"].strip())
    ]
    assert unclear == []


def test_a_rule_set_that_is_not_ours_finds_nothing(
    manifest: Mapping[str, Any], tmp_path: Path
) -> None:
    """dbt-bouncer's strict rules; ``dbt-bouncer.yml`` answers what is not obeyed."""
    (tmp_path / "target").mkdir()
    (tmp_path / "target/manifest.json").write_text(json.dumps(manifest))
    shutil.copy(DBT_PROJECT / "dbt-bouncer.yml", tmp_path)
    found = subprocess.run(
        [Path(sys.executable).with_name("dbt-bouncer"), "run", "--show-all-failures"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout
