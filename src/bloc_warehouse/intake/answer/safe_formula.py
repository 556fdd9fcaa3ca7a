"""Which formulas may go back to a sender: those that only compute."""

import re

_FUNCTION = re.compile(
    """
    ABS|AND|AVERAGE|AVERAGEIF|CEILING|CHOOSE|COLUMN|CONCATENATE|COUNT|COUNTA|COUNTBLANK|
    COUNTIF|COUNTIFS|DATE|DAY|EXACT|FALSE|FIND|FLOOR|HLOOKUP|IF|IFERROR|IFNA|INDEX|INT|
    ISBLANK|ISERR|ISERROR|ISEVEN|ISNA|ISNUMBER|ISODD|ISTEXT|LEFT|LEN|LOOKUP|LOWER|MATCH|
    MAX|MEDIAN|MID|MIN|MOD|MONTH|N|NOT|OR|PRODUCT|PROPER|RIGHT|ROUND|ROUNDDOWN|ROUNDUP|
    ROW|SEARCH|SIGN|SUBSTITUTE|SUBTOTAL|SUM|SUMIF|SUMIFS|SUMPRODUCT|T|TEXT|TRIM|TRUE|
    TRUNC|UPPER|VALUE|VLOOKUP|YEAR
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_CALL = re.compile(r"([^\W\d][\w.]*)\s*\(")
_OUTSIDE = re.compile(r"[\[\]|\\]|//|!\s*_xl")
_LONGEST = 8192


def is_safe_formula(formula: str) -> bool:
    """Whether a formula only computes from cells of its own workbook.

    Links to other workbooks, DDE, web and macro functions are not on the list of what
    may stay, so nor is any function that a later Excel brings.
    """
    if len(formula) > _LONGEST:
        return False
    bare = _TEXT.sub('""', formula)
    return not _OUTSIDE.search(bare) and all(
        _FUNCTION.fullmatch(name) for name in _CALL.findall(bare)
    )
