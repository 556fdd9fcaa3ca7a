"""Great Expectations runs the rules: expectations, actions and contexts of our own.

Importing what stands here takes seconds: import it where it is used.
"""

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


class _Deferred(ModuleType):
    """Stands for a module that is imported when something of it is first used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # how modules are told apart; none of its own
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def _deferring(*names: str) -> Iterator[None]:
    """Have whoever imports these modules meanwhile get them when they use them."""
    wanted = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Deferred(name) for name in wanted})
    try:
        yield
    finally:
        for name in wanted:
            if isinstance(sys.modules.get(name), _Deferred):
                del sys.modules[name]


# Its own notes (what it registers, a temporary folder, a schema's name) stay out of the
# run's log; most come while it is imported, so this runs before that.
logging.getLogger("great_expectations").setLevel(logging.ERROR)
# this one sets its own level when it is imported
logging.getLogger("great_expectations.data_context.types.base").addFilter(_is_error)

# A quarter of the import is for three of its types, which no rule of ours has: what
# compares distributions, and draws their charts.
with _deferring("scipy.stats", "altair"):
    import great_expectations  # noqa: F401
