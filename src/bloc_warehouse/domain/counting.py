"""Numbers with their nouns, in English; Vietnamese needs no plural."""


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with what it counts: *1 file*, *3 files*, *1 point is open*.

    Args:
        number: How many.
        singular: What follows 1, a noun or a whole phrase.
        plural: What follows any other number; ``singular`` with an *s* if not given.
    """
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"
