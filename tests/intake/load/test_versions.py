"""Which version counts, whatever the order in which files were processed."""

import itertools
from datetime import UTC, datetime

import pytest

from bloc_warehouse.intake.load.versions import Version, resolve_unit_period


def version(
    submission_id: int,
    number: int | None,
    content: str,
    *,
    file_id: int | None = None,
    form: str = "membership",
) -> Version:
    return Version(
        submission_id=submission_id,
        file_id=file_id or submission_id,
        received_at=datetime(2024, 7, 1, tzinfo=UTC),
        unit_code="LAN-001",
        period_code="2024-H1",
        form=form,
        stated_submission_no=number,
        content_sha256=content,
        state="pending",
        submission_no=None,
    )


def states(*versions: Version) -> list[tuple[str, int | None]]:
    version_states = resolve_unit_period(versions)
    return [
        (
            version_states[submission.submission_id].state,
            version_states[submission.submission_id].submission_no,
        )
        for submission in versions
    ]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([version(1, 1, "a")], [("accepted", 1)]),
        (
            [version(1, 1, "a"), version(2, 2, "b")],
            [("superseded", 1), ("accepted", 2)],
        ),
        (
            [version(1, 2, "a"), version(2, 1, "b")],
            [("accepted", 2), ("superseded", 1)],
        ),
        (
            [version(1, None, "a"), version(2, None, "b")],
            [("superseded", 1), ("accepted", 2)],
        ),
        (
            [version(1, 1, "a"), version(2, 5, "a")],
            [("accepted", 1), ("duplicate", None)],
        ),
        (
            [version(1, 1, "a"), version(2, 1, "b")],
            [("accepted", 1), ("held", 1)],
        ),
        (
            [version(1, 1, "a"), version(2, 2, "b"), version(3, 3, "a")],
            [("superseded", 1), ("superseded", 2), ("accepted", 3)],
        ),
    ],
)
def test_versions_stand_by_number_and_receipt(
    versions: list[Version], expected: list[tuple[str, int | None]]
) -> None:
    assert states(*versions) == expected


def test_a_held_form_holds_the_whole_file() -> None:
    first = version(1, 1, "a")
    conflict = version(2, 1, "b", file_id=9)
    beside = version(3, 1, "c", file_id=9, form="admissions")
    assert states(first, conflict, beside) == [
        ("accepted", 1),
        ("held", 1),
        ("held", 1),
    ]


def test_each_number_is_accepted_at_most_once() -> None:
    pool = [
        version(1, 1, "a"),
        version(2, None, "b"),
        version(3, 2, "c"),
        version(4, 1, "a"),
    ]
    for order in itertools.permutations(pool):
        version_states = resolve_unit_period(order).values()
        assert (
            sum(version_state.state == "accepted" for version_state in version_states)
            == 1
        )


def test_a_duplicates_higher_number_ranks_above_later_ones() -> None:
    first, again = version(1, 1, "a"), version(2, 3, "a")
    assert states(first, again) == [("accepted", 1), ("duplicate", None)]
    assert states(first, again, version(3, 2, "b")) == [
        ("superseded", 1),
        ("accepted", 3),
        ("superseded", 2),
    ]
    assert states(first, again, version(3, None, "b")) == [
        ("superseded", 1),
        ("duplicate", None),
        ("accepted", 4),
    ]
