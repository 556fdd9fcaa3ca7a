"""A form's rules as spreadsheet formulas, so that a template shows what disagrees.

Only rules over the row's own cells are translated; the others wait for intake.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bloc_warehouse.forms.model import Rule, Severity, Table

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_ZERO_FUNCTION = re.compile(r"\b(?:coalesce|nullif)\((\w+), 0\)")
_OR_ZERO = re.compile(r"\bcoalesce\(\w+, 0\)")
_COUNT_FUNCTION = re.compile(r"\bnum_nonnulls\(([\w, ]+)\)")
_IS_NOT_NULL = re.compile(r"\b(\w+) is not null")
_EQUALS_CODE = re.compile(r"\b(\w+) = '(\w+)'")
_BREACHES = {"=": "<>", "<=": ">", ">=": "<", "<": ">=", ">": "<="}
_PLACE = "\0{}\0"
_PLACES = re.compile("\0(\\d+)\0")


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """A formula that is true while a rule is broken; it marks the cell ``column``."""

    column: str
    severity: Severity
    formula: str


def live_check(
    rule: Rule, table: Table, cells: Mapping[str, str], period_year: int
) -> LiveCheck | None:
    """Translate a rule for one row; None when it needs more than the row.

    Args:
        rule: The identity, in SQL.
        table: The table that the rule is about.
        cells: Column → address of its cell in the row, e.g. ``$B14``.
        period_year: The year that the form is about.
    """
    years = {"period_year": str(period_year)}
    left, right, when = (
        _formula(expression, table, cells, years)
        for expression in (rule.left, rule.right, rule.when)
    )
    if left is None or right is None or when is None:
        return None
    needed = _needed_cells(rule, cells)
    conditions = [
        f"COUNTA({','.join(needed)})={len(needed)}" if needed else "",
        when,
        _breach(rule.operator, left, right),
    ]
    formula = f"=AND({','.join(filter(None, conditions))})"
    return LiveCheck(rule.cell, rule.severity, formula)


def _breach(operator: str, left: str, right: str) -> str:
    if operator in _BREACHES:
        return f"({left}){_BREACHES[operator]}({right})"
    return f"ABS(({left})-({right}))>0.01"


def _needed_cells(rule: Rule, cells: Mapping[str, str]) -> list[str]:
    """Return the cells without which the row is not yet ready to be judged."""
    sides = rule.right if rule.missing == "zero" else f"{rule.left} {rule.right}"
    names = dict.fromkeys(_NAME.findall(_OR_ZERO.sub("", sides)))
    return [cells[name] for name in names if name in cells]


def _formula(
    expression: str,
    table: Table,
    cells: Mapping[str, str],
    constants: Mapping[str, str],
) -> str | None:
    done: list[str] = []

    def keep(formula: str) -> str:
        done.append(formula)
        return _PLACE.format(len(done) - 1)

    def counted(match: re.Match[str]) -> str:
        addresses = (cells[name.strip()] for name in match[1].split(","))
        return keep(f"COUNTA({','.join(addresses)})")

    def compared(match: re.Match[str]) -> str:
        label = _label(table, match[1], match[2])
        return keep(f'{cells[match[1]]}="{label}"') if label else match[0]

    text = _ZERO_FUNCTION.sub(r"\1", expression)
    text = _COUNT_FUNCTION.sub(counted, text)
    text = _IS_NOT_NULL.sub(lambda match: keep(f"COUNTA({cells[match[1]]})>0"), text)
    text = _EQUALS_CODE.sub(compared, text)
    text = _NAME.sub(
        lambda match: (
            keep(f"N({cells[match[0]]})")
            if match[0] in cells
            else constants.get(match[0], match[0])
        ),
        text,
    )
    if _NAME.search(text) or "'" in text:
        return None
    return _PLACES.sub(lambda match: done[int(match[1])], text)


def _label(table: Table, column: str, code: str) -> str | None:
    for key in table.keys:
        for value in key.values:
            if key.name == column and value.code == code:
                return value.label_vi
    return None
