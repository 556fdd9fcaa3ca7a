"""Whether what alerts are sent through can be reached; nothing is sent."""

from collections.abc import Iterator

from bloc_warehouse.alerts.channels import ChannelDownError, OutsideChannel, reach
from bloc_warehouse.alerts.routes import RoutesError, load_routes
from bloc_warehouse.doctor.check import Check
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.settings import AlertSettings, Settings


def look(settings: Settings) -> Iterator[Check]:
    """Reach each channel of the routes that leaves the house."""
    try:
        channels = load_routes(settings).channels
    except RoutesError:
        return  # the check of the routes says it
    for _, channel in sorted(channels.items()):
        if channel.type != "log":
            yield _reached(channel, settings)


def _reached(channel: OutsideChannel, settings: AlertSettings) -> Check:
    name = f"channel {channel.name}"
    try:
        found = reach(channel, settings)
    except SettingsError as error:
        cure = f"do so, or take it out of {settings.alert_routes}"
        return Check(name, "failed", str(error), cure)
    except ChannelDownError as error:
        return Check(
            name, "failed", f"it cannot be reached: {error}",
            "see whether this machine may go there, and whether login and certificate"
            " are right; messages wait meanwhile, and bloc alerts test sends one",
        )  # fmt: skip
    return Check(name, "ok", found)
