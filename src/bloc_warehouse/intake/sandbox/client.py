"""Reads files in a separate process, the only one that a bad file can take down.

The process is started once and serves file after file; it is killed when a file takes
too long, and dies when one takes too much memory. The file gets its coded fault, and
the next one gets a new process. A process may also die of what is not the file's doing,
as when the system runs out of memory: so the file is read once more, and is at fault
only if that happens again.
"""

import atexit
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO

from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.read.limits import bytes_shown
from bloc_warehouse.intake.sandbox.ipc import LENGTH, message_of, write_message
from bloc_warehouse.intake.sandbox.worker import OUT_OF_MEMORY_EXIT, READY

_START_SECONDS = 120
_FILES_PER_PROCESS = 5_000  # then a new one, so that nothing can pile up
_CHUNK = 1024 * 1024
_OUT_OF_MEMORY = {
    OUT_OF_MEMORY_EXIT, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV,
    -signal.SIGBUS,
}  # fmt: skip

logger = logging.getLogger(__name__)


class ReaderFailedError(Exception):
    """The reading process is gone or silent.

    Attributes:
        code: The file's fault.
        found: What is known of the reason.
    """

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(f"{code} {found}")
        self.code = code
        self.found = found


class ReaderDiedError(ReaderFailedError):
    """The reading process ended without an answer, for whatever reason."""


def parse_apart(
    name: str, content: bytes, sender_code: str | None, context: ParseContext
) -> ParsedFile:
    """Do what ``parse_file`` does, within the context's limits of time and memory."""
    reader = _reader_for(context)
    try:
        try:
            return reader.parse(name, content, sender_code)
        except ReaderDiedError as death:
            logger.warning("a file is read once more, its reader died: %s", death)
            return reader.parse(name, content, sender_code)
    except ReaderFailedError as failure:
        logger.warning("a file broke its reader: %s %s", failure.code, failure.found)
        return _rejected(failure, context)


def close_reader() -> None:
    """Stop this process' reader, if it has one."""
    if _readers:
        _readers.pop().close()


def _rejected(failure: ReaderFailedError, context: ParseContext) -> ParsedFile:
    limits = {
        "F107": str(context.limits.parse_seconds),
        "F108": bytes_shown(context.limits.parse_memory_bytes),
    }
    parsed = ParsedFile()
    expected = limits.get(failure.code)
    parsed.faults.add(failure.code, found=failure.found, expected=expected)
    return parsed


class _Reader:
    """The reading process, as seen from here."""

    def __init__(self, context: ParseContext) -> None:
        self._context = context
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._done = 0

    def serves(self, context: ParseContext) -> bool:
        """Whether this reader knows the same forms, units and limits."""
        if self._owner != os.getpid():
            return False
        if self._context is not context and self._context == context:
            self._context = context  # the next look is quick
        return self._context is context

    def parse(self, name: str, content: bytes, sender_code: str | None) -> ParsedFile:
        """Have one file read.

        Raises:
            ReaderFailedError: It took too long, too much, or broke the reader.
        """
        try:
            if self._process is None or self._done >= _FILES_PER_PROCESS:
                self._start()
            self._send((name, content, sender_code))
            answer = self._receive(self._context.limits.parse_seconds)
        except ReaderFailedError:
            self.close()
            raise
        self._done += 1
        match answer:
            case ParsedFile():
                return answer
            case (str() as code, str() as found):
                self.close()  # what is left of the file may fill its memory
                raise ReaderFailedError(code, found)
            case _:
                raise TypeError(type(answer))

    def close(self) -> None:
        """Kill the process."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _start(self) -> None:
        self.close()
        self._done = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bloc_warehouse.intake.sandbox.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # its errors are in the answer
        )
        context = self._context
        self._send((context.registry, context.reference, context.limits))
        if self._receive(_START_SECONDS) != READY:
            raise RuntimeError("the reading process did not start")

    def _send(self, message: object) -> None:
        process = self._running()
        if process.stdin is None:
            raise RuntimeError("the reading process has no input")
        try:
            write_message(process.stdin, message, None)
        except OSError:
            raise self._died() from None

    def _receive(self, seconds: float) -> object:
        pipe = self._running().stdout
        if pipe is None:
            raise RuntimeError("the reading process has no output")
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            head = self._bytes(selector, pipe, LENGTH.size, deadline)
            body = self._bytes(selector, pipe, LENGTH.unpack(head)[0], deadline)
        return message_of(body, self._context.registry)

    def _bytes(
        self,
        selector: selectors.BaseSelector,
        pipe: IO[bytes],
        count: int,
        deadline: float,
    ) -> bytes:
        parts = []
        while count:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise ReaderFailedError("F107")
            part = os.read(pipe.fileno(), min(count, _CHUNK))
            if not part:
                raise self._died()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _died(self) -> ReaderDiedError:
        code = self._running().wait()
        if code in _OUT_OF_MEMORY:
            return ReaderDiedError("F108")
        return ReaderDiedError("F111", f"exit {code}")

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError("the reading process is not running")
        return self._process


_readers: list[_Reader] = []  # at most one


def _reader_for(context: ParseContext) -> _Reader:
    if not _readers or not _readers[0].serves(context):
        close_reader()
        _readers.append(_Reader(context))
    return _readers[0]


atexit.register(close_reader)
