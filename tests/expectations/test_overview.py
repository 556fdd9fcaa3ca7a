"""The overview for people names every rule, and none that is not there."""

import re
from pathlib import Path

from bloc_warehouse.quality.suites import Stage, load_suites

EXPECTATIONS = Path(__file__).resolve().parents[2] / "expectations"
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
        one.id: one.severity
        for stage in STAGES
        for suite in load_suites(EXPECTATIONS, stage)
        for one in suite.expectations
    }
    assert listed == declared
