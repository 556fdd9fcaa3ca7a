"""The forms as intake knows them: the YAML's labels and the installation's aliases."""

from psycopg import Connection

from bloc_warehouse.forms.aliases import FormAlias, with_aliases
from bloc_warehouse.forms.registry import Registry, load_registry

LIST = "ref_form_aliases"


def load_forms(connection: Connection) -> Registry:
    """Return all forms with the aliases that are in force.

    While those are the same the same object is returned, with what it computed.
    """
    rows = connection.execute(
        "select line from quality.reference_rows where list = %s", [LIST]
    ).fetchall()
    lines = (line for (line,) in rows)
    return with_aliases(
        load_registry(),
        (
            FormAlias(*(line[name] or "" for name in FormAlias._fields))
            for line in lines
        ),
    )
