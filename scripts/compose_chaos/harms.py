"""What is done to a running stack: containers killed, cut off, or left without disk.

A service ``hand`` beside the others does it: it sees the engine's processes and the
volumes. A container's first process is killed from outside, as a machine without memory
does it: then the engine restarts the container, as its policy says. ``docker kill``
would count as a person's wish, after which nothing is restarted.
"""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.compose_chaos.cells import NOTHING, kill
from scripts.compose_stack import UID, Stack

from bloc_warehouse.airflow_local.api import Json

HAND = "hand"
_OWNER = f"uid={UID},gid={UID},mode=0755"
# bounded disks, so that they can become full
DISKS = {"warehouse": "size=3g", "archive": f"size=500m,{_OWNER}"}


def additions(profile: str) -> dict[str, Any]:
    """Return the Compose file of the hand, and of the disks that may become full."""
    disks = {} if profile else DISKS
    return {
        "services": {
            HAND: {
                "image": "postgres:17",
                "entrypoint": ["sleep", "infinity"],
                "network_mode": "none",
                "pid": "host",
                "cap_add": ["SYS_ADMIN"],  # to mount disks with other bounds
                "volumes": [f"{name}:/{name}" for name in disks],
            }
        },
        "volumes": {
            name: {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": options}}
            for name, options in disks.items()
        },
    }


@dataclass(frozen=True, slots=True)
class Harm:
    """Something that is done, and perhaps undone after a while.

    Attributes:
        begin: Does it; is told the task instance that runs.
        end: Undoes it.
        seconds: After how long.
        is_first: It is done before the files are sent, not while their phase runs.
        service: Whose container must be healthy again.
    """

    begin: Callable[[Json], object]
    end: Callable[[], object] = lambda: None
    seconds: float = 0.0
    is_first: bool = False
    service: str = ""


def harm(stack: Stack, name: str) -> Harm:
    """Return the harm of a name.

    Raises:
        KeyError: There is none of that name.
    """
    if name.endswith(kill("")):
        service = name.removesuffix(kill(""))
        return Harm(_Kill(stack, service), service=service)
    return _others(stack)[name]


def _others(stack: Stack) -> dict[str, Harm]:
    cut = _Cut(stack)
    return {
        NOTHING: Harm(lambda _: None),
        # without a FIN: longer than it takes both sides to notice
        "warehouse cut off": Harm(
            lambda _: cut.off(container(stack, "warehouse"), "warehouse"),
            cut.on,
            seconds=150,
            service="warehouse",
        ),
        "worker cut off": Harm(
            lambda task: cut.off(task["hostname"], "worker"),
            cut.on,
            seconds=150,
            service="worker",
        ),
        "store silent": Harm(
            lambda _: _docker("pause", container(stack, "store")),
            lambda: _docker("unpause", container(stack, "store")),
            seconds=60,
        ),
        "warehouse's disk full": Harm(
            lambda _: _fill(stack, "warehouse"),
            lambda: _remount(stack, "warehouse", DISKS["warehouse"]),
            seconds=60,
            service="warehouse",
        ),
        "archive's disk full": Harm(
            lambda _: _fill(stack, "archive"),
            lambda: _remount(stack, "archive", DISKS["archive"]),
            seconds=60,
            is_first=True,
        ),
        "archive read-only": Harm(
            lambda _: _remount(stack, "archive", "ro"),
            lambda: _remount(stack, "archive", "rw"),
            seconds=60,
            is_first=True,
        ),
        "run marked failed": Harm(lambda task: _mark_failed(stack, task)),
    }


def container(stack: Stack, service: str) -> str:
    """Return the id of a service's container."""
    return _containers(stack, service)[0]


def is_well(stack: Stack, service: str) -> bool:
    """Tell whether each of the service's containers runs and is healthy."""
    shown = (
        "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"
    )
    names = _containers(stack, service)
    return set(_docker("inspect", "--format", shown, *names).split()) <= {
        "healthy",
        "running",
    }


def _containers(stack: Stack, service: str) -> list[str]:
    return stack.read(*stack.profiles, "ps", "--all", "--quiet", service).split()


class _Kill:
    """Kills a service's first process; of workers, that whose task runs.

    All is looked up beforehand, so that the kill comes when it should.
    """

    def __init__(self, stack: Stack, service: str) -> None:
        self.hand = container(stack, HAND)
        shown = "{{.Config.Hostname}} {{.State.Pid}}"
        told = _docker("inspect", "--format", shown, *_containers(stack, service))
        self.pids = dict(line.split() for line in told.splitlines())

    def __call__(self, task: Json) -> None:
        some = next(iter(self.pids.values()))
        pid = self.pids.get(str(task.get("hostname")), some)
        _docker("exec", self.hand, "bash", "-c", f"kill -KILL {pid}")


class _Cut:
    """A container taken off its networks, and put back."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.name = self.alias = ""

    def off(self, name: str, alias: str) -> None:
        self.name, self.alias = name, alias
        for network in self._networks():
            _docker("network", "disconnect", network, name)

    def on(self) -> None:
        for network in self._networks():
            _docker("network", "connect", "--alias", self.alias, network, self.name)

    def _networks(self) -> list[str]:
        return [f"{self.stack.name}_{network}" for network in ("front", "back")]


def _mark_failed(stack: Stack, task: Json) -> None:
    """Have a run fail without a callback, as where the callback's process is killed."""
    path = f"/api/v2/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}"
    secret = stack.secret("airflow_admin_password")
    with stack.airflow_client("admin", secret) as client:
        client.patch(path, json={"state": "failed"}).raise_for_status()


def _fill(stack: Stack, disk: str) -> None:
    """Leave no more of a disk than is used, and a few pages."""
    used = _by_hand(stack, f"df --output=used --block-size=1K /{disk} | tail -n 1")
    _remount(stack, disk, f"size={int(used) + 64}k")


def _remount(stack: Stack, disk: str, options: str) -> None:
    _by_hand(stack, f"mount -o remount,{options} /{disk}")


def _by_hand(stack: Stack, command: str) -> str:
    return stack.read("exec", "-T", HAND, "bash", "-ec", command)


def _docker(*arguments: str) -> str:
    return subprocess.run(
        ["docker", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
