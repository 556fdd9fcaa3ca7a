"""Lines of the log as JSON, as Airflow writes its own: what each is about is a field.

structlog's ``bound_contextvars`` adds ``release`` or ``file`` to whatever is logged
meanwhile. Airflow's lines are made by structlog too, so a task's have these beside the
``dag_id``, ``run_id`` and so on that Airflow adds; other processes are set up here.
"""

import logging

from structlog.contextvars import bind_contextvars, merge_contextvars
from structlog.processors import (
    ExceptionRenderer,
    JSONRenderer,
    TimeStamper,
    add_log_level,
)
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.tracebacks import ExceptionDictTransformer

_OURS = "bloc_warehouse"


def write_as_json(**fields: str) -> None:
    """Have this process write its log to stderr as JSON.

    What we say is there from INFO on, what libraries say from WARNING. Where somebody
    set logging up already, nothing changes but the fields.

    Args:
        fields: What every line says besides.
    """
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
