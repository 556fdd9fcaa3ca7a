"""The overview for people names every rule, and none that is not there."""

import re

from tests.paths import EXPECTATIONS

from bloc_warehouse.checks.model import Stage
from bloc_warehouse.checks.suites import all_rules, load_suites
from bloc_warehouse.forms.registry import load_registry

STAGES: tuple[Stage, ...] = ("cross_check", "audit")


def test_overview_lists_every_rule_with_its_severity() -> None:
    text = (EXPECTATIONS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (critical|warning|info)\b(.*)$", text, re.M)
    listed = {
        name.strip("` "): severity
        for names, severity, rest in rows
        for name in [*names.split(","), *re.findall(r"fct_\w+-[\w-]+", rest)]
        if not name.strip().startswith("`<")
    }
    declared = {
        rule.id: rule.severity
        for stage in STAGES
        for suite in load_suites(EXPECTATIONS, stage)
        for rule in suite.expectations
    }
    assert listed == declared


IDENTITIES = {
    *(f"M{number}" for number in range(1, 7)),
    *(f"K{number}" for number in range(1, 4)),
    *("X1", "X2", "S1", "S2", "S3"),
    *(f"{letter}{number}" for letter in "TCHG" for number in range(1, 5)),
    *(f"P{number}" for number in range(1, 7)),
}


def places() -> dict[str, str]:
    """Return where every rule of the forms and of the suites stands."""
    forms = {
        rule.rule: f"form {form.code}"
        for form in load_registry().latest
        for rule in form.rules
    }
    stages = {"cross_check": "cross-check", "audit": "audit"}
    suites = {rule.id: stages[suite.stage] for suite, rule in all_rules(EXPECTATIONS)}
    assert not forms.keys() & suites.keys()
    return forms | suites


def test_each_identity_is_checked_somewhere_and_each_rule_once() -> None:
    text = (EXPECTATIONS / "README.md").read_text(encoding="utf-8")
    _, _, text = text.partition("## Where each identity is checked")
    rows = re.findall(r"^\| ([A-Z]\d) \| ([^|]+) \| ([^|]+) \|$", text, re.M)
    assert len(IDENTITIES) == 36
    assert len(rows) == len(IDENTITIES)
    assert {identity for identity, _, _ in rows} == IDENTITIES
    known = places()
    named: list[str] = []
    for identity, place, rules in rows:
        names = rules.split(", ")
        named += names
        assert {known[name] for name in names} == set(place.split(", ")), identity
    assert len(named) == len(set(named))
    of_identities = {name for name in known if name[:2] in IDENTITIES}
    assert of_identities - set(named) == {"M1-intervals"}
