"""What `bloc init` asks an office, as a script writes it into a YAML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from bloc_warehouse.domain.periods import CUMULATIVE, FIRST_YEAR, LAST_YEAR
from bloc_warehouse.errors import SetupError
from bloc_warehouse.yaml_files import Entry, YamlFile

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
Term = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{4}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class AnswersError(SetupError):
    """The answers cannot be taken; the message names the place and what is possible."""


class Answers(Entry):
    """An office's bloc, its units, and what they owe."""

    bloc: Code
    """Two to ten capitals or digits, such as QNM; units are numbered after it."""
    name: Text
    """The bloc's name."""
    province: Text
    """Its province."""
    term: Term | None = None
    """The committee's term, such as 2020-2025."""
    units: Text
    """The Excel file of units, beside this file."""
    first_year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    """The first year whose returns are owed."""
    last_year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    """The last one; none: on and on."""
    forms: tuple[str, ...] = ()
    """The forms owed; none: all."""
    periods: tuple[str, ...] = CUMULATIVE
    """The periods reported, of Q1, H1, M9 and Y."""
    due_days: Annotated[int, Field(ge=0, le=365)] = 15
    """Days after a period's end until a return is late; a year's are twice as many."""


def answers_of(said: Mapping[str, object]) -> Answers:
    """Return the answers given one by one.

    Raises:
        AnswersError: One is wrong or missing.
    """
    try:
        return Answers.model_validate(dict(said))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise AnswersError(f"{first['loc'][0]}: {first['msg']}") from None


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises:
        AnswersError: Something in it is wrong or missing.
    """
    return YamlFile(path, AnswersError).read_as(Answers)
