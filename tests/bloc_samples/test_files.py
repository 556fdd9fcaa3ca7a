"""A generated file holds what was reported, whatever the layout."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from tests.bloc_samples.drawn import drawn

from bloc_samples.dataset import Dataset
from bloc_samples.files.batching import Parcel, parcels
from bloc_samples.files.habits import Layout
from bloc_samples.files.writing import parcel_bytes, write_parcels
from bloc_samples.returns.model import Return
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse.unit_directory import Reference, UnitSpan
from bloc_warehouse.intake.parse_file import parse_file

LAYOUTS: tuple[Layout, ...] = ("template", "letterhead", "ledger", "csv")
FORMS = (
    "membership",
    "admissions",
    "ratings",
    "inspections",
    "awards_training",
    "admission_plan",
    "bloc_summary",
)


@cache
def dataset() -> Dataset:
    return drawn(5)


@cache
def packed() -> list[Parcel]:
    return parcels(dataset(), load_registry())


@cache
def context() -> ParseContext:
    spans = [
        UnitSpan(
            unit_code=unit.code,
            bloc_code=span.bloc_code,
            unit_kind=span.unit_kind,
            unit_name=span.unit_name,
            valid_from=span.valid_from,
            valid_to=span.valid_to,
        )
        for unit in dataset().population.units
        for span in unit.spans
    ]
    return ParseContext(load_registry(), Reference(spans, []))


def parsed(parcel: Parcel) -> ParsedFile:
    sender = parcel.path.split("/")[0]
    return parse_file(Path(parcel.path).name, parcel_bytes(parcel), sender, context())


def largest(form: str) -> Return:
    """Return the return of a form that has most to say."""
    return max(
        (sent for sent in dataset().returns if sent.form == form),
        key=lambda sent: sum(map(len, sent.rows.values())),
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_return_reads_back_as_it_was_reported(form: str, layout: Layout) -> None:
    sent = largest(form)
    ending = "csv" if layout == "csv" else "xlsx"
    read = parsed(Parcel(f"{sent.unit_code}/{form}.{ending}", layout, (sent,)))
    assert read.faults.faults == []
    (found,) = read.forms
    assert (found.identity.form.name, found.identity.unit_code) == (
        form,
        sent.unit_code,
    )
    assert found.identity.period is not None
    assert found.identity.period.code == sent.period
    for table in found.tables:
        reported = [
            {column: row.get(column) for column in read_row.values}
            for row, read_row in zip(sent.rows[table.name], table.rows, strict=True)
        ]
        assert [dict(row.values) for row in table.rows] == reported


def test_several_forms_of_a_period_travel_in_one_workbook() -> None:
    together = next(parcel for parcel in packed() if len(parcel.returns) == 4)
    read = parsed(together)
    assert read.faults.faults == []
    assert [found.identity.form.name for found in read.forms] == [
        sent.form for sent in together.returns
    ]


def test_members_and_admissions_share_a_workbook() -> None:
    for parcel in packed():
        forms = {sent.form for sent in parcel.returns}
        if parcel.layout != "csv" and parcel.returns[0].bloc_code != "DTP":
            assert ("membership" in forms) == ("admissions" in forms)


def test_ratings_travel_alone() -> None:
    for parcel in packed():
        forms = [sent.form for sent in parcel.returns]
        assert "ratings" not in forms or forms == ["ratings"]


def test_every_return_is_packed_once() -> None:
    sent = [sent for parcel in packed() for sent in parcel.returns]
    assert len(sent) == len(dataset().returns)
    paths = [parcel.path for parcel in packed()]
    assert len(set(paths)) == len(paths)
    assert 1_500 <= len(paths) <= 2_500


def test_paths_say_who_sent_and_when_it_was_received() -> None:
    for parcel in packed():
        sender, day, _ = parcel.path.split("/")
        assert {(sent.unit_code, sent.received) for sent in parcel.returns} == {
            (sender, date.fromisoformat(day))
        }


def test_all_layouts_are_used() -> None:
    assert {parcel.layout for parcel in packed()} == set(LAYOUTS)


def one_of_each(layouts: Sequence[Layout] = LAYOUTS) -> list[Parcel]:
    return [
        next(parcel for parcel in packed() if parcel.layout == layout)
        for layout in layouts
    ]


def test_the_same_returns_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_parcels(one_of_each(), tmp_path / "a", workers=1)
    second = write_parcels(one_of_each(), tmp_path / "b", workers=1)
    assert first == second
    assert not list(tmp_path.rglob("*.part"))


def test_numbers_stand_as_vietnamese_text() -> None:
    sent = largest("bloc_summary")
    row = {"indicator": "member_count", "declared_total": 4851}
    changed = replace(sent, rows={"bloc_summary": [row]})
    text = parcel_bytes(Parcel("a/b.csv", "csv", (changed,))).decode("utf-8-sig")
    assert "Số đảng viên cuối kỳ;4.851" in text
    admitted = largest("admissions")
    share = {**admitted.rows["admissions"][0], "pct_of_plan": Decimal("77.77")}
    changed = replace(admitted, rows={"admissions": [share]})
    text = parcel_bytes(Parcel("a/b.csv", "csv", (changed,))).decode("utf-8-sig")
    assert ";77,77" in text
