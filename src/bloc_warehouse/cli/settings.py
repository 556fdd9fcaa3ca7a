"""The settings, read when a command runs: `bloc --help` and wrong use wait for none."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bloc_warehouse.settings import Settings


def get_settings() -> "Settings":
    """Return the settings; raises what ``bloc_warehouse.settings`` does."""
    from bloc_warehouse.settings import get_settings

    return get_settings()
