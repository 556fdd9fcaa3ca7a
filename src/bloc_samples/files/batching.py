"""Which returns go into which file of landing."""

from collections.abc import Sequence
from dataclasses import dataclass

from bloc_samples.dataset import Dataset
from bloc_samples.files.habits import Habit, Layout, draw_habit, file_name
from bloc_samples.returns.model import Return
from bloc_warehouse.forms.registry import Registry

# members and admissions check each other, so they always travel together
_GROUPS = {"membership": "members", "admissions": "members"}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file: its path below landing, its layout and the returns inside."""

    path: str
    layout: Layout
    returns: tuple[Return, ...]


def parcels(dataset: Dataset, registry: Registry) -> list[Parcel]:
    """Pack all returns of a dataset into files, ordered by path."""
    habits: dict[str, Habit] = {}
    packs: dict[tuple[str, ...], list[Return]] = {}
    for sent in (*dataset.returns, *dataset.spoilt):
        habit = habits.setdefault(
            sent.unit_code, draw_habit(dataset.seed, sent.unit_code)
        )
        key = (sent.unit_code, sent.period, str(sent.received), _pack(sent, habit))
        packs.setdefault(key, []).append(sent)
    packed = (
        _parcel(habits[key[0]], together, registry) for key, together in packs.items()
    )
    return sorted(packed, key=lambda parcel: parcel.path)


def _pack(sent: Return, habit: Habit) -> str:
    """Return what tells the files of one sender, period and day apart."""
    if habit.layout == "csv" or sent.form == "ratings":
        return sent.form
    return _GROUPS.get(sent.form, sent.form) if habit.splits_workbooks else ""


def _parcel(habit: Habit, together: Sequence[Return], registry: Registry) -> Parcel:
    first = together[0]
    codes = "-".join(registry.form(sent.form).code for sent in together)
    name = file_name(habit, first.unit_code, first.period, codes)
    ending = "csv" if habit.layout == "csv" else "xlsx"
    return Parcel(
        path=f"{first.unit_code}/{first.received}/{name}.{ending}",
        layout=habit.layout,
        returns=tuple(together),
    )
