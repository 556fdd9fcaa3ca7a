"""Times are shown in one zone, the office's, and it is said."""

import re
from datetime import UTC, datetime
from pathlib import Path

from bloc_warehouse import cli
from bloc_warehouse.cli.timestamps import local_time


def test_a_time_is_the_office_s_and_names_its_zone() -> None:
    late = datetime(2024, 6, 30, 18, 5, tzinfo=UTC)
    assert local_time(late) == "01/07/2024 01:05 +07"


def test_no_command_writes_a_time_in_another_way() -> None:
    written = [
        f"{path.name}: {line.strip()}"
        for path in sorted(Path(cli.__path__[0]).rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if re.search(r":%[^}\"]*%H|UTC\"|\bat\w*:%Y", line) and "local" not in line
    ]
    assert [line for line in written if not line.startswith("timestamps.py")] == []
