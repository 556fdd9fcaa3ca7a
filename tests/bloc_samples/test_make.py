"""``bloc samples make`` writes again what is its own and touches nothing else."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.bloc_samples.drawn import drawn
from typer.testing import CliRunner

from bloc_samples import commands as command
from bloc_samples import make
from bloc_samples.dataset import Dataset
from bloc_samples.files.batching import Parcel, parcels
from bloc_samples.files.manifest import ForeignFilesError
from bloc_samples.make import make_samples
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.settings import Settings

FEW = 12


@pytest.fixture(autouse=True)
def _few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def few(dataset: Dataset, registry: Registry) -> list[Parcel]:
        found = parcels(dataset, registry)
        return [parcel for parcel in found if parcel.layout == "csv"][:FEW]

    monkeypatch.setattr(make, "parcels", few)
    monkeypatch.setattr(make, "draw_dataset", drawn)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., make.Made]:
    settings = Settings.from_environment(
        {"BLOC_DATA_DIR": str(tmp_path), "BLOC_WORKERS": "1"}
    )

    def run(
        seed: int = 1, into: Path | None = None, *, history: bool = False
    ) -> make.Made:
        return make_samples(settings, seed=seed, history=history, into=into)

    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_the_same_seed_twice_gives_the_same_bytes(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    made(seed=7)
    made(seed=7, into=tmp_path / "again")
    first, second = tmp_path / "landing", tmp_path / "again" / "landing"
    assert len(contents(first)) == FEW
    assert contents(first) == contents(second)
    lists = contents(tmp_path / "reference")
    assert lists == contents(tmp_path / "again" / "reference")
    assert sorted(lists) == [
        "ref_blocs.csv",
        "ref_obligations.csv",
        "ref_published_totals.csv",
        "ref_terms.csv",
        "ref_unit_aliases.csv",
        "ref_unit_events.csv",
        "ref_units.csv",
    ]


def test_existing_files_are_not_written_again(
    made: Callable[..., make.Made],
) -> None:
    assert made().is_new
    assert not made().is_new


def test_a_file_that_was_removed_is_written_again(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    made()
    before = contents(tmp_path / "landing")
    (tmp_path / "landing" / next(iter(before))).unlink()
    assert made().is_new
    assert contents(tmp_path / "landing") == before


def test_another_seed_replaces_what_was_made(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    made(seed=1)
    first = contents(tmp_path / "landing")
    made(seed=2)
    second = contents(tmp_path / "landing")
    assert len(second) == FEW
    assert first != second
    assert all(any(folder.iterdir()) for folder in (tmp_path / "landing").glob("*/"))


def test_the_history_replaces_what_was_made(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    made()
    few = contents(tmp_path / "reference")
    assert made(history=True).is_new
    assert not made(history=True).is_new
    owed = "ref_obligations.csv"
    assert len(contents(tmp_path / "reference")[owed]) > len(few[owed])


@pytest.mark.parametrize("seed", [1, 2])
def test_an_edited_file_stops_it(
    made: Callable[..., make.Made], tmp_path: Path, seed: int
) -> None:
    made(seed=1)
    path = tmp_path / "landing" / next(iter(contents(tmp_path / "landing")))
    path.write_bytes(b"edited")
    with pytest.raises(ForeignFilesError, match="edited since"):
        made(seed=seed)
    assert path.read_bytes() == b"edited"


def test_somebody_elses_file_stops_another_seed_only(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    made(seed=1)
    (tmp_path / "landing" / "LAN-001").mkdir(exist_ok=True)
    (tmp_path / "landing" / "LAN-001" / "own.xlsx").write_bytes(b"own")
    assert not made(seed=1).is_new
    with pytest.raises(ForeignFilesError, match=r"own\.xlsx"):
        made(seed=2)


def test_somebody_elses_reference_lists_are_never_replaced(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "ref_units.csv").write_text("own", encoding="utf-8")
    with pytest.raises(ForeignFilesError, match=r"ref_units\.csv"):
        made()


def test_a_stopped_run_can_be_repeated(
    made: Callable[..., make.Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> dict[str, str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(make, "write_parcels", stopped)
        with pytest.raises(KeyboardInterrupt):
            made()
    assert made().is_new
    assert len(contents(tmp_path / "landing")) == FEW


def test_the_reference_lists_agree_with_each_other(
    made: Callable[..., make.Made], tmp_path: Path
) -> None:
    made()

    def rows(name: str) -> list[dict[str, str]]:
        path = tmp_path / "reference" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    codes = {row["unit_code"] for row in rows("ref_units")}
    blocs = {row["bloc_code"] for row in rows("ref_blocs")}
    assert {row["bloc_code"] for row in rows("ref_units")} == blocs  # their offices
    assert {row["unit_code"] for row in rows("ref_unit_aliases")} < codes
    events = rows("ref_unit_events")
    assert {event["unit_code"] for event in events} <= codes
    assert {event["successor_code"] for event in events} <= codes | {""}
    proposed = [event for event in events if event["status"] == "proposed"]
    assert sorted(event["event_type"] for event in proposed) == [
        "merge_into",
        "merge_into",
        "rename",
    ]
    carried = [event for event in events if event["members_carried"]]
    merged = [row for row in carried if row["effective_date"] == "2019-07-01"]
    assert {row["event_type"] for row in merged} == {"merge_into"}
    assert len(merged) >= 3  # in Đắk Lắk
    assert Counter(row["event_type"] for row in carried) == {
        "merge_into": 5,
        "split": 2,
    }
    owing = {row["bloc_code"] for row in rows("ref_obligations")}
    assert owing == {code for code in blocs if not code.endswith(("CQD", "UBND"))}
    assert {row["bloc_code"] for row in rows("ref_terms")} == owing


def test_the_command_prints_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environment({"BLOC_DATA_DIR": str(tmp_path)})
    monkeypatch.setattr(command, "get_settings", lambda: settings)
    arguments = ["make", "--seed", "3", "--into", str(tmp_path / "other")]
    result = CliRunner().invoke(command.samples_app, [*arguments, "--json"])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert (printed["seed"], printed["files"]) == (3, FEW)
    assert (tmp_path / "other" / "landing").is_dir()
    result = CliRunner().invoke(command.samples_app, arguments)
    assert "nothing written" in result.stdout
    (tmp_path / "other" / "reference" / "ref_terms.csv").write_bytes(b"")
    result = CliRunner().invoke(command.samples_app, arguments)
    assert result.exit_code == 2
