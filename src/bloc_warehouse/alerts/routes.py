"""Who hears of which alerts: channels and routes, from a small YAML file.

Without the file every alert goes to this host's log and nowhere else, and stays to be
told by a host that has one. A secret stands in the
environment (or ``.env``); the file names its variable with a dollar sign.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import yaml

from bloc_warehouse.errors import SettingsError
from bloc_warehouse.settings import AlertSettings
from bloc_warehouse.variables import variable

ChannelType = Literal["smtp", "slack", "webhook", "log"]
Lookup = Callable[[str], str]

LOG = "log"
SEVERITIES = ("info", "warning", "critical")
KINDS = frozenset({
    "pipeline_failed", "warehouse_stale", "publish_blocked", "file_rejected",
    "file_held", "figures_held", "return_missing", "claim_not_met",
    "publish_overridden", "check_failed", "return_due", "channel_down",
})  # fmt: skip

_ALLOWED: Mapping[str, frozenset[str]] = {
    "smtp": frozenset({"type", "to", "shows_confidential"}),
    "slack": frozenset({"type", "url", "shows_confidential"}),
    "webhook": frozenset({"type", "url", "token", "shows_confidential"}),
    "log": frozenset({"type"}),
}
_ROUTE_KEYS = frozenset({"to", "severity", "blocs", "kinds"})
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ADDRESS = re.compile(r"[^@\s,<>\"]+@[^@\s,<>\"]+")


class RoutesError(SettingsError):
    """The file of routes is wrong; the message names the place, never a secret."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people or machines.

    Attributes:
        to: Mail addresses, for ``smtp``.
        shows_confidential: Whether it may receive small figures of discipline.
    """

    name: str
    type: ChannelType
    to: tuple[str, ...] = ()
    url: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    shows_confidential: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts that go to some channels; an empty list of blocs or kinds means all."""

    to: tuple[str, ...]
    severity: str = "info"
    blocs: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def takes(self, severity: str, bloc_code: str | None, kind: str) -> bool:
        """Whether an alert goes this way."""
        return (
            SEVERITIES.index(severity) >= SEVERITIES.index(self.severity)
            and (not self.blocs or bloc_code in self.blocs)
            and (not self.kinds or kind in self.kinds)
        )


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
        return Routes({LOG: Channel(LOG, "log")}, (Route((LOG,)),), are_ours=False)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise RoutesError(f"{path.name} is no YAML{place}") from None
    return _Reader(path.name, lookup).routes(content)


class _Reader:
    """Reads the parsed file; each complaint begins with the place."""

    def __init__(self, name: str, lookup: Lookup) -> None:
        self._name = name
        self._lookup = lookup

    def routes(self, content: object) -> Routes:
        top = self._mapping(content, "the file", frozenset({"channels", "routes"}))
        entries = top.get("channels") or {}
        channels = {
            name: self._channel(name, entry)
            for name, entry in self._mapping(entries, "channels").items()
        }
        channels.setdefault(LOG, Channel(LOG, "log"))
        listed = top.get("routes")
        if not isinstance(listed, list) or not listed:
            raise self._error("routes", "must be a list with at least one route")
        routes = tuple(
            self._route(f"route {number}", entry, channels)
            for number, entry in enumerate(listed, start=1)
        )
        return Routes(channels, routes)

    def _channel(self, name: str, entry: object) -> Channel:
        where = f"channel {name}"
        if not _NAME.fullmatch(name):
            raise self._error(where, "the name must be a-z, 0-9, - and _")
        fields = self._mapping(entry, where)
        kind: ChannelType | None = fields.get("type")
        if kind is None or kind not in get_args(ChannelType):
            raise self._error(where, f"type must be one of {_listed(_ALLOWED)}")
        self._no_other(fields, _ALLOWED[kind], where)
        shows = fields.get("shows_confidential", False)
        if not isinstance(shows, bool):
            raise self._error(where, "shows_confidential must be true or false")
        return Channel(
            name=name,
            type=kind,
            to=self._addresses(fields, where) if kind == "smtp" else (),
            url=self._url(fields, where) if "url" in _ALLOWED[kind] else "",
            token=self._secret(fields["token"], where) if "token" in fields else "",
            shows_confidential=shows,
        )

    def _addresses(self, fields: Mapping[str, Any], where: str) -> tuple[str, ...]:
        addresses = self._texts(fields.get("to"), f"{where}: to")
        if not addresses or not all(map(_ADDRESS.fullmatch, addresses)):
            raise self._error(where, "to must list mail addresses")
        return addresses

    def _url(self, fields: Mapping[str, Any], where: str) -> str:
        url = self._secret(fields.get("url"), where)
        try:
            parts = urlsplit(url)
            is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            is_good = False
        if not is_good:  # it may hold a token, so the message does not
            raise self._error(where, "url must begin with http:// or https://")
        return url

    def _secret(self, value: object, where: str) -> str:
        if not isinstance(value, str) or not value:
            raise self._error(where, "a url or token is text, or $ and a variable")
        if not value.startswith("$"):
            return value
        found = self._lookup(value[1:].strip("{}"))
        if not found:
            raise self._error(where, f"the variable {value} is not set")
        return found

    def _route(
        self, where: str, entry: object, channels: Mapping[str, Channel]
    ) -> Route:
        fields = self._mapping(entry, where, _ROUTE_KEYS)
        to = self._texts(fields.get("to"), f"{where}: to")
        if unknown := set(to) - set(channels):
            raise self._error(where, f"there is no channel {_listed(unknown)}")
        if not to:
            raise self._error(where, "to must list channels")
        severity = fields.get("severity", "info")
        if severity not in SEVERITIES:
            raise self._error(where, f"severity must be one of {_listed(SEVERITIES)}")
        kinds = self._texts(fields.get("kinds", []), f"{where}: kinds")
        if unknown := set(kinds) - KINDS:
            raise self._error(where, f"there is no kind of alert {_listed(unknown)}")
        blocs = self._texts(fields.get("blocs", []), f"{where}: blocs")
        return Route(to, severity, frozenset(blocs), frozenset(kinds))

    def _texts(self, value: object, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self._error(where, "must be a list of names")
        return tuple(value)

    def _mapping(
        self, value: object, where: str, keys: frozenset[str] | None = None
    ) -> Mapping[str, Any]:
        if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
            raise self._error(where, "must be names and values")
        if keys is not None:
            self._no_other(value, keys, where)
        return value

    def _no_other(
        self, value: Mapping[str, Any], keys: frozenset[str], where: str
    ) -> None:
        if unknown := set(value) - keys:
            raise self._error(where, f"knows no {_listed(unknown)}: {_listed(keys)}")

    def _error(self, where: str, problem: str) -> RoutesError:
        return RoutesError(f"{self._name}: {where}: {problem}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
