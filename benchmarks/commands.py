"""``make bench-commands``: what people's commands cost, of this checkout and another.

Takes the samples in, corrects one cell after the other, builds everything anew and asks
for what is open, each by the command that a person types. With ``BEFORE=``, a folder in
which another version was checked out and set up, both take each step in turn, on the
same files, so that their ratio does not depend on how busy the machine is. Prints the
processor seconds of the client and of the server, and the wall clock.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.correction import Spent
from benchmarks.landing.corrections import corrections
from benchmarks.processor import client_seconds, server_seconds
from bloc_samples.files.writing import write_parcels
from bloc_warehouse.database import embedded

_HERE = Path(__file__).parents[1]
_CORRECTIONS = ("second release", "third release", "fourth release", "fifth release")
_AT_ONCE = {"BLOC_SETTLE_SECONDS": "0"}  # nobody else writes into landing
_AFTER = (
    ("nothing changed", ("run",)),
    ("nothing changed", ("build",)),
    ("everything anew", ("build", "--full")),
    ("", ("status",)),
    ("", ("--help",)),
)


@dataclass(frozen=True, slots=True)
class Version:
    """A checkout with its environment, and a data folder of its own.

    Attributes:
        name: What the report calls it.
    """

    name: str
    checkout: Path
    data: Path

    def run(self, *arguments: str) -> Spent:
        """Run ``bloc`` and return what it and the server spent; raise if it fails."""
        client, server = client_seconds(), self._server_seconds()
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - a version of this very program
            [self.checkout / ".venv/bin/bloc", *arguments],
            cwd=self.checkout,
            env=os.environ | {"BLOC_DATA_DIR": str(self.data), **_AT_ONCE},
            capture_output=True,
            text=True,
            check=False,
        )
        wall = time.perf_counter() - began
        if done.returncode:
            raise RuntimeError(
                f"bloc {' '.join(arguments)}: {done.stdout}{done.stderr}"
            )
        return Spent(
            " ".join(arguments),
            client_seconds() - client,
            self._server_seconds() - server,
            wall,
        )

    def _server_seconds(self) -> float:
        running = embedded.is_running(self.data)
        return server_seconds(self.data) if running else 0.0


def main() -> int:
    """Run the bench and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="another checkout, set up")
    before = parser.parse_args().before
    checkouts = {"before": before} if before else {}
    with _versions({**checkouts, "now": _HERE}) as versions:
        print(f"{'':56}" + "".join(f"{one.name:>32}" for one in versions))
        titles = ("client", "server", "both", "wall, s")
        row = "".join(f"{title:>8}" for title in titles)
        print(f"{'':56}" + row * len(versions))
        _make_samples(versions)
        _each(versions, "first release", "run")
        for what, parcel in zip(
            _CORRECTIONS, corrections(len(_CORRECTIONS)), strict=True
        ):
            for version in versions:
                write_parcels([parcel], version.data / "landing", workers=1)
            _each(versions, f"one corrected cell, {what}", "run")
        for what, arguments in _AFTER:
            _each(versions, what, *arguments)
    return 0


@contextmanager
def _versions(checkouts: dict[str, Path]) -> Iterator[Sequence[Version]]:
    folder = Path(tempfile.mkdtemp(prefix="bloc-bench-commands-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    versions = [
        Version(name, checkout.resolve(), folder / name)
        for name, checkout in checkouts.items()
    ]
    try:
        for version in versions:
            version.data.mkdir()
        yield versions
    finally:
        for version in versions:
            embedded.stop(version.data)
        shutil.rmtree(folder, ignore_errors=True)


def _make_samples(versions: Sequence[Version]) -> None:
    """Have this version make files and lists, and the others take the same."""
    *others, now = versions
    now.run("samples", "make")
    for other in others:
        for made in now.data.iterdir():
            shutil.copytree(made, other.data / made.name)


def _each(versions: Sequence[Version], what: str, *arguments: str) -> None:
    """Have each version run the command, and print a line of the table."""
    line = f"{' '.join(('bloc', *arguments)):20}{what:36}"
    for version in versions:
        spent = version.run(*arguments)
        both = spent.client + spent.server
        cells = (spent.client, spent.server, both, spent.wall)
        line += "".join(f"{cell:8.2f}" for cell in cells)
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
