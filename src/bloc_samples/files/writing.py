"""Parcels → bytes → files, in as many processes as there are workers."""

import hashlib
import io
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bloc_samples.files.batching import Parcel
from bloc_samples.files.csv_layout import csv_bytes
from bloc_samples.files.habits import Layout
from bloc_samples.files.ledger import ledger_sheet
from bloc_samples.files.letterhead import letterhead_sheet
from bloc_samples.files.sheet import Sketch, workbook_bytes
from bloc_samples.returns.model import Return
from bloc_samples.scenario import bloc_name
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.filled import FilledForm, Header
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook

Progress = Callable[[int, int], None]

_CHUNK = 40
_UNTIDY: dict[Layout, Callable[[Return, Form, str], Sketch]] = {
    "letterhead": letterhead_sheet,
    "ledger": ledger_sheet,
}


def write_parcels(
    found: Sequence[Parcel],
    landing: Path,
    *,
    workers: int,
    progress: Progress | None = None,
) -> dict[str, str]:
    """Write every file; return path → sha256."""
    chunks = [found[at : at + _CHUNK] for at in range(0, len(found), _CHUNK)]
    written: dict[str, str] = {}
    for done in _write_chunks(chunks, landing, workers):
        written |= done
        if progress:
            progress(len(written), len(found))
    return written


def parcel_bytes(parcel: Parcel) -> bytes:
    """Return the bytes of one file."""
    if parcel.layout == "csv":
        (sent,) = parcel.returns
        return csv_bytes(sent, _form(sent), _bloc(sent))
    if parcel.layout in _UNTIDY:
        draw = _UNTIDY[parcel.layout]
        return workbook_bytes(
            [draw(sent, _form(sent), _bloc(sent)) for sent in parcel.returns]
        )
    buffer = io.BytesIO()
    forms = [_filled(sent) for sent in parcel.returns]
    write_workbook(buffer, forms, template=False)
    return buffer.getvalue()


def write_file(path: Path, content: bytes) -> str:
    """Write a file atomically; return its sha256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")  # intake leaves hidden files alone
    part.write_bytes(content)
    part.replace(path)
    return hashlib.sha256(content).hexdigest()


def _write_chunks(
    chunks: Sequence[Sequence[Parcel]], landing: Path, workers: int
) -> Iterator[dict[str, str]]:
    write = partial(_write_chunk, landing=landing)
    if workers == 1 or len(chunks) == 1:
        yield from map(write, chunks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(write, chunks)


def _write_chunk(chunk: Sequence[Parcel], landing: Path) -> dict[str, str]:
    return {
        parcel.path: write_file(landing / parcel.path, parcel_bytes(parcel))
        for parcel in chunk
    }


def _filled(sent: Return) -> FilledForm:
    header = Header(
        unit_code=sent.unit_code,
        unit_name=sent.unit_name,
        bloc_name=_bloc(sent),
        period_code=sent.period,
        basis=period_of(sent.period).basis,
        submission_no=sent.number,
    )
    return FilledForm(_form(sent), header, sent.rows)


def _form(sent: Return) -> Form:
    return load_registry().form(sent.form)


def _bloc(sent: Return) -> str:
    return bloc_name(sent.bloc_code, period_of(sent.period).end)
