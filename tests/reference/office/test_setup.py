"""An office's first lists: written once, sound, and never mixed with others'."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.reference_lists import write_lists
from typer.testing import CliRunner, Result

from bloc_samples.files.manifest import ForeignFilesError
from bloc_samples.make import make_samples
from bloc_warehouse.cli.app import app
from bloc_warehouse.database.connection import connect
from bloc_warehouse.reference.apply import apply, preview
from bloc_warehouse.reference.lists.folder import read_folder
from bloc_warehouse.reference.office.answers import Answers, AnswersError, read_answers
from bloc_warehouse.reference.office.setup import (
    OtherOfficeError,
    plan_office,
    set_up,
)
from bloc_warehouse.reference.office.unit_list import (
    UnitList,
    UnitListError,
    read_unit_list,
)
from bloc_warehouse.settings import Settings

UNITS = "STT;Tên đơn vị;Loại hình;Ngành\n1;Sở Y tế;ĐBCS;\n2;Sở Nội vụ;CBCS;\n"
ANSWERS = Answers(
    bloc="QNM", name="Đảng bộ Khối", province="Quảng Nam", term="2020-2025",
    units="units.csv", first_year=2022,
)  # fmt: skip


@pytest.fixture
def office(warehouse: Settings, tmp_path: Path) -> Settings:
    return warehouse.with_changes(
        reference_dir=tmp_path / "reference",
        landing_dir=tmp_path / "landing",
        outbox_dir=tmp_path / "outbox",
        reports_dir=tmp_path / "reports",
    )


def units(text: str = UNITS) -> UnitList:
    return read_unit_list("units.csv", text.encode())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_set_up_is_in_force_and_repeating_changes_nothing(
    office: Settings,
) -> None:
    plan = plan_office(office, ANSWERS, units())
    assert not office.reference_dir.exists()
    assert (plan.first_unit, dict(plan.kinds)) == (
        "QNM-001", {"dbcs": 1, "cbcs": 1, "bloc_office": 1},
    )  # fmt: skip
    number = set_up(office, plan, by="t")
    assert number is not None
    looked = preview(office)
    assert looked.faults == ()
    assert looked.difference is not None
    assert looked.difference.changes == ()
    assert isinstance(office.landing_dir, Path)
    assert {path.name for path in office.landing_dir.iterdir()} == {
        "QNM-001", "QNM-002", "QNM-VP",
    }  # fmt: skip
    before = contents(office.reference_dir)
    again = plan_office(office, ANSWERS, units())
    assert (again.files, again.folders, again.is_set_up) == ({}, (), True)
    assert set_up(office, again, by="t") is None
    assert contents(office.reference_dir) == before


def test_lists_that_were_edited_since_are_left_as_they_are(office: Settings) -> None:
    set_up(office, plan_office(office, ANSWERS, units()), by="t")
    path = office.reference_dir / "ref_units.csv"
    path.write_text(path.read_text().replace("Sở Y tế", "Sở Y tế tỉnh"))
    edited = path.read_bytes()
    set_up(office, plan_office(office, ANSWERS, units()), by="t")
    assert path.read_bytes() == edited


def test_a_half_written_set_of_lists_is_written_again(office: Settings) -> None:
    plan = plan_office(office, ANSWERS, units())
    office.reference_dir.mkdir()
    (office.reference_dir / "ref_terms.csv").write_text(
        "bloc_code,term,first_day,last_day\n"
    )
    assert plan_office(office, ANSWERS, units()).files == plan.files


def test_every_form_is_owed_by_all_who_send_it(office: Settings) -> None:
    plan = plan_office(office, ANSWERS, units())
    text = plan.files["ref_obligations.csv"]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    owed = list(csv.DictReader(lines))
    assert {row["form"] for row in owed if row["owed_by"] == "bloc_office"} == {
        "admission_plan", "awards_training", "bloc_summary", "inspections",
    }  # fmt: skip
    assert {row["first_period"][:4] for row in owed} == {"2022"}


def test_a_folder_of_another_bloc_is_refused(office: Settings) -> None:
    lines = [{"bloc_code": "LAN", "bloc_name": "Khối", "valid_from": "2010-01-01"}]
    write_lists(office.reference_dir, ref_blocs=lines)
    before = contents(office.reference_dir)
    with pytest.raises(OtherOfficeError, match="LAN"):
        plan_office(office, ANSWERS, units())
    assert contents(office.reference_dir) == before


def test_a_warehouse_of_another_bloc_is_refused(office: Settings) -> None:
    """Also where its folder is gone."""
    lines = [{"bloc_code": "LAN", "bloc_name": "Khối", "valid_from": "2010-01-01"}]
    write_lists(office.reference_dir, ref_blocs=lines)
    apply(office, by="t")
    for path in office.reference_dir.iterdir():
        path.unlink()
    with pytest.raises(OtherOfficeError, match="the warehouse holds LAN"):
        plan_office(office, ANSWERS, units())


def test_lists_without_a_bloc_are_not_written_over(office: Settings) -> None:
    lines = [{"unit_code": "QNM-001", "alias": "Sở Y tế tỉnh"}]
    write_lists(office.reference_dir, ref_unit_aliases=lines)
    with pytest.raises(OtherOfficeError, match="ref_unit_aliases"):
        plan_office(office, ANSWERS, units())


def test_samples_refuse_an_offices_installation(office: Settings) -> None:
    set_up(office, plan_office(office, ANSWERS, units()), by="t")
    before = contents(office.reference_dir)
    with pytest.raises(ForeignFilesError, match="not made by this command"):
        make_samples(office)
    assert contents(office.reference_dir) == before


def test_a_unit_of_no_known_kind_is_asked_for(office: Settings) -> None:
    with pytest.raises(UnitListError, match="row 2: Sở Y tế"):
        plan_office(office, ANSWERS, units(UNITS.replace("ĐBCS", "")))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("bloc: qnm", "bloc"),
        ("forms: [member]", "member is none of"),
        ("periods: [Q2]", "Q2 is none of"),
        ("first_year: 1999", "first_year"),
        ("due_days: soon", "due_days"),
        ("terms: 2020-2025", "terms"),
    ],
)
def test_wrong_answers_name_their_place(
    office: Settings, tmp_path: Path, line: str, what: str
) -> None:
    answers = {
        "bloc": "QNM", "name": "Khối", "province": "Quảng Nam", "units": "units.csv",
        "first_year": "2022",
    }  # fmt: skip
    key, _, value = line.partition(": ")
    text = "".join(f"{k}: {v}\n" for k, v in (answers | {key: value}).items())
    path = tmp_path / "office.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnswersError, match=what):
        plan_office(office, read_answers(path), units())


@pytest.fixture
def init(
    office: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    from bloc_warehouse.cli.operations import init as command

    monkeypatch.setattr(command, "get_settings", lambda: office)
    monkeypatch.chdir(tmp_path)
    Path("units.csv").write_text(UNITS, encoding="utf-8")
    Path("office.yaml").write_text(
        "bloc: QNM\nname: Đảng bộ Khối\nprovince: Quảng Nam\nunits: units.csv\n"
        "first_year: 2022\nperiods: [H1, Y]\nforms: [membership, ratings]\n",
        encoding="utf-8",
    )
    return lambda *arguments: CliRunner().invoke(app, ["init", *arguments])


def test_without_a_terminal_nothing_is_done_unless_confirmed(
    init: Callable[..., Result], office: Settings
) -> None:
    shown = init("--from", "office.yaml")
    assert (shown.exit_code, "Nothing was written" in shown.output) == (0, True)
    assert not office.reference_dir.exists()
    done = init("--from", "office.yaml", "--yes")
    assert done.exit_code == 0, done.output
    assert "bloc template --all --period 2022-H1" in done.output
    owed = read_folder(office.reference_dir).rows["ref_obligations"]
    assert [(row["form"], row["period_type"], row["due_days"]) for row in owed] == [
        ("membership", "H1", "15"), ("membership", "Y", "30"), ("ratings", "Y", "90"),
    ]  # fmt: skip
    with connect("ingest", settings=office) as connection:
        found = connection.execute("select count(*) from reference.ref_units")
        assert found.fetchone() == (3,)
    again = init("--from", "office.yaml", "--yes")
    assert "nothing was changed" in again.output


def test_what_is_not_said_is_asked_for(init: Callable[..., Result]) -> None:
    result = init("--bloc", "QNM")
    assert (result.exit_code, "--name" in result.output) == (2, True)
    result = init("--from", "office.yaml", "--bloc", "QNM")
    assert (result.exit_code, "leave out bloc" in result.output) == (2, True)
    result = init("--from", "no.yaml")
    assert result.exit_code in (2, 3)
