"""The settings, read when a command runs: `bloc --help` and wrong use wait for none."""

from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from bloc_warehouse.settings import Settings


def get_settings() -> "Settings":
    """Return the settings; raises what ``bloc_warehouse.settings`` does.

    Where the log is to be JSON, it is from here on.
    """
    from bloc_warehouse.settings import get_settings

    settings = get_settings()
    if settings.json_logs:
        from bloc_warehouse.log_lines import write_as_json

        write_as_json(run=uuid4().hex)
    return settings
