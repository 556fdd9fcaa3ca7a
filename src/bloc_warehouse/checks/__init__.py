"""The checks of Great Expectations: rules, gates, violations and holds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )

    from bloc_warehouse.settings import DatabaseSettings


def gx_context(settings: "DatabaseSettings | None" = None) -> "AbstractDataContext":
    """Return Great Expectations' context over the configured warehouse.

    It has the suites, the validation definitions and the two checkpoints,
    ``cross_check`` and ``audit``. They look at everything, and their connection cannot
    write: ``bloc build`` and ``bloc audit`` record what is found.

    Args:
        settings: Those of this process when left out.

    Raises:
        WrongRequestError: Nothing was built yet.
    """
    from bloc_warehouse.checks.gx.context import reading_context
    from bloc_warehouse.settings import get_settings

    return reading_context(settings or get_settings())
