"""What becomes of a file: the states in ``raw.files``, in the order of a report."""

FILE_STATES = (
    "pending",
    "accepted",
    "rejected",
    "held",
    "duplicate",
    "superseded",
    "withdrawn",
)
