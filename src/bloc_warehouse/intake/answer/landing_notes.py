"""Tells senders which of their files in landing are not ingested."""

from collections import defaultdict
from collections.abc import Iterable

from bloc_warehouse.intake.answer.receipt import delete_follow_up, write_follow_up
from bloc_warehouse.intake.faults.catalogue import text
from bloc_warehouse.intake.files.not_taken import NotTaken
from bloc_warehouse.intake.parse.unit_directory import Reference
from bloc_warehouse.settings import StorageSettings
from bloc_warehouse.storage.base import HIDDEN, LOCK, WRITING

_NAME = "not-taken"
# made by programs, or taken by the next look
_NOBODYS_NEWS = (HIDDEN, LOCK, WRITING)


def answer_not_taken(
    settings: StorageSettings,
    reference: Reference,
    before: Iterable[NotTaken],
    now: Iterable[NotTaken],
) -> None:
    """Write a note to each sender for whom something changed; none if all is well.

    Args:
        settings: Where the outbox is.
        reference: Says which senders are known.
        before: What an earlier look did not take.
        now: What the last look did not take.
    """
    old, new = _by_sender(before, reference), _by_sender(now, reference)
    for sender in old.keys() | new.keys():
        if not new[sender]:
            delete_follow_up(settings, sender, _NAME)
        elif _causes(old[sender]) != _causes(new[sender]):
            write_follow_up(settings, sender, _NAME, _content(sender, new[sender]))


def _by_sender(
    entries: Iterable[NotTaken], reference: Reference
) -> dict[str, list[NotTaken]]:
    found: dict[str, list[NotTaken]] = defaultdict(list)
    for entry in entries:
        if entry.code not in _NOBODYS_NEWS and reference.kind_of(entry.sender):
            found[entry.sender].append(entry)
    return found


def _causes(entries: Iterable[NotTaken]) -> list[tuple[str, str]]:
    return [(entry.path, entry.cause) for entry in entries]


def _content(sender: str, entries: Iterable[NotTaken]) -> dict[str, object]:
    title = text("not_taken.title")
    return {
        "title_vi": title.vi,
        "title_en": title.en,
        "state": "not_taken",
        "unit_code": sender,
        "findings": [
            {
                "rule": entry.code,
                "path": entry.path,
                "message_vi": f"{entry.path}: {entry.text.vi}",
                "message_en": f"{entry.path}: {entry.text.en}",
            }
            for entry in entries
        ],
    }
