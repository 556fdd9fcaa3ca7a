"""What is owed: one rule in the models, told once more by the lists' own preview."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from psycopg import Connection
from tests.dbt_project.compiled_build import WholeBuild, fill, whole
from tests.dbt_project.world import World

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.units import Bloc, Span
from bloc_warehouse.reference.expected import dues_of, owed_by

BLOCS = ("A", "B", "C")
FORMS = ("membership", "admissions", "inspections", "ratings", "admission_plan")
KINDS = ("Q1", "H1", "M9", "Y", "Q2", "T02", "T11", "T12")
MODELS = ("stg_reference__unit_spans", "int_bloc_lineage", "int_returns_expected")
BEFORE = date(2010, 1, 1)


@pytest.fixture
def lists(world: World) -> Iterator[Connection]:
    """A connection whose lists a test may change; all is rolled back."""
    with connect("owner", settings=world.settings) as connection:
        yield connection
        connection.rollback()


def some_day(rng: random.Random) -> date:
    """A day of two years, often one on which a quarter begins."""
    if rng.random() < 0.3:
        return date(rng.choice((2023, 2024)), rng.choice((1, 4, 7, 10)), 1)
    return date(2023, 1, 1) + timedelta(rng.randint(0, 730))


def some_blocs(rng: random.Random) -> dict[str, Bloc]:
    """C may end, B into C or A, so that chains and founded blocs come about."""
    ends = {"A": None, "B": some_day(rng), "C": some_day(rng)}
    begins = dict.fromkeys(BLOCS, BEFORE)
    if rng.random() < 0.4:
        begins["A"] = ends["B"] or BEFORE  # founded by the merger
    return {
        code: Bloc(
            code, begins[code], ends[code],
            {"B": rng.choice(("A", None)), "C": rng.choice(("A", "B", None))}.get(code),
        )
        for code in BLOCS
    }  # fmt: skip


def some_spans(rng: random.Random, unit: str) -> list[Span]:
    """One, two or three spans in blocs, one after the other or with a gap."""
    days = sorted({some_day(rng) for _ in range(rng.randint(1, 4))})
    kind = rng.choice(("dbcs", "cbcs", "bloc_office"))
    spans = [
        Span(unit, rng.choice(BLOCS), kind, None, unit, first, last)
        for first, last in zip((BEFORE, *days), (*days, None), strict=True)
    ]
    return [span for span in spans if rng.random() < 0.7]


def some_obligations(rng: random.Random) -> list[dict[str, Any]]:
    return [
        {"bloc_code": bloc, "form": form, "owed_by": sender, "period_type": kind,
         "first_period": f"2023-{kind}",
         "last_period": rng.choice((f"2023-{kind}", f"2024-{kind}")),
         "due_days": "-300" if form == "admission_plan" else rng.choice(("5", "15"))}
        for bloc in BLOCS for form in FORMS for sender in ("unit", "bloc_office")
        for kind in rng.sample(KINDS, 2)
    ]  # fmt: skip


def test_the_models_and_the_preview_of_the_lists_agree(
    lists: Connection, whole_build: WholeBuild
) -> None:
    found: set[tuple[str, str, str]] = set()
    for seed in range(12):
        rng = random.Random(seed)  # noqa: S311
        blocs = some_blocs(rng)
        spans = [span for number in range(8) for span in some_spans(rng, f"U{number}")]
        obligations = some_obligations(rng)
        put(lists, blocs, spans, obligations)
        for model in whole_build.models:
            if model.name in MODELS:
                fill(lists, whole(model))
        rows = lists.execute(
            "select unit_code, form, period_code from intermediate.int_returns_expected"
        ).fetchall()
        owed = owed_by(spans, dues_of(obligations), blocs)
        assert set(rows) == owed, seed
        found |= set(
            lists.execute(
                "select unit_code, form, period_code"
                " from intermediate.int_last_returns_owed"
            ).fetchall()
        )
    assert len(found) > 20


def put(
    lists: Connection,
    blocs: dict[str, Bloc],
    spans: list[Span],
    obligations: list[dict[str, Any]],
) -> None:
    for name in ("ref_blocs", "ref_unit_spans", "ref_obligations"):
        lists.execute(f"delete from reference.{name}")  # type: ignore[arg-type]
    with lists.cursor() as cursor:
        cursor.executemany(
            "insert into reference.ref_blocs (bloc_code, bloc_name, valid_from,"
            " valid_to, successor_bloc_code) values (%s, 'x', %s, %s, %s)",
            [
                (bloc.code, bloc.valid_from, bloc.valid_to, bloc.successor_code)
                for bloc in blocs.values()
            ],
        )
        cursor.executemany(
            "insert into reference.ref_unit_spans (unit_code, bloc_code, unit_kind,"
            " unit_name, valid_from, valid_to) values (%s, %s, %s, 'x', %s, %s)",
            [
                (span.unit_code, span.bloc_code, span.unit_kind, span.valid_from,
                 span.valid_to)
                for span in spans
            ],
        )  # fmt: skip
        cursor.executemany(
            "insert into reference.ref_obligations (bloc_code, form, owed_by,"
            " period_type, first_period, last_period, due_days) values (%(bloc_code)s,"
            " %(form)s, %(owed_by)s, %(period_type)s, %(first_period)s,"
            " %(last_period)s, %(due_days)s)",
            obligations,
        )
