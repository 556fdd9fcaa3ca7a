"""What a printed sentence seems to say: figure, indicator, period, qualifier.

Only proposals: a person confirms them or says otherwise. Words are compared folded, so
*Đảng uỷ* and *đảng ủy* are one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bloc_warehouse.domain.claims import ROLES
from bloc_warehouse.domain.periods import PERIOD_TYPES, parse_period, period_of
from bloc_warehouse.domain.vietnamese import fold, normalise
from bloc_warehouse.reference.claims.indicators import indicators
from bloc_warehouse.reference.claims.printed import is_percentage, printed_value

_FIGURE = re.compile(r"(?<![\w.,/])\d[\d.]*(?:,\d+)?(?: ?%)?(?![\w/]|-\w)")
# numbers that name a time: they are no figures
_TIMES = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
    r"|(?:19|20)\d\d\s*[-–—]\s*(?:19|20)\d\d"
    r"|(?:tháng|năm|quý|ngày|nhiệm kỳ|giai đoạn|khóa|Đại hội)\s+\d+(?:\s*[-–—]\s*\d+)?"
    r"|(?<!\d)\d{1,2}\s+(?:tháng|năm)(?!\s+(?:đảng|tuổi))",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;.:](?!\d)|\((?=[^)]*\d)|,(?=\s)|\)|\s(?:và|trong đó)\s")
_QUALIFIERS = (
    ("nearly", r"(?:gan|xap xi|ngot)"),
    ("more_than_or_equal", r"(?:it nhat|toi thieu|khong duoi)"),
    ("more_than", r"(?:hon|tren|qua)"),
)
_LAST_WORDS = 5
_MOST_WORDS_OF_A_PERIOD = 8
_DAY = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_YEARS = re.compile(r"((?:19|20)\d\d)\s*(?:[-–—]|đến|tới)\s*(?:năm\s+)?((?:19|20)\d\d)")
_FIVE = 5

# folded words around the figure → indicator; the first that fits
_SHARES = (
    (r"vuot", "admissions_over_target_pct"),
    (r"chi tieu|ke hoach|nghi quyet", "admissions_of_annual_plan_pct"),
    (r"doan vien", "admissions_from_youth_union_pct"),
)
_ORGANISATION = r"to chuc|tccsd|dang bo|chi bo"
_UNIT_SHARES = (
    (r"hoan thanh tot", "units_at_least_good_pct"),
    (r"hoan thanh", "units_at_least_completed_pct"),
)
_MEMBER_SHARES = (
    (r"xuat sac", "members_excellent_pct"),
    (r"hoan thanh tot", "members_good_pct"),
    (r"hoan thanh nhiem vu tro len|hoan thanh tro len",
     "members_at_least_completed_pct"),
    (r"hoan thanh", "members_completed_pct"),
)  # fmt: skip
_COUNTS = (
    (r"giam sat thuong xuyen", "inspections_and_supervisions"),
    (r"kiem tra va giam sat|kiem tra giam sat(?! chuyen de)",
     "inspections_and_supervisions"),
    (r"giam sat", "inspections_and_thematic_supervisions"),
    (r"kiem tra", "inspections"),
    (r"bang khen", "awards_provincial_certificate"),
    (r"boi duong|tap huan|hoc lop", "people_trained"),
    (r"ket nap", "members_admitted"),
)  # fmt: skip
_STOCKS = (
    (r"dang bo(?! khoi)", "unit_count", "dbcs"),
    (r"chi bo co so", "unit_count", "cbcs"),
    (r"chi bo", "sub_cell_count", ""),
    (r"to chuc|tccsd", "unit_count", ""),
    (r"dang vien", "member_count", ""),
)
_BODIES = (
    (r"(?:uy ban kiem tra|ubkt)", "inspection_commissions"),
    (r"(?:ban thuong vu|btv)", "bloc_standing_committee"),
    (r"cac ban", "bloc_departments"),
    (r"cap uy(?! cac cap)", "grassroots_committees"),
)
_SUBJECTS = (
    (r"chi bo", "sub_cell"),
    (r"to chuc|don vi|tap the", "organisation"),
    (r"dang vien|ca nhan", "member"),
)
_TARGET = r"phan dau|muc tieu|chi tieu la|de ra|giao chi tieu|chi tieu giao|duoc giao"


@dataclass(frozen=True, slots=True)
class ClaimPeriod:
    """A claim's time.

    Attributes:
        kind: One of ``CLAIM_PERIODS``.
        start: Its first day.
        end: Its last day.
    """

    kind: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one figure of a sentence seems to say; empty: the sentence does not say."""

    printed: str
    qualifier: str
    unit: str
    indicator: str = ""
    subject: str = ""
    conducted_by: str = ""
    role: str = "actual"
    period: ClaimPeriod | None = None


def figures(sentence: str) -> list[str]:
    """Return the figures that a sentence prints, in their order."""
    return [found.group().strip() for found in _figures(normalise(sentence))]


def propose(sentence: str, printed: str) -> Proposal:
    """Return what a figure of a sentence seems to say.

    Args:
        sentence: As printed.
        printed: Which of its figures is meant.
    """
    text = normalise(sentence)
    found = next((f for f in _figures(text) if f.group().strip() == printed), None)
    start, end = found.span() if found else (len(text), len(text))
    before = fold(_last_clause(text[:start]))
    near = fold(_near(text, end))
    unit = "percent" if is_percentage(printed) else "count"
    if re.match(r"\s*lượt", text[end:]):
        unit = "turns"
    proposal = Proposal(printed, _qualifier(before), unit, period=period_in(text))
    whole = fold(text)
    if unit == "percent":
        proposal = replace(proposal, indicator=_share(before, near, whole))
    else:
        proposal = _counted(proposal, near, fold(text[end:]), whole)
    roles = indicators()[proposal.indicator].roles if proposal.indicator else ROLES
    is_target = re.search(_TARGET, f"{before} {near}") and "target" in roles
    return replace(proposal, role="target" if is_target else roles[0])


def period_in(text: str) -> ClaimPeriod | None:
    """Return the time that a sentence speaks of; None: it says none, or several."""
    folded = fold(text)
    if years := _YEARS.search(text):
        first, last = int(years[1]), int(years[2])
        return _of_years(folded, first, last)
    days = {day for match in _DAY.finditer(text) if (day := _day(match))}
    if len(days) == 1:
        return _until(days.pop(), is_stock="tu dau nam" not in folded)
    periods = set(_named(text.split()))
    if len(periods) != 1:
        return None
    period = period_of(periods.pop())
    return ClaimPeriod(period.type, period.start, period.end)


def _figures(text: str) -> Iterator[re.Match[str]]:
    times = [match.span() for match in _TIMES.finditer(text)]
    for found in _FIGURE.finditer(text):
        if printed_value(found.group()) is None:
            continue
        start, end = found.span()
        if not any(first < end and start < last for first, last in times):
            yield found


def _last_clause(text: str) -> str:
    return _CLAUSE.split(text)[-1]


def _near(text: str, end: int) -> str:
    """Return what follows a figure in its clause, up to the next figure."""
    after = _CLAUSE.split(text[end:])[0]
    following = _FIGURE.search(after)
    return after[: following.start()] if following else after


def _qualifier(before: str) -> str:
    last = " ".join(before.split()[-_LAST_WORDS:])
    for name, words in _QUALIFIERS:
        if re.search(rf"\b{words}(?: (?:duoc|la|co|tren))?$", last):
            return name
    return "exact"


def _share(before: str, near: str, whole: str) -> str:
    for words, name in _SHARES:
        if re.search(words, f"{before} {near}"):
            return name
    about = near if re.search(rf"{_ORGANISATION}|dang vien", near) else whole
    is_of_units = re.search(_ORGANISATION, about) and not re.search("dang vien", near)
    return _first(_UNIT_SHARES if is_of_units else _MEMBER_SHARES, f"{near} {before}")


def _counted(proposal: Proposal, near: str, after: str, whole: str) -> Proposal:
    name = _first(_COUNTS, whole)
    if name in ("people_trained", "members_admitted") and not re.search(
        r"dang vien|nguoi|quan chung|can bo|luot", near
    ):
        name = ""
    if name.startswith("inspections") or name.startswith("awards"):
        subject = _first(_SUBJECTS, near or after)
        if name.startswith("inspections"):
            subject = "organisation" if subject == "sub_cell" else subject
            named = [body for words, body in _BODIES if re.search(words, whole)]
            body = named[0] if len(named) == 1 else ""
            return replace(proposal, indicator=name, subject=subject, conducted_by=body)
        return replace(
            proposal,
            indicator=name,
            subject="unit" if subject == "organisation" else subject,
        )
    if name:
        return replace(proposal, indicator=name)
    for words, indicator, subject in _STOCKS:
        if re.match(rf"\s*(?:{words})", near):
            return replace(proposal, indicator=indicator, subject=subject)
    return proposal


def _first(table: Sequence[tuple[str, str]], text: str) -> str:
    return next((name for words, name in table if re.search(words, text)), "")


def _of_years(folded: str, first: int, last: int) -> ClaimPeriod | None:
    if last < first:
        return None
    start, end = date(first, 1, 1), date(last, 12, 31)
    if re.search(r"hang nam|moi nam|tung nam", folded):
        return ClaimPeriod("EACH_YEAR", start, end)
    is_five = last - first + 1 == _FIVE and "nhiem ky" not in folded
    return ClaimPeriod("FIVE_YEARS" if is_five else "TERM", start, end)


def _until(day: date, *, is_stock: bool) -> ClaimPeriod:
    """Return the period that ends on a day; what stood on another day is a day's."""
    for kind in PERIOD_TYPES:
        period = period_of(f"{day.year}-{kind}")
        if period.end == day and period.basis == "cumulative":
            return ClaimPeriod(kind, period.start, period.end)
    start = day if is_stock else date(day.year, 1, 1)
    return ClaimPeriod("DAY", start, day)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _named(words: Sequence[str]) -> Iterator[str]:
    """Yield the periods that runs of words name; the longest at each place."""
    place = 0
    while place < len(words):
        for length in range(_MOST_WORDS_OF_A_PERIOD, 0, -1):
            found = parse_period(
                " ".join(words[place : place + length]).strip(",.;:()")
            )
            if found and found.basis == "cumulative":
                yield found.code
                place += length - 1
                break
        place += 1
