"""Where the project's folders are, in a clone and where pip installed the package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CARRIED = _PACKAGE / "_project"


def project_root() -> Path:
    """Return the folder of ``dags/``, ``dbt_project/`` and ``expectations/``.

    A wheel carries them in the package; a clone has them at its root. Nothing is
    written there.
    """
    return _CARRIED if _CARRIED.is_dir() else _PACKAGE.parents[1]


def work_folder(project: Path, airflow_home: str) -> Path:
    """Return where ``.env`` lies and relative paths start: a clone, or Airflow's home.

    Args:
        project: The folder of ``dags/`` and the others.
        airflow_home: The variable ``AIRFLOW_HOME``; empty where it is not set.
    """
    if project != _CARRIED:
        return project
    return Path(airflow_home.strip() or "~/airflow").expanduser()


def data_folder(project: Path, airflow_home: str) -> Path:
    """Return where everything is written, unless a setting says otherwise."""
    name = ".local" if project != _CARRIED else "bloc_warehouse"
    return work_folder(project, airflow_home) / name
