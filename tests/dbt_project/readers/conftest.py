"""A published world with readers of each kind."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from tests.conftest import database_of
from tests.dbt_project.readers.reader_world import (
    ATTACKER,
    BLIND,
    NEWS,
    PUBLIC,
    VICTIM,
    Readers,
)
from tests.dbt_project.world import World

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.logins import SERVER_RIGHTS
from bloc_warehouse.database.readers import add_reader, remove_reader


@pytest.fixture(scope="module")
def readers(copies: Callable[[], World], server: embedded.Server) -> Iterator[Readers]:
    world = copies()
    world.publish()
    database = database_of(world.settings)
    with psycopg.connect(server.url(database)) as administrator:
        administrator.execute(SERVER_RIGHTS.read_bytes())
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "create temporary table blocs as"
            " values ('DLKCQ', 'CQ-001'), ('LAN', 'LAN-001')"
        )
        connection.execute("alter table blocs rename column column1 to bloc")
        connection.execute("alter table blocs rename column column2 to unit")
        for statement in NEWS:
            connection.execute(statement)
    passwords = {
        name: add_reader(world.settings, name, blocs=[bloc], by="test")
        for name, bloc in ((ATTACKER, "DLK"), (VICTIM, "LAN"), (BLIND, "LAN"))
    }
    passwords[PUBLIC] = add_reader(world.settings, PUBLIC, is_public=True, by="test")
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "update quality.readers set bloc_code = 'XXX' where reader = %s", [BLIND]
        )
    passwords["bi_reader"] = world.settings.bi_reader_password.get_secret_value()
    yield Readers(world.settings, passwords)
    for name in (ATTACKER, VICTIM, BLIND, PUBLIC):
        remove_reader(world.settings, name)
