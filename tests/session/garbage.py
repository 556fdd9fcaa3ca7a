"""Python's collector of garbage, which took a quarter of a session's time."""

import gc

# as our command does, and from here on, as the collection of tests imports most
gc.set_threshold(100_000, 50, 100)


def set_aside() -> None:
    """Have what is there by now not looked through for garbage again and again.

    A session imports a million objects that stay, and each collection looks at all of
    them. Done where much was imported: after the collection of tests, where the first
    build of a session has loaded dbt, and before DAGs run.
    """
    gc.collect()
    gc.freeze()
