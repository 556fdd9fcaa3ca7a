"""What an operator does next, in each state that an installation can be in."""

from collections.abc import Iterator
from dataclasses import dataclass

from bloc_warehouse.domain.counting import counted
from bloc_warehouse.reports.status import Missing, Status

_MOST = 3  # of each kind; the command that is named shows all


@dataclass(frozen=True, slots=True)
class Step:
    """A command, or a place to look at, and why."""

    order: str
    why: str

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{self.order} — {self.why}"


def next_steps(status: Status) -> tuple[Step, ...]:
    """Return the steps, the most pressing first; never none."""
    return tuple(
        step
        for steps in (_of_runs, _of_lists, _of_files, _of_figures, _of_units)
        for step in steps(status)
    ) or (
        Step(
            "bloc reconcile",
            "nothing waits; each published claim beside the recomputed figure",
        ),
    )


def _of_runs(status: Status) -> Iterator[Step]:
    for failure in status.failures[:_MOST]:
        yield Step(
            f"look at {failure.pipeline} in Airflow",
            f"{failure.step} failed: {failure.error}; bloc doctor says what is broken",
        )


def _of_lists(status: Status) -> Iterator[Step]:
    lists = status.reference
    if lists is None and status.lists_in_folder:
        yield Step(
            "bloc reference check, then bloc reference apply",
            "the lists in the reference folder are not in force yet",
        )
    elif lists is None:
        yield Step(
            "bloc init", "there are no lists of the bloc's units yet (docs/start.md)"
        )
    elif lists["unreadable"]:
        yield Step(
            "bloc reference check", "the reference folder's lists cannot be read"
        )
    elif lists["lines_differing"]:
        yield Step(
            "bloc reference check, then bloc reference apply",
            counted(lists["lines_differing"], "line")
            + " of the reference folder not in force",
        )


def _of_files(status: Status) -> Iterator[Step]:
    waiting = {item.item: item for item in status.waiting}
    if pending := waiting.pop("pending", None):
        yield Step("bloc run", f"{pending}")
    for name in status.from_the_future[:_MOST]:
        yield Step(
            f"bloc redate {name.split()[0]}",
            f"{name} was received on a day that has not come;"
            " nothing that comes counts above it",
        )
    for file in status.unanswered[:_MOST]:
        yield Step(
            f"send {file.sender} its receipt",
            f"F-{file.file_id} was {file.state}: {file.receipt}",
        )
    if (more := status.unanswered_count - _MOST) > 0:
        yield Step("bloc alerts", f"and {counted(more, 'more such file')}")
    for item in ("files", "periods", "holds", "lists"):
        if (work := waiting.get(item)) and not pending:
            yield Step("bloc run", f"{work}")
            return


def _of_figures(status: Status) -> Iterator[Step]:
    candidate, release = status.candidate, status.release
    if candidate and candidate["audit_outcome"] == "critical":
        yield Step("bloc publish --why-not", "what blocks the build")
    elif release and release["kept"]:
        yield Step("bloc publish --why-not", "what keeps blocs as they were")
    elif candidate and candidate["audit_outcome"] is None:
        yield Step(
            "bloc audit, then bloc publish",
            f"build {candidate['release_id']} waits for its audit",
        )
    elif candidate:
        yield Step("bloc publish", "show the build to BI")
    elif status.pinned:
        yield Step(
            "bloc run, then bloc publish",
            "a new release after the rollback; scheduled runs publish again from then"
            " on",
        )
    if status.alerts_open:
        yield Step("bloc alerts", "what is open, in full")


def _of_units(status: Status) -> Iterator[Step]:
    for missing in status.missing[:_MOST]:
        yield Step(
            f"remind {_who(missing)}",
            f"{counted(missing.returns, 'return')} of {missing.period_code} owed"
            f" since {missing.due_on:%d/%m/%Y}",
        )
    if status.reference and not status.files["received"]:
        yield Step(
            f"bloc template --all --period {status.first_period or '…'} -o templates",
            "no file has come yet: give the units their forms",
        )


def _who(missing: Missing) -> str:
    units = ", ".join(missing.units[:_MOST])
    more = len(missing.units) - _MOST
    return f"{units} and {more} more" if more > 0 else units
