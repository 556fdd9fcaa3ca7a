"""Ratings of all units together: the printed shares, and no unit above its ceiling."""

import pytest

from bloc_samples.apportion import stream
from bloc_samples.figures.ratings import draw_ratings, reads_as
from bloc_samples.scenario import DAK_LAK_RATINGS


@pytest.mark.parametrize(
    ("part", "whole", "printed", "digits", "expected"),
    [
        (7, 9, 7777, 2, True),  # cut
        (7, 9, 7778, 2, True),  # rounded
        (7, 9, 7776, 2, False),
        (105, 114, 92, 0, True),
        (107, 117, 92, 0, False),
        (108, 117, 92, 0, True),
    ],
)
def test_a_share_reads_as_printed(
    part: int, whole: int, printed: int, digits: int, *, expected: bool
) -> None:
    assert reads_as(part, whole, printed, digits=digits) is expected


@pytest.mark.parametrize("seed", range(40))
def test_every_bloc_of_the_size_can_be_rated(seed: int) -> None:
    rng = stream(seed, "test")
    closings = {f"U-{n}": rng.randint(31, 160) for n in range(67)}
    closings |= {f"V-{n}": rng.randint(7, 29) for n in range(50)}
    cells = dict.fromkeys(closings, 0)
    ratings = draw_ratings(rng, DAK_LAK_RATINGS, closings, cells)
    members = [found.member for found in ratings.values()]
    rated = sum(rating.rated for rating in members)
    good = sum(rating.good for rating in members)
    completed = sum(rating.completed for rating in members)
    excellent = sum(rating.excellent for rating in members)
    assert reads_as(good, rated, 8124, digits=2)
    assert reads_as(completed, rated, 317, digits=2)
    assert 0.1516 * rated <= excellent <= 0.1516 * rated + 1
    for rating in members:
        assert 5 * rating.excellent <= rating.good
        assert rating.rated == (
            rating.excellent + rating.good + rating.completed + rating.not_completed
        )
        assert min(rating.exempt, rating.not_rated, rating.not_completed) >= 0
