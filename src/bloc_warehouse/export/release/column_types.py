"""What a column's type in PostgreSQL becomes in Parquet and in a data package."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

LIST_DELIMITER = ";"
_DECIMAL = re.compile(r"numeric\((\d+),(\d+)\)")


class NoSuchTypeError(TypeError):
    """A column has a type that no export was made for; the message names it."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type in both.

    Attributes:
        arrow: How pyarrow's own function for the type is called, with its arguments.
        field: The type of the field in a Table Schema.
    """

    arrow: tuple[str | int, ...]
    field: str

    def to_arrow(self) -> "pa.DataType":
        """Return pyarrow's type."""
        import pyarrow as pa

        name, *arguments = self.arrow
        made: pa.DataType = getattr(pa, str(name))(*arguments)
        return made


_TEXT = ColumnType(("string",), "string")
_NUMBER = ColumnType(("float64",), "number")
_TYPES = {
    "text": _TEXT,
    "character varying": _TEXT,
    "name": _TEXT,
    "json": _TEXT,
    "jsonb": _TEXT,
    # joined: several readers of Parquet take a list of texts for an unknown object
    "text[]": ColumnType(("string",), "list"),
    "smallint": ColumnType(("int16",), "integer"),
    "integer": ColumnType(("int32",), "integer"),
    "bigint": ColumnType(("int64",), "integer"),
    "real": _NUMBER,
    "double precision": _NUMBER,
    "numeric": _NUMBER,  # without a scale no decimal of Parquet's holds it
    "boolean": ColumnType(("bool_",), "boolean"),
    "date": ColumnType(("date32",), "date"),
    "timestamp with time zone": ColumnType(("timestamp", "us", "UTC"), "datetime"),
}


def column_type(name: str) -> ColumnType:
    """Return what a type of PostgreSQL's becomes.

    Args:
        name: As ``format_type`` writes it, e.g. ``numeric(9,4)``.

    Raises:
        NoSuchTypeError: Nothing; a column of a new type is a fault of ours.
    """
    if scaled := _DECIMAL.fullmatch(name):
        digits = ("decimal128", int(scaled[1]), int(scaled[2]))
        return ColumnType(digits, "number")
    try:
        return _TYPES[name]
    except KeyError:
        raise NoSuchTypeError(f"no export knows the type {name}") from None
