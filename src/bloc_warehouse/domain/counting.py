"""Numbers with their nouns, in English; Vietnamese needs no plural."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with what it counts: *1 file*, *3 files*, *1 point is open*.

    Args:
        number: How many.
        one: What follows 1, a noun or a whole phrase.
        many: What follows any other number; with an *s* added to ``one`` if not given.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
