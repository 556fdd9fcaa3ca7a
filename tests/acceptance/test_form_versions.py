"""Version 2 of a form beside version 1 in one year: one row shape in the facts."""

import io
from pathlib import Path

import pytest
from tests.acceptance.corrections import Return, current_rows
from tests.acceptance.recompute import compiled_models, recompute, take_in, undone
from tests.paths import FORM_VERSION_2

from bloc_warehouse.database.raw_schema import create_form_tables
from bloc_warehouse.forms.filled import FilledForm, Header
from bloc_warehouse.forms.registry import DEFINITIONS, Registry, registry_from
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.settings import Settings


@pytest.fixture
def both_versions() -> Registry:
    return registry_from([*sorted(DEFINITIONS.glob("*.yaml")), FORM_VERSION_2])


def test_two_versions_in_one_year_make_rows_of_one_shape(
    published: Settings, both_versions: Registry, tmp_path: Path
) -> None:
    form = both_versions.form("membership", 2)
    models = compiled_models(published, "fct_membership_stocks")
    with undone(published) as connection:
        (unit_code,) = connection.execute(
            "select unit_code from intermediate.int_membership_current"
            " where bloc_code = 'LAN' and period_code = '2024-H1'"
            " and closing_religious is not null order by 1 limit 1"
        ).fetchone() or ("",)
        row = current_rows(connection, Return(unit_code, "membership", "2024-H1"))[
            "membership"
        ][0]
        filled = FilledForm(
            form=form,
            header=Header(unit_code, "", "", "2024-H1", "cumulative", 2),
            rows={"membership": [row | {"closing_temporary": 1}]},
        )
        workbook = io.BytesIO()
        write_workbook(workbook, [filled], template=False)
        own = published.with_changes(
            landing_dir=tmp_path / "in", archive_dir=tmp_path / "kept"
        )
        path = own.landing_dir / unit_code / "version-2.xlsx"
        path.parent.mkdir(parents=True)
        path.write_bytes(workbook.getvalue())

        before = connection.execute(
            "select sum(closing_total), count(*) from marts.fct_membership_stocks"
        ).fetchone()
        connection.execute("set local role ingest")
        create_form_tables(connection, both_versions)
        assert take_in(connection, own, both_versions) == ["accepted"]
        assert recompute(connection, published, models) == 0

        assert connection.execute(
            "select closing_total, closing_religious, closing_female,"
            " 'closing_religious' = any(not_applicable)"
            " from marts.fct_membership_stocks"
            " where reporting_unit_code = %s and period_code = '2024-H1'",
            [unit_code],
        ).fetchone() == (row["closing_total"], None, row["closing_female"], True)
        assert connection.execute(
            "select count(*) from marts.fct_membership_stocks"
            " where period_code = '2024-H1' and bloc_code = 'LAN'"
            " and 'closing_religious' = any(not_applicable)"
        ).fetchone() == (1,)
        assert connection.execute(
            "select closing_temporary from raw.membership inner join raw.submissions"
            " using (submission_id) where unit_code = %s and form_version = 2",
            [unit_code],
        ).fetchone() == (1,)
        assert (
            connection.execute(
                "select sum(closing_total), count(*) from marts.fct_membership_stocks"
            ).fetchone()
            == before
        )
