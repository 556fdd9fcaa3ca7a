"""Installations of their own: each with its folder and its embedded server."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import builders
from tests.conftest import FAST
from tests.reference_lists import write_lists
from tests.session.scratch import scratch_folder

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.database.readers import add_reader
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import Settings

NewSettings = Callable[[], Settings]


class Office:
    """An installation with a few files and a reader.

    Attributes:
        password: The reader's.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        prepare(settings)
        with connect("ingest", settings=settings) as connection:
            connection.execute(
                "insert into reference.ref_blocs (bloc_code) values ('LAN')"
            )
            connection.cursor().executemany(
                "insert into reference.ref_unit_spans (unit_code, bloc_code, unit_kind,"
                " unit_name, valid_from, valid_to) values (%s, %s, %s, %s, %s, %s)",
                [
                    (unit.unit_code, unit.bloc_code, unit.unit_kind, unit.unit_name,
                     unit.valid_from, unit.valid_to)
                    for unit in builders.UNITS
                ],
            )  # fmt: skip
        write_lists(settings.reference_dir, ref_blocs=[{"bloc_code": "LAN"}])
        self.receive("2024-07-05/a.xlsx", builders.workbook())
        self.receive("2024-07-06/b.xlsx", b"no workbook at all")
        self.password = add_reader(settings, "lan_dashboard", blocs=["LAN"], by="test")

    def receive(self, name: str, content: bytes) -> None:
        """Take in a file of a unit."""
        builders.land(self.settings.landing_dir, "LAN-001", name, content)
        ingest(self.settings)


@pytest.fixture(scope="session")
def new_settings() -> Iterator[NewSettings]:
    """Makes settings of an empty data folder; its server is fast, and goes with it."""
    folders: list[Path] = []

    def make() -> Settings:
        folder = scratch_folder("bloc-backup-tests-")
        folders.append(folder)
        return Settings.from_environment(
            {
                "BLOC_DATA_DIR": str(folder),
                "BLOC_SETTLE_SECONDS": "0",
                "BLOC_WORKERS": "1",
            }
        )

    yield make
    for folder in folders:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def office(new_settings: NewSettings) -> Office:
    """An installation that was worked with."""
    settings = new_settings()
    embedded.start(settings.data_dir, options=FAST)
    return Office(settings)
