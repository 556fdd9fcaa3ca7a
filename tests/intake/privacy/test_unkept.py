"""What must not be kept is not: personal data wherever it is, unread files."""

import io
import time

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from tests import builders
from tests.intake.answer.test_answering import (
    Office,
    lenient,
    office,
    small_committee,
    with_forms,
)
from tests.old_workbooks import ole

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.run import ingest

__all__ = ["lenient", "office"]


def with_note(content: bytes, note: str) -> bytes:
    """Note something at a cell of a workbook."""
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0]["C3"].comment = Comment(note, "Hoa")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def unsearched(patch: pytest.MonkeyPatch) -> None:
    """Take files as before the rules for personal data knew what they know now."""
    patch.setattr("bloc_warehouse.intake.revise.reread.parse_apart", parse_file)
    patch.setattr(
        "bloc_warehouse.intake.parse_file._check_personal", lambda *_: FaultList()
    )


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_personal_data_that_a_replay_finds_is_deleted(
    office: Office, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    row = {"closing_total": 63} if state == "rejected" else {}
    with monkeypatch.context() as patch:
        unsearched(patch)
        content = builders.workbook({"membership": [builders.membership_row(**row)]})
        office.send("a.xlsx", with_note(content, "gọi 0912.345.678"))
    assert office.query("select state from raw.files") == [(state,)]
    done = office.asked("replay", "--all", code=int(state == "accepted"))
    outcome = {"accepted": "would_be_rejected", "rejected": "replaced"}[state]
    assert done["outcomes"] == {outcome: 1}
    assert done["files"][0]["faults"] == {"P502": 1}
    assert office.query("select state, archive_path from raw.files") == [(state, None)]
    assert not list(office.settings.archive_dir.rglob("*.xlsx"))
    assert office.asked("replay", "--all")["outcomes"] == {"not_kept": 1}
    # figures of an accepted version are in the tables, those of a rejected one are gone
    assert office.bloc("diff", "S-1", "S-1").exit_code == 2 * (state == "rejected")


def test_bytes_kept_before_go_with_the_same_bytes_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = with_note(builders.workbook(), "gọi 0912.345.678")
    with monkeypatch.context() as patch:
        unsearched(patch)
        office.send("a.xlsx", content)
    office.send("b.xlsx", content)
    assert office.query("select state, archive_path from raw.files order by 1") == [
        ("accepted", None),
        ("rejected", None),
    ]
    assert not list(office.settings.archive_dir.rglob("*.xlsx"))


def test_a_file_with_a_password_is_not_kept(office: Office) -> None:
    office.send("a.xlsx", ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    (fault,) = office.receipt("a.xlsx")["faults"]
    assert fault["code"] == "F106"
    assert office.query("select archive_path from raw.files") == [(None,)]
    assert not list(office.settings.archive_dir.rglob("*.xlsx"))


def test_a_name_with_a_phone_number_is_neither_stored_nor_printed(
    office: Office,
) -> None:
    office.send("BDV 0912345678.xlsx", builders.workbook())
    (receipt,) = office.query("select path, state, archive_path from raw.files")
    assert receipt == ("LAN-001/BDV ‹P502›.xlsx", "rejected", None)
    assert office.outbox() == [
        "000001-BDV _P502_.xlsx.html",
        "000001-BDV _P502_.xlsx.json",
    ]
    page = office.settings.outbox_dir / "LAN-001" / office.outbox()[0]
    assert "0912345678" not in page.read_text()
    assert "tên tệp (file name)" in page.read_text()


def test_a_huge_file_is_refused_without_being_read(office: Office) -> None:
    folder = office.settings.landing_dir / "LAN-001"
    folder.mkdir(parents=True)
    with (folder / "huge.xlsx").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    start = time.monotonic()
    ingest(office.settings)
    assert time.monotonic() - start < 5
    assert office.receipt("huge.xlsx")["faults"][0]["code"] == "F103"
    assert office.query("select sha256, state, archive_path from raw.files") == [
        (None, "rejected", None)
    ]
    assert ingest(office.settings).registered == 0
    assert office.asked("replay")["outcomes"] == {"unchanged": 1}


def test_an_explanation_goes_with_the_warning_that_a_replay_finds_again(
    office: Office, lenient: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = small_committee() | {"closing_female": 9, "closing_total": 23}
    office.send_membership("a.xlsx", **wrong)
    (warning,) = [
        fault["id"] for fault in office.receipt("a.xlsx")["faults"] if fault["id"]
    ]
    office.asked("explain", warning, "--reason", "Có văn bản số 12", "--by", "Lan")
    with_forms(monkeypatch, lenient)
    assert office.asked("replay")["outcomes"] == {"replaced": 1}
    assert office.query(
        "select submission_id, reason, explained_by from raw.explanations order by 1"
    ) == [(1, "Có văn bản số 12", "Lan"), (2, "Có văn bản số 12", "Lan")]
    (warning,) = office.receipt("a.xlsx")["faults"]
    assert warning["explanations"][0]["reason"] == "Có văn bản số 12"
