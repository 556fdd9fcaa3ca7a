"""The process in which files are read: one after the other, within hard limits.

Started by ``parse_apart`` as ``python -m``; it takes requests on its standard input and
ends when that ends. It opens no file and no connection.
"""

import os
import resource
import sys
import traceback
from pathlib import Path
from typing import IO

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse.unit_directory import Reference
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.intake.sandbox.ipc import read_message, write_message
from bloc_warehouse.intake.sandbox.lifeline import end_with_parent

READY = "ready"
OUT_OF_MEMORY_EXIT = 86
_OUT_OF_MEMORY = "F108"
_BROKEN = "F111"


def main() -> None:
    """Serve until the input ends."""
    end_with_parent()
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may print there
    context = _context(requests)
    _limit_memory(context.limits)
    write_message(answers, READY, None)
    try:
        while True:
            request = read_message(requests)
            write_message(answers, _answer(request, context), context.registry)
    except EOFError:
        return
    except MemoryError:
        sys.exit(OUT_OF_MEMORY_EXIT)


def _context(requests: IO[bytes]) -> ParseContext:
    match read_message(requests):
        case (Registry() as registry, Reference() as reference, Limits() as limits):
            context = ParseContext(registry, reference, limits)
        case other:
            raise TypeError(type(other))
    # computed once, before the limits count
    _ = context.vocabulary, context.is_known("")
    return context


def _answer(request: object, context: ParseContext) -> ParsedFile | tuple[str, str]:
    """Return what the file holds, or a fault's code and what was found."""
    match request:
        case (str() as name, bytes() as content, str() | None as sender_code):
            pass
        case other:
            raise TypeError(type(other))
    try:
        return parse_file(name, content, sender_code, context)
    except MemoryError:
        return _OUT_OF_MEMORY, ""
    except Exception as error:  # the edge: a bug costs one file only
        place = traceback.extract_tb(error.__traceback__)[-1]
        return (
            _BROKEN,
            f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}",
        )


def _limit_memory(limits: Limits) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    allowed = pages * resource.getpagesize() + limits.parse_memory_bytes
    for kind, most in (
        (resource.RLIMIT_AS, allowed),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
