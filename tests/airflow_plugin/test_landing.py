"""A change in landing starts intake once, and at once."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests import builders

from bloc_warehouse.airflow_plugin import landing as watching
from bloc_warehouse.airflow_plugin.landing import LandingTrigger, look
from bloc_warehouse.settings import get_settings
from bloc_warehouse.storage.local import Folder

EVERY = 0.05
LONG = 20 * EVERY


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A landing folder that the settings name."""
    monkeypatch.setenv("BLOC_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path / "landing"
    get_settings.cache_clear()


class Events:
    """What a running trigger has told."""

    def __init__(self) -> None:
        self.payloads: list[object] = []

    async def after(self, seconds: float = LONG) -> list[object]:
        """Wait; return what was told meanwhile."""
        await asyncio.sleep(seconds)
        told, self.payloads = self.payloads, []
        return told


@asynccontextmanager
async def running() -> AsyncIterator[Events]:
    events = Events()

    async def follow() -> None:
        async for event in LandingTrigger(EVERY).run():
            events.payloads.append(event.payload)

    following = asyncio.create_task(follow())
    await asyncio.sleep(LONG)
    yield events
    assert not following.done()
    following.cancel()


def test_it_tells_of_each_change_once_and_of_nothing_else(landing: Path) -> None:
    async def steps() -> None:
        builders.land(landing, "LAN-001", "before.csv", b"1")
        async with running() as events:
            assert await events.after() == []
            path = builders.land(landing, "LAN-001", "a.csv", b"1")
            assert await events.after() == [{"entries": 2}]
            path.write_bytes(b"2")  # under the same name, of the same size
            assert await events.after() == [{"entries": 2}]
            os.utime(path)  # the same bytes, written again
            assert await events.after() == [{"entries": 2}]
            for name in ("b.csv", "c.csv", "2024/d.csv"):
                builders.land(landing, "LAN-002", name, b"1")
            assert await events.after() == [{"entries": 5}]
            (landing / "LAN-001" / "link.csv").symlink_to("/etc/hosts")
            assert await events.after() == [{"entries": 6}]
            path.unlink()
            assert await events.after() == [{"entries": 5}]
            assert await events.after() == []

    asyncio.run(steps())


def test_what_does_not_come_to_rest_is_told_of_all_the_same(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_RESTLESS_SECONDS", 10 * EVERY)

    async def steps() -> None:
        async with running() as events:
            path = builders.land(landing, "LAN-001", "a.csv", b"")
            told = []
            for _ in range(60):
                with path.open("ab") as opened:
                    opened.write(b"1")
                told += await events.after(EVERY / 2)
            assert 1 <= len(told) <= 4
            await events.after()  # the last change may have been told of already
            path.write_bytes(b"at rest")
            assert await events.after() == [{"entries": 1}]

    asyncio.run(steps())


def test_a_place_that_cannot_be_listed_is_watched_on(landing: Path) -> None:
    async def steps() -> None:
        async with running() as events:
            landing.write_bytes(b"no folder")
            assert await events.after() == []
            landing.unlink()
            builders.land(landing, "LAN-001", "a.csv", b"1")
            assert await events.after() == [{"entries": 1}]

    asyncio.run(steps())


def test_a_long_landing_is_looked_at_less_often(
    landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def slow_look(place: Folder) -> watching.Look:
        looks.append(place)
        asyncio.run(asyncio.sleep(EVERY))
        return watching.Look(0, 0)

    monkeypatch.setattr(watching, "look", slow_look)

    async def steps() -> None:
        async with running() as events:
            await events.after(20 * EVERY)

    asyncio.run(steps())
    assert len(looks) <= 6  # not 20: one part of ten


def test_looks_are_equal_while_nothing_changed(landing: Path) -> None:
    for name in ("a.csv", "b.csv"):
        builders.land(landing, "LAN-001", name, b"1")
    before = look(Folder(landing))
    assert look(Folder(landing)) == before
    assert before.entries == 2
    (landing / "LAN-001" / "a.csv").rename(landing / "LAN-001" / "c.csv")
    assert look(Folder(landing)) != before


def test_airflow_makes_the_trigger_anew_from_what_it_keeps() -> None:
    from airflow._shared.module_loading import import_string

    path, arguments = LandingTrigger(3).serialize()
    assert import_string(path)(**arguments).seconds == 3
