"""Processes that outlive their command are ended with all that they started."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from bloc_warehouse.local_services.processes import launch, stop_all

_HEAD = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(600)"],
    process_group={group},
)
pathlib.Path("child").write_text(str(child.pid))
time.sleep(600)
"""


@pytest.mark.parametrize("group", ["None", "0"], ids=["its group", "own group"])
@pytest.mark.parametrize("killed", [False, True], ids=["alive", "killed before"])
def test_children_end_with_their_head(tmp_path: Path, group: str, killed: bool) -> None:
    command = (sys.executable, "-c", _HEAD.format(group=group))
    head = launch("head", command, {}, tmp_path)
    child = psutil.Process(_number(tmp_path / "child"))
    if killed:
        psutil.Process(head.pid).kill()
    assert stop_all([head])
    assert not head.is_alive()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not stop_all([head])


def _number(file: Path) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return int(text)
        time.sleep(0.05)
    raise TimeoutError(file)
