"""Versions follow one another, are sealed, and travel with the package."""

from alembic.script import ScriptDirectory
from hatchling.builders.wheel import WheelBuilder
from scripts.new_migration import PACKAGE, SEALS, seals

from bloc_warehouse.database import migrations
from bloc_warehouse.database.schema_version import newest_revision


def test_versions_are_one_chain_without_a_gap() -> None:
    scripts = ScriptDirectory.from_config(migrations.configuration())
    revisions = [script.revision for script in scripts.walk_revisions()]
    numbers = [f"{number:04}" for number in range(len(revisions), 0, -1)]
    assert revisions == numbers
    assert scripts.get_heads() == [newest_revision()]


def test_what_is_sealed_was_not_changed_and_what_changed_is_a_new_version() -> None:
    """See "Changing the database" in CONTRIBUTING."""
    assert SEALS.read_text(encoding="utf-8") == seals()


def test_the_wheel_holds_all_that_an_upgrade_reads() -> None:
    builder = WheelBuilder(str(PACKAGE.parents[1]))
    packed = {file.distribution_path for file in builder.recurse_included_files()}
    sealed = {line.split()[1] for line in seals().splitlines()}
    needed = {*sealed, "database/migrations/env.py"}
    assert {f"bloc_warehouse/{name}" for name in needed} <= packed
