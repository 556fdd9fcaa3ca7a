"""A claim as a line of the reference folder's list: composed, checked, written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bloc_warehouse.domain.claims import CONTEXT
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.claims.indicators import indicators
from bloc_warehouse.reference.claims.printed import is_percentage, printed_value
from bloc_warehouse.reference.claims.sentence import ClaimPeriod
from bloc_warehouse.reference.lists.faults import ListFault, ReferenceListError
from bloc_warehouse.reference.lists.folder import Folder, read_folder
from bloc_warehouse.reference.lists.reading import Values, read_list
from bloc_warehouse.reference.lists.shapes import CLAIMS, SHAPES
from bloc_warehouse.reference.lists.writing import appended

_PERIOD = ("period_type", "period_start", "period_end")
_SAME = (
    *("bloc_code", *_PERIOD, "indicator", "subject", "conducted_by", "role"),
    *("printed", "qualifier"),
)


class ClaimError(ValueError):
    """Such a claim cannot be entered; the message says why, and what is possible."""


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What a printed figure says.

    Attributes:
        bloc_code: Whose figure.
        indicator: What it counts.
        period: Its time.
        printed: The figure as printed.
        qualifier: How exact it is.
        role: ``actual`` or ``target``.
        unit: ``count``, ``turns`` or ``percent``.
        subject: Of what; empty: of all.
        conducted_by: By whom; empty: by all.
        source_document: Where it is printed.
        published_on: When.
        wording: The sentence.
        base_claim: The claim that it is a part or a share of.
        is_context: Kept beside the others, and not recomputed.
    """

    bloc_code: str
    indicator: str
    period: ClaimPeriod
    printed: str
    qualifier: str = "exact"
    role: str = "actual"
    unit: str = "count"
    subject: str = ""
    conducted_by: str = ""
    source_document: str = ""
    published_on: date | None = None
    wording: str = ""
    base_claim: str = ""
    is_context: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """The list's line of a claim; ``is_new`` False: it was there already."""

    line: Values
    is_new: bool


def parse_claim_period(text: str) -> ClaimPeriod:
    """Return the period that a person writes.

    ``2022-H1``; ``2017-03-01``, a day; ``2018..2022``, five years, or a term where
    there are more or fewer; ``TERM:2015..2020-08-26`` or ``EACH_YEAR:2015..2019``.

    Raises:
        ClaimError: It is none.
    """
    kind, _, days = text.strip().upper().rpartition(":")
    try:
        return _span(kind, days) if ".." in days else _period(kind, days)
    except ValueError as error:
        raise ClaimError(
            f"{text} is no period; write 2022-H1, 2017-03-01, 2018..2022 or"
            " TERM:2015..2020-08-26"
        ) from error


def enter_claim(folder: Path, claim: NewClaim, *, write: bool = True) -> Entered:
    """Put a claim into a reference folder's list of published totals.

    A claim that the list has already is left as it is.

    Args:
        folder: The reference folder.
        claim: What is printed.
        write: Else only say what the line would be.

    Raises:
        ClaimError: The list's rules refuse it.
        ReferenceListError: The list cannot be read; nothing is written.
    """
    found = read_folder(folder)
    unread = [fault for fault in found.faults if fault.file == CLAIMS.file_name]
    if unread:
        raise ReferenceListError(unread)
    rows = found.rows.get(CLAIMS.name, [])
    line = _line(claim, rows)
    for row in rows:
        if all((row[name] or "") == (line[name] or "") for name in _SAME):
            return Entered(row, is_new=False)
    path = folder / CLAIMS.file_name
    content = appended(CLAIMS, path.read_bytes() if path.is_file() else b"", line)
    faults = _faults(found, content)
    if faults:
        raise ClaimError("; ".join(_told(fault) for fault in faults))
    if write:
        path.write_bytes(content)
    return Entered(line, is_new=True)


def blocs_of_folder(folder: Path) -> Mapping[str, str]:
    """Return the blocs of a reference folder, code → name."""
    rows = read_folder(folder).rows.get("ref_blocs", [])
    return {row["bloc_code"] or "": row["bloc_name"] or "" for row in rows}


def _line(claim: NewClaim, rows: Sequence[Values]) -> Values:
    known = indicators().get(claim.indicator)
    value = printed_value(claim.printed)
    if known is None or value is None:
        raise ClaimError(
            f"there is no indicator {claim.indicator or '(blank)'}; one of "
            + ", ".join(indicators())
            if known is None
            else f"{claim.printed} is no figure; write it as printed, 4.851 or 77,77%"
        )
    texts = {
        "claim_id": _free_id(claim.bloc_code, rows),
        "source_document": claim.source_document,
        "published_on": str(claim.published_on or ""),
        "bloc_code": claim.bloc_code,
        "period_type": claim.period.kind,
        "period_start": str(claim.period.start),
        "period_end": str(claim.period.end),
        "indicator": claim.indicator,
        "subject": claim.subject,
        "conducted_by": claim.conducted_by,
        "printed": claim.printed,
        "value": format(value, "f"),
        "unit": "percent" if is_percentage(claim.printed) else claim.unit,
        "qualifier": claim.qualifier,
        "role": claim.role,
        "basis": CONTEXT if claim.is_context else known.basis,
        "base_claim": claim.base_claim,
        "wording": claim.wording,
        "inferred": "",
    }
    return {name: text or None for name, text in texts.items()}


def _free_id(bloc_code: str, rows: Sequence[Values]) -> str:
    """Return the next number of a bloc's claims."""
    numbers = [
        int(number)
        for row in rows
        for prefix, _, number in [(row["claim_id"] or "").rpartition("-")]
        if prefix == bloc_code and number.isdecimal()
    ]
    return f"{bloc_code}-{max(numbers, default=0) + 1}"


def _faults(found: Folder, content: bytes) -> list[ListFault]:
    """Return what the list with its new last line would be told of this line."""
    after = read_list(CLAIMS, content)
    lists = {**found.lists, CLAIMS.name: after}
    last = after.lines[-1].number if after.lines else 0
    checked = check(Folder(lists), {shape.name: [] for shape in SHAPES})
    return [
        fault
        for fault in checked.faults
        if fault.file == CLAIMS.file_name and fault.line == last
    ]


def _told(fault: ListFault) -> str:
    return f"{fault.column}: {fault.message}; {fault.remedy}"


def _span(kind: str, days: str) -> ClaimPeriod:
    first, _, last = days.partition("..")
    start = date.fromisoformat(first if "-" in first else f"{first}-01-01")
    end = date.fromisoformat(last if "-" in last else f"{last}-12-31")
    is_five = end == date(start.year + 4, 12, 31)
    return ClaimPeriod(kind or ("FIVE_YEARS" if is_five else "TERM"), start, end)


def _period(kind: str, days: str) -> ClaimPeriod:
    if kind:
        raise ValueError(kind)
    if days.count("-") == len("--"):
        day = date.fromisoformat(days)
        return ClaimPeriod("DAY", day, day)
    period = period_of(days)
    return ClaimPeriod(period.type, period.start, period.end)
