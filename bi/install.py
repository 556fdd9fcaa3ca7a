"""Make Superset ready: its tables, its administrator, and what the bundle describes.

Run by Superset's own Python (a start of its application costs ten seconds, so all is
done in one): ``python bi/install.py BUNDLE.zip``. Safe to repeat. The environment is
that of ``superset_config.py``, and besides:

* ``WAREHOUSE_URI``: the warehouse's address for SQLAlchemy, without a password;
* ``WAREHOUSE_TIMEZONE``: in which times are shown;
* ``SUPERSET_ADMIN_PASSWORD``: of the user ``admin``, or ``…_FILE``, where it stands.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

from flask import Flask
from flask.cli import ScriptInfo

ADMIN = "admin"
FILLED_IN = ("WAREHOUSE_URI", "WAREHOUSE_TIMEZONE")


def main(bundle: Path) -> int:
    """Install the bundle; return 1 if Superset refuses it, with the reasons printed."""
    from superset.app import create_app
    from superset.cli.main import superset

    app = create_app()
    for command in (["db", "upgrade"], ["init"]):
        superset.main(
            command, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False
        )
    with app.app_context():
        _set_admin(app, _password())
        problems = _import(app, _read(bundle))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _password() -> str:
    file = os.environ.get("SUPERSET_ADMIN_PASSWORD_FILE")
    if file:
        return Path(file).read_text("utf-8").strip()
    return os.environ["SUPERSET_ADMIN_PASSWORD"]


def _set_admin(app: Flask, password: str) -> None:
    """Make the administrator, or give the one that exists this password."""
    security = app.appbuilder.sm
    user = security.find_user(username=ADMIN)
    if user is None:
        role = security.find_role(security.auth_role_admin)
        security.add_user(ADMIN, "Quản trị", "viên", "admin@localhost", role, password)
    else:
        security.reset_password(user.id, password)


def _read(bundle: Path) -> dict[str, str]:
    with ZipFile(bundle) as archive:
        return {
            str(PurePosixPath(*PurePosixPath(name).parts[1:])): _filled_in(
                archive.read(name).decode()
            )
            for name in archive.namelist()
        }


def _filled_in(text: str) -> str:
    for name in FILLED_IN:
        text = text.replace(f"${name}", os.environ[name])
    return text


def _import(app: Flask, contents: dict[str, str]) -> list[str]:
    """Import the assets and remove those of ours that are gone; return problems."""
    from superset import db
    from superset.commands.exceptions import CommandInvalidError
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    command = ImportAssetsCommand(contents)
    with override_user(app.appbuilder.sm.find_user(username=ADMIN)):
        try:
            command.validate()
        except CommandInvalidError as error:
            return list(_lines(error.normalized_messages()))
        ImportAssetsCommand(contents).run()
        _remove_others(db.session, contents)
        db.session.commit()
    return []


def _lines(messages: Mapping[str, Any], place: str = "") -> Any:  # noqa: ANN401
    """Yield a line per problem: file, field, and what is wrong there."""
    for key, value in messages.items():
        where = f"{place}{key}: "
        if isinstance(value, Mapping):
            yield from _lines(value, where)
        else:
            yield where + " ".join(
                map(str, value if isinstance(value, list) else [value])
            )


def _remove_others(session: Any, contents: Mapping[str, str]) -> None:  # noqa: ANN401
    """Remove what an earlier bundle brought and this one no longer has."""
    import yaml
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    kept = {yaml.safe_load(text).get("uuid") for text in contents.values()}
    for model in (Dashboard, Slice, SqlaTable):
        for asset in session.query(model).filter_by(is_managed_externally=True):
            if str(asset.uuid) not in kept:
                session.delete(asset)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
