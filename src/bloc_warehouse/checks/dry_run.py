"""What a rule would find, tried on what is there now without writing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from psycopg import Connection, errors, sql
from psycopg.rows import class_row

from bloc_warehouse.checks.model import Expectation, Stage, Suite, SuiteError
from bloc_warehouse.checks.rules import findings_of
from bloc_warehouse.checks.suites import all_rules, over_published, read_suite
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.settings import DatabaseSettings, ProjectSettings


@dataclass(frozen=True, slots=True)
class FoundViolation:
    """One thing that the rule would find."""

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


@dataclass(frozen=True, slots=True)
class DryRun:
    """What was tried on which figures, and what came of it."""

    rule: str
    severity: str
    is_on: bool
    looked_at: str
    period_code: str
    bloc_code: str | None
    tolerance: float | None
    findings: Sequence[FoundViolation]


def find_rule(
    settings: ProjectSettings, name: str, file: Path | None = None
) -> tuple[Suite, Expectation]:
    """Return a rule by its id, from the project's suites or from one file.

    Raises:
        WrongRequestError: There is no such rule.
        SuiteError: The file is no suite.
    """
    if file:
        suite = read_suite(file, "cross_check")
        suite = suite.model_copy(update={"stage": _stage_of(suite)})
        rules = [(suite, rule) for rule in suite.expectations]
    else:
        rules = list(all_rules(settings.project_dir / "expectations"))
    for suite, rule in rules:
        if rule.id.lower() == name.lower():
            return suite, rule
    raise WrongRequestError(
        f"there is no rule {name} in {file or 'expectations/'};"
        " bloc rules list shows them"
    )


def _stage_of(suite: Suite) -> Stage:
    return "audit" if suite.table_schema == "marts_candidate" else "cross_check"


def dry_run_rule(
    settings: DatabaseSettings,
    suite: Suite,
    rule: Expectation,
    *,
    period: str,
    bloc: str | None = None,
    tolerance: float | None = None,
) -> DryRun:
    """Return what the rule would find in a period; a rule that is off is tried too.

    A rule of the cross-check is tried on the current submissions, one of the audit on
    the published tables.

    Raises:
        WrongRequestError: The rule looks at a whole table, or the period is none.
        SuiteError: The database refuses the rule's query.
    """
    rule = _as_asked(rule, period, tolerance)
    is_audit = suite.stage == "audit"
    if is_audit:
        rule = over_published(rule)
    with connect("ingest", settings=settings) as connection:
        connection.read_only = True
        try:
            findings = _findings(connection, rule, period, bloc)
        except errors.UndefinedTable as error:
            hint = " (before the first bloc build?)"
            raise _refused(suite, rule, error, hint) from error
        except (errors.SyntaxErrorOrAccessRuleViolation, errors.DataError) as error:
            raise _refused(suite, rule, error) from error
    looked_at = "published tables" if is_audit else "current submissions"
    return DryRun(
        rule.id,
        rule.severity,
        rule.enabled,
        looked_at,
        period,
        bloc,
        rule.tolerance,
        findings,
    )


def _refused(
    suite: Suite, rule: Expectation, error: errors.Error, hint: str = ""
) -> SuiteError:
    said = str(error).partition("\n")[0]
    return SuiteError(f"{suite.name}.yaml: {rule.id}: sql: {said}{hint}")


def _as_asked(rule: Expectation, period: str, tolerance: float | None) -> Expectation:
    try:
        period_of(period)
    except ValueError as error:
        raise WrongRequestError(str(error)) from error
    if rule.sql is None:
        raise WrongRequestError(
            f"{rule.id} looks at a whole table ({rule.type}); bloc audit tries it"
        )
    if tolerance is None:
        return rule
    if rule.tolerance is None:
        raise WrongRequestError(f"{rule.id} knows no tolerance")
    return rule.model_copy(update={"tolerance": tolerance})


def _findings(
    connection: Connection, rule: Expectation, period: str, bloc: str | None
) -> list[FoundViolation]:
    only = sql.SQL("found.fields ->> 'period_code' = {}").format(sql.Literal(period))
    if bloc:
        in_bloc = sql.SQL("found.fields ->> 'bloc_code' = {}").format(sql.Literal(bloc))
        only = sql.SQL(" and ").join([only, in_bloc])
    found: list[FoundViolation] = []
    with connection.cursor(row_factory=class_row(FoundViolation)) as cursor:
        for query in findings_of(rule, only):
            found += cursor.execute(
                sql.SQL(
                    "select bloc_code, unit_code, form, period_code, subject,"
                    " left_value, right_value, message_vi, message_en,"
                    " {} as remedy_vi, {} as remedy_en from ({}) as found"
                    " order by bloc_code, unit_code, form, subject"
                ).format(
                    sql.Literal(rule.remedy_vi), sql.Literal(rule.remedy_en), query
                )
            ).fetchall()
    return found
