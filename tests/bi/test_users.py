"""Passwords of the logins that Superset uses, and which datasets are about units."""

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.paths import ROOT

from bloc_warehouse.bi.assets import AssetError
from bloc_warehouse.bi.bundle import project_assets
from bloc_warehouse.bi.environment import (
    forget_password,
    kept_logins,
    passwords_file,
    write_passwords,
)
from bloc_warehouse.bi.rest import Json, SupersetApi
from bloc_warehouse.bi.roles import apply_roles, is_about_units, read_roles
from bloc_warehouse.settings import Settings


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Settings of a warehouse on a server that nobody asks."""
    return Settings.from_environment(
        {
            "BLOC_DATA_DIR": str(tmp_path),
            "BLOC_WAREHOUSE_URL": "postgresql://owner:x@db.example:5433/dw",
            "BLOC_INGEST_PASSWORD": "x",
            "BLOC_TRANSFORM_PASSWORD": "x",
            "BLOC_BI_READER_PASSWORD": "x",
        }
    )


def test_passwords_stay_until_they_are_forgotten(elsewhere: Settings) -> None:
    write_passwords(elsewhere, {"bi_reader": r"a:b\c", "lan": "old"})
    write_passwords(elsewhere, {"lan": "new", "dlk": "other"})
    file = passwords_file(elsewhere)
    place = "db.example:5433:dw"
    assert file.read_text(encoding="utf-8").splitlines() == [
        rf"{place}:bi_reader:a\:b\\c",
        f"{place}:lan:new",
        f"{place}:dlk:other",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept_logins(elsewhere) == {"lan", "dlk"}
    forget_password(elsewhere, "lan")
    assert kept_logins(elsewhere) == {"dlk"}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["bloc_code", "units_reported"], False),
        (["bloc_code", "unit_name"], True),
        (["planned_unit_code"], True),
        (["community_unity"], False),
    ],
)
def test_a_dataset_is_about_units_if_a_column_is(
    columns: Sequence[str], expected: bool
) -> None:
    assert is_about_units(dict.fromkeys(columns)) is expected


class Known(SupersetApi):
    """A Superset that knows these permissions, and has no roles."""

    def __init__(self, permissions: Mapping[str, str]) -> None:
        super().__init__("http://nowhere")
        self.known = [
            {"id": number, "permission": {"name": name}, "view_menu": {"name": view}}
            for number, (view, name) in enumerate(permissions.items())
        ]

    def rows(self, path: str, *, columns: tuple[str, ...] = ()) -> list[Json]:  # type: ignore[override]
        """Return what it knows."""
        return self.known if path.endswith("permissions-resources/") else []


def test_a_permission_that_superset_does_not_know_is_named(settings: Settings) -> None:
    roles, assets = read_roles(ROOT), project_assets(settings)
    known = {"[Kho dữ liệu].[dw].[marts]": "schema_access"}
    with pytest.raises(AssetError, match="does not know the schema monitoring"):
        apply_roles(Known(known), roles, assets)
