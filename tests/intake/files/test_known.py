"""A look at landing costs what landing holds, not what was ever registered."""

import json
import os
from datetime import UTC, datetime

import pytest
from tests import builders
from tests.intake.test_run import query, states

from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.files import known
from bloc_warehouse.intake.run import register_new_files as register
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import statement
from bloc_warehouse.storage.base import StoredFile

_REGISTERED = (
    "insert into raw.files (sender, path, file_name, sha256, byte_size, received_at,"
    " received_at_source, archive_path, landing_version, written_at, state)"
    " select 'LAN-001', 'LAN-001/' || number || '.xlsx', number || '.xlsx',"
    " md5(number::text), 5, now(), 'found', null, '5-' || number || '-1-1', now(),"
    " 'accepted' from generate_series(1, 30000) as numbers (number)"
)


def register_many(settings: Settings) -> None:
    """Let the warehouse know 30,000 files that lie in landing no more."""
    with connect("ingest", settings=settings) as connection:
        connection.execute(_REGISTERED)


def rows_read(settings: Settings) -> int:
    """Return how many rows of ``raw.files`` this server's sessions have read."""
    with connect("ingest", autocommit=True, settings=settings) as connection:
        connection.execute("select pg_stat_force_next_flush()")
        row = connection.execute(
            "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
            " where schemaname = 'raw' and relname = 'files'"
        ).fetchone()
    assert row
    return int(row[0])


def read_by_a_look(settings: Settings) -> int:
    before = rows_read(settings)
    register(settings)
    return rows_read(settings) - before


@pytest.mark.parametrize("analysed", [True, False], ids=["analysed", "no statistics"])
def test_a_look_reads_as_many_rows_after_many_files_as_after_few(
    intake: Settings, analysed: bool
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        builders.land(intake.landing_dir, "LAN-001", name, builders.workbook())
    assert register(intake) == 2
    few = read_by_a_look(intake)
    register_many(intake)
    if analysed:
        with connect("owner", autocommit=True, settings=intake) as connection:
            connection.execute("analyze raw.files")
    assert read_by_a_look(intake) <= few + 2  # as the plan has it; not 30,000
    builders.land(intake.landing_dir, "LAN-001", "c.xlsx", builders.workbook())
    assert register(intake) == 1
    assert [path for path, _ in states(intake)][-3:] == [
        "LAN-001/a.xlsx", "LAN-001/b.xlsx", "LAN-001/c.xlsx",
    ]  # fmt: skip


def test_files_are_found_by_the_index_of_their_paths(intake: Settings) -> None:
    register_many(intake)
    with connect("ingest", settings=intake) as connection:
        connection.execute("set local enable_seqscan = off")
        ((plan,),) = connection.execute(
            "explain (format json) " + statement("intake/files/not_read").as_string(),  # type: ignore[arg-type]
            {
                "paths": ["LAN-001/1.xlsx"] * known._AT_ONCE,
                "versions": ["5-1-1-1"] * known._AT_ONCE,
                "too_large": [False] * known._AT_ONCE,
            },
        ).fetchall()
    assert "files_by_path" in json.dumps(plan)
    assert "Seq Scan" not in json.dumps(plan)


def test_a_longer_path_than_an_index_of_texts_holds_is_registered_once(
    intake: Settings,
) -> None:
    deep = "/".join(["ạ" * 84] * 11)
    builders.land(intake.landing_dir, "LAN-001", f"{deep}/a.xlsx", builders.workbook())
    assert [register(intake), register(intake)] == [1, 0]
    assert query(intake, "select octet_length(path) > 2704 from raw.files") == [(True,)]


def test_what_was_listed_long_ago_is_looked_up_in_one_look(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up by twos and threes, each file is what it would be by itself."""
    monkeypatch.setattr(known, "_AT_ONCE", 2)
    for number in range(7):
        path = builders.land(
            intake.landing_dir, "LAN-001", f"{number}.xlsx", b"%d" % number
        )
        os.utime(path, (1, 1))
    assert [register(intake), register(intake)] == [7, 0]
    path.write_bytes(b"other")  # under the same name
    assert [register(intake), register(intake)] == [1, 0]
    os.utime(path)  # the same bytes, written again
    assert [register(intake), register(intake)] == [1, 0]
    assert [name for name, _ in states(intake)].count("LAN-001/6.xlsx") == 3


def file(version: str, size: int = 5) -> StoredFile:
    return StoredFile("LAN-001/1.xlsx", size, version, datetime.now(UTC))


@pytest.mark.parametrize(
    ("registered", "sha256", "size", "is_read_again"),
    [
        ("5-1-1-1", "a", 5, False),
        ("5-1-1-2", "a", 5, True),  # other bytes, or other rights
        ("~5-1-1-1", "a", 5, True),  # it was young: a change may not show
        (None, "a", 5, True),
        ("5-1-1-1", None, 5, True),  # the limit was raised since
        ("5-1-1-1", None, 500, False),
    ],
)
def test_only_what_is_surely_the_same_is_left_unread(
    intake: Settings,
    registered: str | None,
    sha256: str | None,
    size: int,
    is_read_again: bool,
) -> None:
    with connect("ingest", settings=intake) as connection:
        for version, digest in (("4-1-1-1", "z"), (registered, sha256)):
            connection.execute(
                "insert into raw.files (sender, path, file_name, sha256, byte_size,"
                " received_at, received_at_source, landing_version) values"
                " ('LAN-001', 'LAN-001/1.xlsx', '1.xlsx', %s, 5, now(), 'found', %s)",
                [digest, version],
            )
        found = list(known.unread(connection, [file("5-1-1-1", size)], most=100))
    assert [len(deliveries.all) for _, deliveries in found] == [2] * is_read_again
