"""One member too many in one workbook: rejected, told, incomplete, corrected, met."""

import json
from typing import Any

from tests.acceptance.conftest import verdicts
from tests.acceptance.corrections import Return, add, correct

from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.load.versions import update_version_states
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.pipeline import run
from bloc_warehouse.settings import Settings

CLAIMS = {"000-1", "000-2", "000-3", "000-4"}


def rows(settings: Settings, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]


def withdraw(settings: Settings, unit_code: str, period_code: str) -> None:
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "update raw.files set state = 'withdrawn' where file_id in (select file_id"
            " from raw.submissions where unit_code = %s and period_code = %s)",
            [unit_code, period_code],
        )
        connection.execute(
            "update raw.submissions set state = 'withdrawn'"
            " where unit_code = %s and period_code = %s",
            [unit_code, period_code],
        )
        update_version_states(connection, [(unit_code, period_code)])


def test_one_member_too_many_makes_the_total_incomplete_until_corrected(
    published: Settings,
) -> None:
    assert rows(published, "select * from quality.alerts where closed_at is null") == []
    ((unit_code,),) = rows(
        published,
        "select unit_code from intermediate.int_membership_current"
        " where bloc_code = 'LAN' and period_code = '2024-H1' order by 1 limit 1",
    )
    returns = [
        Return(unit_code, form, "2024-H1") for form in ("membership", "admissions")
    ]
    right = correct(published, [(sent, lambda _: None) for sent in returns])
    right_content = right[0].read_bytes()
    right[0].unlink()
    wrong = correct(
        published,
        [
            (returns[0], add("membership", {"closing_total": 1})),
            (returns[1], lambda _: None),
        ],
    )
    withdraw(published, unit_code, "2024-H1")

    result = run(published, by="acceptance")
    assert (result.ingested.batch.rejected, result.is_published) == (1, True)
    receipt = json.loads(
        next(
            (published.outbox_dir / unit_code).glob(f"*{wrong[0].name}.json")
        ).read_text(encoding="utf-8")
    )
    fault = next(fault for fault in receipt["faults"] if fault["rule"] == "M1")
    assert fault["sheet"] == "BDV"
    assert fault["cell"]
    left, right_side = map(int, fault["found"].split(" ≠ "))
    assert right_side == left + 1
    found = verdicts(published, "marts")
    assert {claim for claim, (verdict, _) in found.items() if verdict == "not_met"} == (
        set()
    )
    assert {
        claim for claim, verdict in found.items()
        if verdict == ("not_recomputable", "incomplete")
    } == CLAIMS  # fmt: skip
    assert rows(
        published,
        "select distinct units_reported, units_expected"
        " from marts.rpt_published_totals where claim_id = any(%s)",
        list(CLAIMS),
    ) == [(79, 80)]
    alerts = rows(published, "select * from quality.alerts where closed_at is null")
    assert len(alerts) == 1

    (published.landing_dir / unit_code / "corrected.xlsx").write_bytes(right_content)
    assert ingest(published).batch.accepted == 1
    run(published, by="acceptance")
    assert all(verdicts(published, "marts")[claim][0] == "met" for claim in CLAIMS)
    assert rows(published, "select * from quality.alerts where closed_at is null") == []
