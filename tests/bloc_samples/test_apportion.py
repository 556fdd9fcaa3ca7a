"""Whole numbers keep their sum, their bounds and the weights' order of size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloc_samples.apportion import apportion, stream

BOUNDED = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0, 5)),
    min_size=1,
    max_size=12,
)


@given(bounded=BOUNDED, share=st.floats(0, 1))
def test_parts_add_up_inside_their_bounds(
    bounded: list[tuple[int, int, float]], share: float
) -> None:
    lower = [least for least, _, _ in bounded]
    upper = [least + room for least, room, _ in bounded]
    total = sum(lower) + round(share * (sum(upper) - sum(lower)))
    parts = apportion(
        total, [weight for _, _, weight in bounded], lower=lower, upper=upper
    )
    assert sum(parts) == total
    assert all(
        low <= part <= high for low, part, high in zip(lower, parts, upper, strict=True)
    )


def test_parts_follow_the_weights() -> None:
    assert apportion(10, [1, 2, 2]) == [2, 4, 4]


def test_a_full_part_leaves_its_share_to_the_others() -> None:
    assert apportion(10, [8, 1, 1], upper=[2, 9, 9]) == [2, 4, 4]


@pytest.mark.parametrize("total", [1, 9])
def test_a_sum_that_no_bounds_allow_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match=f"{total} is not between 2 and 8"):
        apportion(total, [1, 1], lower=[1, 1], upper=[4, 4])


def test_one_purpose_does_not_disturb_another() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() != stream(2, "a").random()
