"""Python's collector of garbage, which took a quarter of a session's time."""

import gc


def set_aside() -> None:
    """Have what is there by now not looked through for garbage again and again.

    A session imports a million objects that stay, and each collection looks at all of
    them. Done where much was imported: after the collection of tests, and where the
    first build of a session has loaded dbt.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # as our command does
