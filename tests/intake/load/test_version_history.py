"""When versions counted: at every moment, those that were accepted at that moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bloc_warehouse.intake.load.version_history import (
    ValidityPeriod,
    VersionLifetime,
    validity_periods,
)
from bloc_warehouse.intake.load.versions import Version, resolve_unit_period

DAY_0 = datetime(2024, 7, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return DAY_0 + timedelta(days=number)


def lifetimes(
    submission_id: int,
    received: float,
    *,
    number: int | None = None,
    content: str | None = None,
    withdrawn: float | None = None,
    form: str = "membership",
) -> VersionLifetime:
    return VersionLifetime(
        Version(
            submission_id=submission_id,
            file_id=submission_id,
            received_at=day(received),
            unit_code="LAN-001",
            period_code="2024-H1",
            form=form,
            stated_submission_no=number,
            content_sha256=content or str(submission_id),
            state="pending",
            submission_no=None,
        ),
        None if withdrawn is None else day(withdrawn),
    )


def test_an_older_version_counts_again_after_a_withdrawal() -> None:
    versions = [lifetimes(1, 1), lifetimes(2, 2, withdrawn=5)]
    assert validity_periods(versions) == [
        ValidityPeriod(1, day(1), day(2)),
        ValidityPeriod(2, day(2), day(5)),
        ValidityPeriod(1, day(5)),
    ]


def test_what_was_held_or_a_duplicate_counts_from_the_withdrawal_on() -> None:
    versions = [
        lifetimes(1, 1, number=1, withdrawn=5),
        lifetimes(2, 2, number=1),
        lifetimes(3, 1, content="a", form="ratings", withdrawn=5),
        lifetimes(4, 2, content="a", form="ratings"),
    ]
    assert sorted(
        validity_periods(versions), key=lambda period: period.submission_id
    ) == [
        ValidityPeriod(1, day(1), day(5)),
        ValidityPeriod(2, day(5)),
        ValidityPeriod(3, day(1), day(5)),
        ValidityPeriod(4, day(5)),
    ]


def test_of_two_versions_of_one_day_the_first_counted_for_no_moment() -> None:
    assert validity_periods([lifetimes(1, 1), lifetimes(2, 1)]) == [
        ValidityPeriod(1, day(1), day(1)),
        ValidityPeriod(2, day(1)),
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[VersionLifetime]:
    days = st.integers(0, 6)
    found = []
    for submission_id in range(1, draw(st.integers(1, 7)) + 1):
        received = draw(days)
        withdrawn = draw(st.none() | st.integers(1, 6).map(lambda later: later + 0.5))
        found.append(
            lifetimes(
                submission_id,
                received,
                number=draw(st.none() | st.integers(1, 4)),
                content=draw(st.sampled_from("abc")),
                withdrawn=withdrawn if withdrawn and withdrawn > received else None,
                form=draw(st.sampled_from(("membership", "ratings"))),
            )
        )
    return found


@given(histories())
def test_at_any_moment_that_counted_which_was_accepted_then(
    history: list[VersionLifetime],
) -> None:
    times = validity_periods(history)
    for moment in (day(half / 2) for half in range(-1, 16)):
        counted = {
            time.submission_id
            for time in times
            if time.since <= moment and (time.until is None or moment < time.until)
        }
        alive = sorted(
            (
                lifetime.version
                for lifetime in history
                if lifetime.version.received_at <= moment
                and (lifetime.withdrawn_at is None or moment < lifetime.withdrawn_at)
            ),
            key=lambda version: version.receipt_order,
        )
        version_states = resolve_unit_period(alive)
        assert counted == {
            number
            for number, version_state in version_states.items()
            if version_state.state == "accepted"
        }
