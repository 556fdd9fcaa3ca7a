"""How alike a label of an old sheet is to a column of ours, from 0 to 100."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from bloc_warehouse.domain.vietnamese import fold
from bloc_warehouse.forms.model import Column, Table

SURE = 80.0
CLEAR = 8.0
"""By how much the likest must be liker than the next one, to be sure."""
WORTH_ASKING = 45.0

_OF_GROUP = 0.4  # of a column's likeness is its group's


class Candidate(NamedTuple):
    """What a label may mean: a column's name or a value's code, and how alike."""

    target: str
    label_vi: str
    likeness: float


@lru_cache(maxsize=100_000)
def likeness(text: str, label: str) -> float:
    """Compare two folded texts; initials stand for their words, *dtts* for four.

    Letters and whole words count alike: *thực hiện* after another word is not it.
    """
    words = label.split()
    full = " ".join(_spelt(word, words) for word in text.split())
    return max(_alike(text, label), _alike(full, label))


def _alike(text: str, label: str) -> float:
    one, other = set(text.split()), set(label.split())
    if not one or not other:
        return 0
    shared = 200 * len(one & other) / (len(one) + len(other))
    return (fuzz.token_sort_ratio(text, label) + shared) / 2


def _spelt(word: str, label: Sequence[str]) -> str:
    if len(word) < len("dv") or word in label:
        return word
    for start in range(len(label) - len(word) + 1):
        run = label[start : start + len(word)]
        if "".join(each[0] for each in run) == word:
            return " ".join(run)
    return word


def column_candidates(path: Sequence[str], table: Table) -> list[Candidate]:
    """Return a table's columns, the likest first.

    Args:
        path: The sheet's labels over a column, from its group downwards.
        table: Whose columns are meant.
    """
    found = [
        Candidate(column.name, column.label_vi, _of_column(path, column, shorts))
        for shorts in (_shorts(table.columns),)
        for column in table.columns
    ]
    return _likest_first(found)


def value_candidates(text: str, column: Column) -> list[Candidate]:
    """Return the values of a column's list, the likest first."""
    folded = fold(text)
    labels = {
        value.code: [fold(own) for own in (value.label_vi, *value.aliases)]
        for value in column.values
    }
    return _likest_first(
        Candidate(
            value.code, value.label_vi,
            max(likeness(folded, own) for own in labels[value.code]),
        )
        for value in column.values
    )  # fmt: skip


def is_clear(candidates: Sequence[Candidate]) -> bool:
    """Whether the first one is surely meant."""
    if not candidates or candidates[0].likeness < SURE:
        return False
    after = candidates[1].likeness if len(candidates) > 1 else 0
    return candidates[0].likeness - after >= CLEAR


def _of_column(path: Sequence[str], column: Column, shorts: Mapping[str, int]) -> float:
    # what stands above group and column may say no more than the table's title
    wholes = [fold(" ".join(path[at:])) for at in range(max(1, len(path) - 1))]
    names = [fold(name) for name in (column.short_vi, *column.aliases)]
    label = fold(column.label_vi)
    best = max(likeness(whole, label) for whole in wholes)
    for name in names:
        if shorts[name] == 1:  # else it may be another group's
            best = max(best, *(likeness(whole, name) for whole in wholes))
    if column.group_vi and len(path) > 1:
        group = likeness(fold(path[-2]), fold(column.group_vi))
        last = max(likeness(fold(path[-1]), name) for name in names)
        best = max(best, _OF_GROUP * group + (1 - _OF_GROUP) * last)
    return best


def _shorts(columns: Iterable[Column]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for column in columns:
        for name in {fold(each) for each in (column.short_vi, *column.aliases)}:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _likest_first(found: Iterable[Candidate]) -> list[Candidate]:
    return sorted(found, key=lambda candidate: -candidate.likeness)
