"""How long each part of a backup or a restore took, told as it begins."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str], None]


@contextmanager
def timed(seconds: dict[str, float], what: str, report: Report) -> Iterator[None]:
    """Report what begins; put its seconds under its name when it has ended well."""
    report(what)
    began = time.monotonic()
    yield
    seconds[what] = time.monotonic() - began
