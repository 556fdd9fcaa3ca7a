"""Back a published warehouse up, lose everything, restore it, and compare.

Two installations of their own, each with its folder and its embedded server: one works,
with the generated files; the other begins empty and is made of the backup. Nothing of
the clone's own data is touched, and everything is removed at the end.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from rich.console import Console
from rich.table import Table

from bloc_samples.make import make_samples
from bloc_warehouse.backup.check import check_backup
from bloc_warehouse.backup.restore import NotEmptyError, restore
from bloc_warehouse.backup.save import Backup, back_up
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.database.readers import add_reader
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.history.claims import read_claims
from bloc_warehouse.history.trace import Request, trace
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.pipeline import run
from bloc_warehouse.settings import Settings

READER, BLOC = "lan_dashboard", "LAN"
SEEN = "select count(*), sum(closing_total) from marts.fct_membership_stocks"
TRACED = """
select reporting_unit_code, period_code
from marts.fct_membership_stocks
where bloc_code = 'LAN' and closing_total is not null
order by 1, 2 desc
limit 1
"""
MEASURE = ("fct_membership_stocks", "closing_total")

console = Console()


class DrillError(Exception):
    """What was restored is not what was lost."""


class Drill:
    """The steps, each timed."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.rows: list[tuple[str, float, str]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step; what is said of it stands in the table."""
        said: list[str] = []
        console.print(f"[dim]{name} …[/]")
        began = time.monotonic()
        yield said.append
        self.rows.append((name, time.monotonic() - began, ", ".join(said)))

    def table(self) -> Table:
        """Return what each step took."""
        table = Table("step", "seconds", "what", title="Restore drill")
        table.columns[1].justify = "right"
        for name, seconds, said in self.rows:
            table.add_row(name, f"{seconds:.1f}", said)
        return table


def main() -> int:
    """Run the drill; 0 when everything came back."""
    before, after = new_installation(), new_installation()
    with tempfile.TemporaryDirectory(prefix="bloc-drill-target-") as folder:
        drill = Drill(Path(folder))
        try:
            play(drill, before, after)
        except DrillError as error:
            console.print(f"[bold red]The drill failed:[/] {error}")
            return 1
        finally:
            console.print(drill.table())
            for settings in (before, after):
                embedded.stop(settings.data_dir)
                shutil.rmtree(settings.data_dir, ignore_errors=True)
    return 0


def new_installation() -> Settings:
    """Return settings of an empty data folder."""
    folder = Path(tempfile.mkdtemp(prefix="bloc-drill-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    return Settings.from_environment(
        {"BLOC_DATA_DIR": str(folder), "BLOC_SETTLE_SECONDS": "0"}
    )


def play(drill: Drill, before: Settings, after: Settings) -> None:
    """Make, back up, change, back up again, restore, compare."""
    with drill.step("publish the generated files") as say:
        make_samples(before)
        result = run(before, by="drill")
        password = add_reader(before, READER, blocs=[BLOC], by="drill")
        say(f"{counted(result.ingested.registered, 'file')}; {result.publishing}")
    with drill.step("first backup") as say:
        say(copied(back_up(before, drill.target, with_secrets=True)))
    with drill.step("withdraw a return") as say:
        unit, period = traced_return(before)
        say(change(before))
    with drill.step("second backup") as say:
        last = back_up(before, drill.target, with_secrets=True)
        say(copied(last))
    with drill.step("check of the second") as say:
        checked = check_backup(before, drill.target)
        require(not checked.faults, "; ".join(checked.faults))
        say(f"{counted(checked.files, 'file')}, {checked.size / 1e6:.1f} MB read")
    with drill.step("restore into an empty machine") as say:
        done = restore(after, drill.target)
        say(", ".join(f"{name} {took:.1f}" for name, took in done.seconds.items()))
    with drill.step("comparison with what was lost") as say:
        say(compare(before, after))
        require(seen(after, password) == seen(before, password), "a reader sees others")
        found = trace(after, Request(MEASURE[0], unit, period, MEASURE[1], {}))
        require(found.adds_up, "a figure does not lead to its cell")
        say(f"{READER} logs in, {unit} {period} leads to its cell")
    with drill.step("a restore over it is refused") as say:
        try:
            restore(before, drill.target)
        except NotEmptyError:
            say("nothing was changed")
        else:
            raise DrillError("a restore over a running installation was not refused")
    with drill.step("the next run on what was restored") as say:
        say(run(after, by="drill").publishing)


def copied(made: Backup) -> str:
    """Say what a backup copied."""
    dumped = sum(part.size for part in made.manifest.parts.values())
    return (
        f"{counted(made.new_files, 'new file')} of {made.new_bytes / 1e6:.1f} MB,"
        f" dump {dumped / 1e6:.1f} MB"
    )


def change(settings: Settings) -> str:
    """Withdraw one return: rows and receipts change, and a build is due."""
    with connect("ingest", settings=settings) as connection:
        row = connection.execute(
            "select submission_id from raw.submissions where form = 'ratings'"
            " and state = 'accepted' order by submission_id limit 1"
        ).fetchone()
    require(row is not None, "there is no return to withdraw")
    name = f"S-{row[0] if row else 0}"
    withdraw(settings, name, "drill", "drill")
    return name


def traced_return(settings: Settings) -> tuple[str, str]:
    """Return unit and period of a return whose figure is traced."""
    with connect("ingest", settings=settings) as connection:
        row = connection.execute(TRACED).fetchone()
    require(row is not None, "there is no return to trace")
    return (str(row[0]), str(row[1])) if row else ("", "")


def compare(before: Settings, after: Settings) -> str:
    """Compare claims, verdict by verdict; the tables were compared by the restore."""
    lost, found = read_claims(before), read_claims(after)
    require(bool(lost), "nothing is claimed")
    require(lost == found, "the claims differ")
    met = sum(claim["verdict"] == "met" for claim in found)
    return f"{met} of {counted(len(found), 'claim')} met as before"


def seen(settings: Settings, password: str) -> tuple[object, ...]:
    """Return what the reader sees, logged in with its password."""
    port = embedded.start(settings.data_dir).port
    address = f"postgresql://{READER}:{quote(password)}@{HOST}:{port}/dw"
    with psycopg.connect(address) as connection:
        return connection.execute(SEEN).fetchone() or ()


def require(holds: bool, otherwise: str) -> None:
    """End the drill unless something holds."""
    if not holds:
        raise DrillError(otherwise)


if __name__ == "__main__":
    sys.exit(main())
