"""What `make chaos WHERE=compose` tries, and how it tells of it."""

import pytest
import yaml
from scripts.compose_chaos.__main__ import table
from scripts.compose_chaos.cells import (
    KILLED,
    NOTHING,
    OTHERS,
    PHASES,
    Cell,
    all_cells,
    chosen_cells,
    kill,
    named_cells,
)
from scripts.compose_chaos.harms import DISKS, additions
from scripts.compose_chaos.play import Outcome
from tests.paths import DAGS, ROOT

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]


def kills(profile: str, cells: list[Cell]) -> set[tuple[str, str]]:
    names = {kill(service): service for service in KILLED[profile]}
    return {(names[cell.harm], cell.phase) for cell in cells if cell.harm in names}


@pytest.mark.parametrize("profile", KILLED)
@pytest.mark.parametrize("shift", [0, 5])
def test_every_service_is_killed_and_every_phase_has_a_kill(
    profile: str, shift: int
) -> None:
    found = kills(profile, chosen_cells(profile, shift))
    assert {service for service, _ in found} == set(KILLED[profile])
    assert {phase for _, phase in found} == set(PHASES)


@pytest.mark.parametrize("profile", KILLED)
def test_the_diagonals_together_are_the_whole_matrix(profile: str) -> None:
    whole = kills(profile, all_cells(profile))
    assert len(whole) == len(KILLED[profile]) * len(PHASES)
    shifts = range(len(PHASES))
    assert whole == {
        pair
        for shift in shifts
        for pair in kills(profile, chosen_cells(profile, shift))
    }


def test_every_service_that_stays_up_is_killed() -> None:
    for profile, killed in KILLED.items():
        serving = {
            name
            for name, service in SERVICES.items()
            if set(service.get("profiles", ())) <= {profile}
            and service.get("restart", "unless-stopped") != "no"
        }
        assert set(killed) == serving


def test_every_phase_is_a_task() -> None:
    for dag_id, task_id in PHASES.values():
        assert f"def {task_id}(" in (DAGS / f"{dag_id}.py").read_text(
            "utf-8"
        ) or f'task_id="{task_id}"' in (DAGS / f"{dag_id}.py").read_text("utf-8")


def test_what_may_be_full_is_a_volume_that_the_stack_has() -> None:
    assert set(additions("")["volumes"]) == set(DISKS)
    assert "warehouse:/var/lib/postgresql/data" in SERVICES["warehouse"]["volumes"]
    assert OTHERS[""].keys() > {"archive's disk full", "warehouse's disk full"}


def test_cells_are_named_as_they_are_shown() -> None:
    cells = chosen_cells("celery")
    assert named_cells(",".join(map(str, cells))) == cells
    with pytest.raises(ValueError, match="no phase"):
        named_cells("scheduler killed@lunch")


def test_a_failed_run_that_nobody_is_told_of_is_not_well() -> None:
    good = Outcome(Cell("scheduler killed", "load"), 20.0, 40.0, 90.0)
    assert good.is_good
    assert not Outcome(good.cell, 20.0, 40.0, 90.0, failed_runs=1).is_good
    assert not Outcome(good.cell, 20.0, 40.0, 90.0, 1, told=(1, 0)).is_good
    assert Outcome(good.cell, 20.0, 40.0, 90.0, 1, told=(1, 1)).is_good
    assert not Outcome(good.cell, 20.0, 40.0, None).is_good
    assert not Outcome(good.cell, 20.0, 40.0, 90.0, differing=["dim_units"]).is_good


def test_the_table_shows_each_harm_beside_an_undisturbed_run() -> None:
    lasted = dict.fromkeys(PHASES, 10.0)
    calm = Outcome(Cell(NOTHING, "register"), 0.0, 10.0, 80.0, lasted=lasted)
    killed = Outcome(Cell("worker killed", "stage"), None, 70.0, 125.0)
    *_, first, last = table([calm, killed])
    assert first.split(" | ")[5] == "75 s"
    assert last.split(" | ")[:6] == [
        *("| worker killed", "stage", "never", "70 s", "125 s"),
        "55 s",
    ]
