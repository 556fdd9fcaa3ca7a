"""Plans of the reference folder come in as the office's returns, and go again."""

from typing import Any

import pytest
from tests import builders
from tests.reference_lists import write_lists

from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.reference.apply import apply, apply_first, preview
from bloc_warehouse.reference.lists.faults import ReferenceListError
from bloc_warehouse.reference.plans import DuePlans, PlansNotSentError
from bloc_warehouse.reference.store import last_change_of_all
from bloc_warehouse.settings import Settings

BLOC = {"bloc_code": "LAN", "bloc_name": "Đảng bộ Khối", "valid_from": "2010-01-01"}
UNITS = [
    {
        "unit_code": unit.unit_code,
        "bloc_code": unit.bloc_code,
        "unit_kind": unit.unit_kind,
        "unit_name": unit.unit_name,
        "valid_from": unit.valid_from,
    }
    for unit in builders.UNITS
    if unit.bloc_code == "LAN"
]
NOTHING = DuePlans((), ())


def line(unit: str, planned: int, year: int = 2024, until: int = 0) -> dict[str, Any]:
    return {
        "bloc_code": "LAN",
        "planned_unit_code": unit,
        "from_year": year,
        "to_year": until or year,
        "planned_admissions": planned,
    }


@pytest.fixture
def office(intake: Settings) -> Settings:
    """A warehouse whose reference folder plans for two units and the term."""
    write_lists(
        intake.reference_dir,
        ref_blocs=[BLOC],
        ref_units=UNITS,
        ref_admission_plans=[
            line("LAN-001", 6),
            line("LAN-002", 2),
            line("", 1940, 2020, 2025),
        ],
    )
    return intake


def planned(settings: Settings) -> list[tuple[Any, ...]]:
    """Year, unit, last year, people and number of each plan that counts."""
    with connect("ingest", settings=settings) as connection:
        return connection.execute(
            "select period_year, planned_unit_code, to_year, planned_admissions,"
            " submission_no from raw.submissions"
            " inner join raw.admission_plan using (submission_id)"
            " where state = 'accepted' order by 1, 2"
        ).fetchall()


def plan_of_the_office(planned: int, number: int) -> bytes:
    row = {
        "scope": "unit_year", "planned_unit_code": "LAN-001",
        "from_year": 2024, "to_year": 2024, "planned_admissions": planned,
    }  # fmt: skip
    return builders.workbook(
        {"admission_plan": [row]},
        "admission_plan",
        unit_code="LAN-VP",
        unit_name="Văn phòng",
        period_code="2024-Y",
        submission_no=number,
    )


def test_the_list_comes_in_as_the_offices_returns(office: Settings) -> None:
    looked = preview(office).plans
    apply_first(office)
    assert looked == DuePlans(
        (
            "LAN-VP 2020: 1 line (1,940 to admit)",
            "LAN-VP 2024: 2 lines (8 to admit)",
        ),
        (),
    )
    result = ingest(office)
    assert (result.registered, result.batch.accepted) == (2, 2)
    assert planned(office) == [
        (2020, None, 2025, 1940, 1),
        (2024, "LAN-001", 2024, 6, 1),
        (2024, "LAN-002", 2024, 2, 1),
    ]
    assert apply(office, by="lan").plans == NOTHING


def test_a_changed_plan_is_a_new_version_also_when_changed_back(
    office: Settings,
) -> None:
    apply_first(office)
    ingest(office)
    for number, people in ((2, 7), (3, 6)):
        lines = [line("LAN-001", people), line("", 1940, 2020, 2025)]
        write_lists(office.reference_dir, ref_admission_plans=lines)
        (coming,) = apply(office, by="lan").plans.coming
        assert coming.endswith(f"become 1 line ({people} to admit)")
        ingest(office)
        assert planned(office)[1:] == [(2024, "LAN-001", 2024, people, number)]
        assert apply(office, by="lan").plans == NOTHING


def test_what_the_office_sent_counts_again_when_the_list_names_no_more(
    office: Settings,
) -> None:
    builders.land(office.landing_dir, "LAN-VP", "CTKN.xlsx", plan_of_the_office(5, 1))
    ingest(office)
    assert planned(office) == [(2024, "LAN-001", 2024, 5, 1)]
    apply_first(office)
    ingest(office)
    assert (2024, "LAN-001", 2024, 6, 2) in planned(office)
    write_lists(office.reference_dir, ref_admission_plans=[])
    assert preview(office).plans == DuePlans((), ("LAN-VP 2020", "LAN-VP 2024"))
    assert apply(office, by="lan").plans.going == ("LAN-VP 2020", "LAN-VP 2024")
    assert planned(office) == [(2024, "LAN-001", 2024, 5, 1)]
    assert apply(office, by="lan").plans == NOTHING


def test_plans_alone_do_not_make_a_build_full(office: Settings) -> None:
    def loaded_by() -> int | None:
        with connect("ingest", settings=office) as connection:
            return last_change_of_all(connection)

    apply_first(office)
    first = loaded_by()
    write_lists(office.reference_dir, ref_admission_plans=[line("LAN-001", 7)])
    assert apply(office, by="lan").application_id != first
    assert loaded_by() == first is not None
    write_lists(office.reference_dir, ref_units=UNITS[:-1])
    assert apply(office, by="lan").application_id != first
    assert loaded_by() == first  # one bloc's units alone
    term = {"bloc_code": "LAN", "term": "2020-2025", "first_day": "2020-08-01"}
    write_lists(office.reference_dir, ref_terms=[term])
    assert apply(office, by="lan").application_id == loaded_by()


def test_a_form_of_the_office_is_reported_before_the_list_counts(
    office: Settings,
) -> None:
    apply_first(office)
    ingest(office)
    later = plan_of_the_office(9, 2)
    builders.land(office.landing_dir, "LAN-VP", "CTKN.xlsx", later)
    ingest(office)
    assert (2024, "LAN-001", 2024, 9, 2) in planned(office)
    plans = preview(office).plans
    assert plans is not None
    assert plans.coming == (
        "LAN-VP 2024: 1 line (9 to admit) become 2 lines (8 to admit)",
    )
    applied = apply(office, by="lan")
    assert (applied.application_id, applied.plans) == (None, plans)
    ingest(office)
    assert (2024, "LAN-002", 2024, 2, 3) in planned(office)


def test_an_application_that_died_before_landing_is_repeated(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("bloc_warehouse.storage.local.Folder.write", full)
        with pytest.raises(PlansNotSentError, match=r"no space .* apply` again"):
            apply(office, by="lan")
    assert ingest(office).registered == 0
    assert len(apply(office, by="lan").plans.coming) == 2
    assert len(apply(office, by="lan").plans.coming) == 2  # they wait in landing
    assert ingest(office).registered == 2


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (line("LAN-009", 1), "unknown_unit"),
        (line("LAN-003", 1), "unit_elsewhere"),
        (line("LAN-002", -1), "negative"),
        (line("LAN-002", 1, 2024, 2023), "years"),
        ({**line("", 1), "bloc_code": "DLK"}, "bloc_without_office"),
        (line("LAN-001", 7), "duplicate_key"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    office: Settings, wrong: dict[str, Any], rule: str
) -> None:
    closed = {
        "event_id": "1", "event_type": "dissolve", "status": "effective",
        "effective_date": "2020-01-01", "unit_code": "LAN-003",
    }  # fmt: skip
    write_lists(
        office.reference_dir,
        ref_blocs=[BLOC, {**BLOC, "bloc_code": "DLK"}],
        ref_unit_events=[closed],
        ref_admission_plans=[line("LAN-001", 6), wrong],
    )
    with pytest.raises(ReferenceListError) as refused:
        apply(office, by="lan")
    assert [fault.rule for fault in refused.value.faults] == [rule]
    assert refused.value.faults[0].line == 3
