"""Check, without a network, that the locks fit pyproject.toml and bi/requirements.in.

Every direct dependency is locked at a version that it allows, every package carries
hashes, and no file names an address.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = {
    "requirements.lock": (
        *(
            "local",
            "object-stores",
            "openlineage",
            "parquet",
            "servers",
            "dev",
            "build",
        ),
    ),
    "requirements-image.lock": (
        "object-stores",
        "openlineage",
        "parquet",
        "servers",
        "build",
    ),
}
UV_LOCK = "requirements-uv.lock"
BI_LOCK = "bi/requirements.lock"
BI_SOURCE = "bi/requirements.in"

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^ ;\\]+)")


def main() -> int:
    """Print what is wrong; return 1 when something is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    problems = []
    for name, extras in EXTRAS.items():
        wanted = [*project["dependencies"]]
        for extra in extras:
            wanted += project["optional-dependencies"][extra]
        asked = [Requirement(line) for line in wanted]
        problems += _misfits(name, "bloc-warehouse (pyproject.toml)", asked)
    problems += _misfits(BI_LOCK, f"-r {BI_SOURCE}", _asked_for_bi())
    for name in (*EXTRAS, UV_LOCK, BI_LOCK):
        problems += _malformed(name)
    for problem in problems:
        print(f"{problem}: run `make lock`")
    return 1 if problems else 0


def _asked_for_bi() -> list[Requirement]:
    lines = (ROOT / BI_SOURCE).read_text("utf-8").splitlines()
    asked = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(line) for line in asked if line]


def _misfits(name: str, source: str, wanted: list[Requirement]) -> list[str]:
    requirements = {canonicalize_name(line.name): line for line in wanted}
    versions: dict[str, str] = {}
    direct: set[str] = set()
    for pin, block in _pins(name):
        package = canonicalize_name(pin[1])
        versions[package] = pin[2]
        if source in block:
            direct.add(package)
    problems = [
        f"{name} locks {package} {versions.get(package, 'nowhere')}, not {requirement}"
        for package, requirement in requirements.items()
        if package not in versions
        or not requirement.specifier.contains(versions[package], prereleases=True)
    ]
    return problems + [
        f"{name} and its source disagree whether {package} is asked for"
        for package in sorted(direct ^ set(requirements))
    ]


def _malformed(name: str) -> list[str]:
    text = (ROOT / name).read_text("utf-8")
    problems = [f"{name} names an address"] if "://" in text else []
    return problems + [
        f"{name} has no hash for {pin[1]}"
        for pin, block in _pins(name)
        if "--hash=sha256:" not in block
    ]


def _pins(name: str) -> Iterator[tuple[re.Match[str], str]]:
    text = (ROOT / name).read_text("utf-8")
    for block in re.split(r"^(?=[^\s#])", text, flags=re.MULTILINE):
        if pin := _PIN.match(block):
            yield pin, block


if __name__ == "__main__":
    sys.exit(main())
