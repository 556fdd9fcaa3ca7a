"""An office's answers and its list of units → the first lines of its lists."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from bloc_warehouse.domain.periods import CUMULATIVE, FIRST_YEAR
from bloc_warehouse.domain.units import OFFICE
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.reference.lists.folder import as_csv
from bloc_warehouse.reference.lists.notes import remarks
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.office.answers import Answers, AnswersError
from bloc_warehouse.reference.office.unit_list import ListedUnit

Rows = list[dict[str, str]]

_SINCE = f"{FIRST_YEAR}-01-01"  # before the first period of any return
_RATINGS_DUE = 90  # they are decided in the quarter after the year
_PLAN_DUE = -334  # from the year's end: in January
_OFFICE_LATER = 5  # days by which an office sums up after its units
_OFFICE_NAME = "Cơ quan Đảng ủy Khối"


def first_lists(answers: Answers, units: Sequence[ListedUnit]) -> dict[str, Rows]:
    """Return the lines of each list, by list; most lists begin empty.

    Raises:
        AnswersError: A form or period is not one of ours.
    """
    own: dict[str, Rows] = {
        "ref_blocs": [
            {
                "bloc_code": answers.bloc,
                "bloc_name": answers.name,
                "province": answers.province,
                "valid_from": _SINCE,
            }
        ],
        "ref_units": list(_units(answers.bloc, units)),
        "ref_obligations": list(_obligations(answers)),
        "ref_terms": [
            {
                "bloc_code": answers.bloc,
                "term": answers.term,
                "first_day": f"{answers.term[:4]}-01-01",
            }
        ]
        if answers.term
        else [],
    }
    return {shape.name: own.get(shape.name, []) for shape in SHAPES}


def list_text(name: str, rows: Sequence[Mapping[str, str]]) -> str:
    """Return a list's file: remarks, header, lines."""
    [shape] = [shape for shape in SHAPES if shape.name == name]
    return remarks(name) + as_csv(list(shape.columns), rows)


def _units(bloc: str, units: Sequence[ListedUnit]) -> Iterator[dict[str, str]]:
    """Yield the units, numbered in the list's order, and the bloc's office."""
    digits = max(3, len(str(len(units))))
    for number, unit in enumerate(units, start=1):
        yield {
            "unit_code": f"{bloc}-{number:0{digits}}",
            "bloc_code": bloc,
            "unit_kind": unit.kind,
            "sector": unit.sector,
            "unit_name": unit.name,
            "valid_from": _SINCE,
        }
    yield {
        "unit_code": f"{bloc}-VP",
        "bloc_code": bloc,
        "unit_kind": OFFICE,
        "unit_name": _OFFICE_NAME,
        "valid_from": _SINCE,
    }


def _obligations(answers: Answers) -> Iterator[dict[str, str]]:
    """Yield what is owed: each form, by all who send it, in its cumulative periods."""
    registry = load_registry()
    _require_known("forms", answers.forms, registry.names)
    _require_known("periods", answers.periods, CUMULATIVE)
    for name in answers.forms or registry.names:
        form = registry.form(name)
        own = [kind for kind in form.period_types if kind in answers.periods]
        for owed_by, kind in product(form.senders, own or form.period_types):
            yield {
                "bloc_code": answers.bloc,
                "form": name,
                "owed_by": owed_by,
                "period_type": kind,
                "first_period": f"{answers.first_year}-{kind}",
                "last_period": f"{answers.last_year}-{kind}"
                if answers.last_year
                else "",
                "due_days": str(_due(name, owed_by, kind, answers.due_days)),
            }


def _require_known(key: str, given: Sequence[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise AnswersError(f"{key}: {name} is none of {', '.join(known)}")


def _due(form: str, owed_by: str, kind: str, due_days: int) -> int:
    if form == "admission_plan":
        return _PLAN_DUE
    if form == "ratings":
        return max(_RATINGS_DUE, due_days)
    days = due_days * 2 if kind == "Y" else due_days
    return days + _OFFICE_LATER if owed_by == OFFICE else days
