"""Great Expectations runs the rules: expectations, actions and contexts of our own.

Importing what stands here takes seconds: import it where it is used.
"""

import logging


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


# Its own notes (what it registers, a temporary folder, a schema's name) stay out of the
# run's log; most come while it is imported, so this runs before that.
logging.getLogger("great_expectations").setLevel(logging.ERROR)
# this one sets its own level when it is imported
logging.getLogger("great_expectations.data_context.types.base").addFilter(_is_error)
