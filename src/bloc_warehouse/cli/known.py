"""Codes that an operator types, looked up before they are used.

A filter by an unknown code would answer "none", which reads as good news.
Each function returns the code as it is written, None for None, and ends the command as
wrong use if there is no such code.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, LiteralString, TypeVar

from bloc_warehouse.cli.console import wrong_use
from bloc_warehouse.domain.name_lookup import UnknownNameError, known
from bloc_warehouse.domain.periods import FIRST_YEAR, LAST_YEAR, PERIOD_TYPES, period_of

if TYPE_CHECKING:
    from bloc_warehouse.settings import DatabaseSettings, ProjectSettings

Given = TypeVar("Given", str, str | None)


def known_bloc(settings: "DatabaseSettings", given: Given) -> Given:
    """Return a bloc's code; the lists in force name the blocs."""
    return _known("bloc", given, lambda: _codes(settings, _BLOCS))


def known_unit(settings: "DatabaseSettings", given: Given) -> Given:
    """Return a unit's code, closed units included."""
    return _known("unit", given, lambda: _codes(settings, _UNITS))


def known_period(given: Given) -> Given:
    """Return a period's code, e.g. ``2024-H1``, of any year."""
    if given is None:
        return given
    try:
        return period_of(given.upper()).code
    except ValueError:
        return _known("period", given, _periods)


def known_form(given: Given) -> Given:
    """Return a form's name; its code (``BDV``) names it too."""
    from bloc_warehouse.forms.registry import load_registry

    if given is None:
        return given
    forms = load_registry().latest
    for form in forms:
        if given.lower() in (form.name, form.code.lower()):
            return form.name
    listed = ", ".join(f"{form.name} ({form.code})" for form in forms)
    raise wrong_use(f"there is no form {given}; the forms are: {listed}")


def known_rule(settings: "ProjectSettings", given: Given) -> Given:
    """Return the id of any rule, intake's fault codes included."""
    return _known("rule", given, lambda: (*_suite_rules(settings), *_intake_rules()))


def known_fault(settings: "DatabaseSettings", given: Given) -> Given:
    """Return a fault's code or the id of a form's rule, now or when it was found."""
    return _known(
        "rule or fault", given, lambda: {*_intake_rules(), *_codes(settings, _FAULTS)}
    )


def known_list(given: Given) -> Given:
    """Return the name of one of the reference folder's lists."""
    from bloc_warehouse.reference.lists.shapes import SHAPES

    return _known("list", given, lambda: [shape.name for shape in SHAPES])


def known_key(settings: "DatabaseSettings", given: Given) -> Given:
    """Return a text that is part of the key of some line that was ever applied."""
    if given is None:
        return given
    keys = _codes(settings, _KEYS)
    is_part = any(given in key for key in keys)
    return given if is_part else _known("line with the key", given, lambda: keys)


def known_reader(settings: "DatabaseSettings", given: Given) -> Given:
    """Return the name of a reader's login."""
    return _known("reader", given, lambda: _codes(settings, _READERS))


_BLOCS: LiteralString = "select bloc_code from reference.ref_blocs"
_UNITS: LiteralString = "select unit_code from reference.ref_unit_spans"
_READERS: LiteralString = "select distinct reader from quality.readers"
_FAULTS: LiteralString = "select distinct rule from raw.faults where rule is not null"
_KEYS: LiteralString = "select distinct row_key from quality.reference_changes"


def _known(kind: str, given: Given, names: Callable[[], Iterable[str]]) -> Given:
    if given is None:
        return given
    try:
        return known(kind, given, names())
    except UnknownNameError as error:
        raise wrong_use(str(error)) from error


def _codes(settings: "DatabaseSettings", query: LiteralString) -> Iterable[str]:
    from psycopg import errors

    from bloc_warehouse.database.connection import connect

    with connect("ingest", settings=settings) as connection:
        try:
            return {code for (code,) in connection.execute(query)}
        except errors.UndefinedTable:
            return ()  # no lists were ever applied


def _periods() -> Iterable[str]:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        yield from (f"{year}-{kind}" for kind in PERIOD_TYPES)


def _suite_rules(settings: "ProjectSettings") -> Iterable[str]:
    from bloc_warehouse.checks.suites import all_rules

    return (rule.id for _, rule in all_rules(settings.project_dir / "expectations"))


def _intake_rules() -> Iterable[str]:
    from bloc_warehouse.forms.registry import load_registry
    from bloc_warehouse.intake.faults.faults import fault_codes

    yield from fault_codes()
    for form in load_registry().latest:
        yield from (rule.rule for rule in form.rules)
