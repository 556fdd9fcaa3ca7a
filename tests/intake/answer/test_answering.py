"""What senders get back, and what people may ask of submissions."""

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests import builders
from tests.malformed_files import book as workbook_of
from tests.malformed_files import lines
from typer.testing import CliRunner, Result

from bloc_warehouse.cli.app import app
from bloc_warehouse.database.connection import connect
from bloc_warehouse.forms import registry as forms_registry
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.intake.run import check_files, ingest
from bloc_warehouse.settings import Settings


class Office:
    """A warehouse, and the people who send to it and work with it."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        for module in ("returns.submissions", "returns.intake"):
            monkeypatch.setattr(
                f"bloc_warehouse.cli.{module}.get_settings", lambda: settings
            )

    def send(self, name: str, content: bytes, sender: str = "LAN-001") -> None:
        builders.land(self.settings.landing_dir, sender, name, content)
        ingest(self.settings)

    def send_membership(self, name: str, number: int | None = 1, **row: object) -> None:
        rows = {"membership": [builders.membership_row(**row)]}
        self.send(name, builders.workbook(rows, submission_no=number))

    def bloc(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    def asked(self, *words: str, code: int = 0) -> Any:  # noqa: ANN401  JSON
        result = self.bloc(*words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def receipt(self, name: str, sender: str = "LAN-001") -> dict[str, Any]:
        (path,) = (self.settings.outbox_dir / sender).glob(f"*-{name}.json")
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def outbox(self, sender: str = "LAN-001") -> list[str]:
        folder = self.settings.outbox_dir / sender
        return sorted(path.name for path in folder.iterdir())

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with connect("ingest", settings=self.settings) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]

    def states(self) -> dict[str, str]:
        return dict(
            self.query("select 'S-' || submission_id, state from raw.submissions")
        )


@pytest.fixture
def office(intake: Settings, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(intake, monkeypatch)


def small_committee() -> dict[str, object]:
    """A row that is right and gets a warning: a committee with few members."""
    return {
        "opening_total": 20, "closing_total": 22, "closing_official": 17,
        "closing_age_31_40": 0, "closing_age_41_50": 0, "closing_female": 9,
        "closing_theory_elementary": 5,
    }  # fmt: skip


def adds_up(cells: Mapping[str, Any]) -> bool:
    counted = sum(cells[name] for name in ("new", "changed", "unchanged", "faulty"))
    return bool(cells["read"] == counted + sum(cells["ignored"].values()))


# ---- receipts


def test_a_rejected_workbook_goes_back_marked(office: Office) -> None:
    office.send_membership("a.xlsx", closing_total=63)
    assert office.outbox() == ["000001-a.xlsx", "000001-a.xlsx.json"]
    receipt = office.receipt("a.xlsx")
    book = load_workbook(office.settings.outbox_dir / "LAN-001" / "000001-a.xlsx")
    assert book.sheetnames == ["Kết quả", "BDV"]
    (fault,) = [fault for fault in receipt["faults"] if fault["rule"] == "M1"]
    assert "M1" in book["BDV"][fault["cell"]].comment.text
    row = fault["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert fault["expected"] == f"A{row} + J{row} - S{row} = T{row}"
    assert fault["found"] == "62 ≠ 63"
    assert receipt["cells"]["faulty"] == 2
    assert adds_up(receipt["cells"])


def test_a_csv_and_a_file_that_does_not_open_get_a_page(office: Office) -> None:
    row = builders.membership_row(closing_total=63)
    office.send("a.csv", builders.csv_membership(row))
    office.send("b.xlsx", b"PK\x03\x04 no workbook")
    assert office.outbox() == [
        "000001-a.csv.html", "000001-a.csv.json",
        "000002-b.xlsx.html", "000002-b.xlsx.json",
    ]  # fmt: skip
    page = (office.settings.outbox_dir / "LAN-001" / "000001-a.csv.html").read_text()
    assert page.index("BỊ TRẢ LẠI") < page.index("rejected")
    assert "62 = 63 là sai" in page
    assert "Ô đã đọc" in page
    assert adds_up(office.receipt("a.csv")["cells"])


def test_a_file_with_personal_data_gets_a_page_and_is_not_read_again(
    office: Office,
) -> None:
    office.send("a.xlsx", workbook_of([*lines(), (), ("Liên hệ", "0912.345.678")]))
    assert office.outbox() == ["000001-a.xlsx.html", "000001-a.xlsx.json"]
    receipt = office.receipt("a.xlsx")
    assert [fault["code"] for fault in receipt["faults"]] == ["P502"]
    assert adds_up(receipt["cells"])
    done = office.asked("replay")
    assert done["outcomes"] == {"not_kept": 1}
    assert done["files"] == []


def test_an_accepted_file_gets_a_page_with_its_totals(office: Office) -> None:
    office.send_membership("a.xlsx")
    assert office.outbox() == ["000001-a.xlsx.html", "000001-a.xlsx.json"]
    receipt = office.receipt("a.xlsx")
    assert receipt["cells"]["new"] == 36
    assert receipt["submissions"][0]["totals"]["Đảng viên cuối kỳ: Tổng số"] == 62


def test_what_a_sender_wrote_is_no_markup_in_a_page(office: Office) -> None:
    row = builders.membership_row(closing_ethnic="<script>alert(1)</script>")
    office.send("a.csv", builders.csv_membership(row))
    page = (office.settings.outbox_dir / "LAN-001" / "000001-a.csv.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_workbook_above_the_limit_gets_a_page(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(intake.with_changes(max_marked_bytes=100), monkeypatch)
    office.send_membership("a.xlsx", closing_total=63)
    assert office.outbox() == ["000001-a.xlsx.html", "000001-a.xlsx.json"]


def test_the_counts_compare_with_the_version_that_counted_before(
    office: Office,
) -> None:
    office.send_membership("2024-07-01/a.xlsx", 1)
    office.send_membership(
        "2024-07-02/b.xlsx", 2, closing_female=31, closing_ethnic=None
    )
    cells = office.receipt("b.xlsx")["cells"]
    assert (cells["changed"], cells["unchanged"], cells["new"]) == (2, 34, 0)
    office.send_membership("2024-07-03/c.xlsx", 3, closing_total=63)
    cells = office.receipt("c.xlsx")["cells"]
    assert cells["faulty"] == 2
    assert (cells["changed"], cells["new"]) == (1, 1)  # women 30 again, ethnic 0 again
    assert adds_up(cells)


def test_the_corrected_answer_is_accepted(office: Office) -> None:
    office.send_membership("a.xlsx", closing_total=63)
    answer = office.settings.outbox_dir / "LAN-001" / "000001-a.xlsx"
    book = load_workbook(answer)
    (fault,) = [
        fault for fault in office.receipt("a.xlsx")["faults"] if fault["rule"] == "M1"
    ]
    book["BDV"][fault["cell"]] = 62
    buffer = io.BytesIO()
    book.save(buffer)
    office.send("again.xlsx", buffer.getvalue())
    receipt = office.receipt("again.xlsx")
    assert receipt["state"] == "accepted"
    assert receipt["cells"]["ignored"]["other_sheets"] > 0
    assert adds_up(receipt["cells"])


def test_held_and_duplicate_name_the_file_they_meet(office: Office) -> None:
    office.send_membership("2024-07-01/a.xlsx")
    office.send_membership("2024-07-02/b.xlsx")
    office.send_membership("2024-07-03/c.xlsx", closing_female=31)
    for name, state in (("b.xlsx", "duplicate"), ("c.xlsx", "held")):
        receipt = office.receipt(name)
        assert receipt["state"] == state
        (submission,) = receipt["submissions"]
        assert (submission["same_as"], submission["same_as_file"]) == ("S-1", "a.xlsx")


# ---- check


def test_a_dry_run_says_what_would_become_of_a_file(
    office: Office, tmp_path: Path
) -> None:
    office.send_membership("a.xlsx")
    same, other = tmp_path / "same.xlsx", tmp_path / "other.xlsx"
    same.write_bytes(builders.workbook())
    changed = {"membership": [builders.membership_row(closing_female=31)]}
    other.write_bytes(builders.workbook(changed))
    checked = check_files(office.settings, [same, other])
    assert [checked_file.state for checked_file in checked] == ["duplicate", "held"]
    assert [checked_file.cells.changed for checked_file in checked] == [0, 1]
    assert office.query("select count(*) from raw.files") == [(1,)]


# ---- explain


def test_a_warning_is_explained_with_its_version(office: Office) -> None:
    office.send_membership("a.xlsx", **small_committee())
    receipt = office.receipt("a.xlsx")
    (warning,) = receipt["faults"]
    assert receipt["state"] == "accepted"
    assert warning["id"] == "W-1"
    kept = office.asked("explain", "W-1", "--reason", "Có văn bản số 12", "--by", "Lan")
    assert (kept["explained"], kept["submission"]) == ("W-1", "S-1")
    assert office.query(
        "select fault_id, submission_id, reason, explained_by from raw.explanations"
    ) == [(1, 1, "Có văn bản số 12", "Lan")]
    (warning,) = office.receipt("a.xlsx")["faults"]
    assert warning["explanations"][0]["reason"] == "Có văn bản số 12"
    assert office.receipt("a.xlsx")["advice"][0]["vi"].endswith(
        "Không phải làm gì thêm."
    )


def test_a_violation_of_the_checks_is_explained_too(office: Office) -> None:
    office.send_membership("a.xlsx")
    with connect("ingest", settings=office.settings) as connection:
        connection.execute("insert into quality.runs (stage) values ('cross_check')")
        connection.execute(
            "insert into quality.violations (stage, rule, severity, subject,"
            " submission_id, message_vi, message_en, state, first_seen, opened_at,"
            " last_seen, last_run_id) select 'cross_check', 'P1', 'warning', state, 1,"
            " 'a', 'b', state, now(), now(), now(), 1"
            " from unnest(array['open', 'resolved']) as states (state)"
        )
    kept = office.asked("explain", "V-1", "--reason", "Đã sáp nhập")
    assert (kept["explained"], kept["submission"]) == ("V-1", "S-1")
    assert office.bloc("explain", "V-2", "--reason", "x").exit_code == 2
    assert office.bloc("explain", "V-3", "--reason", "x").exit_code == 2


@pytest.mark.parametrize("name", ["W-99", "12", "S-1", "W-x", "W-2"])
def test_what_cannot_be_explained_is_wrong_use(office: Office, name: str) -> None:
    office.send_membership("a.xlsx", **small_committee())
    office.send_membership("b.xlsx", closing_total=63)  # W-2 is an error
    result = office.bloc("explain", name, "--reason", "vì thế")
    assert result.exit_code == 2
    assert "bloc:" in result.stderr


# ---- withdraw


def test_the_older_version_counts_again(office: Office) -> None:
    office.send_membership("2024-07-01/a.xlsx", 1)
    office.send_membership("2024-07-02/b.xlsx", 2, closing_female=31)
    done = office.asked("withdraw", "S-2", "--reason", "Gửi nhầm", "--by", "Lan")
    assert [change["submission"] for change in done["withdrawn"]] == ["S-2"]
    assert [(change["submission"], change["after"]) for change in done["settled"]] == [
        ("S-1", "accepted")
    ]
    assert office.query(
        "select path, state, state_reason from raw.files order by 1"
    ) == [
        ("LAN-001/2024-07-01/a.xlsx", "accepted", None),
        ("LAN-001/2024-07-02/b.xlsx", "withdrawn", "Gửi nhầm"),
    ]
    assert office.query(
        "select submission_id, state_before, reason, withdrawn_by from raw.withdrawals"
    ) == [(2, "accepted", "Gửi nhầm", "Lan")]
    assert "Gửi nhầm" in office.receipt("b.xlsx")["advice"][0]["vi"]
    assert office.receipt("a.xlsx")["state"] == "accepted"
    again = office.asked("withdraw", "S-2", "--reason", "Gửi nhầm")
    assert (again["withdrawn"], again["settled"]) == ([], [])
    assert len(office.query("select * from raw.withdrawals")) == 1


def test_a_held_version_is_free(office: Office) -> None:
    office.send_membership("2024-07-01/a.xlsx", 1)
    office.send_membership("2024-07-02/b.xlsx", 1, closing_female=31)
    assert office.states() == {"S-1": "accepted", "S-2": "held"}
    office.asked("withdraw", "LAN-001/2024-07-01/a.xlsx", "--reason", "Sai")
    assert office.states() == {"S-1": "withdrawn", "S-2": "accepted"}
    assert office.receipt("b.xlsx")["state"] == "accepted"


def test_a_withdrawn_number_is_free_and_the_file_is_not_read_again(
    office: Office,
) -> None:
    office.send_membership("a.xlsx", 1)
    office.asked("withdraw", "F-1", "--reason", "Sai")
    office.send_membership("b.xlsx", 1, closing_female=31)
    assert office.states() == {"S-1": "withdrawn", "S-2": "accepted"}
    office.asked("replay", "--all")
    assert office.states() == {"S-1": "withdrawn", "S-2": "accepted"}


@pytest.mark.parametrize("name", ["S-9", "F-9", "nowhere/a.xlsx", "S-1"])
def test_what_never_counted_cannot_be_withdrawn(office: Office, name: str) -> None:
    office.send_membership("a.xlsx", closing_total=63)
    assert office.bloc("withdraw", name, "--reason", "Sai").exit_code == 2


# ---- submissions, diff


def test_versions_are_listed_with_states_and_numbers(office: Office) -> None:
    office.send_membership("2024-07-01/a.xlsx", 1, closing_total=63)
    office.send_membership("2024-07-02/b.xlsx", 1, **small_committee())
    lines = office.asked("submissions", "--unit", "lan-001", "--form", "BDV")
    assert [
        (version["submission"], version["state"], version["submission_no"])
        for version in lines
    ] == [("S-1", "rejected", None), ("S-2", "accepted", 1)]
    assert [(version["errors"], version["warnings"]) for version in lines] == [
        (3, 0),
        (0, 1),
    ]
    assert lines[1]["unanswered"] == 1
    assert office.asked("submissions", "--period", "2023-Y") == []
    assert office.bloc("submissions", "--form", "none").exit_code == 2
    assert "S-2" in office.bloc("submissions").stdout


def test_two_versions_are_compared_cell_by_cell(office: Office) -> None:
    office.send_membership("a.xlsx", 1)
    office.send_membership("b.xlsx", 2, closing_female=31, closing_ethnic=None)
    found = office.asked("diff", "S-1", "2", code=1)
    assert [
        (change["label"], change["before"], change["after"])
        for change in found["changes"]
    ] == [
        ("Trong số đảng viên cuối kỳ: Nữ", 30, 31),
        ("Trong số đảng viên cuối kỳ: Dân tộc thiểu số", 0, None),
    ]
    assert found["changes"][0]["cell_before"].startswith("X")
    assert office.asked("diff", "S-1", "S-1")["changes"] == []
    assert office.bloc("diff", "S-1", "S-9").exit_code == 2


def test_a_rejected_version_is_read_from_its_file_again(office: Office) -> None:
    office.send_membership("a.xlsx", 1, closing_total=63)
    office.send_membership("b.xlsx", 1)
    (change,) = office.asked("diff", "S-1", "S-2", code=1)["changes"]
    assert (change["before"], change["after"]) == (63, 62)


# ---- replay


@pytest.fixture
def lenient() -> Registry:
    """The forms without the rules that a wrong closing breaks."""
    known = load_registry()
    forms = tuple(
        form.model_copy(
            update={
                "rules": tuple(
                    rule
                    for rule in form.rules
                    if rule.rule not in ("M1", "M3-status", "M3-age")
                )
            }
        )
        for form in known.forms
    )
    return Registry(forms)


def with_forms(monkeypatch: pytest.MonkeyPatch, registry: Registry) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("bloc_warehouse.") and hasattr(module, "load_registry"):
            monkeypatch.setattr(module, "load_registry", lambda: registry)
    assert forms_registry.load_registry() is registry


def test_a_replay_takes_what_a_rule_wrongly_refused(
    office: Office, lenient: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send_membership("a.xlsx", 1, closing_total=63)
    faults = office.query("select * from raw.faults order by fault_id")
    nothing = office.asked("replay")
    assert (nothing["read"], nothing["outcomes"]) == (1, {"unchanged": 1})
    with_forms(monkeypatch, lenient)
    done = office.asked("replay", "--rule", "M1", "--by", "Lan")
    (file,) = done["files"]
    assert (file["outcome"], file["state_before"], file["state"]) == (
        "replaced",
        "rejected",
        "accepted",
    )
    assert file["faults_before"] == {"M1": 1, "M3-status": 1, "M3-age": 1}
    assert file["faults"] == {}
    assert sorted(office.states().values()) == ["accepted", "rejected"]
    assert office.query(
        "select state, replay_id, replaced_by_replay_id from raw.submissions"
        " order by submission_id"
    ) == [("rejected", None, 1), ("accepted", 1, None)]
    assert office.query("select * from raw.faults order by fault_id") == faults
    assert office.query("select replayed_by from raw.replays") == [("Lan",)]
    assert office.query("select closing_total from raw.membership") == [(63,)]
    assert office.receipt("a.xlsx")["state"] == "accepted"
    assert office.outbox() == ["000001-a.xlsx.html", "000001-a.xlsx.json"]
    again = office.asked("replay", "--all")
    assert again["outcomes"] == {"unchanged": 1}
    assert len(office.query("select * from raw.replays")) == 1
    assert len(office.asked("submissions")) == 1
    assert len(office.asked("submissions", "--replaced")) == 2


def test_a_replay_overtakes_no_later_correction(
    office: Office, lenient: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send_membership("2024-07-01/a.xlsx", 1, closing_total=63)
    office.send_membership("2024-07-02/b.xlsx", 1)
    with_forms(monkeypatch, lenient)
    assert office.asked("replay")["outcomes"] == {"overtaken": 1}
    assert office.states() == {"S-1": "rejected", "S-2": "accepted"}


def test_a_replay_only_reports_what_it_would_reject(
    office: Office, lenient: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = load_registry()
    with monkeypatch.context() as patch:
        with_forms(patch, lenient)
        office.send_membership("a.xlsx", 1, closing_total=63)
    assert office.states() == {"S-1": "accepted"}
    with_forms(monkeypatch, strict)
    done = office.asked("replay", "--all", code=1)
    assert done["outcomes"] == {"would_be_rejected": 1}
    assert done["files"][0]["faults"]["M1"] == 1
    assert office.states() == {"S-1": "accepted"}


def test_a_replay_of_one_file_after_its_unit_became_known(office: Office) -> None:
    content = builders.messy_membership(**{"Đơn vị": "ĐB Y tế tỉnh"})
    office.send("a.xlsx", content)
    assert office.receipt("a.xlsx")["faults"][0]["code"] == "R202"
    with connect("ingest", settings=office.settings) as connection:
        connection.execute(
            "insert into reference.ref_unit_aliases values"
            " ('LAN-001', 'ĐB Y tế tỉnh', null, null)"
        )
    done = office.asked("replay", "--file", "F-1")
    assert done["files"][0]["state"] == "accepted"
    assert office.bloc("replay", "--file", "F-7").exit_code == 2
    assert office.asked("replay", "--since", "2999-01-01")["read"] == 0


def test_bytes_that_are_gone_are_reported(office: Office) -> None:
    office.send_membership("a.xlsx", closing_total=63)
    ((path,),) = office.query("select archive_path from raw.files")
    (office.settings.archive_dir / path).unlink()
    done = office.asked("replay", code=1)
    assert done["outcomes"] == {"bytes_gone": 1}
