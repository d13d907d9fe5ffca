"""The form of the online query's downloads: fields always quoted, a comma after the last, names with anything in them.

Names hold quotes that are not doubled and line breaks that are not escaped, so this is not CSV: a record is what has
the header's number of fields between `","`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO

import polars as pl

from transforms.customs.grid import tight
from transforms.customs.table import layout
from transforms.model import ReadError

FIELDS = str(Path(__file__).with_name("online_query.py"))
MAX_LINES = 20  # a name may hold line breaks, but not the rest of the file


def split(record: str) -> list[str]:
    """Fields of one record: every field quoted, a comma after the last one. Names may hold quotes: no CSV rules."""
    text = record.rstrip("\r\n").removesuffix(",")
    return text.removeprefix('"').removesuffix('"').split('","')


def records(file: BinaryIO, options: Mapping[str, str], name: str, size: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """(number of the first line, records as text by column) of about `size` bytes at a time."""
    first, encoding = decoder(file.readline())
    columns, line = header(split(first)), 2
    if columns is None:
        columns, line = _given(options, name), 1
        file.seek(0)
    pending = ""
    while block := file.read(size):
        block += file.readline()  # a line break is never part of a character, in neither encoding
        try:
            text = pending + block.decode(encoding)
        except UnicodeDecodeError as error:
            where = f"{name} after line {line}"
            raise ReadError("wrong_encoding", expected="UTF-8 or GB18030", got=str(error), where=where) from error
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        found, pending = _whole(lines, columns), ""
        if found is None:
            found, pending = _joined(lines, columns, name, line)
        if len(found):
            yield line, found
        line += len(lines) - pending.count("\n")
    if pending.strip():
        raise _wrong_count(len(columns), f"the file ends in {pending[-120:]!r}", f"{name} line {line}")


def _whole(lines: list[str], columns: list[str]) -> pl.DataFrame | None:
    """The usual block: each line is a record. None if a line is not."""
    text = pl.Series(lines, dtype=pl.String).str.strip_chars_end("\r").str.strip_suffix(",")
    if not (text.str.starts_with('"') & text.str.ends_with('"')).all():
        return None
    fields = text.str.strip_prefix('"').str.strip_suffix('"').str.split('","')
    if not (fields.list.len() == len(columns)).all():
        return None
    return fields.list.to_struct(fields=columns).struct.unnest()


def _joined(lines: list[str], columns: list[str], name: str, start: int) -> tuple[pl.DataFrame, str]:
    """A block in which records go on over line breaks inside a name; also what the next block must complete."""
    width, found, pending, begun = len(columns), [], "", start
    for number, piece in enumerate(lines, start):
        pending += piece + "\n"
        fields = split(pending) if pending.rstrip("\r\n").endswith(('",', '"')) else []
        if len(fields) < width and pending.count("\n") < MAX_LINES and pending.strip():
            continue
        if pending.strip():
            if len(fields) != width:
                raise _wrong_count(width, f"{len(fields)}: {pending[:120]!r}", f"{name} line {begun}")
            found.append(fields)
        pending, begun = "", number + 1
    return pl.DataFrame(found, schema=dict.fromkeys(columns, pl.String), orient="row"), pending


def _wrong_count(width: int, got: str, where: str) -> ReadError:
    hint = "A row is cut or doubled, or the columns are not those given."
    return ReadError("wrong_field_count", expected=f"{width} fields", got=got, where=where, hint=hint)


def decoder(first: bytes) -> tuple[str, str]:
    """The first line as text, and the encoding it is in: UTF-8 if it is that, else GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return first.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ReadError("wrong_encoding", expected="UTF-8 or GB18030", got=repr(first[:60]), where="line 1")


@cache
def _fields() -> Mapping[str, str]:
    return {heading: name for name, headings in layout(FIELDS)["fields"].items() for heading in headings}


def header(fields: list[str]) -> list[str] | None:
    """Names of the columns if this is a header row; None if it is a row of data. ReadError `unknown_header`."""
    known = [_fields().get(tight(field)) for field in fields]
    if not any(known):
        return None
    if None in known or len(set(known)) < len(known):
        raise _unknown(fields, known, "header row")
    return _complete([name for name in known if name])


def _given(options: Mapping[str, str], name: str) -> list[str]:
    if not options.get("columns"):
        raise ReadError(
            "no_header", expected="a header row of the query", got="a row of data", where=name,
            hint="Pass its columns with --columns, in the order of the file.",
        )  # fmt: skip
    given = [part.strip() for part in options["columns"].replace("，", ",").split(",") if part.strip()]
    names = [part if part in layout(FIELDS)["fields"] else _fields().get(tight(part)) for part in given]
    if None in names or len(set(names)) < len(names):
        raise _unknown(given, names, "--columns")
    return _complete([part for part in names if part])


def _unknown(fields: list[str], known: Sequence[str | None], where: str) -> ReadError:
    strange = [field for field, name in zip(fields, known, strict=True) if name is None]
    wanted = f"each once, of {', '.join(layout(FIELDS)['fields'])}, or their headings as served"
    return ReadError("unknown_header", expected=wanted, got=", ".join(strange or fields), where=where)


def _complete(names: list[str]) -> list[str]:
    values = [name for name in names if name.startswith("value_")]
    if "period" not in names or "hs_code" not in names or len(values) != 1:
        wanted = "a month (period), a commodity code (hs_code) and one value (value_cny or value_usd)"
        raise ReadError("unknown_header", expected=wanted, got=", ".join(names), where="header")
    return names
