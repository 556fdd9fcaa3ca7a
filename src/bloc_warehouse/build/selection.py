"""Which of the project's models and data tests each half of a build runs.

In dbt's own words: a full build is told them, and for builds of what changed dbt is
asked once what they name (``compiled/project.py``).
"""

from collections.abc import Iterator
from typing import Literal

# what the cross-check reads, or the facts
Half = Literal["stage", "marts"]

_INCREMENTAL = "config.materialized:incremental"
_OF_LISTS = "tag:lists"
# grains of steps that a build would read once more, only to see what its marts show
_NOT_IN_BUILDS = "tag:not_in_builds"


def selected(half: Half, *, is_full: bool, with_lists: bool) -> Iterator[str]:
    """Yield dbt's arguments for a half of a build.

    Args:
        half: ``stage``: what the cross-check reads. ``marts``: everything else.
        is_full: All models; else those alone of which rows are replaced.
        with_lists: What rests on lists alone, too, and the lists' own tests, before
            they count.
    """
    if half == "stage":
        yield from ("--select", "tag:stage" if is_full else f"tag:stage,{_INCREMENTAL}")
        if with_lists:  # by the periods too, which no model of this half makes
            yield from ("source:reference", "--indirect-selection", "buildable")
        else:
            yield from ("--indirect-selection", "cautious")
        yield from ("--exclude", _NOT_IN_BUILDS)
    else:
        yield from (() if is_full else ("--select", _INCREMENTAL))
        yield from ("--exclude", "tag:stage", _NOT_IN_BUILDS)
    yield from (() if with_lists else (_OF_LISTS,))
    yield from ("--exclude-resource-type", "unit_test", "seed")
