"""Secrets, kept only if somebody asks for it: ours, and what Airflow keeps for us.

Ours are those of ``secrets.json``, made for the data folder. What variables and secret
back-ends hold is kept by whoever set it.
"""

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

from bloc_warehouse.backup.airflow_metadata import (
    metadata_address,
    run_airflow,
)
from bloc_warehouse.database import embedded
from bloc_warehouse.database.secrets import FILE_NAME, add_secrets, read_secrets
from bloc_warehouse.settings import Settings

# what Airflow has, by the name of its command
_OF_AIRFLOW = ("connections", "variables")

logger = logging.getLogger(__name__)


def collect_secrets(settings: Settings) -> bytes:
    """Return all secrets as JSON."""
    kept: dict[str, Any] = {FILE_NAME: read_secrets(settings.data_dir)}
    address = metadata_address(settings)
    if address is None:
        logger.warning(
            "Airflow's database is not known (BLOC_AIRFLOW_DATABASE_URL): its"
            " connections and variables are not in the backup"
        )
    else:
        for what in _OF_AIRFLOW:
            kept[what] = _export(settings, address, what)
    return json.dumps(kept, indent=2, ensure_ascii=False).encode()


def put_own_secrets_back(settings: Settings, content: bytes) -> None:
    """Give the data folder its secrets, before anything asks for one.

    One that is there stays: what it opens was made with it.
    """
    own = json.loads(content)[FILE_NAME]
    if embedded.exists(settings.data_dir):  # its superuser has a password already
        own.pop("postgres_superuser_password", None)
    add_secrets(settings.data_dir, own)


def put_airflow_back(settings: Settings, content: bytes) -> list[str]:
    """Give Airflow its connections and variables, where it has a database already.

    Returns:
        What a person has to do where it has none: the commands.
    """
    kept = json.loads(content)
    address = metadata_address(settings)
    commands = []
    for what in _OF_AIRFLOW:
        if not kept.get(what):
            continue
        if address is None:
            file = settings.data_dir / f"airflow_{what}.json"
            _write_private(file, kept[what])
            commands.append(f"airflow {what} import {file}")
        else:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / f"{what}.json"
                _write_private(file, kept[what])
                run_airflow(settings, address, what, "import", str(file))
    return commands


def _export(settings: Settings, address: str, what: str) -> Any:  # noqa: ANN401
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{what}.json"
        file.touch(mode=0o600)
        run_airflow(settings, address, what, "export", str(file))
        return json.loads(file.read_text(encoding="utf-8") or "{}")


def _write_private(file: Path, value: object) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(value, indent=2), encoding="utf-8")
