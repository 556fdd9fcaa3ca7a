"""What a clerk gets wrong in a form that passes the form's own rules, or does not."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from bloc_samples.figures.inspections import SIGN
from bloc_samples.returns.admissions import pct_of_plan
from bloc_samples.returns.model import CellValue, Return, Row

_AGES = tuple(
    f"closing_age_{band}" for band in ("to_30", "31_40", "41_50", "51_60", "over_60")
)
_LEAST_MEMBERS = 45  # so that two fewer are no other kind of unit


def first_try(rng: random.Random, sent: Return) -> Return | None:
    """Return a return as it was before it was corrected; None if it cannot be wrong."""
    slip = _SLIPS.get(sent.form)
    return slip(rng, sent) if slip else None


def miscounted(sent: Return) -> Return:
    """Let a membership form's increases not add up: no file with it is taken."""
    (row,) = sent.rows["membership"]
    return _with_row(sent, "membership", 0, inc_total=number(row, "inc_total") + 1)


def one_more_admitted(sent: Return) -> Return:
    """Let an admissions form hold somebody whom the membership form does not."""
    (row,) = sent.rows["admissions"]
    total = number(row, "admitted_total") + 1
    return _with_row(
        sent,
        "admissions",
        0,
        admitted_total=total,
        admitted_edu_university=number(row, "admitted_edu_university") + 1,
        pct_of_plan=pct_of_plan(total, number(row, "plan_year")),
    )


def other_plan(sent: Return) -> Return:
    """Let an admissions form state another plan than the one that was given."""
    (row,) = sent.rows["admissions"]
    plan = number(row, "plan_year") + 1
    pct = pct_of_plan(number(row, "admitted_total"), plan)
    return _with_row(sent, "admissions", 0, plan_year=plan, pct_of_plan=pct)


def one_not_counted(sent: Return) -> Return | None:
    """Let a ratings form leave out a member who is exempt; None if nobody is."""
    row = sent.rows["ratings"][0]
    if not row["exempt"]:
        return None
    return _with_row(
        sent,
        "ratings",
        0,
        total_subject=number(row, "total_subject") - 1,
        exempt=number(row, "exempt") - 1,
    )


def number(row: Row, name: str) -> int:
    """Return a count; a blank is nothing."""
    value = row.get(name)
    return value if isinstance(value, int) else 0


def _members_gone(rng: random.Random, sent: Return) -> Return | None:
    """Count one or two members as transferred out who had stayed."""
    (row,) = sent.rows["membership"]
    if number(row, "closing_total") < _LEAST_MEMBERS:
        return None
    gone = rng.randint(1, 2)
    changes = {
        name: number(row, name) + gone
        for name in ("dec_transfer_external", "dec_total")
    } | {
        name: number(row, name) - gone for name in ("closing_total", "closing_official")
    }
    eldest = max(_AGES, key=lambda name: number(row, name))
    if row[eldest] is not None:
        changes[eldest] = number(row, eldest) - gone
    return _with_row(sent, "membership", 0, **changes)


def _too_good(_: random.Random, sent: Return) -> Return | None:
    """Rate one of the excellent members as good."""
    row = sent.rows["ratings"][0]
    if not row["excellent"]:
        return None
    return _with_row(
        sent,
        "ratings",
        0,
        excellent=number(row, "excellent") - 1,
        good=number(row, "good") + 1,
    )


def _turns_forgotten(_: random.Random, sent: Return) -> Return | None:
    """Forget a quarter of the turns of one kind."""
    for at, row in enumerate(sent.rows["inspections"]):
        done = number(row, "done")
        if row["kind"] != SIGN and done > 1:
            done -= max(1, done // 4)
            subjects = done - done // 4 if row["subject"] == "member" else None
            changes = {"done": done, "distinct_subjects": subjects}
            return _with_row(sent, "inspections", at, **changes)
    return None


def _award_too_many(rng: random.Random, sent: Return) -> Return | None:
    """Count some awards of one kind twice."""
    if not sent.rows["awards"]:
        return None
    at = rng.randrange(len(sent.rows["awards"]))
    count = number(sent.rows["awards"][at], "award_count")
    return _with_row(sent, "awards", at, award_count=count + rng.randint(1, count))


def _with_row(sent: Return, table: str, at: int, **changes: CellValue) -> Return:
    rows: list[Mapping[str, CellValue]] = list(sent.rows[table])
    rows[at] = {**rows[at], **changes}
    return replace(sent, rows={**sent.rows, table: rows})


_SLIPS: dict[str, Callable[[random.Random, Return], Return | None]] = {
    "membership": _members_gone,
    "ratings": _too_good,
    "inspections": _turns_forgotten,
    "awards_training": _award_too_many,
}
