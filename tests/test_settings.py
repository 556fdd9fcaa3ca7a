"""Settings are read in one place, checked, and complained about in one clear line."""

import pickle
import re
from pathlib import Path

import pytest
import yaml
from tests.paths import ROOT

from bloc_warehouse.errors import SettingsError
from bloc_warehouse.setting_values import StoreUrl
from bloc_warehouse.settings import (
    AirflowSettings,
    AlertSettings,
    DatabaseSettings,
    LimitSettings,
    Settings,
    StorageSettings,
)
from bloc_warehouse.variables import read_env_file, read_variables, variable

SERVER = {
    "BLOC_WAREHOUSE_URL": "postgresql://owner:hidden-word@db.example:5432/dw",
    "BLOC_INGEST_PASSWORD": "a",
    "BLOC_TRANSFORM_PASSWORD": "b",
    "BLOC_BI_READER_PASSWORD": "c",
}


def test_without_any_variable_all_lies_in_the_project() -> None:
    settings = Settings.from_environment({})
    assert settings.project_dir == ROOT
    assert settings.landing_dir == ROOT / ".local" / "landing"
    assert settings.warehouse_url.get_secret_value() == ""
    assert settings.timezone == "Asia/Ho_Chi_Minh"


def test_folders_follow_the_data_folder(tmp_path: Path) -> None:
    settings = Settings.from_environment({"BLOC_DATA_DIR": str(tmp_path)})
    assert settings.archive_dir == tmp_path / "archive"


def test_relative_folder_is_taken_from_the_project() -> None:
    settings = Settings.from_environment({"BLOC_DATA_DIR": "elsewhere"})
    assert settings.data_dir == ROOT / "elsewhere"


def test_a_blank_variable_means_the_default() -> None:
    assert Settings.from_environment({"BLOC_BATCH_SIZE": " "}).batch_size == 500


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BLOC_BATCH_SIZE", "many"),
        ("BLOC_WORKERS", "0"),
        ("BLOC_MAX_FILE_BYTES", "-1"),
        ("BLOC_AIRFLOW_PORT", "70000"),
        ("BLOC_TIMEZONE", "Asia/Nowhere"),
        ("BLOC_TIMEZONE", "../etc/passwd"),
        ("BLOC_INGEST_SCHEDULE", "daily"),
        ("BLOC_WAREHOUSE_URL", "mysql://a:b@c/d"),
        ("BLOC_WAREHOUSE_URL", "postgresql://a:b@c:port/d"),
        ("BLOC_WAREHOUSE_URL", "postgresql://host/d"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} [^\n]+$"):
        Settings.from_environment({**SERVER, name: value})


def test_a_real_server_needs_each_password() -> None:
    environ = {**SERVER, "BLOC_TRANSFORM_PASSWORD": ""}
    with pytest.raises(SettingsError, match="BLOC_TRANSFORM_PASSWORD is missing"):
        Settings.from_environment(environ)


def test_no_password_is_shown() -> None:
    assert "hidden-word" not in repr(Settings.from_environment(SERVER))
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(
            {"BLOC_WAREHOUSE_URL": "postgresql://a:hidden-word@/d"}
        )
    assert "hidden-word" not in str(caught.value)


def test_env_file_is_read_with_quotes_and_comments(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# note\n\nA=1\nexport B = 'two words'\nC=\"x=y\"\nD=\n")
    assert read_env_file(file) == {"A": "1", "B": "two words", "C": "x=y", "D": ""}


def test_a_broken_env_line_is_named_by_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\npassword hidden-word\n")
    with pytest.raises(SettingsError, match=r"^\.env line 2 is not NAME=value$"):
        read_env_file(file)


def test_example_lists_every_variable_and_no_other() -> None:
    read = Settings.variables()
    composed = set(
        re.findall(
            r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text("utf-8")
        )
    )
    listed = re.findall(
        r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M
    )
    assert set(listed) == read | composed
    assert len(listed) == len(set(listed))


# the image and the services say these; everything else is for whoever runs them
FIXED = {"BLOC_PROJECT_DIR", "BLOC_DATA_DIR", "BLOC_WAREHOUSE_URL"}
# only who makes logins is given these
SOMEWHERE = {
    *("BLOC_ADMIN_PASSWORD", "BLOC_OWNER_PASSWORD", "BLOC_SUPERSET_ADMIN_PASSWORD"),
}


@pytest.mark.parametrize("service", ["init", "scheduler", "dag-processor", "triggerer"])
def test_every_setting_reaches_every_container(service: str) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    given = services["services"][service]["environment"]
    in_files = {name.removesuffix("_FILE") for name in given if name.endswith("_FILE")}
    asked = Settings.variables() - SOMEWHERE
    assert asked <= set(given) | in_files
    for name in asked - FIXED - in_files:
        # its own value, or a mounted folder, or nothing: no second place for defaults
        folder = name.removeprefix("BLOC_").removesuffix("_DIR")
        folder = folder.replace("BACKUP_TARGET", "BACKUPS")
        mounted = f"${{BLOC_{folder}_MOUNT:+/office/{folder.lower()}}}"
        assert given[name] in (f"${{{name}:-}}", f"${{{name}:-{mounted}}}")
    assert {"path": ".env", "required": False} in services["services"][service][
        "env_file"
    ]


def test_blank_settings_are_the_defaults() -> None:
    """As Compose hands on what is not set."""
    assert Settings.from_environment(dict.fromkeys(Settings.variables(), "")) == (
        Settings.from_environment({})
    )


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("BLOC_SUPRESSION_THRESHOLD", "is it BLOC_SUPPRESSION_THRESHOLD?"),
        ("BLOC_WORKER", "is it BLOC_WORKERS?"),
        ("BLOC_STALE_HOUR", "is it BLOC_STALE_HOURS?"),
        ("BLOC_OWNER_PASWORD", "is it BLOC_OWNER_PASSWORD?"),
        ("BLOC_ALERT_ROUTE", "is it BLOC_ALERT_ROUTES?"),
        ("BLOC_ZZZZZZZZZZZZZZZZZZZZZZZZ", "see .env.example"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: "hidden-word"})
    assert str(caught.value) == f"{name} is no setting: {nearest}"


def test_any_setting_with_a_letter_less_is_refused() -> None:
    for name in Settings.variables():
        for end in range(len("BLOC_"), len(name) if name.startswith("BLOC_") else 0):
            wrong = name[:end] + name[end + 1 :]
            with pytest.raises(SettingsError, match=f"^{wrong} is no setting"):
                Settings.from_environment({wrong: "1"})


def test_names_of_others_are_left_alone() -> None:
    for name in ("BLOCK_SIZE", "AIRFLOW_HOME", "BLOC_DBT_HOST", "BLOC_IMAGE"):
        Settings.from_environment({name: "x"})


def test_no_other_module_reads_the_environment() -> None:
    readers = {
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    }
    # dbt takes its profile from variables only, so they are set while it runs
    assert readers == {"variables.py", "dbt_runner.py"}


def test_places_of_files_may_be_object_stores(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "BLOC_DATA_DIR": str(tmp_path),
            "BLOC_LANDING_DIR": "s3://bucket/landing/",
            "BLOC_OUTBOX_DIR": "gs://other",
            "BLOC_STORE_ENDPOINT_URL": "http://127.0.0.1:9000",
        }
    )
    assert settings.landing_dir == StoreUrl("s3", "bucket/landing")
    assert str(settings.outbox_dir) == "gs://other"
    assert settings.archive_dir == tmp_path / "archive"


@pytest.mark.parametrize(
    "value",
    ["s3:/bucket", "s3://", "s3://key:secret@bucket/x", "ftp://host/x", "s3://b/x?y=1"],
)
def test_a_wrong_store_is_reported_without_its_text(value: str) -> None:
    with pytest.raises(SettingsError, match="BLOC_ARCHIVE_DIR") as caught:
        Settings.from_environment({"BLOC_ARCHIVE_DIR": value})
    assert "secret" not in str(caught.value)


def test_an_endpoint_holds_no_login() -> None:
    with pytest.raises(SettingsError, match="BLOC_STORE_ENDPOINT_URL") as caught:
        Settings.from_environment({"BLOC_STORE_ENDPOINT_URL": "http://k:secret@host"})
    assert "secret" not in str(caught.value)


def test_places_of_files_may_be_written_as_airflow_does() -> None:
    """An ``ObjectStoragePath`` may name the connection that knows the store."""
    uris = {
        "s3://minio@bucket/landing": StoreUrl("s3", "bucket/landing", "minio"),
        "file:///srv/landing/": Path("/srv/landing"),
    }
    for uri, place in uris.items():
        settings = Settings.from_environment({"BLOC_LANDING_DIR": uri})
        assert settings.landing_dir == place
        assert str(place) == uri.removeprefix("file://").rstrip("/")


def test_a_slice_reads_its_own_variables_and_no_others() -> None:
    variables = {"BLOC_WORKERS": "7", "BLOC_TIMEZONE": "nowhere"}
    assert LimitSettings.from_environment(variables).workers == 7
    with pytest.raises(SettingsError, match=r"^BLOC_TIMEZONE "):
        StorageSettings.from_environment(variables)
    assert "BLOC_LANDING_DIR" not in LimitSettings.variables()
    assert StorageSettings.variables() < Settings.variables()


def test_all_settings_are_handed_on_where_a_slice_is_asked_for() -> None:
    settings = Settings.from_environment({})
    assert isinstance(settings, StorageSettings)
    assert isinstance(settings, DatabaseSettings)
    assert isinstance(settings, LimitSettings)
    assert isinstance(settings, AlertSettings)
    assert isinstance(settings, AirflowSettings)


def test_a_copy_is_checked_as_what_was_read() -> None:
    settings = Settings.from_environment(SERVER)
    changed = settings.with_changes(workers=5, ingest_password="other-word")
    assert (changed.workers, settings.workers) == (5, 2)
    assert changed.ingest_password.get_secret_value() == "other-word"
    assert "other-word" not in repr(changed)
    assert changed.archive_dir == settings.archive_dir
    with pytest.raises(AttributeError):
        settings.with_changes(worker=5)
    with pytest.raises(ValueError, match="above 0"):
        settings.with_changes(workers=0)


def test_settings_reach_another_process_whole() -> None:
    settings = Settings.from_environment(SERVER)
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301  our own


def test_a_value_may_stand_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden-word\n")
    for name in ("BLOC_INGEST_PASSWORD", "AIRFLOW_CONN_SMTP_DEFAULT", "CHAT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(secret))
    variables = read_variables()
    assert variables["BLOC_INGEST_PASSWORD"] == "hidden-word"
    settings = Settings.from_environment(variables)
    assert settings.ingest_password.get_secret_value() == "hidden-word"
    assert settings.smtp_connection.get_secret_value() == "hidden-word"
    assert variable("CHAT_TOKEN") == "hidden-word"
    # the variable itself wins, unless it is blank; an empty file is no value
    monkeypatch.setenv("BLOC_INGEST_PASSWORD", "said")
    assert read_variables()["BLOC_INGEST_PASSWORD"] == "said"
    monkeypatch.setenv("BLOC_INGEST_PASSWORD", " ")
    secret.write_text("\n")
    settings = Settings.from_environment(read_variables())
    assert settings.ingest_password.get_secret_value() == ""


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLOC_INGEST_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match=r"^BLOC_INGEST_PASSWORD_FILE names .*none"):
        read_variables()
    monkeypatch.delenv("BLOC_INGEST_PASSWORD_FILE")
    secret = tmp_path / "secret"
    secret.write_text("x")
    monkeypatch.setenv("BLOC_INGST_PASSWORD_FILE", str(secret))
    with pytest.raises(SettingsError, match="is it BLOC_INGEST_PASSWORD"):
        Settings.from_environment(read_variables())


def test_a_value_in_the_env_file_is_taken_literally(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=one # two\nB=${A}$x\n")
    assert read_env_file(file) == {"A": "one # two", "B": "${A}$x"}
