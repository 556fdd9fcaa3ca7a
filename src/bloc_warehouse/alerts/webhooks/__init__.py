"""Bodies of webhooks: templates that fill JSON, those of an office and our own.

An expression between braces becomes a JSON value with its quotes, whatever is in it, so
no name of a file or a unit can end a text early or add a key. Templates are of the
office's own file, and still run in Jinja's sandbox: they reach nothing but the message.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bloc_warehouse.alerts.messages import (
    Notice,
    document,
    headline,
    plain,
    unrecorded_notice,
)

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

Service = Literal["telegram", "teams", "zalo"]
Write = Callable[[Notice], Any]

# services that answer 200 to what they refuse: what their answer must hold
ANSWERS: Mapping[Service | None, Mapping[str, Any]] = {"zalo": {"error": 0}, None: {}}


class TemplateError(ValueError):
    """A template is no template, asks for what is not there, or writes no JSON."""


def service_body(service: Service) -> str:
    """Return the template of a service's own."""
    return Path(__file__).with_name(f"{service}.json.j2").read_text(encoding="utf-8")


def body_writer(template: str, to: str = "") -> Write:
    """Return what writes a notice by a template; tried with one before it is returned.

    Args:
        template: Jinja. It may use ``headline``, ``text`` (Vietnamese, then English,
            with links), what ``document`` gives of the alert (``severity``, ``kind``,
            ``bloc_code``, ``text_vi``, …), ``links``, and ``to``.
        to: Who receives it, where the service wants that in the body.

    Raises:
        TemplateError: It does not work; the message says why.
    """
    from jinja2 import TemplateError as JinjaError

    try:
        compiled = _environment().from_string(template)
    except JinjaError as error:
        raise TemplateError(f"the template is wrong: {error}") from None

    def write(notice: Notice) -> Any:  # noqa: ANN401 - any JSON
        try:
            return json.loads(compiled.render(_values(notice, to)))
        except (JinjaError, TypeError, KeyError) as error:
            raise TemplateError(f"the template does not work: {error}") from None
        except json.JSONDecodeError as error:
            raise TemplateError(
                f"the template writes no JSON: {error.msg} in line {error.lineno};"
                " what is between {{ and }} is written with its quotes"
            ) from None

    write(_SAMPLE)
    return write


def _values(notice: Notice, to: str) -> dict[str, Any]:
    content = document(notice)
    return {
        **content["alert"],
        "event": notice.event,
        "headline": headline(notice),
        "text": plain(notice),
        "links": content["links"],
        "delivery_id": notice.key,
        "to": to,
    }


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        autoescape=False,
        finalize=_as_json,
        undefined=StrictUndefined,
    )


def _as_json(value: object) -> str:
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        return str(value)  # which says what there is not
    return json.dumps(value, ensure_ascii=False)


_SAMPLE = unrecorded_notice(
    "test", "test", "info", "thử", text_vi='Tin "thử"', text_en='A "test"'
)
