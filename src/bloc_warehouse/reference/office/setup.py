"""Sets an installation up for one office: its lists, in force, and its folders.

Repeating it changes nothing. It never writes over lists that are there, and refuses a
folder or a warehouse that holds another bloc, such as the samples' blocs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.errors import SetupError
from bloc_warehouse.reference.apply import apply
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.lists.faults import ReferenceListError
from bloc_warehouse.reference.lists.folder import Folder, read_folder
from bloc_warehouse.reference.lists.reading import read_list
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.office.answers import Answers
from bloc_warehouse.reference.office.first_lists import first_lists, list_text
from bloc_warehouse.reference.office.unit_list import UnitList, UnitListError
from bloc_warehouse.reference.store import read_applied
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage.trees import is_in_store

_SHOWN = 5


class OtherOfficeError(SetupError):
    """The installation is somebody else's; nothing was written."""


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """What setting up would do.

    Attributes:
        files: The lists that would be written, file name → content.
        standing: Lists that are there and stay as they are.
        folders: Folders that would be made.
        kinds: How many units of each kind.
        first_unit: The first unit's code.
        is_set_up: The bloc is there already: only folders are made.
    """

    files: Mapping[str, str]
    standing: tuple[str, ...]
    folders: tuple[Path, ...]
    kinds: Mapping[str, int]
    first_unit: str
    is_set_up: bool


def plan_office(settings: Settings, answers: Answers, units: UnitList) -> OfficePlan:
    """Return what setting up would do; writes nothing.

    Raises:
        OtherOfficeError: Folder or warehouse hold another bloc, or lists of their own.
        UnitListError: A unit's kind is not known.
        ReferenceListError: What would be written is not sound.
    """
    found = read_folder(settings.reference_dir)
    if found.faults:
        raise ReferenceListError(found.faults)
    _refuse_others(settings, answers.bloc, found)
    standing = tuple(f"{name}.csv" for name in found.lists)
    if any(row["bloc_code"] == answers.bloc for row in found.rows.get("ref_blocs", ())):
        register = found.rows.get("ref_units", [])
        kinds = Counter(row["unit_kind"] or "" for row in register)
        codes = [row["unit_code"] or "" for row in register]
        folders = _folders(settings, codes)
        return OfficePlan({}, standing, folders, kinds, codes[0] if codes else "", True)
    _refuse_unknown_kinds(units)
    lists = first_lists(answers, units.units)
    for name, read in found.lists.items():
        if read.lines and name in lists:
            raise OtherOfficeError(
                f"{settings.reference_dir / name}.csv holds lines already, and no bloc"
                " is in ref_blocs.csv; move it away and put your lines back afterwards"
            )
    files = {f"{name}.csv": list_text(name, rows) for name, rows in lists.items()}
    _require_sound(files)
    codes = [row["unit_code"] for row in lists["ref_units"]]
    kinds = Counter(row["unit_kind"] for row in lists["ref_units"])
    return OfficePlan(files, (), _folders(settings, codes), kinds, codes[0], False)


def set_up(settings: Settings, plan: OfficePlan, *, by: str) -> int | None:
    """Write the lists, put them in force, and make the folders.

    ``ref_blocs.csv`` is written last: until it is there, nothing is set up.

    Returns:
        The application's number; None: the lists were in force already.
    """
    settings.reference_dir.mkdir(parents=True, exist_ok=True)
    for name in sorted(plan.files, key=lambda name: name == "ref_blocs.csv"):
        path = settings.reference_dir / name
        part = path.with_suffix(".part")
        part.write_text(plan.files[name], encoding="utf-8")
        part.replace(path)
    prepare(settings)
    number = apply(settings, by=by, reason="bloc init").application_id
    for folder in plan.folders:
        folder.mkdir(parents=True, exist_ok=True)
    return number


def _refuse_others(settings: Settings, bloc: str, found: Folder) -> None:
    """Refuse where the folder, or the lists in force, name another bloc."""
    in_folder = {row["bloc_code"] for row in found.rows.get("ref_blocs", ())}
    in_force = _blocs_in_force(settings)
    for where, codes in (
        (str(settings.reference_dir), in_folder),
        ("the warehouse", in_force),
    ):
        others = sorted(filter(None, codes - {bloc}))
        if others:
            raise OtherOfficeError(
                f"{where} holds {', '.join(others)}: an office's installation is its"
                " own, apart from the samples and from other blocs; set BLOC_DATA_DIR"
                " (or BLOC_REFERENCE_DIR and BLOC_WAREHOUSE_URL) to places of its own"
            )


def _blocs_in_force(settings: Settings) -> set[str | None]:
    if not settings.warehouse_url and not embedded.exists(settings.data_dir):
        return set()
    prepare(settings)
    with connect("ingest", settings=settings) as connection:
        applied = read_applied(connection)
    return {row["bloc_code"] for row in applied.get("ref_blocs", ())}


def _refuse_unknown_kinds(units: UnitList) -> None:
    unknown = [unit for unit in units.units if not unit.kind]
    if unknown:
        shown = "; ".join(f"{unit.place}: {unit.name}" for unit in unknown[:_SHOWN])
        more = f" … {len(unknown)} in all" if len(unknown) > _SHOWN else ""
        raise UnitListError(
            f"neither đảng bộ nor chi bộ: {shown}{more}; fill in the column Loại hình"
        )


def _require_sound(files: Mapping[str, str]) -> None:
    """Check what would be written, as it will be read."""
    lists = {
        shape.name: read_list(shape, files[shape.file_name].encode())
        for shape in SHAPES
    }
    faults = check(Folder(lists), {}).faults
    if faults:
        raise ReferenceListError(faults)


def _folders(settings: Settings, codes: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders that are missing: a place in landing for each sender."""
    wanted = [] if is_in_store(settings.reports_dir) else [settings.reports_dir]
    if isinstance(settings.landing_dir, Path):
        wanted += [settings.landing_dir / code for code in codes]
    if isinstance(settings.outbox_dir, Path):
        wanted.append(settings.outbox_dir)
    return tuple(folder for folder in wanted if not folder.is_dir())
