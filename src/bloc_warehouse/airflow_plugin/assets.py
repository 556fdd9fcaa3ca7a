"""The data's way, as Airflow's assets: each has an event when something changed there.

Read where DAGs are parsed, so nothing heavy is imported and no database is touched.
"""

from airflow.sdk import Asset, AssetWatcher

from bloc_warehouse.airflow_plugin.landing import LandingTrigger
from bloc_warehouse.settings import get_settings


def _landing_watchers() -> list[AssetWatcher]:
    """Return who looks at landing all the time: nobody if that is not wanted."""
    seconds = get_settings().watch_seconds
    return [AssetWatcher("landing_changed", LandingTrigger(seconds))] if seconds else []


# what senders put down; nobody announces it, so it is watched and looked for
LANDING = Asset("landing", watchers=_landing_watchers())
# files were loaded or rejected; extra: how many, and from which blocs
SUBMISSIONS = Asset("raw/submissions")
# readers see another release; extra: its number, its blocs and the audit's verdict
RELEASE = Asset("marts/release")
# alerts were refreshed
ALERTS = Asset("quality/alerts")
