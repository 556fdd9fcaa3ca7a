"""What the commands of intake print: which file, where its answer is, what is due."""

import json
from pathlib import Path

import pytest
from tests.intake.revise.test_deliveries import A, B, counting, put
from tests.intake.test_run import query
from typer.testing import CliRunner

from bloc_warehouse.cli import timestamps
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.checks import quality
from bloc_warehouse.cli.returns import submissions
from bloc_warehouse.settings import Settings

runner = CliRunner()


@pytest.fixture(autouse=True)
def _own_warehouse(intake: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (timestamps, quality, submissions):
        monkeypatch.setattr(module, "get_settings", lambda: intake)
    monkeypatch.setattr(
        "bloc_warehouse.cli.returns.intake.get_settings", lambda: intake
    )
    for module in ("database.prepare.prepare", "build.transform.seed"):
        monkeypatch.setattr(f"bloc_warehouse.{module}", lambda _: None)


def said(*words: str, code: int) -> str:
    result = runner.invoke(app, words, env={"COLUMNS": "300"})
    assert result.exit_code == code, result.output
    return " ".join(result.stdout.split())


def test_ingest_names_what_it_returned_and_where_the_answer_is(
    intake: Settings,
) -> None:
    put(intake, "2042-07-05/a.csv", A)
    (intake.landing_dir / "LAN-001" / "link").symlink_to("/etc/hostname")
    out = said("ingest", code=1)
    assert "1 new file: 0 accepted, 1 rejected" in out
    assert "rejected F-1 LAN-001/2042-07-05/a.csv F114: The folder" in out
    receipt = Path(out.split("answer: ")[1].split()[0])
    assert receipt == intake.outbox_dir / "LAN-001" / "000001-a.csv.html"
    assert receipt.exists()
    assert "1 thing in landing is no file to be taken" in out
    assert "Waiting: 1 file was read and waits for a build" in out
    for _ in range(2):
        out = said("status", code=0)
        assert "file_rejected" in out or "bị trả lại" in out
        assert out.count("Not taken: LAN-001/link (L501): It is a link") == 1
    answer = json.loads(runner.invoke(app, ["status", "--json"]).stdout)
    assert [entry["path"] for entry in answer["not_taken"]] == ["LAN-001/link"]
    page = intake.outbox_dir / "LAN-001" / "not-taken.html"
    assert "LAN-001/link: Đây là một liên kết" in page.read_text(encoding="utf-8")
    (intake.landing_dir / "LAN-001" / "link").unlink()
    assert "in landing" not in said("ingest", code=0)
    assert not page.exists()


def test_a_registered_day_of_receipt_can_be_corrected(intake: Settings) -> None:
    put(intake, "2024-07-05/rep.csv", A)
    assert "1 new file: 1 accepted" in said("ingest", code=0)
    query(  # as it came in before such folders were refused
        intake,
        "with one as (update raw.files set received_at = '2042-07-04T17:00Z')"
        " update raw.submissions set received_at = '2042-07-04T17:00Z' returning 1",
    )
    put(intake, "rep2.csv", B)
    said("ingest", code=0)
    assert counting(intake) == [11]
    assert "bloc redate F-1 — F-1 LAN-001/2024-07-05/rep.csv" in said("status", code=0)
    redate = ("redate", "F-1", "--reason", "typed 2042 for 2024", "--received-at")
    assert "still to come" in runner.invoke(app, [*redate, "2042-07-05"]).stderr
    out = said(*redate, "2024-07-05", code=0)
    assert "received 05/07/2024 00:00 +07, not 05/07/2042 00:00 +07" in out
    assert "accepted → superseded" in out
    assert "waits for a build" in out or "wait for a build" in out
    assert counting(intake) == [12]
    assert "redate" not in said("status", code=0)
    assert query(intake, "select reason from raw.redatings") == [
        ("typed 2042 for 2024",)
    ]


def test_a_withdrawal_says_that_a_build_is_due(intake: Settings) -> None:
    put(intake, "a.csv", A)
    put(intake, "b.csv", B)
    said("ingest", code=0)
    out = said("withdraw", "F-2", "--reason", "wrong", code=0)
    assert "superseded → accepted" in out
    assert "2 files were read and wait for a build" in out
    assert "Next: bloc run" in out


def test_a_day_to_come_is_no_day_of_receipt(intake: Settings) -> None:
    put(intake, "a.csv", A)
    result = runner.invoke(app, ["ingest", "--received-at", "2042-07-05"])
    assert result.exit_code == 2
    assert "still to come" in result.stderr
    assert query(intake, "select count(*) from raw.files") == [(0,)]


def test_a_dated_folder_is_believed_before_the_operator(intake: Settings) -> None:
    put(intake, "2024-07-06/a.csv", A)
    put(intake, "b.csv", B)
    put(intake, "5-7-2024/c.csv", B)
    said("ingest", "--received-at", "2024-07-05", code=0)
    assert query(
        intake,
        "select path, (received_at at time zone 'Asia/Ho_Chi_Minh')::date::text"
        " from raw.files order by path",
    ) == [
        ("LAN-001/2024-07-06/a.csv", "2024-07-06"),
        ("LAN-001/5-7-2024/c.csv", "2024-07-05"),
        ("LAN-001/b.csv", "2024-07-05"),
    ]


def test_a_check_says_what_a_file_was_understood_to_be(
    tmp_path: Path,
) -> None:
    path = tmp_path / "báo cáo (cuối).csv"
    path.write_bytes(A)
    assert "accepted" in said("check", str(path), code=0)
    found = json.loads(runner.invoke(app, ["check", str(path), "--json"]).stdout)
    [returned] = found[0]["returns"]
    line = "{form} · {unit_code} · {period_code}".format_map(returned)
    assert line in said("check", str(path), code=0)
    assert returned == {
        "form": "membership", "unit_code": "LAN-001", "period_code": "2024-H1",
    }  # fmt: skip
