"""Messages between a reader and the process that started it: length, then a pickle.

A form is sent as its name and version, since both sides have it.
"""

import pickle
from io import BytesIO
from struct import Struct
from typing import IO, Any

from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import Registry

LENGTH = Struct("<Q")


def write_message(pipe: IO[bytes], message: object, registry: Registry | None) -> None:
    """Write one message; with a registry, its forms go by name."""
    body = _pickled(message, registry) if registry else pickle.dumps(message)
    pipe.write(LENGTH.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> object:
    """Read one message that was written without a registry.

    Raises:
        EOFError: The other side is gone.
    """
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    return message_of(pipe.read(LENGTH.unpack(head)[0]), None)


def message_of(body: bytes, registry: Registry | None) -> object:
    """Return the message in a body; ``registry`` is the one it was written with."""
    unpickler = _Unpickler(BytesIO(body))
    unpickler.registry = registry
    return unpickler.load()


def _pickled(message: object, registry: Registry) -> bytes:
    buffer = BytesIO()
    pickler = _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL)
    pickler.registry = registry
    pickler.dump(message)
    return buffer.getvalue()


class _Pickler(pickle.Pickler):
    registry: Registry | None = None

    def persistent_id(self, value: object) -> tuple[str, int] | None:
        if self.registry is not None and isinstance(value, Form):
            return value.name, value.version
        return None


class _Unpickler(pickle.Unpickler):
    registry: Registry | None = None

    def persistent_load(self, identifier: Any) -> Form:  # noqa: ANN401  pickle's own
        if self.registry is None:
            raise pickle.UnpicklingError(str(identifier))
        name, version = identifier
        return self.registry.form(name, version)
