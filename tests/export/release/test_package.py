"""What a data package says of a column, and of the licence."""

import pytest

from bloc_warehouse.export.catalogue import title_and_text
from bloc_warehouse.export.reading import ExportError
from bloc_warehouse.export.release.column_types import NoSuchTypeError, column_type
from bloc_warehouse.export.release.package import licences


@pytest.mark.parametrize(
    ("comment", "parts"),
    [
        (
            "Đảng viên cuối kỳ: Tổng số. Members. On the last day.\n",
            ("Đảng viên cuối kỳ: Tổng số", "Members. On the last day."),
        ),
        ("Ngày.", ("Ngày", "")),
        ("", ("", "")),
    ],
)
def test_a_comment_is_a_vietnamese_title_and_an_english_text(
    comment: str, parts: tuple[str, str]
) -> None:
    assert title_and_text(comment) == parts


@pytest.mark.parametrize(
    ("name", "arrow", "field"),
    [
        ("text[]", "string", "list"),
        ("numeric(9,4)", "decimal128(9, 4)", "number"),
        ("numeric", "double", "number"),
        ("double precision", "double", "number"),
        ("date", "date32[day]", "date"),
        ("timestamp with time zone", "timestamp[us, tz=UTC]", "datetime"),
    ],
)
def test_no_type_becomes_an_opaque_one(name: str, arrow: str, field: str) -> None:
    found = column_type(name)
    assert (str(found.to_arrow()), found.field) == (arrow, field)


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(NoSuchTypeError, match="interval"):
        column_type("interval")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (" ", {}),
        ("CC-BY-4.0", {"licenses": [{"name": "CC-BY-4.0"}]}),
        (
            "ODbL-1.0 https://example.org/odbl",
            {"licenses": [{"name": "ODbL-1.0", "path": "https://example.org/odbl"}]},
        ),
    ],
)
def test_a_licence_is_an_identifier_an_address_or_both(
    given: str, found: object
) -> None:
    assert licences(given) == found


@pytest.mark.parametrize("given", ["CC BY 4", "của Đảng bộ Khối"])
def test_another_text_is_no_licence(given: str) -> None:
    with pytest.raises(ExportError, match="names no licence"):
        licences(given)
