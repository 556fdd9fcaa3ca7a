"""Alembic's migrations of the tables; see CONTRIBUTING for how one is added.

A version says how tables change. Views, functions, triggers and rights are not changed
step by step: their current definitions are applied after the last version.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def configuration() -> Config:
    """Return Alembic's configuration; there is no ``alembic.ini``."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest version, within the caller's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
