"""One connection for all that Great Expectations does, and who ends its transaction."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool

# the creator connects: the address only says which dialect and driver
ADDRESS = "postgresql+psycopg://ingest@warehouse/dw"
DATA_SOURCE = "warehouse"
_SAVEPOINT = "great_expectations"


class JoinedConnection:
    """A connection of ours that Great Expectations reads by, within our transaction.

    SQLAlchemy rolls back whenever it gives a connection back. Here that undoes what
    failed since it took it, and nothing else.
    """

    def __init__(self, connection: Connection) -> None:
        self.owned = connection
        self._is_saved = False
        self.found: dict[str, dict[str, Any]] = {}
        """What each rule has written: a metric is computed again when another fails."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a connection has
        return getattr(self.owned, name)

    def cursor(self, *arguments: Any, **options: Any) -> psycopg.Cursor:  # noqa: ANN401
        """Return a cursor; what fails by it can be undone alone."""
        if not self._is_saved:
            self.owned.execute(f"savepoint {_SAVEPOINT}")
            self._is_saved = True
        cursor: psycopg.Cursor = self.owned.cursor(*arguments, **options)
        return cursor

    def rollback(self) -> None:
        """Leave the transaction usable; its owner ends it."""
        if self._is_saved:
            if self.owned.info.transaction_status == TransactionStatus.INERROR:
                self.owned.execute(f"rollback to savepoint {_SAVEPOINT}")
            self.owned.execute(f"release savepoint {_SAVEPOINT}")
            self._is_saved = False

    commit = rollback

    def close(self) -> None:
        """Leave it open; its owner closes it."""


def engine_options(creator: Callable[[], object]) -> dict[str, Any]:
    """Return SQLAlchemy's options for an engine of one connection.

    A slice's temporary tables are seen by the connection alone that made them.
    """
    return {
        "creator": creator,
        "poolclass": StaticPool,
        "use_native_hstore": False,  # would look for a type that we do not use
    }


def driver_connection(engine: Engine) -> Connection:
    """Return the connection behind an engine of one connection."""
    driver = _driver(engine)
    return driver.owned if isinstance(driver, JoinedConnection) else driver


def found_before(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return what the rules of a recorded run have found so far, by rule."""
    driver = _driver(engine)
    return driver.found if isinstance(driver, JoinedConnection) else {}


def _driver(engine: Engine) -> Any:  # noqa: ANN401  # a connection, or one that joins it
    with engine.connect() as connection:
        return connection.connection.driver_connection
