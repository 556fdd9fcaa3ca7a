"""Corrected workbooks of the samples' units, to drop one after the other."""

import time
from collections.abc import Iterator
from dataclasses import replace

from bloc_samples.dataset import draw_dataset
from bloc_samples.files.batching import Parcel
from bloc_samples.make import DEFAULT_SEED
from bloc_samples.returns.model import Return


def corrections(drops: int) -> Iterator[Parcel]:
    """Yield workbooks in which one woman more, or less, was counted by a unit."""
    latest: dict[str, Return] = {}
    for sent in draw_dataset(DEFAULT_SEED).returns:
        if sent.form == "membership" and sent.unit_code.startswith("LAN-"):
            latest[sent.unit_code] = max(
                latest.get(sent.unit_code, sent), sent, key=lambda each: each.period
            )
    units = [code for code in sorted(latest) if not code.endswith("-VP")]
    stamp = time.strftime("%H%M%S")
    for number in range(drops):
        sent = latest[units[number % len(units)]]
        ((table, (row,)),) = sent.rows.items()
        women = row["closing_female"]
        if not isinstance(women, int):
            raise TypeError(f"{sent.unit_code}: {women} women")
        corrected = {**row, "closing_female": women - 1 if women else 1}
        yield Parcel(
            f"{sent.unit_code}/{stamp}-{number}.xlsx",
            "template",
            (replace(sent, rows={table: [corrected]}, number=sent.number + 50),),
        )
