"""Settings, sliced by subject; a function takes the slice that it needs.

Each variable is a field's name in capitals after ``BLOC_``; every one is listed, with
its default, in ``.env.example``. Relative paths start at the root of the clone, or in
Airflow's home where pip installed the package. ``Settings`` is all slices in one, for
entry points: it can be handed on wherever a slice is asked for.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, cast
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AliasGenerator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_settings import BaseSettings, InitSettingsSource, SettingsConfigDict

from bloc_warehouse import setting_values as values
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.project import data_folder, project_root, work_folder
from bloc_warehouse.setting_values import Location, StoreUrl
from bloc_warehouse.variables import (
    PREFIX,
    VariablesSource,
    read_variables,
    refuse_unknown,
)

MEGABYTE = 1024 * 1024


def _at_home(value: Path, info: ValidationInfo) -> Path:
    home = work_folder(info.data["project_dir"], info.data["airflow_home"])
    return (home / value.expanduser()).resolve()


def _place(value: Location, info: ValidationInfo) -> Location:
    return value if isinstance(value, StoreUrl) else _at_home(value, info)


def _place_if_any(value: Location | None, info: ValidationInfo) -> Location | None:
    return None if value is None else _place(value, info)


def _tree(
    value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> Path:
    place = values.store_or_folder(value)
    if isinstance(place, StoreUrl):
        return values.store_path(place, info.data["store_endpoint_url"])
    if isinstance(place, str | Path):
        return _at_home(check(place), info)
    return cast("Path", place)  # a store's, from settings that were read before


Folder = Annotated[Path, AfterValidator(_at_home)]
Tree = Annotated[Path, WrapValidator(_tree)]
Place = Annotated[
    Location, BeforeValidator(values.store_or_folder), AfterValidator(_place)
]
Whole = Annotated[int, BeforeValidator(values.whole_number(1))]
WholeOrZero = Annotated[int, BeforeValidator(values.whole_number(0))]
Port = Annotated[int, BeforeValidator(values.whole_number(1, at_most=65535))]
Schedule = Annotated[str, AfterValidator(values.schedule)]
Days = Annotated[tuple[int, ...], BeforeValidator(values.rising_days)]


class _Slice(BaseSettings):
    """What all slices share: names, blanks, and one clear line where one is wrong."""

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(
            validation_alias=lambda name: f"{PREFIX}{name.upper()}"
        ),
        case_sensitive=True,
        enable_decoding=False,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        validate_default=True,
    )

    @classmethod
    def variables(cls) -> frozenset[str]:
        """Return the names of all variables of ours that this slice reads."""
        return frozenset(
            str(field.validation_alias)
            for field in cls.model_fields.values()
            if not field.exclude
        )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read and check the settings.

        Args:
            environ: Variables by name; those that are not ours are ignored.

        Raises:
            SettingsError: A value is wrong or missing; the message names the variable.
        """
        try:
            return cls(_build_sources=((VariablesSource(cls, environ),), {}))
        except ValidationError as error:
            # not chained: pydantic's own message could quote a secret
            raise SettingsError(_problem(error)) from None

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401  any field's value
        """Return a copy in which some fields, by their names, are different.

        Raises:
            AttributeError: There is no such field.
            ValidationError: A value is wrong.
        """
        for name in changes:
            getattr(self, name)
        source = InitSettingsSource(type(self), init_kwargs=dict(self) | changes)
        return type(self)(_build_sources=((source,), {}))


class ProjectSettings(_Slice):
    """What every subject rests on: the two folders, the bloc's clock, the log."""

    project_dir: Annotated[Path, AfterValidator(values.absolute)] = Field(
        default_factory=project_root
    )
    airflow_home: str = Field("", validation_alias="AIRFLOW_HOME", exclude=True)
    data_dir: Folder = Field(
        default_factory=lambda data: data_folder(
            data["project_dir"], data["airflow_home"]
        )
    )
    timezone: Annotated[str, AfterValidator(values.time_zone)] = "Asia/Ho_Chi_Minh"
    json_logs: Annotated[bool, BeforeValidator(values.yes_or_no)] = False

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which the bloc's days begin and end."""
        return ZoneInfo(self.timezone)


def _in_data(name: str) -> Any:  # noqa: ANN401  as ``Field`` itself
    return Field(default_factory=lambda data: data["data_dir"] / name)


class StorageSettings(ProjectSettings):
    """Where files lie."""

    landing_dir: Place = _in_data("landing")
    archive_dir: Place = _in_data("archive")
    outbox_dir: Place = _in_data("outbox")
    store_endpoint_url: Annotated[str, AfterValidator(values.endpoint)] = ""
    reference_dir: Tree = _in_data("reference")
    reports_dir: Tree = _in_data("reports")
    backup_target: Annotated[
        Location | None,
        BeforeValidator(values.store_or_folder),
        AfterValidator(_place_if_any),
    ] = None
    backup_keep: Whole = 8


class DatabaseSettings(ProjectSettings):
    """The warehouse, its logins, and what readers are not shown."""

    warehouse_url: Annotated[SecretStr, AfterValidator(values.warehouse_address)] = (
        SecretStr("")
    )
    admin_password: SecretStr = SecretStr("")
    owner_password: SecretStr = SecretStr("")
    ingest_password: SecretStr = SecretStr("")
    transform_password: SecretStr = SecretStr("")
    bi_reader_password: SecretStr = SecretStr("")
    suppression_threshold: Whole = 3
    export_licence: str = ""

    @model_validator(mode="after")
    def _a_server_needs_passwords(self) -> Self:
        for role in ("ingest", "transform", "bi_reader"):
            if self.warehouse_url and not getattr(self, f"{role}_password"):
                raise ValueError(
                    f"{PREFIX}{role.upper()}_PASSWORD is missing: with "
                    "BLOC_WAREHOUSE_URL each role's password must be set"
                )
        return self


class LimitSettings(_Slice):
    """How much at a time, and what is too much."""

    batch_size: Whole = 500
    workers: Whole = 2
    max_file_bytes: Whole = 50 * MEGABYTE
    max_unpacked_bytes: Whole = 200 * MEGABYTE
    max_rows: Whole = 20_000
    max_columns: Whole = 500
    max_sheets: Whole = 100
    max_faults: Whole = 5_000
    parse_seconds: Whole = 30
    parse_memory_bytes: Whole = 1024 * MEGABYTE
    settle_seconds: WholeOrZero = 2
    max_marked_bytes: Whole = 2 * MEGABYTE


class AlertSettings(StorageSettings):
    """Who hears of what; routes lie in the reference folder, links lead to reports."""

    alert_routes: Tree = Field(
        default_factory=lambda data: data["reference_dir"] / "alerts.yaml"
    )
    smtp_connection: SecretStr = Field(
        default=SecretStr(""), validation_alias="AIRFLOW_CONN_SMTP_DEFAULT"
    )
    alert_timeout_seconds: Whole = 10
    alert_units: Whole = 5
    remind_days: Days = (-3, 1, 7, 14)
    stale_hours: Whole = 6
    reports_url: Annotated[str, AfterValidator(values.web_address)] = ""


class AirflowSettings(ProjectSettings):
    """Airflow's page, and when its DAGs run."""

    airflow_port: Port = 8080
    ingest_schedule: Schedule = "*/15 * * * *"
    watch_seconds: WholeOrZero = 1
    deliver_schedule: Schedule = "*/5 * * * *"
    remind_schedule: Schedule = "0 7 * * *"
    maintain_schedule: Schedule = "0 3 * * 0"
    log_days: Whole = 60
    airflow_database_url: SecretStr = SecretStr("")
    airflow_pool: str = "default_pool"
    quarter_days: Annotated[
        int, BeforeValidator(values.whole_number(1, at_most=75))
    ] = 30


class SupersetSettings(ProjectSettings):
    """Superset's page, and where it is if it does not run on this machine."""

    superset_port: Port = 8088
    superset_url: Annotated[str, AfterValidator(values.web_address)] = ""
    superset_public_url: Annotated[str, AfterValidator(values.web_address)] = ""
    superset_admin_password: SecretStr = SecretStr("")


class Settings(
    AlertSettings, DatabaseSettings, LimitSettings, AirflowSettings, SupersetSettings
):
    """All slices in one."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read and check all settings.

        Raises:
            SettingsError: A value is wrong or missing, or a name that begins with
                ``BLOC_`` is none of ours; the message names the variable.
        """
        settings = super().from_environment(environ)
        refuse_unknown(environ.keys(), cls.variables())
        return settings


@cache
def get_settings() -> Settings:
    """Return the settings of this process: ``.env``, and over it the environment."""
    return settings_with({})


def settings_with(variables: Mapping[str, str]) -> Settings:
    """Return the settings of this process, in which some variables are others."""
    return Settings.from_environment({**read_variables(), **variables})


def _problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    message = str(first.get("ctx", {}).get("error", first["msg"]))
    return " ".join([*map(str, first["loc"][:1]), message])
