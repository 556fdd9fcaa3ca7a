"""``bloc forms`` and ``bloc template``: output and exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer import Typer
from typer.testing import CliRunner

from bloc_warehouse.cli.returns import forms
from bloc_warehouse.settings import get_settings

UNITS = """\
unit_code,bloc_code,unit_kind,sector,unit_name,valid_from
LAN-017,LAN,dbcs,,Đảng bộ Sở Y tế,1990-01-01
"""
BLOCS = """\
bloc_code,bloc_name,province,valid_from,valid_to,successor_bloc_code
LAN,Đảng bộ Khối tỉnh Long An,Long An,1990-01-01,,
"""

app = Typer()
app.add_typer(forms.forms_app, name="forms")
app.command()(forms.template)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "ref_units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "ref_blocs.csv").write_text(BLOCS, encoding="utf-8")
    monkeypatch.setenv("BLOC_REFERENCE_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def test_forms_are_listed_for_machines() -> None:
    code, output, _ = run("forms", "list", "--json")
    assert code == 0
    listed = {form["form"]: form for form in json.loads(output)}
    assert len(listed) == 7
    assert listed["ratings"]["code"] == "BXL"
    assert listed["ratings"]["period_types"] == ["Y"]


def test_forms_are_listed_for_people() -> None:
    code, output, _ = run("forms", "list")
    assert code == 0
    assert "membership" in output


@pytest.mark.parametrize("name", ["ratings", "BXL", "bxl"])
def test_a_form_is_shown_by_name_or_code(name: str) -> None:
    code, output, _ = run("forms", "show", name)
    assert code == 0
    assert "X1-levels" in output
    code, output, _ = run("forms", "show", name, "--json")
    assert json.loads(output)["name"] == "ratings"


def test_an_unknown_form_is_wrong_use_and_the_forms_are_named() -> None:
    code, _, errors = run("forms", "show", "nothing")
    assert code == 2
    assert "membership (BDV)" in errors


def test_an_unknown_version_is_wrong_use() -> None:
    code, _, errors = run("forms", "show", "ratings", "--version", "9")
    assert code == 2
    assert "its versions: 1" in errors


def test_a_template_is_written(tmp_path: Path) -> None:
    target = tmp_path / "new" / "form.xlsx"
    arguments = ("--unit", "LAN-017", "--period", "2024-H1", "-o", str(target))
    code, output, _ = run("template", "BDV", *arguments)
    assert code == 0
    assert "LAN-017 Đảng bộ Sở Y tế" in output.replace("\n", " ")
    assert load_workbook(target).sheetnames == ["BDV"]


def test_an_unknown_unit_is_wrong_use_and_a_near_one_is_proposed(
    tmp_path: Path,
) -> None:
    target = tmp_path / "form.xlsx"
    arguments = ("--unit", "LAN-71", "--period", "2024-H1", "-o", str(target))
    code, _, errors = run("template", "BDV", *arguments)
    assert code == 2
    assert "nearest: LAN-017" in errors
    assert not target.exists()


def test_the_dictionary_is_written_and_checked(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert run("forms", "dictionary", "--check", "-o", str(page))[0] == 1
    assert run("forms", "dictionary", "-o", str(page))[0] == 0
    assert run("forms", "dictionary", "--check", "-o", str(page))[0] == 0


def test_the_seeds_of_codes_are_written_and_checked(tmp_path: Path) -> None:
    folder = str(tmp_path / "seeds")
    assert run("forms", "codes", "--check", "-o", folder)[0] == 1
    assert run("forms", "codes", "-o", folder)[0] == 0
    assert run("forms", "codes", "--check", "-o", folder)[0] == 0
