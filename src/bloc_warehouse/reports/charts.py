"""The places of lines and bars in a report's charts, for inline SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bloc_warehouse.reports.period_content import Arrival, Row, number, percent

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 18, 22

# in the order of a bar; their labels distinguish them in grey print
STATES = (
    ("on_time", "Đúng hạn", "On time", "#2b8a3e"),
    ("late", "Nộp muộn", "Late", "#94c973"),
    ("held", "Tạm giữ", "Held", "#e8a33d"),
    ("rejected", "Trả lại", "Rejected", "#d9480f"),
    ("missing", "Thiếu", "Missing", "#c92a2a"),
    ("not_due", "Chưa đến hạn", "Not due", "#ced4da"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its words."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line chart: ``path`` and ``area`` are SVG paths."""

    path: str
    area: str
    points: tuple[Mark, ...]
    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    due_marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in per cent of its width."""

    start: float
    share: float
    count: int
    colour: str


def arrivals_line(arrivals: Sequence[Arrival], due_days: Sequence[date]) -> Line | None:
    """Draw completeness by day, with the due days; None without anything to draw."""
    if not arrivals:
        return None
    first, last = arrivals[0].day, arrivals[-1].day
    days = max(1, (last - first).days)

    def x_of(day: date) -> float:
        return _x((day - first).days / days)

    points = [(x_of(arrival.day), _y(arrival.share)) for arrival in arrivals]
    # a day's returns are there at its end
    step = "".join(f" H{x:.1f} V{y:.1f}" for x, y in points[1:])
    start = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    path = start + step
    area = f"{path} V{_y(0):.1f} H{points[0][0]:.1f} Z"
    at_due = [
        arrival for arrival in arrivals if due_days and arrival.day <= due_days[-1]
    ]
    told = (at_due or arrivals)[-1]
    return Line(
        path=path,
        area=area,
        points=(
            Mark(x_of(told.day), _y(told.share), percent(told.arrived, told.expected)),
        ),
        x_marks=tuple(
            Mark(x_of(day), HEIGHT - 6, f"{day:%d/%m}") for day in (first, last)
        ),
        y_marks=tuple(Mark(LEFT - 4, _y(n / 100), f"{n} %") for n in (0, 50, 100)),
        due_marks=tuple(
            Mark(x_of(day), 0, f"hạn {day:%d/%m}" if is_named else "")
            for day, is_named in _with_room(due_days, days)
            if day <= last
        ),
    )


def members_line(trend: Sequence[Row]) -> Line | None:
    """Draw the members by period, a part of them with a star.

    None with fewer than two periods.
    """
    if len(trend) < 2:
        return None
    values = [int(row["computed_total"]) for row in trend]
    low, high = min(values), max(values)
    margin = max(1, (high - low) // 4)
    bottom, top = max(0, low - margin), high + margin
    points = [
        (_x(place / (len(values) - 1)), _y((value - bottom) / (top - bottom)))
        for place, value in enumerate(values)
    ]
    path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return Line(
        path=path,
        area="",
        points=tuple(
            Mark(x, y, number(value) + ("*" if row["is_partial"] else ""))
            for (x, y), value, row in zip(points, values, trend, strict=True)
        ),
        x_marks=tuple(
            Mark(x, HEIGHT - 6, row["period_code"])
            for (x, _), row in zip(points, trend, strict=True)
        ),
        y_marks=(
            Mark(LEFT - 4, _y(0), number(bottom)),
            Mark(LEFT - 4, _y(1), number(top)),
        ),
    )


def bar(row: Row) -> list[Part]:
    """Divide a form's returns by their states."""
    whole = sum(row[state] for state, *_ in STATES)
    parts = []
    start = 0.0
    for state, _, _, colour in STATES:
        if row[state]:
            share = 100 * row[state] / whole
            parts.append(Part(start, share, row[state], colour))
            start += share
    return parts


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _with_room(due_days: Sequence[date], days: int) -> Iterator[tuple[date, bool]]:
    """Tell which due days have room for their name: from the last one backwards."""
    named: date | None = None
    for day in reversed(due_days):
        has_room = named is None or (named - day).days / days > 0.2
        named = day if has_room else named
        yield day, has_room
