"""Landing, archive and outbox in an object store: a real S3 server on this machine."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import boto3
import pytest
from airflow.sdk import ObjectStoragePath
from airflow.sdk.io import attach
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem
from tests import builders
from tests.intake.files.test_archive import PERSONAL
from tests.intake.revise.test_deliveries import A, B, counting
from tests.intake.test_run import query, states

from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.revise.replay import Selection, replay
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.intake.run import ingest, write_receipts
from bloc_warehouse.setting_values import StoreUrl
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import StoreError
from bloc_warehouse.storage.object_store import ObjectStore

SECRET = "a-secret-that-nobody-prints"
_TABLES = ("files", "submissions", "faults", "membership", "admissions", "ratings")
_MOMENTS = ("registered_at", "answered_at", "landing_version", "written_at")


class Bucket:
    """A bucket of the server, as somebody else's tool sees it."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint = endpoint
        self.name = name
        self.client: Any = boto3.client("s3", endpoint_url=endpoint)
        self.client.create_bucket(Bucket=name)

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        body = self.client.get_object(Bucket=self.name, Key=key)["Body"]
        return bytes(body.read())

    def keys(self, prefix: str) -> list[str]:
        listed = self.client.list_objects_v2(Bucket=self.name, Prefix=f"{prefix}/")
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def store(self, prefix: str) -> ObjectStore:
        return ObjectStore(StoreUrl("s3", f"{self.name}/{prefix}"), self.endpoint)

    def settings(self, settings: Settings) -> Settings:
        places = {
            f"{place}_dir": StoreUrl("s3", f"{self.name}/{place}")
            for place in ("landing", "archive", "outbox")
        }
        return settings.with_changes(store_endpoint_url=self.endpoint, **places)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(
    s3: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Bucket:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return Bucket(s3, f"bloc-{abs(hash(request.node.name))}")


def test_an_airflow_connection_knows_the_store(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an ``ObjectStoragePath`` finds it, with nothing in the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    known = S3FileSystem(
        key="AKIATEST",
        secret=SECRET,
        endpoint_url=bucket.endpoint,
        skip_instance_cache=True,
    )
    attach("s3", "minio", fs=known)
    where = Settings.from_environment(
        {"BLOC_LANDING_DIR": f"s3://minio@{bucket.name}/landing"}
    )
    store = locations.landing(where)
    assert str(ObjectStoragePath(str(where.landing_dir)).fs) == str(known)
    assert list(store.files()) == []
    bucket.put("landing/LAN-001/a.xlsx", b"one")  # by others, behind Airflow's back
    (file,) = store.files()
    assert (file.name, store.read(file.name)) == ("LAN-001/a.xlsx", b"one")
    assert store.move(file.name, "LAN-001/b.xlsx")
    assert bucket.keys("landing") == ["landing/LAN-001/b.xlsx"]


def test_a_connection_to_a_store_that_airflow_does_not_know_is_one_clear_line() -> None:
    store = ObjectStore(StoreUrl("gs", "bucket/landing", "google"))
    with pytest.raises(StoreError, match=r"gs://google@bucket/landing: no provider"):
        list(store.files())


def parcel() -> dict[str, bytes]:
    """What senders send: good, faulty, again, personal, unreadable, unknown."""
    wrong = builders.workbook(builders.membership_row(closing_total=63))
    return {
        "LAN-001/2024-07-05/a.xlsx": builders.workbook(),
        "LAN-001/2024-07-06/again.xlsx": builders.workbook(),
        "LAN-001/2024-07-07/người.xlsx": PERSONAL,
        "LAN-001/2024-07-08/wrong.xlsx": wrong,
        "LAN-002/2024-07-05/b.xlsx": b"no workbook",
        "WHO/2024-07-05/odd \x01 #?%41.xlsx": builders.workbook(),
    }


def contents(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """All that intake wrote, without moments."""
    found = {}
    for table in _TABLES:
        rows = query(
            settings, f"select to_jsonb(one) from raw.{table} as one order by one::text"
        )
        found[table] = [_still(row) for (row,) in rows]
    return found


def answers(settings: Settings) -> dict[str, dict[str, Any] | None]:
    """Name in the outbox → the receipt for machines."""
    outbox = locations.outbox(settings)
    found: dict[str, dict[str, Any] | None] = {}
    for file in outbox.files():
        content = outbox.read(file.name) or b""
        is_receipt = file.name.endswith(".json")
        found[file.name] = _still(json.loads(content)) if is_receipt else None
    return found


def _still(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in _MOMENTS}


def test_a_store_gives_the_same_tables_and_receipts_as_folders(
    intake: Settings, bucket: Bucket
) -> None:
    for name, content in parcel().items():
        sender, _, rest = name.partition("/")
        builders.land(intake.landing_dir, sender, rest, content)
        bucket.put(f"landing/{name}", content)
    ingest(intake)
    in_folders = contents(intake), answers(intake)
    with connect("owner", settings=intake) as connection:
        connection.execute("truncate raw.files restart identity cascade")
    stored = bucket.settings(intake)
    ingest(stored)
    assert contents(stored) == in_folders[0]
    assert answers(stored) == in_folders[1]
    assert ingest(stored).registered == 0


def test_personal_data_is_deleted_from_the_store(
    intake: Settings, bucket: Bucket
) -> None:
    stored = bucket.settings(intake)
    bucket.put("landing/LAN-001/a.xlsx", PERSONAL)
    bucket.put("landing/LAN-001/b.xlsx", PERSONAL)
    ingest(stored)
    assert bucket.keys("archive") == []
    assert [state for _, state in states(stored)] == ["rejected", "rejected"]
    assert not any("0912" in str(answer) for answer in answers(stored).values())


def test_replay_and_withdraw_work_on_a_stored_archive(
    intake: Settings, bucket: Bucket
) -> None:
    stored = bucket.settings(intake)
    bucket.put("landing/LAN-001/a.xlsx", builders.workbook())
    ingest(stored)
    (key,) = bucket.keys("archive")
    assert "incoming" not in key
    assert bucket.get(key) == builders.workbook()
    again = replay(stored, Selection(rejected_only=False), "tester")
    assert again.outcomes == {"unchanged": 1}
    withdraw(stored, "F-1", "wrong unit", "tester")
    write_receipts(stored)
    (receipt,) = [answer for answer in answers(stored).values() if answer]
    assert receipt["state"] == "withdrawn"


def test_an_upload_is_a_delivery_whatever_its_bytes(
    intake: Settings, bucket: Bucket
) -> None:
    stored = bucket.settings(intake)
    uploads = 0

    def upload(name: str, content: bytes) -> None:
        nonlocal uploads
        uploads += 1
        bucket.put(name, content)
        # the store tells whole seconds
        kept = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket.name].keys[name]
        kept.last_modified = datetime(2024, 7, 5, 8, 0, uploads)  # noqa: DTZ001

    for content in (A, B, A):
        upload("landing/LAN-001/rep.csv", content)
        assert ingest(stored).registered == 1
    assert counting(stored) == [11]
    withdraw(stored, "F-3", "wrong", "tester")
    assert counting(stored) == [12]
    assert ingest(stored).registered == 0
    upload("landing/LAN-001/rep.csv", A)
    assert ingest(stored).registered == 1
    assert counting(stored) == [11]
    upload("landing/LAN-001/2042-07-05/rep.csv", B)
    assert ingest(stored).batch.rejected == 1
    upload("landing/LAN-001/.hidden.csv", B)
    assert ingest(stored).not_taken == 1


def test_of_two_uploads_of_one_dated_day_the_later_one_counts(
    intake: Settings, bucket: Bucket
) -> None:
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for second, name, content in ((1, "b.csv", A), (2, "a.csv", B)):
        key = f"landing/LAN-001/2024-07-05/{name}"
        bucket.put(key, content)
        moment = datetime(2024, 7, 9, 8, 0, second)  # noqa: DTZ001
        backend.buckets[bucket.name].keys[key].last_modified = moment
    stored = bucket.settings(intake)
    ingest(stored)
    assert counting(stored) == [12]


def test_receipt_is_when_the_object_was_uploaded(
    intake: Settings, bucket: Bucket
) -> None:
    stored = bucket.settings(intake)
    bucket.put("landing/LAN-001/a.xlsx", builders.workbook())
    ingest(stored)
    ((at, source),) = query(
        stored, "select received_at, received_at_source from raw.files"
    )
    assert source == "uploaded"
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


def test_a_store_that_stops_half_way_registers_nothing_by_halves(
    intake: Settings, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = bucket.settings(intake)
    for name, content in parcel().items():
        bucket.put(f"landing/{name}", content)
    written = []
    write = ObjectStore.write

    def write_three(self: ObjectStore, name: str, content: bytes) -> None:
        written.append(name)
        if len(written) > 3:
            raise StoreError("object store: it cannot be reached")
        write(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "write", write_three)
        with pytest.raises(StoreError):
            ingest(stored)
    assert states(stored) == []
    assert 0 < len(bucket.keys("archive")) <= 3
    assert ingest(stored).registered == len(parcel())
    assert not any("incoming" in key for key in bucket.keys("archive"))


def test_a_store_that_is_down_is_one_clear_line(bucket: Bucket) -> None:
    down = ObjectStore(StoreUrl("s3", "somewhere/landing"), "http://127.0.0.1:9")
    with pytest.raises(StoreError) as caught:
        down.write("a", b"x")
    assert "cannot be reached" in str(caught.value)
    with pytest.raises(StoreError, match="there is no such bucket"):
        list(ObjectStore(StoreUrl("s3", "nowhere/x"), bucket.endpoint).files())
    with pytest.raises(StoreError, match="is not installed"):
        list(ObjectStore(StoreUrl("gs", "somewhere/x")).files())


def test_a_refusal_names_its_code_and_no_secret(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bucket.store("archive")

    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(f"signature of {SECRET} is wrong")

    monkeypatch.setattr(store._library(), "pipe_file", refuse)
    with pytest.raises(StoreError) as caught:
        store.write("a", b"x")
    assert str(caught.value).endswith("access is refused (PermissionError)")
    assert SECRET not in str(caught.value)


def test_keys_that_are_no_names_of_files(bucket: Bucket) -> None:
    for key in (
        "../up.csv", "LAN-001/../../up.csv", "LAN-001/.hidden.csv", "LAN-001/~$a.xlsx",
        "LAN-001/folder/", "LAN-001/a//b.csv", "LAN-001/%2F#?[*].csv", "/c.csv",
        "LAN-001/\u202ea.csv",
    ):  # fmt: skip
        bucket.put(f"landing/{key}", key.encode())
    store = bucket.store("landing")
    taken = {file.name: store.read_unchanged(file, 100) for file in store.files()}
    assert taken == {
        name: name.encode()
        for name in (
            "/c.csv", "LAN-001/%2F#?[*].csv", "LAN-001/\u202ea.csv", "LAN-001/a//b.csv",
        )
    }  # fmt: skip


def test_an_object_that_is_gone_or_grew_is_left_to_the_next_run(
    bucket: Bucket,
) -> None:
    store = bucket.store("landing")
    for name in ("empty.csv", "gone.csv", "grown.csv"):
        bucket.put(f"landing/{name}", b"" if name == "empty.csv" else b"1")
    empty, gone, grown = store.files()
    bucket.client.delete_object(Bucket=bucket.name, Key="landing/gone.csv")
    bucket.put("landing/grown.csv", b"1" * 11)
    assert store.read_unchanged(empty, 10) == b""
    assert store.read_unchanged(gone, 10) is None
    assert store.read_unchanged(grown, 10) is None


def test_a_huge_object_is_refused_by_its_size_alone(
    intake: Settings, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = bucket.settings(intake).with_changes(max_file_bytes=1000)
    bucket.put("landing/LAN-001/huge.xlsx", b"x" * 1001)
    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "read_unchanged", None)
        assert ingest(small).batch.rejected == 1
        assert ingest(small).registered == 0
    assert query(small, "select code, found from raw.faults") == [
        ("F103", "1,001 bytes")
    ]
    assert bucket.keys("archive") == []
    assert ingest(small.with_changes(max_file_bytes=2000)).registered == 1


def test_a_long_landing_is_listed_page_by_page(bucket: Bucket) -> None:
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in range(1001):
        backend.put_object(bucket.name, f"landing/LAN-001/{number:04}.csv", b"1")
    names = [file.name for file in bucket.store("landing").files()]
    assert (len(names), names[-1]) == (1001, "LAN-001/1000.csv")
