"""Every delivery is one: the last one wins, and each is answered."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests import builders
from tests.intake.load.test_versions_model import Sent, expected
from tests.intake.test_run import query, receipts

from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import Settings

SENDER = "LAN-001"


def note(women: int, number: str = "") -> bytes:
    """A return without a number (or with one) that says so many women."""
    text = builders.csv_membership(builders.membership_row(closing_female=women))
    return text.replace("Lần gửi;1".encode(), f"Lần gửi;{number}".encode())


A, B = note(11), note(12)


def put(settings: Settings, name: str, content: bytes, hour: float = 0) -> Path:
    """Put a file into landing; with an hour, as written on that hour of a past day."""
    path = builders.land(settings.landing_dir, SENDER, name, content)
    if hour:  # in Vietnam
        written = (
            datetime(2021, 7, 5, tzinfo=UTC) + timedelta(hours=hour - 7)
        ).timestamp()
        os.utime(path, (written, written))
    return path


def counting(settings: Settings) -> list[int]:
    return [
        women
        for (women,) in query(
            settings,
            "select closing_female from raw.membership inner join raw.submissions"
            " using (submission_id) where state = 'accepted'",
        )
    ]


def states(settings: Settings) -> list[str]:
    return [
        state
        for (state,) in query(settings, "select state from raw.files order by file_id")
    ]


@pytest.mark.parametrize(
    ("folder", "hours"),
    [("", (1, 2, 3)), ("2024-07-05/", (3, 3, 3)), ("2024-07-05/", (3, 2, 1))],
)
def test_going_back_to_the_first_bytes_is_a_third_delivery(
    intake: Settings, folder: str, hours: tuple[int, int, int]
) -> None:
    """Also where a copy keeps the time of the file, so that it goes back too."""
    for content, hour in zip((A, B, A), hours, strict=True):
        put(intake, f"{folder}rep.csv", content, hour)
        assert ingest(intake).registered == 1
    assert counting(intake) == [11]
    assert states(intake) == ["superseded", "superseded", "accepted"]
    assert [receipt["state"] for receipt in receipts(intake, SENDER)] == [
        "accepted", "accepted", "accepted",
    ]  # fmt: skip


def test_the_same_bytes_written_again_are_answered_as_a_duplicate(
    intake: Settings,
) -> None:
    put(intake, "rep.csv", A, 1)
    ingest(intake)
    put(intake, "rep.csv", A, 2)
    assert ingest(intake).registered == 1
    assert states(intake) == ["accepted", "duplicate"]
    assert len(receipts(intake, SENDER)) == 2
    (intake.landing_dir / SENDER / "rep.csv").chmod(0o600)  # no delivery
    assert ingest(intake).registered == 0


def test_what_was_withdrawn_may_be_sent_again(intake: Settings) -> None:
    path = put(intake, "rep.csv", A)
    ingest(intake)
    withdraw(intake, f"{SENDER}/rep.csv", "wrong", "tester")
    assert ingest(intake).registered == 0  # it is only still there
    assert counting(intake) == []
    path.unlink()
    put(intake, "rep.csv", A)
    assert ingest(intake).registered == 1
    assert counting(intake) == [11]
    assert states(intake) == ["withdrawn", "accepted"]


def test_a_withdrawn_file_that_seems_sent_again_is_answered(
    intake: Settings,
) -> None:
    """A copy that keeps even the time: it may be new rights only, so it stays out."""
    path = put(intake, "rep.csv", A, 1)
    ingest(intake)
    withdraw(intake, f"{SENDER}/rep.csv", "wrong", "tester")
    ingest(intake)
    for receipt in (intake.outbox_dir / SENDER).iterdir():
        receipt.unlink()
    path.chmod(0o600)
    assert ingest(intake).registered == 0
    (receipt,) = receipts(intake, SENDER)
    assert receipt["state"] == "withdrawn"
    assert "save it again" in receipt["advice"][0]["en"]


@pytest.mark.parametrize(
    ("folder", "first", "second", "counts", "at_once"),
    [
        ("2021-07-05/", ("b_dau.csv", 9), ("a_sua.csv", 11), 12, True),
        ("2021-07-09/", ("a_sua.csv", 9), ("b_dau.csv", 11), 12, True),
        ("2021-07-09/", ("b_dau.csv", 9), ("a_sua.csv", 11), 12, False),
        ("2021-07-05/", ("b.csv", 11), ("a.csv", 9), 11, False),
    ],
)
def test_of_one_day_the_later_file_counts(
    intake: Settings,
    folder: str,
    first: tuple[str, int],
    second: tuple[str, int],
    counts: int,
    *,
    at_once: bool,
) -> None:
    for (name, hour), content in zip((first, second), (A, B), strict=True):
        put(intake, f"{folder}{name}", content, hour)
        if not at_once:
            ingest(intake)
    ingest(intake)
    assert counting(intake) == [counts]


def test_of_two_files_found_together_the_later_one_counts(intake: Settings) -> None:
    put(intake, "b.csv", A, 1)
    put(intake, "a.csv", B, 2)
    ingest(intake)
    assert counting(intake) == [12]


def test_a_lower_number_does_not_count_above_a_duplicates(intake: Settings) -> None:
    for day, content in ((1, note(11, "1")), (2, note(11, "3")), (3, note(12, "2"))):
        put(intake, f"2024-07-0{day}/rep.csv", content)
        ingest(intake)
    assert counting(intake) == [11]
    assert states(intake) == ["superseded", "accepted", "superseded"]
    ((number, kept),) = query(
        intake,
        "select submission_no, (select count(*) from raw.version_validity)"
        " from raw.submissions where state = 'accepted'",
    )
    assert (number, kept) == (3, 2)  # times are stored: the order is not enough


NO_DAYS = {
    "F114": ["2042-07-05", "9999-12-31", "báo cáo/2042-07-05"],
    "F115": [
        "05-07-2021", "2023-02-29", "2021-7-5", "2021.07.05", "5 7 2021", "20210705",
        "05072021", "0001-01-01", "0000-00-00", "1921-07-05", "2021-07-05 ",
        "Ngày 05-07-2021 (lần 2)", "٢٠٢١-٠٧-٠٥", "5.7.21", "báo cáo/2021-13-01",
    ],
}  # fmt: skip


def test_a_folder_that_cannot_be_the_day_of_receipt_is_refused(
    intake: Settings,
) -> None:
    for folder in (folder for folders in NO_DAYS.values() for folder in folders):
        put(intake, f"{folder}/rep.csv", A)
    put(intake, "rep2.csv", B)
    ingest(intake)
    assert counting(intake) == [12]
    faults = query(
        intake,
        "select code, path, message_vi from raw.faults join raw.files using (file_id)",
    )
    assert sorted((code, path) for code, path, _ in faults) == sorted(
        (code, f"{SENDER}/{folder}/rep.csv")
        for code, folders in NO_DAYS.items()
        for folder in folders
    )
    for _, path, message in faults:
        assert path.split("/")[-2].strip() in message
    answers = [receipt["state"] for receipt in receipts(intake, SENDER)]
    assert sorted(answers) == ["accepted"] + ["rejected"] * len(faults)


def test_a_folder_that_names_a_day_or_none_is_taken(intake: Settings) -> None:
    days = {
        "2021-07-05": "2021-07-05",
        "báo cáo/2021-07-05": "2021-07-05",
        "Quý 1-2021": None,
        "0912": None,
        "12345678": None,
    }
    for folder in days:
        put(intake, f"{folder}/rep.csv", A)
    assert ingest(intake).batch.rejected == 0
    rows = query(
        intake,
        "select path, (received_at at time zone 'Asia/Ho_Chi_Minh')::date::text,"
        " received_at_source from raw.files",
    )
    assert {
        path: day if source == "folder" else None for path, day, source in rows
    } == {f"{SENDER}/{folder}/rep.csv": day for folder, day in days.items()}


@pytest.mark.parametrize("first", ["first.csv", "{today}/first.csv"])
def test_what_comes_later_today_counts_with_a_folder_or_without(
    intake: Settings, first: str
) -> None:
    today = datetime.now(intake.zone).date().isoformat()
    put(intake, first.format(today=today), A)
    ingest(intake)
    put(intake, f"{today}/second.csv", B)
    ingest(intake)
    assert counting(intake) == [12]
    put(intake, "third.csv", A)
    ingest(intake)
    assert counting(intake) == [11]


def test_senders_with_another_number_are_answered_again(intake: Settings) -> None:
    put(intake, "2024-07-06/later.csv", A)
    ingest(intake)
    put(intake, "2024-07-05/earlier.csv", B)
    ingest(intake)
    numbers = {
        receipt["file_name"]: receipt["submissions"][0]["submission_no"]
        for receipt in receipts(intake, SENDER)
    }
    assert numbers == {"earlier.csv": 1, "later.csv": 2}


def test_a_clock_that_runs_ahead_outranks_nothing(intake: Settings) -> None:
    ahead = put(intake, "2024-07-05/b.csv", A)
    os.utime(ahead, (4e9, 4e9))
    ingest(intake)
    put(intake, "2024-07-05/a.csv", B)
    ingest(intake)
    assert counting(intake) == [12]
    assert ingest(intake.with_changes(settle_seconds=1)).registered == 0


def test_a_random_sender_and_office_end_as_the_plain_model_says(
    intake: Settings,
) -> None:
    """Deliveries, overwritings, renamings, withdrawals, by ingest and the database."""
    chance = Random(5)  # noqa: S311  to be repeated
    sent: list[Sent] = []
    in_landing: dict[str, Sent] = {}  # what lies in landing, by name
    women = {"a": 11, "b": 12, "c": 13}

    def deliver(name: str, number: int | None, content: str, hour: int) -> None:
        put(intake, name, note(women[content], str(number or "")), hour)
        before = in_landing.get(name)
        later = max(hour, before.hour) if before else hour  # what replaces is younger
        in_landing[name] = Sent(int(name[9]), later, len(sent) + 1, number, content)
        sent.append(in_landing[name])

    for _ in range(24):
        act = chance.choice(("deliver", "deliver", "again", "rename", "withdraw"))
        if act == "deliver" or not in_landing:
            name = f"2024-07-0{chance.randint(1, 3)}/{chance.choice('xyz')}.csv"
            number = chance.choice((None, None, 1, 2, 3, 4))
            deliver(name, number, chance.choice("abc"), chance.randint(1, 20))
        elif act == "withdraw":
            live = [delivery for delivery in sent if delivery.withdrawn_at is None]
            if live:
                chosen = chance.choice(live)
                withdraw(intake, f"F-{chosen.place}", "wrong", "tester")
                chosen.withdrawn_at = datetime.now(UTC)
        else:
            name, old = chance.choice(sorted(in_landing.items()))
            if act == "rename":
                (intake.landing_dir / SENDER / name).unlink()
                del in_landing[name]
                name = f"{name[:11]}{len(sent)}.csv"
            deliver(name, old.number, old.content, chance.randint(1, 20))
        # hours only: the same bytes of the same hour at one name are no new delivery
        registered = ingest(intake).registered
        if act == "again" and not registered:
            sent.remove(in_landing[name])
            in_landing[name] = old
        live = [delivery for delivery in sent if delivery.withdrawn_at is None]
        content, became = expected(live)
        assert counting(intake) == ([women[content]] if content else [])
        assert states(intake) == [
            "withdrawn" if delivery.withdrawn_at else became[delivery.place]
            for delivery in sent
        ]
        assert query(
            intake, "select count(*) from raw.files where answered_at is null"
        ) == [(0,)]
