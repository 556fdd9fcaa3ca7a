"""Lines of the log as JSON, as Airflow writes its own: what each is about is a field.

Airflow's lines are made by structlog, so a task's have our fields beside the
``dag_id``, ``run_id`` and so on that Airflow adds; other processes are set up here.
Where nobody asked for JSON, structlog is not imported: it takes a sixth of a second.
"""

import logging
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

_OURS = "bloc_warehouse"


def about(**fields: object) -> AbstractContextManager[None]:
    """Have what is logged meanwhile say what it is about, as ``release`` or ``file``.

    Without structlog nothing writes fields, so there is nothing to do.
    """
    if "structlog" not in sys.modules:
        return nullcontext()
    from structlog.contextvars import bound_contextvars

    return bound_contextvars(**fields)


def current_fields() -> Mapping[str, object]:
    """Return the fields that lines have now, to hand them to another process."""
    if "structlog" not in sys.modules:
        return {}
    from structlog.contextvars import get_contextvars

    return get_contextvars()


def write_as_json(**fields: object) -> None:
    """Have this process write its log to stderr as JSON.

    What we say is there from INFO on, what libraries say from WARNING. Where somebody
    set logging up already, nothing changes but the fields.

    Args:
        fields: What every line says besides.
    """
    from structlog.contextvars import bind_contextvars, merge_contextvars
    from structlog.processors import (
        ExceptionRenderer,
        JSONRenderer,
        TimeStamper,
        add_log_level,
    )
    from structlog.stdlib import ProcessorFormatter, add_logger_name
    from structlog.tracebacks import ExceptionDictTransformer

    bind_contextvars(**fields)
    handler = logging.StreamHandler()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[
                TimeStamper(fmt="iso"),
                add_log_level,
                add_logger_name,
                merge_contextvars,
            ],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                # local variables may be what nobody may read
                ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger(_OURS).setLevel(logging.INFO)
