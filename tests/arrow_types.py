"""Which of PostgreSQL's types reach a tool as what they are, through ADBC and Arrow."""

# the others arrive as opaque text, and a tool cannot add them up
TYPES_OF_ARROW = frozenset(
    {
        "text", "integer", "bigint", "double precision", "boolean", "date",
        "timestamptz", "timestamp with time zone", "text[]", "bigint[]",
    }
)  # fmt: skip
