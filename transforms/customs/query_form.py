"""The form of the online query's downloads: fields always quoted, a comma after the last, names with anything in them.

Names hold quotes that are not doubled and line breaks that are not escaped, so this is not CSV: a record is what has
the header's number of fields between `","`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO

from transforms.customs.grid import tight
from transforms.customs.table import layout
from transforms.model import ReadError

FIELDS = str(Path(__file__).with_name("online_query.py"))
MAX_LINES = 20  # a name may hold line breaks, but not the rest of the file


def split(record: str) -> list[str]:
    """Fields of one record: every field quoted, a comma after the last one. Names may hold quotes: no CSV rules."""
    text = record.rstrip("\r\n").removesuffix(",")
    return text.removeprefix('"').removesuffix('"').split('","')


def records(
    file: BinaryIO, options: Mapping[str, str], name: str, size: int
) -> Iterator[tuple[int, list[str], list[list[str]]]]:
    """(first line, columns, records) of at most `size` records. A record goes on over line breaks inside a name."""
    first, encoding = decoder(file.readline())
    columns = header(split(first))
    start = 2
    if columns is None:
        columns, start = _given(options, name), 1
        file.seek(0)
    width, found, pending, line = len(columns), [], "", start
    text = io.TextIOWrapper(file, encoding, newline="\n")
    begun = line
    for number, piece in enumerate(_lines(text, name), start):
        pending += piece
        fields = split(pending) if pending.rstrip("\r\n").endswith(('",', '"')) else []
        if len(fields) < width and pending.count("\n") < MAX_LINES and pending.strip():
            continue
        if pending.strip():
            if len(fields) != width:
                raise ReadError(
                    "wrong_field_count", expected=f"{width} fields", got=f"{len(fields)}: {pending[:120]!r}",
                    where=f"{name} line {begun}", hint="A row is cut or doubled, or the columns are not those given.",
                )  # fmt: skip
            found.append(fields)
        pending, begun = "", number + 1
        if len(found) == size:
            yield line, columns, found
            found, line = [], number + 1
    if pending.strip():
        got = f"the file ends in {pending[-120:]!r}"
        raise ReadError("wrong_field_count", expected=f"{width} fields", got=got, where=f"{name} line {begun}")
    if found:
        yield line, columns, found


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    try:
        yield from text
    except UnicodeDecodeError as error:
        raise ReadError("wrong_encoding", expected="UTF-8 or GB18030", got=str(error), where=name) from error


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
        raise ReadError("unknown_header", expected=str(sorted(_fields())), got=str(fields), where="header row")
    return _complete([name for name in known if name])


def _given(options: Mapping[str, str], name: str) -> list[str]:
    if not options.get("columns"):
        raise ReadError(
            "no_header", expected="a header row of the query", got="a row of data", where=name,
            hint="Pass its columns with --columns, in the order of the file.",
        )  # fmt: skip
    given = [part.strip() for part in options["columns"].replace("，", ",").split(",") if part.strip()]
    names = [part if part in layout(FIELDS)["fields"] else _fields().get(tight(part)) for part in given]
    if None in names:
        raise ReadError("unknown_header", expected=str(sorted(_fields())), got=str(given), where="--columns")
    return _complete([part for part in names if part])


def _complete(names: list[str]) -> list[str]:
    values = [name for name in names if name.startswith("value_")]
    if "period" not in names or "hs_code" not in names or len(values) != 1:
        wanted = "a month, a commodity code and one value"
        raise ReadError("unknown_header", expected=wanted, got=str(names), where="header")
    return names
