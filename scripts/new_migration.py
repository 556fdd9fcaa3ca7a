"""Begin the next migration, and seal the migrations: what they say is then fixed.

``sealed.sha256`` lists each version and each script of definitions with its hash, as
sha256sum does. Two branches that both add one meet there in a conflict, before two
versions follow one; and a definition that changed without a version is found by a test.
"""

import sys
from hashlib import sha256

from alembic import command

from bloc_warehouse.database import migrations
from bloc_warehouse.database.definitions import SCRIPTS
from bloc_warehouse.database.schema_version import newest_revision

PACKAGE = migrations.FOLDER.parents[1]
SEALS = migrations.FOLDER / "sealed.sha256"


def main(arguments: list[str]) -> int:
    """Start a migration of this name; without a name, only seal the existing ones."""
    name = " ".join(arguments).strip()
    if name:
        number = f"{int(newest_revision()) + 1:04}"
        command.revision(migrations.configuration(), message=name, rev_id=number)
    SEALS.write_text(seals(), encoding="utf-8")
    print(f"sealed in {SEALS}")
    return 0


def seals() -> str:
    """Return a line per file: its hash and its path in the package."""
    versions = sorted((migrations.FOLDER / "versions").glob("[0-9]*"))
    files = [PACKAGE / script for script in sorted(SCRIPTS)] + versions
    return "".join(
        f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(PACKAGE)}\n"
        for file in files
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
