"""Harm the containers of docker-compose.yml at work, and see that they recover.

A stack of its own is built and started, and receives generated files, portion by
portion. While one is on its way, a service is killed, or something else is done to it;
then everything is left alone. Printed is a line a harm: how long until the service was
well, until the interrupted task had ended well and until readers had everything (beside
the same of an undisturbed portion); whether each published table equals that of an
undisturbed run on another server; and, if a run failed, whether it was told.

Ends with 1 if a table differs, something never came, or a failed run was not told of.
Everything is removed at the end, the image included.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from scripts.compose_chaos.cells import (
    KILLED,
    NOTHING,
    PHASES,
    Cell,
    all_cells,
    chosen_cells,
    named_cells,
)
from scripts.compose_chaos.harms import additions
from scripts.compose_chaos.play import DAGS, Outcome, Wanted, play
from scripts.compose_chaos.world import (
    Files,
    Hashes,
    differing,
    make_files,
    readers_view,
    undisturbed,
)
from scripts.compose_stack import Stack, say, step

from bloc_warehouse.airflow_local.follow import Patience, wait_until_read
from bloc_warehouse.errors import SetupError

# the first fills the warehouse, the second says how long each phase takes
CALM = (Cell(NOTHING, "register"), Cell(NOTHING, "register"))
VARIABLES = {
    "BLOC_BATCH_SIZE": "20",
    "BLOC_DELIVER_SCHEDULE": "*/3 * * * *",
    "BLOC_INGEST_SCHEDULE": "*/3 * * * *",
}
_COLUMNS = (
    *("harm", "phase", "well", "task done", "readers", "undisturbed"),
    *("tables", "failed runs", "told"),
)

_EQUAL = {True: "equal", False: "complete"}


def main() -> int:
    """Play the cells; return 0 when every one of them ended well."""
    options = _options()
    cells = [*CALM, *_cells(options)]
    outcomes: list[Outcome] = []
    times: dict[str, float] = {}
    with ExitStack() as at_end:
        folder = Path(
            at_end.enter_context(tempfile.TemporaryDirectory(prefix="bloc-chaos-"))
        )
        with step("making the files", times):
            files = make_files(folder / "made", len(cells))
        stack = _stack(folder, options.profile)
        at_end.callback(stack.remove)
        try:
            with step("building and starting", times):
                _start(stack)
                stack.put_reference(files.reference)
            expected: Sequence[Hashes] = ()
            if not options.compare_at_end:
                with step("an undisturbed run on another server", times):
                    expected = undisturbed(files.reference, files.portions)
            for number, cell in enumerate(cells):
                tables = expected[number] if expected else None
                wanted = Wanted(files.senders_until(number + 1), tables)
                portion = files.portions[number]
                outcomes.append(_play(stack, cell, portion, wanted, outcomes))
            is_equal = bool(expected) or _is_equal(stack, files)
        except (subprocess.CalledProcessError, SetupError) as error:
            stack("--profile", "*", "logs", "--tail", "40", check=False)
            say(f"failed: {error}")
            return 1
        finally:
            for line in table(outcomes):
                print(line, flush=True)
    return 0 if is_equal and all(outcome.is_good for outcome in outcomes) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--profile", choices=list(KILLED), default="")
    parser.add_argument("--all", action="store_true", help="every kill in every phase")
    parser.add_argument("--shift", type=int, default=0, help="another diagonal")
    parser.add_argument("--cells", help="these only: 'scheduler killed@build,…'")
    parser.add_argument(
        "--compare-at-end",
        action="store_true",
        help="compare the tables once, after all: on a busy machine",
    )
    return parser.parse_args()


def _cells(options: argparse.Namespace) -> list[Cell]:
    if options.cells:
        return named_cells(options.cells)
    if options.all:
        return all_cells(options.profile)
    return chosen_cells(options.profile, options.shift)


def _stack(folder: Path, profile: str) -> Stack:
    own = folder / "stack"
    own.mkdir()
    disks = {} if profile else {"BLOC_ARCHIVE_MOUNT": "archive"}
    return Stack(
        own,
        is_celery=bool(profile),
        variables=VARIABLES | disks,
        additions=additions(profile),
    )


def _start(stack: Stack) -> None:
    stack("build", "init")
    stack.start()
    wait_until_read(stack.airflow(), DAGS, Patience())


def _play(
    stack: Stack,
    cell: Cell,
    portion: Sequence[Path],
    wanted: Wanted,
    before: Sequence[Outcome],
) -> Outcome:
    lasted = before[-1].lasted if before and before[-1].lasted else None
    lasted = lasted or next(
        (done.lasted for done in reversed(before) if done.lasted), {}
    )
    say(f"{cell}: {len(portion)} senders")
    lead = lasted.get(cell.phase, 0.0) / 2
    outcome = play(stack, cell, wanted, lead, lambda: stack.put(portion))
    say(" | ".join(_row(outcome, {})))
    return outcome


def _is_equal(stack: Stack, files: Files) -> bool:
    """Compare what readers have after all harm with one undisturbed run of the same."""
    [expected] = undisturbed(files.reference, [chain.from_iterable(files.portions)])
    with readers_view(stack) as connection:
        found = differing(expected, connection)
    say(f"tables that differ in the end, of {len(expected)}: {', '.join(found) or 0}")
    return not found


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the lines of a table in Markdown."""
    found = list(outcomes)
    rest = _rest(found)
    rows = [_row(outcome, rest) for outcome in found]
    return [
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _rest(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return how long an undisturbed portion takes from the middle of each phase on."""
    calm = next((done for done in reversed(outcomes) if done.lasted), None)
    if calm is None or calm.readers is None:
        return {}
    left, rest = calm.readers, {}
    for phase in PHASES:
        rest[phase] = left - calm.lasted[phase] / 2
        left -= calm.lasted[phase]
    return rest


def _row(outcome: Outcome, rest: dict[str, float]) -> tuple[str, ...]:
    cell = outcome.cell
    differing = ", ".join(outcome.differing[:3]) + " …" * (len(outcome.differing) > 3)
    told = "{} rows, {} alerts".format(*outcome.told)
    return (
        *(cell.harm, cell.phase),
        *map(_seconds, (outcome.well, outcome.phase, outcome.readers)),
        _seconds(rest[cell.phase]) if rest else "",
        f"differ: {differing}" if outcome.differing else _EQUAL[outcome.is_compared],
        str(outcome.failed_runs),
        told if outcome.failed_runs or any(outcome.told) else "–",
    )


def _seconds(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
