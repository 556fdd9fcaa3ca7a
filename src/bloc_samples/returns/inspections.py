"""Form BKT: inspections and supervision, discipline, petitions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.figures.discipline import FORMS
from bloc_samples.figures.inspections import SIGN, Turn
from bloc_samples.figures.petitions import KINDS, Petitions
from bloc_samples.returns.model import CellValue, Clerk, Row, Rows

_FUNNEL = (
    "concluded_violation",
    "must_discipline",
    "cases_carried_over",
    "disciplined",
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a sender's bodies have done since 1 January.

    ``planned`` are the turns of the whole year; ``decided`` is body and subject → form
    of discipline → how many.
    """

    turns: Counter[Turn]
    planned: Counter[Turn]
    decided: Mapping[tuple[str, str], Mapping[str, int]]
    petitions: Mapping[str, Sequence[Petitions]]


def inspections_rows(inspected: Inspected, clerk: Clerk) -> Rows:
    """Return the rows of the form's three tables."""
    return {
        "inspections": [
            _turn_row(turn, inspected, clerk) for turn in sorted(inspected.turns)
        ],
        "discipline": [
            _discipline_row(by, forms, clerk)
            for by, forms in sorted(inspected.decided.items())
        ],
        "petitions": [
            _petitions_row(kind, inspected.petitions[kind])
            for kind in KINDS
            if inspected.petitions.get(kind)
        ],
    }


def _turn_row(turn: Turn, inspected: Inspected, clerk: Clerk) -> Row:
    body, subject, kind = turn
    done = inspected.turns[turn]
    row: dict[str, CellValue] = {
        "body": body,
        "subject": subject,
        "kind": kind,
        "planned": inspected.planned[turn] or None,
        "done": done,
        "distinct_subjects": done - done // 4 if subject == "member" else None,
    }
    if kind != SIGN:
        return row | dict.fromkeys(_FUNNEL, clerk.optional(0))
    decided = inspected.decided.get((body, subject), {})
    disciplined = min(done, sum(decided.values()))
    row["concluded_violation"] = disciplined + (done - disciplined) // 3
    row["must_discipline"] = row["disciplined"] = disciplined
    row["cases_carried_over"] = 0
    return row


def _discipline_row(by: tuple[str, str], forms: Mapping[str, int], clerk: Clerk) -> Row:
    body, subject = by
    total = sum(forms.values())
    dismissed = forms.get("dismissal", 0)
    return {
        "body": body,
        "subject": subject,
        **{form: forms.get(form, 0) for form in FORMS},
        "dissolution": clerk.optional(0),
        "discipline_total": total,
        "of_which_committee_members": total // 3,
        "dismissal_office_holders": dismissed,
    }


def _petitions_row(kind: str, intervals: Sequence[Petitions]) -> Row:
    return {
        "kind": kind,
        "carried_over": intervals[0].carried_over,
        "received": sum(interval.received for interval in intervals),
        "resolved": sum(interval.resolved for interval in intervals),
        "pending": intervals[-1].pending,
    }
