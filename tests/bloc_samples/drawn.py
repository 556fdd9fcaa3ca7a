"""Datasets, each drawn once a session: it takes a second, and four with history.

Who reads one changes nothing of it.
"""

from functools import lru_cache

from bloc_samples.dataset import Dataset, draw_dataset


def drawn(seed: int, *, history: bool = False) -> Dataset:
    """Return the dataset of a seed."""
    return _drawn(seed, history)


@lru_cache(maxsize=8)  # each has some hundred thousand objects
def _drawn(seed: int, history: bool) -> Dataset:
    return draw_dataset(seed, history=history)
