"""The bench of intake ingests what it made, all of it, and compares the same rows."""

from pathlib import Path

import pytest
from benchmarks.intake.files import FORMS, Order, make_files
from benchmarks.intake.measure import Orders, prepare_bench, steps_of, take
from benchmarks.intake.report import Report, as_json, print_report
from benchmarks.intake.warehouse import in_landing, write_units

from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import Settings


def test_every_made_file_becomes_the_forms_that_it_holds(
    warehouse: Settings, tmp_path: Path
) -> None:
    settings = in_landing(warehouse.with_changes(workers=1), tmp_path / "made")
    orders = [Order("X", "xlsx", 4), Order("C", "csv", 6), Order("B", "bundle", 1)]
    paths = make_files(orders, settings.landing_dir, workers=1)
    write_units(settings, orders, at_least=20)
    assert len(paths) == 11
    assert ingest(settings).batch.accepted == 11
    with connect("ingest", settings=settings) as connection:
        forms = connection.execute(
            "select left(unit_code, 1), count(*), array_agg(form order by form)"
            " from raw.submissions where state = 'accepted' group by 1 order by 1"
        ).fetchall()
        units = connection.execute("select count(*) from reference.ref_unit_spans")
        assert units.fetchone() == (20,)
    assert [(letter, number) for letter, number, _ in forms] == [
        ("B", 5),
        ("C", 6),
        ("X", 4),
    ]
    assert forms[0][2] == sorted(FORMS)


def test_the_report_is_of_all_files(
    warehouse: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = Orders.of("csv", 4)
    prepare_bench(warehouse, [orders], units=10)
    taken = take(warehouse, orders, script_sample=1)
    assert (taken.files, taken.ingested.accepted, taken.quarter.accepted) == (4, 4, 1)
    assert taken.cells > taken.rows > taken.forms
    with connect("ingest", settings=warehouse) as connection:
        copied = connection.execute("select count(*) from bench.submissions").fetchone()
        assert copied == (4,)
    steps = steps_of(warehouse, orders.few)
    assert min(steps["csv"], steps["receipts"], steps["register, archive"]) > 0
    report = Report(2, 10, (taken,), {"csv": steps})
    assert report.is_complete
    assert as_json(report)["taken"][0]["ratios"].keys() == taken.ratios.keys()
    print_report(report)
    assert "4 (4)" in capsys.readouterr().out
