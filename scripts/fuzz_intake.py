"""Sends generated files through the reader: ``fuzz_intake.py --count N --seconds S``.

Prints how many were accepted and rejected, with which codes; the first answer that is
not sound ends the run and names its seed (``--seed N --count 1`` repeats it).
"""

import argparse
import importlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bloc_warehouse.intake.sandbox.client import parse_apart

sys.path.insert(0, str(Path(__file__).parents[1]))  # tests/ lies beside scripts/
fuzzing = importlib.import_module("tests.fuzzing")

_SLICE = 500


def main() -> None:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    start = time.monotonic()
    total = fuzzing.Outcome()
    slices = range(options.seed, options.seed + options.count, _SLICE)
    with ProcessPoolExecutor(options.workers) as pool:
        end = options.seed + options.count
        runs = [
            pool.submit(_slice, first, min(_SLICE, end - first), options.seconds)
            for first in slices
        ]
        for run in runs:
            left = options.seconds - (time.monotonic() - start)
            if left <= 0 and run.cancel():
                continue
            total += run.result()
    _report(total, time.monotonic() - start)


def _slice(first: int, count: int, seconds: float) -> Any:  # noqa: ANN401
    return fuzzing.fuzz(first, count, seconds, parse_apart)


def _report(total: Any, seconds: float) -> None:  # noqa: ANN401  of tests.fuzzing
    print(
        f"{total.inputs:,} inputs in {seconds:.0f} s: {total.accepted:,} accepted, "
        f"{total.rejected:,} rejected; slowest {total.slowest:.2f} s "
        f"(seed {total.slowest_seed})"
    )
    print(", ".join(f"{code} {count:,}" for code, count in sorted(total.codes.items())))


if __name__ == "__main__":
    main()
