"""The forms and their lists of codes, with labels, as dbt's seeds hold them."""

import csv
import io
from collections.abc import Iterable, Sequence

from bloc_warehouse.forms.registry import Registry

_FORM_COLUMNS = ("form", "form_code", "label_vi", "label_en", "sort_order")
_CODE_COLUMNS = (
    "form", "table_name", "column_name", "code", "label_vi", "label_en", "sort_order",
)  # fmt: skip


def seeds(registry: Registry) -> dict[str, str]:
    """Return the seeds that the definitions alone fill: file name → CSV text.

    A code that a later version of a form no longer lists stays, for older returns
    hold it; its labels are those of the last version that has it.
    """
    return {
        "ref_forms.csv": _csv(_FORM_COLUMNS, _forms(registry)),
        "ref_form_codes.csv": _csv(_CODE_COLUMNS, _codes(registry)),
    }


def _forms(registry: Registry) -> Iterable[Sequence[object]]:
    for place, form in enumerate(registry.latest, start=1):
        yield form.name, form.code, form.title_vi, form.title_en, place


def _codes(registry: Registry) -> Iterable[Sequence[object]]:
    labels: dict[tuple[str, str, str], dict[str, tuple[str, str]]] = {}
    for name in registry.names:
        for form in reversed(registry.versions(name)):  # the latest one's order first
            for table in form.tables:
                for key in table.keys:
                    known = labels.setdefault((name, table.name, key.name), {})
                    for value in key.values:
                        known.setdefault(value.code, (value.label_vi, value.label_en))
    for where, values in labels.items():
        for place, (code, texts) in enumerate(values.items(), start=1):
            yield *where, code, *texts, place


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
