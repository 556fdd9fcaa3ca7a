"""Notes at cells: what a sender wrote, and what an earlier answer of ours added."""

from bloc_warehouse.intake.faults.catalogue import text

SENDERS_NOTE = "\n— — —\n"
"""Parts our note from the sender's own, which follows it."""


def senders_note(note: str) -> str:
    """Return what a sender noted, without what an earlier answer noted there."""
    return note.partition(SENDERS_NOTE)[2] if is_ours(note) else note


def is_ours(note: str) -> bool:
    """Whether an earlier answer of ours begins a note."""
    return note.startswith(heading())


def heading() -> str:
    """Return the first line of each of our notes."""
    return text("receipt.title").vi.upper()
