"""DBF tables of the bank's form archives: code page 866, which the files' language byte (0) does not say.

Raises ReadError: truncated, unsupported_archive, too_large.
"""

from __future__ import annotations

import bz2
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from transforms.model import Payload, ReadError

LARGEST = 300_000_000
"""Bytes of an archive unpacked; the largest monthly file of all banks is about 40 MB."""


MOST_RECORDS = 3_000_000
"""Records of a table; the largest monthly one, of all banks by account, has some 300,000."""
END = b"\x1a"
MOST = 100
"""Members of an archive; the monthly ones hold half a dozen."""


@dataclass(frozen=True)
class Table:
    name: str  # upper case, without folder and extension: 112015B1
    fields: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # cell text, stripped; deleted records left out

    def records(self) -> Iterator[Mapping[str, str]]:
        for row in self.rows:
            yield dict(zip(self.fields, row, strict=True))


_SUM = re.compile(r"CONT_?S|SUM_|_SUM|^SUM")


def companion(fields: Sequence[str]) -> str:
    """What a table is that comes with the figures of a form and holds none itself, by its role; '' for another one.

    The optional fields (PRIZ, PRIZ_P, TYPE ...) change from year to year; what names or sums a thing is always there.
    """
    has = set(fields)
    if fields and all(_SUM.search(name) for name in fields):
        return "control sums of a form"
    if {"NUM_SC", "NAME"} <= has and "REGN" not in has:
        return "the chart of accounts of form 101"
    if {"REGN", "NAME_B"} <= has and has <= {"REGN", "NAME_B", "DT"} | {f for f in has if f.startswith("PRIZ")}:
        return "names of banks"
    if {"CODE", "NAME"} <= has and "REGN" not in has:
        return "names of the rows of a form"
    if {"C1", "C2_1"} <= has and "REGN" not in has:
        return "names of the rows of form 123"
    return ""


def refuse_companion(found: Iterable[Table], where: str) -> None:
    """Raise ReadError `companion_table` if all there is explains or checks a form."""
    found = list(found)
    said = [companion(table.fields) for table in found]
    if said and all(said):
        told = ", ".join(f"{what} (table {table.name}: {', '.join(table.fields)})"
                         for what, table in zip(said, found, strict=True))  # fmt: skip
        raise ReadError("companion_table", expected="the figures of a form", got=told, where=where,
                        hint="It comes with them: ingest the archive that holds both.")  # fmt: skip


def tables(payload: Payload) -> list[Table]:
    """Every table of a .DBF, of one compressed as .bz2, or of a .zip or RAR archive."""
    return [_table(name, content) for name, content in _files(payload)]


def field_names(payload: Payload) -> list[tuple[str, ...]]:
    """Field names of every table, without reading its rows; none if the bytes are no DBF."""
    try:
        return [tuple(name for name, _, _ in _fields(content)) for _, content in _files(payload)]
    except (ReadError, struct.error, UnicodeDecodeError, IndexError):
        return []


def _files(payload: Payload) -> Iterator[tuple[str, bytes]]:
    content = payload.content
    if content[:4] == b"Rar!":
        yield from _unrar(payload)
    elif content[:3] == b"BZh":
        unpacker = bz2.BZ2Decompressor()
        try:
            whole = unpacker.decompress(content, LARGEST + 1)
        except (OSError, ValueError) as error:
            raise ReadError("truncated", expected="a whole .bz2", got=str(error), where=payload.name) from error
        if len(whole) > LARGEST:
            raise ReadError("too_large", expected=f"at most {LARGEST} bytes", got="more", where=payload.name)
        if not unpacker.eof:
            raise ReadError("truncated", expected="a whole .bz2", got="an early end", where=payload.name)
        yield _stem(payload.name.removesuffix(".bz2")), whole
    elif content[:2] == b"PK":
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                members = [info for info in archive.infolist() if info.filename.upper().endswith(".DBF")]
                if (size := sum(info.file_size for info in members)) > LARGEST:
                    raise ReadError("too_large", expected=f"at most {LARGEST} bytes", got=f"{size}", where=payload.name)
                for info in members:
                    yield _stem(info.filename), archive.read(info)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise ReadError("truncated", expected="a whole .zip", got=str(error), where=payload.name) from error
    elif content[:1] == b"\x03":
        yield _stem(payload.name), content


def _unrar(payload: Payload) -> Iterator[tuple[str, bytes]]:
    """Members of a RAR archive (all forms since 2009), by the system's libarchive; refused where that lacks."""
    try:
        import libarchive
    except (ImportError, OSError, AttributeError) as error:
        raise ReadError("unsupported_archive", expected=".DBF or .zip, or libarchive for RAR", got=str(error),
                        where=payload.name, hint="apt-get install libarchive13, or unpack it and ingest the .DBF files."
                        ) from error  # fmt: skip
    kind = "rar5" if payload.content[6:7] == b"\x01" else "rar"
    sums = _checksums(payload)
    size = members = 0
    try:
        with libarchive.memory_reader(payload.content, format_name=kind) as archive:
            for entry in archive:
                members += 1
                parts = []
                for block in entry.get_blocks():
                    size += len(block)
                    if size > LARGEST or members > MOST:
                        raise ReadError("too_large", expected=f"at most {LARGEST} bytes in {MOST} files",
                                        got="more", where=payload.name)  # fmt: skip
                    parts.append(bytes(block))
                whole = b"".join(parts)
                if members > len(sums) or sums[members - 1] not in (None, zlib.crc32(whole)):
                    raise ReadError("truncated", expected=f"the checksum of {entry.pathname} in its header",
                                    got="another", where=payload.name, hint="Download it again.")  # fmt: skip
                if entry.pathname.upper().endswith(".DBF"):
                    yield _stem(entry.pathname), whole
    except (libarchive.ArchiveError, UnicodeError) as error:
        got = getattr(error, "msg", None) or str(error)  # the whole text ends with an address in memory
        raise ReadError("truncated", expected="a whole RAR archive", got=got, where=payload.name,
                        hint="Download it again.") from error  # fmt: skip


def _checksums(payload: Payload) -> list[int | None]:
    """CRC-32 of each member of a RAR archive as its header states it; libarchive ignores those of stored ones."""
    import rarfile  # brings a library of ciphers, a tenth of what a poll imports: only where there is an archive

    try:
        return [member.CRC for member in rarfile.RarFile(BytesIO(payload.content)).infolist()]
    except (rarfile.Error, ValueError, struct.error) as error:
        raise ReadError("truncated", expected="a whole RAR archive", got=str(error), where=payload.name,
                        hint="Download it again.") from error  # fmt: skip


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].upper().removesuffix(".DBF")


def _fields(content: bytes) -> list[tuple[str, int, int]]:
    """(name, first byte in the record, width); the first byte of a record is its deletion mark."""
    fields, place, start = [], 32, 1
    while content[place] != 0x0D:
        name = content[place : place + 11].partition(b"\0")[0].decode("ascii")
        fields.append((name, start, content[place + 16]))
        start += content[place + 16]
        place += 32
    return fields


def _table(name: str, content: bytes) -> Table:
    try:
        count, first, width = struct.unpack("<IHH", content[4:12])
        fields = _fields(content)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise ReadError("truncated", expected="a DBF header", got=str(error), where=name) from error
    if count > MOST_RECORDS:
        raise ReadError("too_large", expected=f"at most {MOST_RECORDS:,} records", got=f"{count:,}", where=name)
    rest = content[first + count * width :]
    whole = len(content) >= first + count * width and rest in (b"", END)
    if not whole or sum(size for *_, size in fields) + 1 != width:
        raise ReadError("truncated", expected=f"{count} records of {width} bytes, and no more than an end mark",
                        got=f"{len(content)} bytes", where=name, hint="Download the archive again.")  # fmt: skip
    rows = []
    for index in range(count):
        record = content[first + index * width : first + (index + 1) * width]
        if record[:1] not in (b" ", b"*"):
            raise ReadError("truncated", expected=f"record {index + 1} to begin with a blank or *",
                            got=repr(record[:8]), where=name, hint="Download the archive again.")  # fmt: skip
        if record[:1] != b"*":  # marked as deleted
            rows.append(tuple(_text(record[at : at + size]) for _, at, size in fields))
    return Table(name, tuple(field for field, *_ in fields), tuple(rows))


def _text(cell: bytes) -> str:
    """What a cell says; those of numbers that were never filled hold zero bytes."""
    return cell.decode("cp866").strip() if cell.strip(b" \0") else ""
