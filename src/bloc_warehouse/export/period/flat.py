"""A bloc's period as one plain table: a row for each figure, with why there is none.

As CSV it has semicolons and a byte-order mark, which Excel opens with its columns and
its letters right where Windows is set to Vietnamese.
"""

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from bloc_warehouse.export.period.bloc_period import SUMMARY
from bloc_warehouse.export.period.content import Absence, BlocPeriod, Figure
from bloc_warehouse.forms.registry import load_registry


@dataclass(frozen=True, slots=True)
class FlatRow:
    """One figure.

    Attributes:
        figures_of: ``bloc``: a total; ``unit``: a unit's own.
        state: reported, partial (a total that lacks units or cells), blank,
            no such line, not reported, not applicable or withheld.
        adds_up: Whether the bloc's figure is the sum of its units'.
    """

    bloc_code: str
    period_code: str
    release: int | None
    figures_of: str
    form: str
    table: str
    unit_code: str | None
    unit_name: str | None
    breakdown: str | None
    breakdown_vi: str | None
    measure: str
    measure_vi: str
    measure_en: str
    value: int | None
    state: str
    adds_up: bool


def flat_rows(content: BlocPeriod) -> Iterator[FlatRow]:
    """Yield the bloc's totals, then each form unit by unit."""
    yield from _totals(content)
    for by_unit in content.forms:
        for unit in by_unit.units:
            for line in by_unit.lines:
                figure = by_unit.figure(unit, line)
                codes = [str(code) for code in line.breakdown if code is not None]
                group = f"{line.group_vi}: " if line.group_vi else ""
                yield FlatRow(
                    *_whose(content, "unit"),
                    form=by_unit.form.code,
                    table=line.table,
                    unit_code=unit.code,
                    unit_name=unit.name,
                    breakdown="/".join(codes) or None,
                    breakdown_vi=line.breakdown_vi or None,
                    measure=line.measure,
                    measure_vi=f"{group}{line.label_vi}",
                    measure_en=line.label_en,
                    value=_value(figure),
                    state=_state(figure, "reported"),
                    adds_up=line.adds_up,
                )


def write_csv(target: Path, content: BlocPeriod) -> None:
    """Write all rows as CSV."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(field.name for field in fields(FlatRow))
        writer.writerows(map(astuple, flat_rows(content)))


def write_parquet(target: Path, content: BlocPeriod) -> None:
    """Write all rows as Parquet; see ``parquet.require_parquet``."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    types = {"release": pa.int64(), "value": pa.int64(), "adds_up": pa.bool_()}
    names = [field.name for field in fields(FlatRow)]
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    columns = list(zip(*map(astuple, flat_rows(content)), strict=True))
    arrays = [
        pa.array(column, schema.field(at).type) for at, column in enumerate(columns)
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), target)


def _totals(content: BlocPeriod) -> Iterator[FlatRow]:
    form = load_registry().form(SUMMARY)
    (table,) = form.tables
    labels = {value.code: value for value in table.keys[0].values}
    for total in content.totals or ():
        yield FlatRow(
            *_whose(content, "bloc"),
            form=form.code,
            table=table.name,
            unit_code=None,
            unit_name=None,
            breakdown=None,
            breakdown_vi=None,
            measure=total.indicator,
            measure_vi=labels[total.indicator].label_vi,
            measure_en=labels[total.indicator].label_en,
            value=_value(total.figure),
            state=_state(total.figure, "partial" if total.is_partial else "reported"),
            adds_up=False,
        )


def _whose(content: BlocPeriod, figures_of: str) -> tuple[str, str, int | None, str]:
    return (
        content.bloc_code,
        content.period.code,
        content.figures_release,
        figures_of,
    )


def _value(figure: Figure) -> int | None:
    return None if isinstance(figure, Absence) else int(figure)


def _state(figure: Figure, known: str) -> str:
    return figure.label_en if isinstance(figure, Absence) else known
