"""An export is there as a whole, or not at all, and takes nothing else's place."""

from pathlib import Path

import pytest

from bloc_warehouse.export.places import PACKAGE, new_file, new_folder
from bloc_warehouse.export.reading import ExportError


def fill_the_disk(path: Path) -> None:
    path.write_text("half")
    raise OSError("the disk is full")


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_once_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "a.csv"
    with new_file(target, replace=False) as path:
        path.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert leftovers(target.parent) == ["a.csv"]


def test_a_file_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("before")
    with pytest.raises(ExportError, match="--force"), new_file(target, replace=False):
        pass
    with pytest.raises(OSError, match="full"), new_file(target, replace=True) as path:
        fill_the_disk(path)
    assert target.read_text() == "before"
    assert leftovers(tmp_path) == ["a.csv"]


def test_a_folder_appears_once_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "release"
    for number in (1, 2):
        with new_folder(target, replace=number == 2) as folder:
            (folder / PACKAGE).write_text(str(number))
            (folder / f"only-{number}").touch()
    assert leftovers(target) == [PACKAGE, "only-2"]
    assert leftovers(tmp_path) == ["release"]
    with (
        pytest.raises(OSError, match="full"),
        new_folder(target, replace=True) as folder,
    ):
        fill_the_disk(folder / PACKAGE)
    assert (target / PACKAGE).read_text() == "2"
    assert leftovers(tmp_path) == ["release"]


def test_an_export_that_cannot_be_replaced_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "release"
    with new_folder(target, replace=False) as folder:
        (folder / PACKAGE).write_text("before")
    rename = Path.rename

    def refuse_the_new(path: Path, to: Path) -> Path:
        if to == target and path.name == "release":
            raise OSError("not now")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", refuse_the_new)
    with pytest.raises(OSError, match="not now"), new_folder(target, replace=True):
        pass
    assert (target / PACKAGE).read_text() == "before"
    assert leftovers(tmp_path) == ["release"]


def test_nobodys_files_make_way_for_an_export(tmp_path: Path) -> None:
    target = tmp_path / "photos"
    target.mkdir()
    with new_folder(target, replace=False) as folder:  # it is empty
        (folder / "holiday.jpg").touch()
    for replace, said in ((False, "--force"), (True, "other things")):
        with (
            pytest.raises(ExportError, match=said),
            new_folder(target, replace=replace),
        ):
            pass
    with (
        pytest.raises(ExportError, match="other things"),
        new_folder(target / "holiday.jpg", replace=True),
    ):
        pass
    with (
        pytest.raises(ExportError, match="is a folder"),
        new_file(target, replace=True),
    ):
        pass
    assert leftovers(target) == ["holiday.jpg"]
