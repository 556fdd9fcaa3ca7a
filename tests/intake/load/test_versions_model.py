"""What counts, as deliveries come, go and come again: settled, and by a plain model."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bloc_warehouse.intake.load.version_history import VersionLifetime, validity_periods
from bloc_warehouse.intake.load.versions import (
    Version,
    VersionState,
    resolve_unit_period,
)

DAY_0 = datetime(2024, 7, 1, tzinfo=UTC)
NUMBERS = st.none() | st.integers(1, 4)
DAYS = st.integers(0, 3)
HOURS = st.integers(0, 23)
CONTENTS = st.sampled_from("abc")


@dataclass
class Sent:
    """A delivery, as the sender knows it."""

    day: int
    hour: int
    place: int
    number: int | None
    content: str
    withdrawn_at: datetime | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        return self.day, self.hour, self.place

    @property
    def version(self) -> Version:
        return Version(
            submission_id=self.place,
            file_id=self.place,
            received_at=DAY_0 + timedelta(self.day),
            unit_code="LAN-001",
            period_code="2024-H1",
            form="membership",
            stated_submission_no=self.number,
            content_sha256=self.content,
            state="pending",
            submission_no=None,
            written_at=DAY_0 + timedelta(hours=self.hour),
        )


def expected(live: list[Sent]) -> tuple[str | None, dict[int, str]]:
    """Say which content counts, and what each delivery is: by telling the story.

    Each line of the story is what an office would say on getting the delivery.
    """
    firm: dict[int, int] = {}  # number → the delivery that made it
    top, counts = 0, None  # the number that counts is at least this; its content
    became: dict[int, str] = {}
    echoes: dict[int, int] = {}  # numbers that only repeated what counts
    for delivery in sorted(live, key=lambda sent: sent.order):
        if delivery.content == counts:
            became[delivery.place] = "duplicate"  # "we have that"
            if delivery.number and delivery.number > top:
                echoes.setdefault(delivery.number, delivery.place)
            continue
        number = delivery.number or max([top, *echoes]) + 1
        if number in firm:
            became[delivery.place] = "held"  # "which of the two?"
            continue
        firm[number] = delivery.place
        over = max(echoes, default=0)
        if top < number < over:
            # "a higher number said the same as before": so that one is firm now
            firm[over], top = echoes[over], over
        elif number > top:
            top, counts, echoes = number, delivery.content, {}
    for number, place in firm.items():
        became[place] = "accepted" if number == max(firm) else "superseded"
    return counts, became


def settled(live: list[Sent]) -> dict[int, VersionState]:
    versions = [version.version for version in live]
    return resolve_unit_period(
        sorted(versions, key=lambda version: version.receipt_order)
    )


class Deliveries(RuleBasedStateMachine):
    """A sender and an office that do whatever they can."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.acts = 0

    @property
    def live(self) -> list[Sent]:
        return [delivery for delivery in self.sent if delivery.withdrawn_at is None]

    @rule(day=DAYS, hour=HOURS, number=NUMBERS, content=CONTENTS)
    def deliver(self, day: int, hour: int, number: int | None, content: str) -> None:
        self.sent.append(Sent(day, hour, len(self.sent) + 1, number, content))

    @rule(chance=st.randoms(use_true_random=False))
    def send_again_last(self, chance: Random) -> None:
        """An old file again, under its name or another one, as the last delivery."""
        if not self.sent:
            return
        again = chance.choice(self.sent)
        last = max(delivery.order for delivery in self.sent)
        self.sent.append(
            Sent(last[0], last[1], len(self.sent) + 1, again.number, again.content)
        )
        if again.number is None and all(
            delivery.number is None for delivery in self.live
        ):
            assert self._counting() == again.content  # the last delivery wins

    @rule(chance=st.randoms(use_true_random=False))
    def withdraw(self, chance: Random) -> None:
        if self.live:
            self.acts += 1
            moment = DAY_0 + timedelta(10, minutes=self.acts)
            chance.choice(self.live).withdrawn_at = moment

    @rule(chance=st.randoms(use_true_random=False), day=DAYS)
    def redate(self, chance: Random, day: int) -> None:
        if self.sent:
            chance.choice(self.sent).day = day

    def _counting(self) -> str | None:
        version_states = settled(self.live)
        counting = [
            delivery
            for delivery in self.live
            if version_states[delivery.place].state == "accepted"
        ]
        assert len(counting) == (1 if self.live else 0)
        return counting[0].content if counting else None

    @invariant()
    def settles_as_the_story_goes(self) -> None:
        counts, became = expected(self.live)
        assert self._counting() == counts
        version_states = settled(self.live)
        assert {
            place: version_state.state
            for place, version_state in version_states.items()
        } == became

    @invariant()
    def the_highest_number_that_stands_is_what_counts(self) -> None:
        version_state = [
            standing
            for standing in settled(self.live).values()
            if standing.submission_no
        ]
        stands = [standing for standing in version_state if standing.state != "held"]
        numbers = [standing.submission_no for standing in stands]
        assert len(numbers) == len(set(numbers))
        for delivery in stands:
            is_highest = delivery.submission_no == max(filter(None, numbers))
            assert (delivery.state == "accepted") == is_highest

    @invariant()
    def a_higher_number_never_stands_below_a_lower_one(self) -> None:
        """What the sender numbered higher counts, or says what counts."""
        counts = self._counting()
        version_states = settled(self.live)
        top = max(
            (
                version_state.submission_no or 0
                for version_state in version_states.values()
                if version_state.submission_no
            ),
            default=0,
        )
        for delivery in self.live:
            if version_states[delivery.place].state == "superseded":
                assert (delivery.number or 0) <= top
            if version_states[delivery.place].state == "accepted":
                assert delivery.content == counts

    @invariant()
    def the_times_end_with_what_counts_now(self) -> None:
        times = validity_periods(
            [
                VersionLifetime(delivery.version, delivery.withdrawn_at)
                for delivery in self.sent
            ]
        )
        now = {time.submission_id for time in times if time.until is None}
        version_states = settled(self.live)
        assert now == {
            place
            for place, version_state in version_states.items()
            if version_state.state == "accepted"
        }


Deliveries.TestCase.settings = settings(
    max_examples=150, stateful_step_count=12, deadline=None
)
test_versions_are_settled_as_a_plain_model_says = Deliveries.TestCase
