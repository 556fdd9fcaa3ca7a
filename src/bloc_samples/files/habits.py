"""How a sender hands in: which layout, one workbook or several, what file names."""

from dataclasses import dataclass
from typing import Literal

from bloc_samples.apportion import stream
from bloc_warehouse.domain.periods import period_label
from bloc_warehouse.domain.vietnamese import fold

Layout = Literal["template", "letterhead", "ledger", "csv"]

_LAYOUTS: tuple[Layout, ...] = ("template", "letterhead", "ledger", "csv")
_LAYOUT_SHARES = (60, 16, 14, 10)
# the offices whose summaries hold the printed thousands write them the Vietnamese way
_OFFICE_LAYOUTS: dict[str, Layout] = {
    "LAN-VP": "letterhead",
    "DLKCQ-VP": "template",
    "DLKDN-VP": "csv",
    "DLK-VP": "ledger",
    "LSN-VP": "csv",
    "DTP-VP": "template",
}
_NAMES = (
    "BC_{code}_{period}_{forms}",
    "Báo cáo {label} - {code} ({forms})",
    "{code} {plain} {forms}",
    "{forms} {plain}",
)


@dataclass(frozen=True, slots=True)
class Habit:
    """A sender's way of handing in."""

    layout: Layout
    splits_workbooks: bool
    file_name: str


def draw_habit(seed: int, code: str) -> Habit:
    """Draw a sender's way; it stays the same over the years."""
    rng = stream(seed, "habit", code)
    drawn = rng.choices(_LAYOUTS, _LAYOUT_SHARES)[0]
    return Habit(
        layout=_OFFICE_LAYOUTS.get(code, drawn),
        splits_workbooks=rng.random() < 0.06,
        file_name=rng.choice(_NAMES),
    )


def file_name(habit: Habit, code: str, period: str, forms: str) -> str:
    """Return a file's name without its ending."""
    label = period_label(period)
    return habit.file_name.format(
        code=code, period=period, label=label, plain=fold(label), forms=forms
    )
