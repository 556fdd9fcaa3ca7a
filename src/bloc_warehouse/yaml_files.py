"""YAML files that people edit: a pydantic model checks them, its schema completes them.

A complaint names the file, the place in it as a person would say it, what is allowed
there, the nearest name, and the line.
"""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

Model = TypeVar("Model", bound=BaseModel)
Step = int | str

_QUOTED = re.compile(r"'([^']*)'")
_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list",
    "dict_type": "must be names and values",
    "model_attributes_type": "must be names and values",
}


class Entry(BaseModel):
    """A mapping in such a file; a key that it does not know is refused by name."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    checked_if_missing: ClassVar[tuple[str, ...]] = ()
    """Keys whose own check says what they must be, also where they are missing."""

    @model_validator(mode="before")
    @classmethod
    def _has_only_known_keys(cls, data: Any) -> Any:  # noqa: ANN401  what YAML holds
        if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
            raise PydanticCustomError("no_mapping", "must be names and values")
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in data:
            if key not in known:
                raise PydanticCustomError(
                    "unknown_key",
                    "knows no {key}{nearest}; it knows {known}",
                    {
                        "key": key,
                        "nearest": nearest_name(key, known),
                        "known": listed(known),
                    },
                )
        return dict.fromkeys(cls.checked_if_missing) | data


class YamlFile:
    """One file, as read; ``error`` is what it raises where something is wrong."""

    def __init__(self, path: Path, error: type[Exception]) -> None:
        self.path = path
        self._error = error
        try:
            self._text = path.read_text(encoding="utf-8")
            self.content: Any = yaml.load(self._text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            place = f" in line {_broken_line(self._text)}"
            raise error(f"{path.name} is no YAML{place}") from None
        except (OSError, UnicodeError):
            raise error(f"{path.name} is no YAML") from None

    def read_as(
        self, model: type[Model], context: Mapping[str, Any] | None = None
    ) -> Model:
        """Check the content by a model, whose checks may ask the context.

        Raises:
            Exception: The content does not fit; of the class that was given.
        """
        try:
            return model.model_validate(self.content, context=context)
        except ValidationError as wrong:
            # not chained: pydantic's own message could quote a secret
            first = wrong.errors(include_url=False)[0]
            is_missing = first["type"] == "missing"
            location = first["loc"][:-1] if is_missing else first["loc"]
            raise self.error(location, _problem(first)) from None

    def error(self, location: Sequence[Step], problem: str) -> Exception:
        """Return the complaint about a place, for the caller to raise."""
        words = self._words(location) or ["the file"]
        line = self._line(location)
        where = f" (line {line})" if line else ""
        return self._error(f"{self.path.name}: {': '.join(words)}: {problem}{where}")

    def _words(self, location: Sequence[Step]) -> list[str]:
        """Say a place in words: ``table members``, ``measure women``, ``type``."""
        words: list[str] = []
        value = self.content
        for step in location:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                if isinstance(value, dict) and step not in (*value.values(), "[key]"):
                    words.append(str(step))  # it is missing
                continue  # else pydantic's own name of one model among several
            if not isinstance(value, dict):
                words += [step] if isinstance(step, str) else []
            elif words:  # one entry of a list, or of several with names
                singular = words.pop().removesuffix("s")
                words.append(f"{singular} {_name(value, singular, step)}")
            else:
                words.append(str(step))
        return words

    def _line(self, location: Sequence[Step]) -> int:
        node, line = yaml.compose(self._text, Loader=yaml.CSafeLoader), 0
        for step in location:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
            elif isinstance(node, yaml.MappingNode):
                entries = {key.value: (key, value) for key, value in node.value}
                if step in entries:
                    key, node = entries[step]
                    line = key.start_mark.line + 1
        return line


def _broken_line(text: str) -> int:
    """Return where YAML ends; the slow parser knows it better than the quick one."""
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.line + 1 if error.problem_mark else 1
    except yaml.YAMLError:
        pass
    return 1


def schema_text(model: type[BaseModel]) -> str:
    """Return a model's JSON schema, as it is stored beside the files.

    An editor shows what stands below each attribute. Pydantic would look for these
    texts whenever a model is imported, a tenth of a command's start.
    """
    schema = model.model_json_schema(by_alias=True)
    parts = {model.__name__: schema, **schema.get("$defs", {})}
    for part in _models_of(model):
        properties = parts[part.__name__].get("properties", {})
        for name, text in _attribute_texts(part).items():
            key = part.model_fields[name].alias or name
            described = {**properties[key], "description": text}
            properties[key] = dict(sorted(described.items()))
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _models_of(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  any type
    """Yield the models in a type, and in the fields of these."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models_of(field.annotation)
    for argument in get_args(annotation):
        yield from _models_of(argument)


def _attribute_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return field → the text that stands below it where it is defined last."""
    found: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if not issubclass(owner, BaseModel) or owner is BaseModel:
            continue
        (defined,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
        for line, below in pairwise([*getattr(defined, "body", ()), None]):
            match line:
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found.pop(name, None)
                case _:
                    continue
            match below:
                case ast.Expr(value=ast.Constant(value=str() as text)):
                    found[name] = inspect.cleandoc(text)
    return {name: text for name, text in found.items() if name in model.model_fields}


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return ``, is it …?`` if a known name is near, else nothing."""
    nearest = get_close_matches(name, list(known), n=1)
    return f", is it {nearest[0]}?" if nearest else ""


def listed(names: Iterable[str]) -> str:
    """Return names in the alphabet's order, as a sentence lists them."""
    return ", ".join(sorted(names))


def _name(entry: dict[str, Any], kind: str, step: Step) -> object:
    """Return what an entry is called, or its number from 1."""
    return (
        step if isinstance(step, str) else entry.get("name", entry.get(kind, step + 1))
    )


def _problem(error: ErrorDetails) -> str:
    """Say in our words what pydantic found; only a value that is a name is quoted."""
    match error["type"]:
        case "missing":
            return f"{error['loc'][-1]} is missing"
        case "literal_error" | "enum":
            allowed = _QUOTED.findall(error["ctx"]["expected"])
            *above, what = map(str, error["loc"])
            if what.isdigit():
                what = above[-1].removesuffix("s")
            given = str(error["input"])
            return (
                f"unknown {what} {given}{nearest_name(given, allowed)}; "
                f"{what} must be one of {listed(allowed)}"
            )
        case "union_tag_invalid":
            what = error["ctx"]["discriminator"].strip("'")
            allowed = _QUOTED.findall(error["ctx"]["expected_tags"])
            return f"{what} must be one of {listed(allowed)}"
        case "union_tag_not_found":
            return f"{error['ctx']['discriminator']} is missing".replace("'", "")
        case kind:
            return _MESSAGES.get(kind, error["msg"].removeprefix("Value error, "))
