"""Unpacks a zipped workbook within bounds, whatever its headers claim.

Python and calamine read a zip each in their own way; what is let through here is the
same for both: parts that unpack to exactly what the directory says, each named once.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from struct import Struct

from bloc_warehouse.intake.read.limits import UnreadableFileError, bytes_shown

_LOCAL_HEADER = Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_MAX_PARTS = 5_000
_CHUNK = 1024 * 1024
XML_ENDINGS = (".xml", ".rels", ".vml")
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


def is_zip(content: bytes) -> bool:
    """Whether the bytes are those of a zip."""
    return content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content))


def unpack(
    content: bytes, max_bytes: int, is_wanted: Callable[[str], bool]
) -> dict[str, bytes]:
    """Unpack every part once, to check it, and return the wanted ones.

    Raises:
        UnreadableFileError: F103 too large, F101 not sound, F106 encrypted, F110 a
            part of XML declares entities.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFileError("F101", type(error).__name__) from error
    names = {part.filename for part in parts}
    if len(parts) > _MAX_PARTS or len(names) < len(parts):
        raise UnreadableFileError("F101", f"parts: {len(parts):,}")
    wanted = {}
    left = max_bytes
    for part in parts:
        data = _inflate(content, part, left, max_bytes)
        left -= len(data)
        if part.filename.endswith(XML_ENDINGS):
            _refuse_declarations(data)
        if is_wanted(part.filename):
            wanted[part.filename] = data
    return wanted


def _refuse_declarations(data: bytes) -> None:
    head = data[:4]
    text = data if b"\0" not in head else data.replace(b"\0", b"")  # UTF-16
    if any(declaration in text for declaration in _DECLARATIONS):
        raise UnreadableFileError("F110")


def _inflate(content: bytes, part: zipfile.ZipInfo, left: int, limit: int) -> bytes:
    if part.flag_bits & _ENCRYPTED:
        raise UnreadableFileError("F106")
    packed = _packed(content, part)
    if part.compress_type == zipfile.ZIP_STORED:
        if len(packed) != part.file_size:
            raise UnreadableFileError("F101", "zip")
        _check_size(len(packed), left, limit)
        return packed
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise UnreadableFileError("F101", "zip")
    _check_size(part.file_size, left, limit)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, part.file_size + 1)
    except zlib.error as error:
        raise UnreadableFileError("F101", "zip") from error
    if len(data) > part.file_size:  # more comes out than the directory says
        raise UnreadableFileError(
            "F103", f"> {bytes_shown(part.file_size)}", bytes_shown(limit)
        )
    if not inflater.eof or (len(data), zlib.crc32(data)) != (part.file_size, part.CRC):
        raise UnreadableFileError("F101", "zip")
    return data


def _packed(content: bytes, part: zipfile.ZipInfo) -> bytes:
    header = content[part.header_offset : part.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size:
        raise UnreadableFileError("F101", "zip")
    fields = _LOCAL_HEADER.unpack(header)
    start = part.header_offset + _LOCAL_HEADER.size + fields[9] + fields[10]
    packed = content[start : start + part.compress_size]
    if fields[0] != b"PK\x03\x04" or len(packed) != part.compress_size:
        raise UnreadableFileError("F101", "zip")
    return packed


def _check_size(size: int, left: int, limit: int) -> None:
    if size > left:
        unpacked = bytes_shown(limit - left + size)
        raise UnreadableFileError("F103", f"> {unpacked}", bytes_shown(limit))
