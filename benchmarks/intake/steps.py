"""Where the time of intake goes: its steps, timed in one process."""

import importlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bloc_warehouse.intake import run
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.sandbox.client import close_reader, parse_apart
from bloc_warehouse.settings import Settings

_APART = "handed to the reading process and back"
# step, and the functions that are it, where their callers look them up
_PARSING = {
    "unzip": ["read.read.unpack"],
    "what calamine hides": ["read.xlsx_formats.sheet_formats"],
    "texts beside the cells": ["read.read.package_texts"],
    "calamine": ["read.read._opened", "read.read._rows"],
    "cells, old fonts": ["read.read._sheet"],
    "csv": ["read.read._text_sheet"],
    "header, form": ["parse_file.read_header", "parse_file.recognise_form"],
    "find tables": ["parse_file.find_tables"],
    "personal data": ["parse_file._check_personal"],
    "unit, period": ["parse_file.identify"],
    "values": ["parse_file.parse_table"],
    "count the cells around": ["parse_file._outside"],
}
_LOADING = {
    _APART: ["revise.reread.parse_apart"],
    "COPY into staging": ["load.load.stage"],
    "forms' rules": ["load.load.broken_rules"],
    "write submissions, rows, faults": ["load.load.write_batch"],
    "settle versions": ["load.load.update_version_states"],
    "count cells against the version before": ["load.load.write_counts"],
    "move bytes up": ["run.clear_incoming"],
}
_PARSE_REST, _LOAD_REST = "rest of reading", "units, queries, commit"


class Steps:
    """Seconds by step; time inside an inner step is not counted to the outer one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and notes how long it took."""

        def wrapped(*args: Any, **named: Any) -> Any:  # noqa: ANN401  as it comes
            start = time.perf_counter()
            self._inner.append(0.0)
            try:
                return function(*args, **named)
            finally:
                took = time.perf_counter() - start
                self.seconds[step] += took - self._inner.pop()
                if self._inner:
                    self._inner[-1] += took

        return wrapped

    @contextmanager
    def watching(self, functions: dict[str, list[str]]) -> Iterator[None]:
        """Time functions, given as step → ``module.function`` of intake."""
        originals = []
        for step, names in functions.items():
            for name in names:
                module_name, _, attribute = name.rpartition(".")
                module = importlib.import_module(f"bloc_warehouse.intake.{module_name}")
                original = getattr(module, attribute)
                originals.append((module, attribute, original))
                setattr(module, attribute, self.timed(step, original))
        try:
            yield
        finally:
            for module, attribute, original in originals:
                setattr(module, attribute, original)


def time_steps(
    settings: Settings, files: Sequence[tuple[str, bytes, str]], context: ParseContext
) -> dict[str, float]:
    """Ingest the files in landing, in this process; return step → seconds.

    Args:
        settings: With a landing folder of the files' own.
        files: Name, bytes and sender of the same files.
        context: What parsing needs.
    """
    steps = Steps()
    steps.timed("register, archive", run.register_new_files)(settings)
    warmed = files[: len(files) // 10 + 1]
    for name, content, sender in warmed:
        parse_apart(name, content, sender, context)
    with steps.watching(_LOADING):
        for batch in run.pending_batches(settings):
            steps.timed(_LOAD_REST, run.load_batch)(settings, batch)
    steps.timed("receipts", run.write_receipts)(settings)
    close_reader()
    parsing = Steps()
    for name, content, sender in warmed:
        parse_file(name, content, sender, context)
    with parsing.watching(_PARSING):
        for name, content, sender in files:
            parsing.timed(_PARSE_REST, parse_file)(name, content, sender, context)
    steps.seconds[_APART] -= sum(parsing.seconds.values())
    first = ("register, archive", *_PARSING, _PARSE_REST, *_LOADING, _LOAD_REST)
    found = {**parsing.seconds, **steps.seconds}
    return {step: found[step] for step in (*first, "receipts") if step in found}
