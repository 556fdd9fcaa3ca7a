"""docs/start.md, every command in its order as it stands there, for two offices."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from tests.acceptance.office.made_office import (
    MadeUnit,
    fill_templates,
    ha_tinh,
    quang_nam,
    write_list,
)
from tests.conftest import FAST
from tests.paths import ROOT

from bloc_warehouse.database import embedded

PAGE = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
TEMPLATES, AFTERWARDS = "## 3.", "## 4."


@dataclass(frozen=True)
class Office:
    """An office that follows the page; ``instead`` is what it writes otherwise."""

    bloc: str
    period: str
    units: Sequence[MadeUnit]
    claims: Mapping[str, float]
    instead: Mapping[str, str] = field(default_factory=dict)

    def own(self, text: str) -> str:
        for theirs, ours in self.instead.items():
            text = re.sub(theirs, ours, text, flags=re.DOTALL)
        return text


_SENTENCE = (
    "Tính đến ngày 01/3/2017, Đảng bộ Khối có 66 tổ chức cơ sở đảng (39 đảng bộ, 27 chi"
    " bộ cơ sở) với 289 chi bộ trực thuộc và 4.055 đảng viên."
)
QUANG_NAM = Office("QNM", "2022-H1", quang_nam(), {"55": 55, "112": 112, "274": 274})
HA_TINH = Office(
    "HTI",
    "2016-Y",
    ha_tinh(),
    {"66": 66, "39": 39, "27": 27, "289": 289, "4.055": 4055},
    {
        "QNM": "HTI",
        "Quảng Nam": "Hà Tĩnh",
        "2020-2025": "2015-2020",
        "--forms membership,admissions,inspections": "--forms membership",
        "--periods H1": "--periods Y",
        "year 2022": "year 2016",
        "2022-H1": "2016-Y",
        r"bloc claims add .*(?=bloc reference apply --reason \"the report)": "".join(
            f'bloc claims add "{_SENTENCE}" --printed {printed}\n'
            for printed in ("66", "39", "27", "289", "4.055")
        ),
    },
)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty machine: a home of its own, with a server that need not be safe."""
    with tempfile.TemporaryDirectory(prefix="bloc-start-") as folder:
        place = Path(folder)
        place.chmod(0o755)  # as root, the server's own user must get in
        data = place / "khoi"
        data.mkdir(mode=0o755)
        embedded.start(data, options=FAST)
        yield place
        embedded.stop(data)


def blocks(text: str, kind: str) -> str:
    return "\n".join(re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL))


def follow(home: Path, office: Office) -> str:
    """Run the page's commands in one shell; what they print."""
    before, _, after = office.own(PAGE).partition(AFTERWARDS)
    fill = shlex.join([sys.executable, "-m", __name__, office.bloc, str(home)])
    script = "\n".join(
        ["set -euo pipefail", blocks(before, "sh"), fill, blocks(after, "sh")]
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BLOC_", "AIRFLOW_"))
    }
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        cwd=ROOT,
        env={**environment, "HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_page_runs_as_it_stands(home: Path) -> None:
    _follows(home, QUANG_NAM)


@pytest.mark.slow
def test_another_office_meets_its_claims(home: Path) -> None:
    _follows(home, HA_TINH)


def _follows(home: Path, office: Office) -> None:
    write_list(home / "units.xlsx", office.units)
    told = follow(home, office)
    address = re.findall(r"^postgresql://\S+$", told, re.MULTILINE)[-1]
    with psycopg.connect(address) as reader:
        [question] = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
        answers = reader.execute(question).fetchall()
        assert {printed: recomputed for _, printed, recomputed, _ in answers} == (
            office.claims
        ), told
        assert {verdict for *_, verdict in answers} == {"Khớp"}
        named = reader.execute(
            "select distinct bloc_code from monitoring.alerts"
        ).fetchall()
        assert {bloc for (bloc,) in named} <= {office.bloc, None}
        assert reader.execute(
            "select count(*) from monitoring.violations where severity = 'critical'"
        ).fetchone() == (0,)
    outbox = home / "khoi" / "outbox" / f"{office.bloc}-001"
    assert any(outbox.rglob("*"))


if __name__ == "__main__":
    chosen = {office.bloc: office for office in (QUANG_NAM, HA_TINH)}[sys.argv[1]]
    fill_templates(Path(sys.argv[2]), chosen.bloc, chosen.period, chosen.units)
