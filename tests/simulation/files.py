"""Writes what the scenario's people write: returns, summaries, reference lists."""

import csv
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from tests import builders
from tests.reference_lists import write_lists
from tests.simulation.actions import (
    BLOCS,
    DUE_DAYS,
    PERIODS,
    Declare,
    Figures,
    Found,
    Merge,
    Send,
)
from tests.simulation.scenario import Year

_FOUNDED = "2010-01-01"
_REQUIRED = (
    *("opening_total", "inc_admitted", "inc_transfer_internal"),
    *("inc_transfer_external", "inc_total", "dec_transfer_internal"),
    *("dec_transfer_external", "dec_died", "dec_total", "closing_total"),
    *("closing_official", "closing_probationary", "sub_cells"),
)
_SETTLED = time(6, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # when files are put down


def moment_of(day: date) -> datetime:
    """Return when the day's senders and the office have done their work."""
    return datetime.combine(day, _SETTLED).astimezone(UTC)


def land_return(landing: Path, year: Year, day: date, action: Send) -> None:
    """Put a unit's return where the unit does; a broken one does not add up."""
    unit, figures = year.unit(action.unit), action.figures
    row = _members_row(figures, sub_cells=3 if unit.kind == "dbcs" else 0)
    if action.is_broken:
        row["closing_total"] += 1
        row["closing_official"] += 1
    content = builders.workbook(
        {"membership": [row]}, unit_code=unit.code, unit_name=unit.name,
        bloc_name=f"Đảng bộ Khối {unit.bloc}", period_code=action.period.code,
        submission_no=action.number,
    )  # fmt: skip
    _land(landing, unit.code, day, f"{action.period.code}-{action.number}", content)


def _members_row(figures: Figures, sub_cells: int) -> dict[str, int]:
    gained = figures.admitted + figures.moved_in + figures.taken_over
    row = dict.fromkeys(_REQUIRED, 0) | {
        "opening_total": figures.opening,
        "inc_admitted": figures.admitted,
        "inc_transfer_external": figures.moved_in,
        "inc_structural": figures.taken_over,
        "inc_total": gained,
        "dec_died": figures.died,
        "dec_structural": figures.handed_over,
        "dec_total": figures.died + figures.handed_over,
        "closing_total": figures.closing,
        "closing_probationary": min(figures.admitted, figures.closing),
        "sub_cells": sub_cells,
    }
    row["closing_official"] = row["closing_total"] - row["closing_probationary"]
    return row


def land_summary(
    landing: Path, day: date, action: Declare, units: Sequence[str], members: int
) -> None:
    """Put down the summary of a bloc's office; ``units`` are their kinds."""
    declared = {
        "unit_count": len(units),
        "unit_count_dbcs": units.count("dbcs"),
        "unit_count_cbcs": units.count("cbcs"),
        "member_count": members,
    }
    rows = [
        {"indicator": name, "declared_total": total} for name, total in declared.items()
    ]
    content = builders.workbook(
        {"bloc_summary": rows}, "bloc_summary", unit_code=f"{action.bloc}-VP",
        unit_name="Văn phòng", bloc_name=f"Đảng bộ Khối {action.bloc}",
        period_code=action.period.code, submission_no=action.number,
    )  # fmt: skip
    name = f"{action.period.code}-{action.number}"
    _land(landing, f"{action.bloc}-VP", day, name, content)


def _land(landing: Path, sender: str, day: date, name: str, content: bytes) -> None:
    """The times that the system gives are real ones, so the file is told its own."""
    path = builders.land(landing, sender, f"{name}.xlsx", content)
    written = moment_of(day).timestamp()
    os.utime(path, (written, written))


def write_first_lists(folder: Path, year: Year) -> None:
    """Write the lists that are in force when the year begins, and who hears of what."""
    write_lists(
        folder,
        ref_blocs=[
            {"bloc_code": bloc, "bloc_name": f"Đảng bộ Khối {bloc}",
             "valid_from": _FOUNDED}
            for bloc in BLOCS
        ],
        ref_units=[
            *({"unit_code": f"{bloc}-VP", "bloc_code": bloc,
               "unit_kind": "bloc_office", "unit_name": f"Văn phòng {bloc}",
               "valid_from": _FOUNDED} for bloc in BLOCS),
            *(_unit_line(year, unit.code, _FOUNDED) for unit in year.units
              if unit.founded is None),
        ],
        ref_unit_events=[],
        ref_obligations=[
            {"bloc_code": bloc, "form": form, "owed_by": owed_by,
             "period_type": period.code[5:], "first_period": period.code,
             "due_days": str(DUE_DAYS)}
            for bloc in BLOCS
            for form, owed_by in (("membership", "unit"),
                                  ("bloc_summary", "bloc_office"))
            for period in PERIODS
        ],
    )  # fmt: skip
    (folder / "alerts.yaml").write_text(
        "channels:\n  office:\n    type: smtp\n    to: [khoi@example.vn]\n"
        "routes:\n  - to: [office]\n",
        encoding="utf-8",
    )


def add_to_lists(folder: Path, year: Year, action: Merge | Found) -> None:
    """Enter a decision, as the office does on the day that it hears of it."""
    event = {
        "event_id": f"EV-{action.unit}",
        "status": "effective",
        "effective_date": action.effective.isoformat(),
        "unit_code": action.unit,
    }
    if isinstance(action, Merge):
        event |= {
            "event_type": "merge_into",
            "successor_code": action.successor,
            "members_carried": str(action.members),
        }
    else:
        event["event_type"] = "found"
        _append(folder / "ref_units.csv", _unit_line(year, action.unit, ""))
    _append(folder / "ref_unit_events.csv", event)


def _unit_line(year: Year, code: str, valid_from: str) -> dict[str, str]:
    unit = year.unit(code)
    return {
        "unit_code": code,
        "bloc_code": unit.bloc,
        "unit_kind": unit.kind,
        "unit_name": unit.name,
        "valid_from": valid_from,
    }


def _append(path: Path, line: Mapping[str, str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns).writerow(line)
