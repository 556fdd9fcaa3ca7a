"""What would become of files that are only tried."""

from psycopg import Connection

from bloc_warehouse.intake.load.batch import Batch
from bloc_warehouse.intake.load.form_rules import StagedForm
from bloc_warehouse.intake.load.versions import (
    Version,
    file_state,
    live_versions,
    resolve_unit_period,
)

_NEW = -1
"""The file_id of what is tried, each file by itself."""


def expected_states(connection: Connection, batch: Batch) -> dict[int, str]:
    """Return file → the state it would get if it came now, each file by itself."""
    rejected = batch.rejected
    return {
        file_id: "rejected"
        if file_id in rejected
        else _settled_state(connection, batch, file_id)
        for file_id in batch.received
    }


def _settled_state(connection: Connection, batch: Batch, file_id: int) -> str:
    new = [
        _version(batch, file_id, staged_form) for staged_form in batch.forms_of(file_id)
    ]
    returns = {(version.unit_code, version.period_code) for version in new}
    version_states = resolve_unit_period([*live_versions(connection, returns), *new])
    return file_state([version_states[version.submission_id].state for version in new])


def _version(batch: Batch, file_id: int, staged_form: StagedForm) -> Version:
    identity = staged_form.form.identity
    if identity.unit_code is None or identity.period is None:
        raise ValueError("a form without unit or period has an error and is rejected")
    return Version(
        submission_id=-staged_form.submission_id,  # no submission has a negative id
        file_id=_NEW,
        received_at=batch.received[file_id].received_at,
        unit_code=identity.unit_code,
        period_code=identity.period.code,
        form=identity.form.name,
        stated_submission_no=identity.stated_submission_no,
        content_sha256=staged_form.form.content_sha256,
        state="pending",
        submission_no=None,
        written_at=batch.received[file_id].written_at,
    )
