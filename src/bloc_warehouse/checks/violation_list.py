"""Violations as people ask for them: a list by filters, and one with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from psycopg.rows import class_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.ids import number_of, violation_id
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.settings import DatabaseSettings
from bloc_warehouse.sql import statement

STATES = ("open", "explained", "accepted", "resolved")
UNRESOLVED = STATES[:3]


@dataclass(frozen=True, slots=True)
class ViolationFilter:
    """What to list; None means all."""

    states: Sequence[str] = UNRESOLVED
    rule: str | None = None
    bloc: str | None = None
    unit: str | None = None
    period: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class ViolationLine:
    """One violation; ``violation`` is the name that alerts print, e.g. ``V-45``.

    ``answers_to`` is what ``bloc explain`` takes: the receipt's ``W-12`` where the
    violation is a warning of intake that is still open.
    """

    violation: str
    answers_to: str
    stage: str
    rule: str
    severity: str
    state: str
    bloc_code: str | None
    unit_code: str | None
    form: str | None
    period_code: str | None
    subject: str
    left_value: Decimal | None
    right_value: Decimal | None
    message_vi: str
    message_en: str
    remedy_vi: str
    remedy_en: str
    first_seen: datetime
    opened_at: datetime
    last_seen: datetime
    resolved_at: datetime | None
    hours_to_resolve: Decimal | None
    reopened_count: int
    submissions: Sequence[str]
    resolving_submission: str | None
    explanation: str | None
    explained_by: str | None
    explained_at: datetime | None
    explanation_lapsed_at: datetime | None
    accepted_reason: str | None
    accepted_by: str | None
    accepted_until: date | None


@dataclass(frozen=True, slots=True)
class ViolationEvent:
    """One step in a violation's life."""

    happened_at: datetime
    event: str
    left_value: Decimal | None
    right_value: Decimal | None
    by_whom: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ViolationStory:
    """One violation and all its steps."""

    violation: ViolationLine
    events: Sequence[ViolationEvent]


def list_violations(
    settings: DatabaseSettings, wanted: ViolationFilter
) -> list[ViolationLine]:
    """Return the violations that fit, worst and oldest first.

    Raises:
        WrongRequestError: There is no such state.
    """
    if unknown := set(wanted.states) - set(STATES):
        raise WrongRequestError(
            f"there is no state {', '.join(sorted(unknown))};"
            f" known are {', '.join(STATES)}"
        )
    return _lines(
        settings,
        {
            "violation_id": None,
            "states": list(wanted.states),
            "rule": wanted.rule,
            "bloc": wanted.bloc,
            "unit": wanted.unit,
            "period": wanted.period,
            "severity": wanted.severity,
        },
    )


def get_violation(settings: DatabaseSettings, name: str) -> ViolationStory:
    """Return one violation, ``V-45``, with its life.

    Raises:
        WrongRequestError: There is no such violation.
    """
    number = number_of(name, "V", or_bare=True)
    nothing = dict.fromkeys(("rule", "bloc", "unit", "period", "severity"))
    found = number and _lines(
        settings, {"violation_id": number, "states": list(STATES), **nothing}
    )
    if not found:
        raise WrongRequestError(
            f"there is no violation {violation_id(number) if number else name};"
            " bloc violations list shows them"
        )
    with (
        connect("ingest", settings=settings) as connection,
        connection.cursor(row_factory=class_row(ViolationEvent)) as cursor,
    ):
        events = cursor.execute(
            "select happened_at, event, left_value, right_value, by_whom, note"
            " from quality.violation_events where violation_id = %s order by event_id",
            [number],
        ).fetchall()
    return ViolationStory(found[0], events)


def _lines(
    settings: DatabaseSettings, parameters: dict[str, object]
) -> list[ViolationLine]:
    with (
        connect("ingest", settings=settings) as connection,
        connection.cursor(row_factory=class_row(ViolationLine)) as cursor,
    ):
        return cursor.execute(
            statement("checks/list_violations"), parameters
        ).fetchall()
