"""All DAGs, for an Airflow that has a DAGs folder of its own.

One file in that folder registers them: ``from bloc_warehouse.airflow_dags import *``.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from airflow.sdk import DAG

from bloc_warehouse.project import project_root


def _load(file: Path) -> DAG:
    """Import one file of ``dags/``, which is no package, and return its DAG."""
    spec = spec_from_file_location(f"{__name__}.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be read")
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    registered: DAG = module.registered
    return registered


_DAGS = {file.stem: _load(file) for file in (project_root() / "dags").glob("*.py")}

globals().update(_DAGS)
__all__ = list(_DAGS)
