"""Files become submissions, rows, states and receipts on a real warehouse."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests import builders

from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.run import (
    check_files,
    ingest,
    load_batch,
    pending_batches,
    register_new_files,
    write_receipts,
)
from bloc_warehouse.settings import Settings


def query(settings: Settings, statement: str) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(statement).fetchall()  # type: ignore[arg-type]


def states(settings: Settings) -> list[tuple[str, str]]:
    return query(settings, "select path, state from raw.files order by path")  # type: ignore[return-value]


def receipts(settings: Settings, sender: str) -> list[dict[str, Any]]:
    paths = sorted((settings.outbox_dir / sender).glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def test_an_accepted_file_is_archived_loaded_and_answered(intake: Settings) -> None:
    content = builders.workbook()
    sent = builders.land(intake.landing_dir, "LAN-001", "2024-07-05/a.xlsx", content)
    result = ingest(intake)
    assert (result.registered, result.batch.accepted) == (1, 1)
    assert query(
        intake,
        "select opening_total, closing_total, not_applicable from raw.membership",
    ) == [(60, 62, [])]
    ((archive_path, received_at, source),) = query(
        intake, "select archive_path, received_at, received_at_source from raw.files"
    )
    assert (intake.archive_dir / archive_path).read_bytes() == content
    assert received_at.astimezone(intake.zone).date() == date(2024, 7, 5)
    assert source == "folder"
    assert sent.exists()
    (receipt,) = receipts(intake, "LAN-001")
    assert receipt["state"] == "accepted"
    assert receipt["submissions"][0]["totals"]["Đảng viên cuối kỳ: Tổng số"] == 62


def test_the_same_landing_twice_changes_nothing(intake: Settings) -> None:
    path = builders.land(intake.landing_dir, "LAN-001", "a.xlsx", builders.workbook())
    os.utime(path, (0, 0))  # what is young is read again, to be sure of its version
    ingest(intake)
    before = query(intake, "select * from raw.files, raw.submissions")
    result = ingest(intake)
    assert (result.registered, result.batch.files) == (0, 0)
    assert query(intake, "select * from raw.files, raw.submissions") == before


def test_a_broken_identity_rejects_its_file_and_no_other(intake: Settings) -> None:
    wrong = builders.membership_row(closing_total=63)
    builders.land(
        intake.landing_dir,
        "LAN-001",
        "wrong.xlsx",
        builders.workbook({"membership": [wrong]}),
    )
    right = builders.membership_row(
        opening_total=20, closing_total=22, closing_official=17,
        closing_age_31_40=0, closing_age_41_50=0, closing_female=9, sub_cells=0,
    )  # fmt: skip
    right |= {"closing_theory_elementary": 5}
    builders.land(
        intake.landing_dir,
        "LAN-002",
        "right.xlsx",
        builders.workbook({"membership": [right]}, unit_code="LAN-002"),
    )
    ingest(intake)
    assert states(intake) == [
        ("LAN-001/wrong.xlsx", "rejected"),
        ("LAN-002/right.xlsx", "accepted"),
    ]
    assert query(intake, "select count(*) from raw.membership") == [(1,)]
    (receipt,) = receipts(intake, "LAN-001")
    faults = {fault["rule"]: fault for fault in receipt["faults"]}
    assert set(faults) == {"M1", "M3-status", "M3-age"}
    assert faults["M1"]["sheet"] == "BDV"
    assert faults["M1"]["cell"].startswith("T")
    assert "62 = 63" in faults["M1"]["message_vi"]
    assert "62 = 63" in faults["M1"]["message_en"]


def test_versions_supersede_and_conflicts_are_held(intake: Settings) -> None:
    def send(name: str, number: int, **changes: object) -> None:
        rows = {"membership": [builders.membership_row(**changes)]}
        content = builders.workbook(rows, submission_no=number)
        builders.land(intake.landing_dir, "LAN-001", name, content)
        ingest(intake)

    send("2024-07-01/first.xlsx", 1)
    send("2024-07-02/again.xlsx", 2)
    send("2024-07-03/conflict.xlsx", 1, closing_female=31)
    assert [state for _, state in states(intake)] == ["accepted", "duplicate", "held"]
    send("2024-07-04/second.xlsx", 2, closing_female=32)
    assert [state for _, state in states(intake)] == [
        "superseded",
        "duplicate",
        "held",
        "accepted",
    ]
    assert query(
        intake,
        "select closing_female from raw.membership natural join raw.submissions"
        " where state = 'accepted'",
    ) == [(32,)]


def test_the_order_of_processing_does_not_decide(intake: Settings) -> None:
    for day, number, women in ((1, 1, 30), (2, 2, 31), (3, 2, 33)):
        rows = {"membership": [builders.membership_row(closing_female=women)]}
        content = builders.workbook(rows, submission_no=number)
        name = f"2024-07-0{day}/a.xlsx"
        builders.land(intake.landing_dir, "LAN-001", name, content)
    register_new_files(intake)
    (batch,) = pending_batches(intake)
    for file_id in reversed(batch):
        load_batch(intake, [file_id])
    assert [state for _, state in states(intake)] == ["superseded", "accepted", "held"]


def test_a_run_that_died_before_its_receipts_is_answered_by_the_next(
    intake: Settings,
) -> None:
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", builders.workbook())
    register_new_files(intake)
    load_batch(intake, pending_batches(intake)[0])
    assert receipts(intake, "LAN-001") == []
    ingest(intake)
    assert len(receipts(intake, "LAN-001")) == 1
    assert write_receipts(intake) == 0


def test_a_batch_that_dies_leaves_nothing_half_loaded(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", builders.workbook())
    register_new_files(intake)
    batch = pending_batches(intake)[0]

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bloc_warehouse.intake.load.load.update_version_states", die)
        with pytest.raises(KeyboardInterrupt):
            load_batch(intake, batch)
    assert states(intake) == [("LAN-001/a.xlsx", "pending")]
    assert query(intake, "select count(*) from raw.submissions") == [(0,)]
    assert load_batch(intake, batch).accepted == 1


def test_files_of_nobody_are_answered_apart(intake: Settings) -> None:
    builders.land(intake.landing_dir, "WHO", "a.xlsx", builders.workbook())
    builders.land(intake.landing_dir, ".", "b.xlsx", builders.workbook())
    ingest(intake)
    assert [state for _, state in states(intake)] == ["rejected", "rejected"]
    assert [fault["faults"][0]["code"] for fault in receipts(intake, "_unknown")] == [
        "F104",
        "F104",
    ]


def test_links_and_lock_files_are_left_alone(intake: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside.xlsx"
    outside.write_bytes(builders.workbook())
    builders.land(intake.landing_dir, "LAN-001", "~$a.xlsx", b"lock")
    (intake.landing_dir / "LAN-001" / "link.xlsx").symlink_to(outside)
    assert register_new_files(intake) == 0


def test_a_dry_run_says_the_same_and_writes_nothing(
    intake: Settings, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(
        builders.workbook({"membership": [builders.membership_row(closing_total=63)]})
    )
    right = tmp_path / "right.csv"
    right.write_bytes(builders.csv_membership())
    checked = check_files(intake, [wrong, right])
    assert [checked_file.state for checked_file in checked] == ["rejected", "accepted"]
    assert {fault.rule for fault in checked[0].faults} == {"M1", "M3-status", "M3-age"}
    assert query(intake, "select count(*) from raw.files") == [(0,)]
    assert query(intake, "select count(*) from raw.membership") == [(0,)]


def test_a_warning_asks_and_does_not_reject(intake: Settings) -> None:
    few = builders.membership_row(
        opening_total=20, closing_total=22, closing_official=17,
        closing_age_31_40=0, closing_age_41_50=0, closing_female=9,
        closing_theory_elementary=5,
    )  # fmt: skip
    builders.land(
        intake.landing_dir,
        "LAN-001",
        "a.xlsx",
        builders.workbook({"membership": [few]}),
    )
    ingest(intake)
    (receipt,) = receipts(intake, "LAN-001")
    assert receipt["state"] == "accepted"
    assert [(fault["rule"], fault["severity"]) for fault in receipt["faults"]] == [
        ("M6-small-committee", "warning")
    ]
