"""All rules with what came of them: the suites', and the forms' own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.rows import class_row

from bloc_warehouse.checks.model import Expectation, Suite
from bloc_warehouse.checks.suites import all_rules
from bloc_warehouse.database.connection import connect
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule; a form's own rule has the stage ``intake`` and no violations here."""

    rule: str
    stage: str
    suite: str
    severity: str
    is_on: bool
    title_vi: str
    title_en: str
    open_violations: int | None
    settled_violations: int | None


@dataclass(frozen=True, slots=True)
class FiredOn:
    """What a rule did on one day: how many violations came, came back and went."""

    day: date
    opened: int
    reopened: int
    resolved: int


@dataclass(frozen=True, slots=True)
class RuleStory:
    """All that is declared of a rule, and when it fired."""

    rule: str
    stage: str
    suite: str
    declared: Mapping[str, Any]
    history: Sequence[FiredOn]


def list_rules(settings: DatabaseSettings) -> list[RuleLine]:
    """Return every rule in the order of the data's way."""
    counts = _counts(settings)
    lines = [
        RuleLine(
            rule.rule, "intake", form.name, rule.severity, True,
            rule.message_vi, rule.message_en, None, None,
        )
        for form in load_registry().latest
        for rule in form.rules
    ]  # fmt: skip
    for suite, rule in all_rules(settings.project_dir / "expectations"):
        opened, settled = counts.get(rule.id, (0, 0))
        lines.append(
            RuleLine(
                rule.id, suite.stage, suite.name, rule.severity, rule.enabled,
                rule.title_vi, rule.title_en, opened, settled,
            )
        )  # fmt: skip
    return lines


def _counts(settings: DatabaseSettings) -> dict[str, tuple[int, int]]:
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select rule, count(*) filter (where state = 'open'),"
            " count(*) filter (where state in ('explained', 'accepted'))"
            " from quality.violations group by rule"
        ).fetchall()
    return {rule: (opened, settled) for rule, opened, settled in rows}


def get_rule(settings: DatabaseSettings, suite: Suite, rule: Expectation) -> RuleStory:
    """Return all of one rule of the suites."""
    with (
        connect("ingest", settings=settings) as connection,
        connection.cursor(row_factory=class_row(FiredOn)) as cursor,
    ):
        history = cursor.execute(
            "select (happened_at at time zone %s)::date as day,"
            " count(*) filter (where event = 'opened') as opened,"
            " count(*) filter (where event = 'reopened') as reopened,"
            " count(*) filter (where event = 'resolved') as resolved"
            " from quality.violation_events"
            " inner join quality.violations using (violation_id)"
            " where violations.rule = %s"
            " and event in ('opened', 'reopened', 'resolved')"
            " group by 1 order by 1 desc limit 20",
            [settings.timezone, rule.id],
        ).fetchall()
    return RuleStory(rule.id, suite.stage, suite.name, _declared(rule), history)


def _declared(rule: Expectation) -> dict[str, Any]:
    names = (
        "severity", "enabled", "title_vi", "title_en", "message_vi", "message_en",
        "remedy_vi", "remedy_en", "audience", "holds", "scope", "valid_from",
        "valid_to", "compare", "missing", "tolerance", "tolerance_unit",
        "is_explainable", "type", "kwargs", "for_each", "sql",
    )  # fmt: skip
    return {name: getattr(rule, name) for name in names}


def get_form_rule(name: str) -> RuleStory:
    """Return all of one rule that stands in a form.

    Raises:
        WrongRequestError: No form has it.
    """
    for form in load_registry().latest:
        for rule in form.rules:
            if rule.rule.lower() == name.lower():
                declared = {
                    key: getattr(rule, key)
                    for key in (
                        "severity", "message_vi", "message_en", "remedy_vi",
                        "remedy_en", "table", "cell", "left", "operator", "right",
                        "missing", "when",
                    )
                }  # fmt: skip
                return RuleStory(rule.rule, "intake", form.name, declared, ())
    raise WrongRequestError(f"there is no rule {name}; bloc rules list shows them")
