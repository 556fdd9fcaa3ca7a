"""Watches landing, in Airflow's triggerer, and says when something changed there."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from bloc_warehouse.settings import get_settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import Store, StoreError

# looking takes at most one in so many parts of the time: a long landing is seen later
_PARTS = 10
# what does not come to rest is taken in meanwhile
_RESTLESS_SECONDS = 10.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What lay in landing: how much, and a sum over names and versions.

    Looks of one process are equal when the same lay there.
    """

    entries: int
    fingerprint: int


class LandingTrigger(BaseEventTrigger):
    """Fires when something in landing has changed and come to rest.

    Nothing is remembered beyond the process: what lies there at the first look is left
    to the timetable, as is what a look misses.

    Attributes:
        seconds: Between two looks, at least.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seconds = seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what Airflow makes the trigger from, in the triggerer."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {"seconds": self.seconds},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield an event for each change, of one file or of many at once."""
        landing = locations.landing(get_settings())
        told = before = await _looked_at(landing)
        restless_since = began = time.monotonic()
        while True:
            await asyncio.sleep(
                max(self.seconds, (time.monotonic() - began) * (_PARTS - 1))
            )
            began = time.monotonic()
            now = await _looked_at(landing) or before
            if now == told:
                restless_since = began
            elif now == before or began - restless_since > _RESTLESS_SECONDS:
                told, restless_since = now, began
                yield TriggerEvent(  # type: ignore[no-untyped-call]
                    {"entries": now.entries if now else 0}
                )
            before = now


def look(landing: Store) -> Look:
    """List what lies in landing: files, and what is none and has to be answered.

    Raises:
        StoreError: The place cannot be listed.
    """
    entries = fingerprint = 0

    def add(*entry: str) -> None:
        nonlocal entries, fingerprint
        entries += 1
        fingerprint = (fingerprint + hash(entry)) % 2**64

    for file in landing.files(report=add):
        add(file.name, file.version)
    return Look(entries, fingerprint)


async def _looked_at(landing: Store) -> Look | None:
    """Look, beside the triggerer's other work; None where that is not possible now."""
    try:
        return await asyncio.to_thread(look, landing)
    except StoreError as error:
        logger.warning("landing cannot be watched: %s", error)
        return None
