"""Whatever an office plausibly sends, and what nobody should, gets its right answer."""

import pytest
from tests import builders
from tests.malformed_files import MALFORMED_FILES, MalformedFile, at, come_back

CALM = [file for file in MALFORMED_FILES if not file.errors]
FAULTY = [file for file in MALFORMED_FILES if file.errors]


def identifier(file: MalformedFile) -> str:
    return file.kind


def test_there_are_at_least_sixty_kinds() -> None:
    assert len({file.kind for file in MALFORMED_FILES}) == len(MALFORMED_FILES) >= 60


@pytest.mark.parametrize("file", CALM, ids=identifier)
def test_what_can_be_understood_is(file: MalformedFile) -> None:
    parsed = come_back(file)
    found = [(fault.code, fault.severity) for fault in parsed.faults.faults]
    assert found == [(code, "warning") for code in file.warnings]
    (form,) = parsed.forms
    assert form.identity.unit_code == "LAN-001"
    if "-" not in file.changes:
        (row,) = form.tables[0].rows
        assert dict(row.values) == builders.membership_row(**file.changes)


@pytest.mark.parametrize("file", FAULTY, ids=identifier)
def test_what_cannot_be_understood_is_reported(file: MalformedFile) -> None:
    faults = come_back(file).faults.faults
    assert (
        tuple(fault.code for fault in faults if fault.severity == "error")
        == file.errors
    )
    assert faults[0].message_vi
    assert faults[0].message_en
    if file.cell:
        assert faults[0].cell == at(file.cell)
    if file.expected:
        assert faults[0].expected == file.expected


@pytest.mark.parametrize(
    "file", [file for file in FAULTY if file.errors[0][0] == "P"], ids=identifier
)
def test_personal_data_is_reported_by_cell_and_not_kept(file: MalformedFile) -> None:
    parsed = come_back(file)
    assert parsed.is_personal
    assert parsed.forms == []
    (fault,) = parsed.faults.faults
    assert fault.found == fault.cell or str(fault.found).startswith(f"{fault.cell},")
    assert fault.expected is None
