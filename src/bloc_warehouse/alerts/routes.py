"""Who hears of which alerts: channels and routes, from a small YAML file.

Without the file every alert goes to this host's log and nowhere else, and waits for a
host that has one. A secret is kept in the environment (or ``.env``); the file names its
variable with a dollar sign.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    ValidationInfo,
    model_validator,
)

from bloc_warehouse.alerts.webhooks import Service, body_writer, service_body
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.settings import AlertSettings
from bloc_warehouse.variables import variable
from bloc_warehouse.yaml_files import Entry, YamlFile, listed, nearest_name

Severity = Literal["info", "warning", "critical"]
Kind = Literal[
    "pipeline_failed", "warehouse_stale", "publish_blocked", "file_rejected",
    "file_held", "figures_held", "return_missing", "claim_not_met",
    "publish_overridden", "check_failed", "return_due", "channel_down",
]  # fmt: skip
Lookup = Callable[[str], str]

LOG = "log"
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
KINDS: frozenset[str] = frozenset(get_args(Kind))

SCHEMA = "alerts.schema.json"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_ADDRESS = re.compile(r"[^@\s,<>\"]+@[^@\s,<>\"]+")


class RoutesError(SettingsError):
    """The file of routes is wrong; the message names the place, never a secret."""


def _names(value: object) -> object:
    if not isinstance(value, list | tuple) or not all(
        isinstance(name, str) for name in value
    ):
        raise ValueError("must be a list of names")
    return value


def _channel_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("the name must be a-z, 0-9, - and _")
    return value


def _some_routes(value: object) -> object:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list with at least one route")
    return value


def _addresses(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or not all(map(_ADDRESS.fullmatch, value)):
        raise ValueError("must list mail addresses")
    return value


def _known_kinds(value: object) -> object:
    unknown = sorted(set(_names(value)) - KINDS)  # type: ignore[call-overload]
    if unknown:
        nearest = nearest_name(unknown[0], KINDS)
        raise ValueError(f"there is no kind of alert {listed(unknown)}{nearest}")
    return value


def _secret(value: object, info: ValidationInfo) -> object:
    """Take a text as it stands, or from the variable that it names with a dollar."""
    if not isinstance(value, str) or not value:
        raise ValueError("must be text, or $ and a variable")
    if not value.startswith("$"):
        return value
    lookup: Lookup = (info.context or {}).get("lookup", variable)
    if not (found := lookup(value[1:].strip("{}"))):
        raise ValueError(f"the variable {value} is not set")
    return found


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good:  # it may hold a token, so the message does not
        raise ValueError("url must begin with http:// or https://")
    return value


def _header_names(value: dict[str, str]) -> dict[str, str]:
    for name, content in value.items():
        if not _HEADER.fullmatch(name):
            raise ValueError("the name of a header has letters, digits and -")
        if not content.isprintable():
            raise ValueError(f"the header {name} must be one line")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Looked = Annotated[str, BeforeValidator(_secret)]
Secret = Annotated[Looked, Field(repr=False)]
Url = Annotated[Secret, AfterValidator(_web_address)]


class _Channel(Entry):
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """The channel's name in the file."""
        return self._name


class _Outside(_Channel):
    most_of_a_kind: ClassVar[int | None] = 5

    shows_confidential: StrictBool = False
    """Whether it may receive small figures of discipline."""
    digest_hour: Annotated[StrictInt, Field(ge=0, le=23)] | None = None
    """Hour of the office's day at which all but critical messages come as one."""
    fold_above: Annotated[StrictInt, Field(ge=1)] | None = None
    """More messages of a kind at a time than so many come as one."""

    @property
    def folds_above(self) -> int | None:
        """How many messages of a kind come one by one; None is all."""
        return self.fold_above or self.most_of_a_kind


class MailChannel(_Outside):
    """Mail, through Airflow's connection ``smtp_default``."""

    checked_if_missing = ("to",)

    type: Literal["smtp"]
    to: Annotated[Names, AfterValidator(_addresses)]
    """Mail addresses."""


class ChatChannel(_Outside):
    """Slack, Mattermost and the like."""

    token: ClassVar[Literal[""]] = ""

    type: Literal["slack"]
    url: Url


class WebhookChannel(_Outside):
    """JSON to any address, as a machine reads it, a service, or a template."""

    type: Literal["webhook"]
    url: Url
    token: Secret = ""
    method: Literal["POST", "PUT"] = "POST"
    headers: Annotated[
        dict[str, Looked], AfterValidator(_header_names), Field(repr=False)
    ] = Field(default_factory=dict)
    """Headers to send along, by name."""
    service: Service | None = None
    """Whose body is written: telegram, teams (a workflow's card) or zalo (an OA)."""
    to: Secret = ""
    """Whom the service tells: a chat of Telegram, a user of Zalo."""
    body: str = ""
    """A body of one's own: Jinja; what is between braces is written as JSON."""

    @property
    def folds_above(self) -> int | None:
        """A machine that reads the messages as they are gets each."""
        return self.fold_above or (self.most_of_a_kind if self.template else None)

    @property
    def template(self) -> str:
        """The template of the body; empty for the document that machines read."""
        return service_body(self.service) if self.service else self.body

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        if self.service and self.body:
            raise ValueError("service and body: one of them, not both")
        if self.service in ("telegram", "zalo") and not self.to:
            raise ValueError(f"to is missing: whom {self.service} tells")
        if self.template:
            body_writer(self.template, self.to)
        return self


class LogChannel(_Channel):
    """This host's log."""

    shows_confidential: ClassVar[Literal[False]] = False
    digest_hour: ClassVar[None] = None
    folds_above: ClassVar[None] = None

    type: Literal["log"] = "log"


Channel = MailChannel | ChatChannel | WebhookChannel | LogChannel
"""A way to reach people or machines."""


class Route(Entry):
    """Alerts that go to some channels."""

    checked_if_missing = ("to",)

    to: Names
    """Names of channels; ``log`` is always one."""
    severity: Severity = "info"
    """This one or higher."""
    blocs: Names = ()
    """Only of these blocs; what belongs to no bloc needs a route without them."""
    kinds: Annotated[tuple[Kind, ...], BeforeValidator(_known_kinds)] = ()
    """Only of these kinds."""

    def takes(self, severity: str, bloc_code: str | None, kind: str) -> bool:
        """Whether an alert goes this way."""
        return (
            SEVERITIES.index(severity) >= SEVERITIES.index(self.severity)
            and (not self.blocs or bloc_code in self.blocs)
            and (not self.kinds or kind in self.kinds)
        )


class RoutesFile(Entry):
    """The whole file."""

    checked_if_missing = ("routes",)

    channels: Annotated[
        dict[
            Annotated[str, AfterValidator(_channel_name)],
            Annotated[Channel, Field(discriminator="type")],
        ],
        BeforeValidator(lambda value: value or {}),
    ] = Field(default_factory=dict)
    routes: Annotated[
        tuple[Route, ...], BeforeValidator(_some_routes), Field(min_length=1)
    ]


@dataclass(frozen=True, slots=True)
class Routes:
    """All channels by name, and the ways to them.

    Attributes:
        are_ours: They come from a file. A host without one speaks for nobody: it has
            its log, and what the office should hear waits for the host that has them.
    """

    channels: Mapping[str, Channel]
    routes: Sequence[Route]
    are_ours: bool = True

    def channels_for(
        self, severity: str, bloc_code: str | None, kind: str
    ) -> frozenset[str]:
        """Return the names of the channels that hear of an alert."""
        return frozenset(
            name
            for route in self.routes
            if route.takes(severity, bloc_code, kind)
            for name in route.to
        )


def load_routes(settings: AlertSettings, lookup: Lookup = variable) -> Routes:
    """Read and check the file of routes.

    Args:
        settings: Says where the file is; it need not exist.
        lookup: Gives the value of a variable that the file names.

    Raises:
        RoutesError: The file is wrong.
    """
    path = settings.alert_routes
    if not path.is_file():
        return Routes({LOG: _log()}, (Route(to=(LOG,)),), are_ours=False)
    file = YamlFile(path, RoutesError)
    content = file.read_as(RoutesFile, {"lookup": lookup})
    channels: dict[str, Channel] = {**content.channels}
    for name, channel in channels.items():
        channel._name = name
    channels.setdefault(LOG, _log())
    for number, route in enumerate(content.routes):
        place = ("routes", number, "to")
        if unknown := set(route.to) - channels.keys():
            problem = f"there is no channel {listed(unknown)}"
            nearest = nearest_name(min(unknown), channels)
            raise file.error(place[:2], problem + nearest)
        if not route.to:
            raise file.error(place, "must list channels")
    return Routes(channels, content.routes)


def _log() -> LogChannel:
    channel = LogChannel()
    channel._name = LOG
    return channel
