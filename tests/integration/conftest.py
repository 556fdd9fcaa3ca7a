"""Fixtures of the tests that need a whole warehouse."""

from dataclasses import replace

import pytest
from tests import builders

from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect


@pytest.fixture
def intake(warehouse: Settings) -> Settings:
    """A warehouse that knows the units of ``builders``."""
    with connect("transform", settings=warehouse) as connection:
        connection.execute(
            "create table reference.ref_unit_spans (unit_code text, bloc_code text,"
            " unit_kind text, unit_name text, valid_from date, valid_to date)"
        )
        connection.execute(
            "create table reference.ref_unit_aliases (unit_code text, alias text,"
            " valid_from date, valid_to date)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into reference.ref_unit_spans values (%s, %s, %s, %s, %s, %s)",
                [
                    (
                        unit.unit_code,
                        unit.bloc_code,
                        unit.unit_kind,
                        unit.unit_name,
                        unit.valid_from,
                        unit.valid_to,
                    )
                    for unit in builders.UNITS
                ],
            )
    return replace(warehouse, workers=1)
