"""Makes a world of a few units: lists for the reference folder, rows for raw."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql
from tests.bloc_samples.published import CLAIMS
from tests.reference_lists import write_lists

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.publish.plan import PublishOutcome
from bloc_warehouse.publish.publish import publish
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import statement

Row = Mapping[str, Any]

_UNITS = (
    ("LAN-001", "LAN", "dbcs", "2010-01-01"),
    ("LAN-002", "LAN", "cbcs", "2010-01-01"),
    ("LAN-VP", "LAN", "bloc_office", "2010-01-01"),
    ("CQ-001", "DLKCQ", "dbcs", "2010-01-01"),
    ("CQ-002", "DLKCQ", "cbcs", "2010-01-01"),
    ("DLKCQ-VP", "DLKCQ", "bloc_office", "2010-01-01"),
    ("DLK-VP", "DLK", "bloc_office", "2019-07-01"),
)
_OBLIGATIONS = (
    ("LAN", "membership", "unit", "2024-H1", 8),
    ("LAN", "awards_training", "unit", "2024-H1", 8),
    ("LAN", "bloc_summary", "bloc_office", "2024-H1", 9),
    ("DLKCQ", "admissions", "unit", "2019-H1", 15),
    ("DLK", "admissions", "unit", "2019-Y", 30),
)
TERMS: tuple[Row, ...] = (
    {"bloc_code": "DLK", "term": "2015-2020", "first_day": "2015-01-01",
     "last_day": "2020-08-26"},
    {"bloc_code": "DLKCQ", "term": "2017-2021", "first_day": "2017-01-01",
     "last_day": "2021-12-31"},
    {"bloc_code": "LAN", "term": "2020-2025", "first_day": "2020-08-01"},
)  # fmt: skip
CONTEXT: Row = {
    "claim_id": "004-4", "bloc_code": "LAN", "period_type": "Q1",
    "period_start": "2017-01-01", "period_end": "2017-03-31",
    "indicator": "thematic_sessions", "printed": "2", "value": "2", "unit": "count",
    "qualifier": "exact", "role": "actual", "basis": "context",
}  # fmt: skip


@dataclass(slots=True)
class World:
    """Writes lists and submissions; ``settings`` say where."""

    settings: Settings
    sent: int = field(default=0)

    def list(self, name: str, lines: Sequence[Row]) -> None:
        """Write a list of the reference folder."""
        write_lists(self.settings.reference_dir, **{name: lines})

    def send(
        self,
        unit: str,
        form: str,
        period: str,
        *,
        state: str = "accepted",
        received: str = "2024-07-05",
        **tables: Sequence[Row],
    ) -> int:
        """Put one submission with its rows into raw; the one before is superseded."""
        self.sent += 1
        known = period_of(period)
        with connect("ingest", settings=self.settings) as connection:
            if state == "accepted":
                connection.execute(
                    "update raw.submissions set state = 'superseded'"
                    " where (unit_code, form, period_code, state)"
                    " = (%s, %s, %s, 'accepted')",
                    [unit, form, period],
                )
            found = connection.execute(
                "with file as (insert into raw.files (sender, path, file_name, sha256,"
                " byte_size, received_at, received_at_source, state, archive_path)"
                " values (%(unit)s, %(path)s, %(path)s, %(path)s, 1, %(received)s,"
                " 'folder', %(state)s, '') returning file_id)"
                " insert into raw.submissions (file_id, form, form_version, sheet,"
                " unit_code, period_code, period_type, period_year, basis,"
                " submission_no, state, received_at) select file_id, %(form)s, 1, 'S',"
                " %(unit)s, %(period)s, %(type)s, %(year)s, %(basis)s, %(number)s,"
                " %(state)s, %(received)s from file returning submission_id",
                {
                    "unit": unit,
                    "path": f"file-{self.sent}",
                    "received": f"{received} 03:00:00+00",
                    "state": state,
                    "form": form,
                    "period": period,
                    "type": known.type,
                    "year": known.year,
                    "basis": known.basis,
                    "number": self.sent,
                },
            ).fetchone()
            submission_id = int(found[0]) if found else 0
            for table, lines in tables.items():
                for number, line in enumerate(lines, start=9):
                    values = {
                        "submission_id": submission_id,
                        "sheet": "S",
                        "sheet_row": number,
                        **line,
                    }
                    connection.execute(
                        sql.SQL("insert into {} ({}) values ({})").format(
                            sql.Identifier("raw", table),
                            sql.SQL(", ").join(map(sql.Identifier, values)),
                            sql.SQL(", ").join(sql.Placeholder() * len(values)),
                        ),
                        list(values.values()),
                    )
        return submission_id

    def hold(self, unit: str, form: str, period: str) -> None:
        """Hold a unit's figures, as the cross-check does."""
        self._execute(
            "insert into quality.holds (unit_code, form, period_code, rule, cause_vi,"
            " cause_en) values (%s, %s, %s, 'P1', '', '')",
            unit,
            form,
            period,
        )

    def release_all(self) -> None:
        """Release every hold."""
        self._execute("update quality.holds set released_at = now()")

    def close_or_reopen(self, bloc: str, period: str) -> None:
        """Close a bloc's period; where it is closed, open it again."""
        with connect("ingest", settings=self.settings) as connection:
            found = connection.execute(
                "select closing_id from quality.period_closings where bloc_code = %s"
                " and period_code = %s and reopened_at is null",
                [bloc, period],
            ).fetchone()
            connection.execute(
                statement("publish/reopen_period" if found else "publish/close_period"),
                {"closing_id": found and found[0], "bloc": bloc, "period": period,
                 "by": "t", "reason": "t", "left_open": []},
            )  # fmt: skip

    def publish(self) -> PublishOutcome:
        """Publish the candidate, as if its audit had found nothing."""
        self._execute(
            "update quality.releases set audit_outcome = 'passed'"
            " where state = 'candidate'"
        )
        return publish(self.settings, by="t")

    def _execute(self, query: str, *values: object) -> None:
        with connect("ingest", settings=self.settings) as connection:
            connection.execute(query, values)  # type: ignore[arg-type]


def membership(opening: int, closing: int, **others: object) -> list[Row]:
    """One row of the membership form that adds up."""
    more = max(closing - opening, 0)
    return [
        {
            "opening_total": opening,
            "inc_transfer_external": more,
            "inc_total": more,
            "dec_total": max(opening - closing, 0),
            "closing_total": closing,
            "closing_official": closing,
            "closing_probationary": 0,
            "sub_cells": 0,
            **others,
        }
    ]


def small_world(settings: Settings) -> World:
    """Long An with two units, Đắk Lắk's first half-year before and after its merger."""
    world = World(settings)
    _write_lists(world)
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4780))
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4800))
    world.send("LAN-002", "membership", "2024-H1", membership=membership(51, 51))
    world.send("LAN-002", "membership", "2024-H1", state="rejected")
    world.send(
        "LAN-001",
        "awards_training",
        "2024-H1",
        training=[
            {"programme": "political_theory", "classes": 1, "attendees": 30},
            {"programme": "new_members", "classes": 1, "attendees": 5,
             "not_applicable": ["attendees_masses"]},
        ],
    )  # fmt: skip
    world.send(
        "LAN-VP",
        "bloc_summary",
        "2024-H1",
        bloc_summary=[{"indicator": "member_count", "declared_total": 4852}],
    )
    for unit, period, total in (
        ("CQ-001", "2019-H1", 2),
        ("CQ-001", "2019-Y", 5),
        ("CQ-002", "2019-H1", 1),
    ):
        admitted = [{"plan_year": 6, "admitted_total": total, "admitted_youth": 0}]
        world.send(
            unit, "admissions", period, received="2020-01-20", admissions=admitted
        )
    return world


def claims_of(*blocs: str) -> list[Row]:
    """Return the claims that the samples have of these blocs."""
    lines = csv.DictReader(CLAIMS.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["bloc_code"] in blocs]


def _write_lists(world: World) -> None:
    world.list(
        "ref_blocs",
        [
            {"bloc_code": "LAN", "bloc_name": "Khối Long An", "province": "Long An",
             "valid_from": "2010-01-01"},
            {"bloc_code": "DLKCQ", "bloc_name": "Khối các cơ quan",
             "valid_from": "2010-01-01", "valid_to": "2019-07-01",
             "successor_bloc_code": "DLK"},
            {"bloc_code": "DLK", "bloc_name": "Khối Đắk Lắk",
             "valid_from": "2019-07-01"},
        ],
    )  # fmt: skip
    columns = ("unit_code", "bloc_code", "unit_kind", "valid_from")
    world.list(
        "ref_units",
        [
            {**dict(zip(columns, unit, strict=True)), "unit_name": unit[0]}
            for unit in _UNITS
        ],
    )
    world.list(
        "ref_obligations",
        [
            {"bloc_code": bloc, "form": form, "owed_by": owed_by,
             "period_type": period.partition("-")[2], "first_period": period,
             "last_period": period, "due_days": days}
            for bloc, form, owed_by, period, days in _OBLIGATIONS
        ],
    )  # fmt: skip
    world.list("ref_terms", TERMS)
    world.list("ref_published_totals", [*claims_of("LAN", "DLK"), CONTEXT])
    world.list(
        "ref_unit_events",
        [
            {"event_id": "1", "event_type": "merge_into", "status": "effective",
             "effective_date": "2019-07-01", "unit_code": "CQ-002",
             "successor_code": "CQ-001"},
            {"event_id": "2", "event_type": "rename", "status": "proposed",
             "effective_date": "2010-01-01", "unit_code": "LAN-001",
             "unit_name": "Another"},
            {"event_id": "3", "event_type": "transfer_bloc", "status": "effective",
             "effective_date": "2019-07-01", "unit_code": "CQ-001",
             "bloc_code": "DLK"},
        ],
    )  # fmt: skip
