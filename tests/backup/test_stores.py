"""A backup in a bucket is what it is in a folder: a real S3 server on this machine."""

from pathlib import Path

import pytest
from tests.backup.conftest import NewSettings, Office
from tests.conftest import FAST
from tests.storage.test_object_store import Bucket, bucket, s3

from bloc_warehouse.backup.check import check_backup
from bloc_warehouse.backup.restore import restore
from bloc_warehouse.backup.save import back_up
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.setting_values import StoreUrl
from bloc_warehouse.storage.base import StoreError

__all__ = ["bucket", "s3"]  # fixtures


def test_a_bucket_keeps_and_gives_back(
    office: Office, bucket: Bucket, new_settings: NewSettings, tmp_path: Path
) -> None:
    target = StoreUrl("s3", f"{bucket.name}/backups-of-dlk")
    there = office.settings.with_changes(store_endpoint_url=bucket.endpoint)
    first = back_up(there, target)
    again = back_up(there, target)
    assert first.new_files > 0
    assert again.new_files == 0
    assert check_backup(there, target).faults == ()
    manifests = [key for key in bucket.keys("backups-of-dlk") if "manifest" in key]
    assert len(manifests) == 2
    in_folder = back_up(there, tmp_path)
    assert in_folder.manifest.tables == again.manifest.tables
    assert in_folder.manifest.hashes() == again.manifest.hashes()
    settings = new_settings().with_changes(store_endpoint_url=bucket.endpoint)
    embedded.start(settings.data_dir, options=FAST)
    assert restore(settings, target).readers == ("lan_dashboard",)
    with connect("ingest", settings=settings) as connection:
        found = connection.execute("select count(*) from raw.submissions").fetchone()
    assert found == (1,)


def test_a_bucket_that_is_not_there_is_one_clear_line(
    office: Office, bucket: Bucket
) -> None:
    there = office.settings.with_changes(store_endpoint_url=bucket.endpoint)
    with pytest.raises(StoreError, match="no such bucket"):
        back_up(there, StoreUrl("s3", "nobody-made-this/x"))
