"""What dbt compiled of the project, handed on from one warehouse of a session to more.

It says nothing of a warehouse but that its relations stand, and takes dbt ten seconds.
"""

import shutil
from pathlib import Path

_data_dirs: list[Path] = []


def hand_on(data_dir: Path) -> None:
    """Let warehouses that are built later have what is compiled for this one."""
    _data_dirs.append(data_dir)


def take_over(data_dir: Path) -> None:
    """Have what was compiled for an earlier warehouse, if for any.

    Kept by what it was made of: of other models or settings nothing is used.
    """
    for earlier in _data_dirs:
        compiled = earlier / "dbt" / "compiled"
        if compiled.is_dir():
            shutil.copytree(compiled, data_dir / "dbt" / "compiled", dirs_exist_ok=True)
            return
