"""Whatever an office plausibly sends, and what nobody should, gets its right answer."""

import pytest
from tests import builders
from tests.malformed_files import MESSES, Mess, at, come_back

CALM = [mess for mess in MESSES if not mess.errors]
FAULTY = [mess for mess in MESSES if mess.errors]


def identifier(mess: Mess) -> str:
    return mess.kind


def test_there_are_at_least_sixty_kinds() -> None:
    assert len({mess.kind for mess in MESSES}) == len(MESSES) >= 60


@pytest.mark.parametrize("mess", CALM, ids=identifier)
def test_mess_that_can_be_understood_is(mess: Mess) -> None:
    parsed = come_back(mess)
    found = [(one.code, one.severity) for one in parsed.faults.faults]
    assert found == [(code, "warning") for code in mess.warnings]
    (form,) = parsed.forms
    assert form.identity.unit_code == "LAN-001"
    if "-" not in mess.changes:
        (row,) = form.tables[0].rows
        assert dict(row.values) == builders.membership_row(**mess.changes)


@pytest.mark.parametrize("mess", FAULTY, ids=identifier)
def test_mess_that_cannot_be_understood_is_told(mess: Mess) -> None:
    faults = come_back(mess).faults.faults
    assert tuple(one.code for one in faults if one.severity == "error") == mess.errors
    assert faults[0].message_vi
    assert faults[0].message_en
    if mess.cell:
        assert faults[0].cell == at(mess.cell)
    if mess.expected:
        assert faults[0].expected == mess.expected


@pytest.mark.parametrize(
    "mess", [mess for mess in FAULTY if mess.errors[0][0] == "P"], ids=identifier
)
def test_personal_data_is_told_by_cells_and_nothing_is_kept(mess: Mess) -> None:
    parsed = come_back(mess)
    assert parsed.is_personal
    assert parsed.forms == []
    (fault,) = parsed.faults.faults
    assert fault.found == fault.cell or str(fault.found).startswith(f"{fault.cell},")
    assert fault.expected is None
