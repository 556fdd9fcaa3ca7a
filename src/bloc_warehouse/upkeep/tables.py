"""Vacuums and analyzes the tables whose statistics ask for it.

The server does so by itself (autovacuum) unless somebody turned it off, or a build was
always in its way.
"""

import logging

from psycopg import sql

from bloc_warehouse.backup.contents import SCHEMAS
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.settings import Settings

_OWNERS: tuple[Role, ...] = ("ingest", "transform")
# autovacuum's own thresholds, halved: what it will do soon is done now
_IN_NEED = """
select schemaname, relname
from pg_stat_user_tables
where schemaname = any (%s)
    and pg_has_role(
        (select relowner from pg_class where pg_class.oid = relid), 'usage'
    )
    and (
        n_dead_tup > 50 + 0.1 * n_live_tup
        or n_mod_since_analyze > 50 + 0.05 * n_live_tup
    )
order by 1, 2
"""

logger = logging.getLogger(__name__)


def vacuum_tables(settings: Settings) -> str:
    """Vacuum and analyze what needs it; a table that is locked is left to the next run.

    Returns:
        What was done, for people.
    """
    count = 0
    for role in _OWNERS:  # each its own: the database's owner is not known everywhere
        with connect(role, autocommit=True, settings=settings) as connection:
            tables = connection.execute(_IN_NEED, [list(SCHEMAS)]).fetchall()
            for schema, name in tables:
                logger.info("vacuum %s.%s", schema, name)
                connection.execute(
                    sql.SQL("vacuum (analyze, skip_locked) {}").format(
                        sql.Identifier(schema, name)
                    )
                )
        count += len(tables)
    return f"{counted(count, 'table')} vacuumed and analyzed"
