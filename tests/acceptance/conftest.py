"""The pipeline on all generated submissions, once a session; tests undo changes."""

import shutil
from collections.abc import Iterator

import pytest
from tests.session.compiled import hand_on
from tests.session.garbage import set_aside
from tests.session.scratch import CARELESS, scratch_folder

from bloc_samples.make import make_samples
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.pipeline import run as run_pipeline
from bloc_warehouse.settings import Settings


def fresh_settings() -> Settings:
    """Settings with a data folder and an embedded server of their own."""
    folder = scratch_folder("bloc-acceptance-")
    embedded.start(folder, options=CARELESS)
    return Settings.from_environment(
        {"BLOC_DATA_DIR": str(folder), "BLOC_SETTLE_SECONDS": "0"}
    )


def discard(settings: Settings) -> None:
    """Stop the server and remove all that ``fresh_settings`` made."""
    embedded.stop(settings.data_dir)
    shutil.rmtree(settings.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def published() -> Iterator[Settings]:
    """All generated submissions, ingested, built, audited and published."""
    settings = fresh_settings()
    try:
        make_samples(settings)
        result = run_pipeline(settings, by="acceptance")
        assert result.ingested.batch.rejected == 0
        assert result.is_published, result.publishing
        set_aside()
        hand_on(settings.data_dir)
        yield settings
    finally:
        discard(settings)


def verdicts(
    settings: Settings, schema: str = "marts_candidate"
) -> dict[str, tuple[str, str | None]]:
    """Return claim → (verdict, reason)."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            f"select claim_id, verdict, reason from {schema}.rpt_published_totals"  # type: ignore[arg-type]
        ).fetchall()
    return {claim: (verdict, reason) for claim, verdict, reason in rows}
