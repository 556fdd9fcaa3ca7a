"""The errors for a person who edits a form, and what an editor knows of its file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.paths import FORM_VERSION_2

from bloc_warehouse.domain.periods import PERIOD_TYPES
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import (
    DEFINITIONS,
    SCHEMA,
    FormDefinitionError,
    registry_from,
)
from bloc_warehouse.yaml_files import schema_text

FILES = [*sorted(DEFINITIONS.glob("*.yaml")), FORM_VERSION_2]
INSPECTIONS = DEFINITIONS / "inspections_v1.yaml"
WRONG = [
    (
        "type: count, nature: target",
        "type: counts, nature: target",
        "table inspections: measure planned: type: unknown type counts, is it count?; "
        "type must be one of code, count, percent, text, unit, year",
    ),
    (
        "{code: organisation, label_vi: Tổ chức đảng,",
        "{code: organisation, labelvi: Tổ chức đảng,",
        "table inspections: key subject: value 1: knows no labelvi, is it label_vi?; "
        "it knows aliases, code, label_en, label_vi, senders",
    ),
    (
        "required: true, group_vi: Số đơn, short_vi: Còn lại",
        "required: maybe, group_vi: Số đơn, short_vi: Còn lại",
        "table petitions: measure pending: required: must be true or false",
    ),
    (
        "    title_en: II. Discipline\n",
        "",
        "table discipline: title_en is missing",
    ),
    (
        "values_of: inspections.body",
        "values_of: inspection.body",
        "table discipline: key body: values_of: no key above is called "
        "inspection.body, is it inspections.body?",
    ),
    (
        "cell: must_discipline, left: must",
        "cell: must_disciplined, left: must",
        "rule T1-must: cell: rule T1-must marks 'must_disciplined' which does not "
        "exist, is it must_discipline?",
    ),
    (
        "period_types: [Q1,",
        "period_types: [Q5,",
        "period_types: unknown period_type Q5; period_type must be one of "
        + ", ".join(sorted(PERIOD_TYPES)),
    ),
    ("senders: [unit, bloc", "senders: unit # [bloc", "senders: must be a list"),
    ("version: 1\n", "version: one\n", "version: must be a whole number"),
]  # fmt: skip


def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((DEFINITIONS / SCHEMA).read_text("utf-8")))


def test_the_schema_beside_the_forms_is_written_from_the_model() -> None:
    assert (DEFINITIONS / SCHEMA).read_text("utf-8") == schema_text(Form), (
        "out of date: bloc schemas"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_editor_finds_the_schema_and_the_form_fits_it(path: Path) -> None:
    text = path.read_text("utf-8")
    head = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert head
    assert (path.parent / head[1]).resolve() == DEFINITIONS / SCHEMA
    schema().validate(yaml.safe_load(text))


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG)
def test_a_wrong_entry_is_reported_by_place_with_what_is_allowed(
    right: str, wrong: str, message: str, tmp_path: Path
) -> None:
    text = INSPECTIONS.read_text("utf-8")
    before, found, after = text.partition(right)
    assert found
    # a missing entry is reported at the start of what should hold it
    line = before.count("\n") + (1 if wrong else -1)
    path = tmp_path / INSPECTIONS.name
    path.write_text(before + wrong + after, encoding="utf-8")
    with pytest.raises(FormDefinitionError) as caught:
        registry_from([path])
    assert str(caught.value) == f"{INSPECTIONS.name}: {message} (line {line})"


@pytest.mark.parametrize("changed", WRONG[:4] + WRONG[6:], ids=lambda case: case[1])
def test_an_editor_marks_what_the_schema_can_know(
    changed: tuple[str, str, str],
) -> None:
    right, wrong, _ = changed
    text = INSPECTIONS.read_text("utf-8")
    content: Any = yaml.safe_load(text.replace(right, wrong, 1))
    assert not schema().is_valid(content)


def test_invalid_yaml_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a_v1.yaml"
    path.write_text("form: a\ntables: [\n", encoding="utf-8")
    with pytest.raises(FormDefinitionError, match=r"^a_v1\.yaml is no YAML in line 3$"):
        registry_from([path])
    path.write_text("- a", encoding="utf-8")
    with pytest.raises(FormDefinitionError, match="the file: must be names and values"):
        registry_from([path])
