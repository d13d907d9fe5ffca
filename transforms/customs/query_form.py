"""The form of the online query's downloads, as served and as people keep them.

As served: fields always quoted, a comma after the last, names with anything in them. Names hold quotes that are not
doubled and line breaks that are not escaped, so this is not CSV: a record is what has the header's number of fields
between `","`. Saved again by Excel or pandas: proper CSV with commas, semicolons or tabs, in any code page, with an
index column or empty ones, or a workbook or page (query_sheets.py).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from transforms.customs import query_split
from transforms.customs.grid import tight, visible
from transforms.customs.query_added import without_spare_columns
from transforms.customs.query_aside import Aside
from transforms.customs.query_encoding import decoded, encoding_of, encoding_of_head, refuse_undecodable
from transforms.customs.query_fields import Fields
from transforms.customs.query_header import SPACE, TOP, given, header, is_heading, named, top_of
from transforms.customs.query_sheets import is_page, rows_of
from transforms.customs.sheet import is_workbook
from transforms.model import ReadError

MAX_LINES = 20  # a name may hold line breaks, but not the rest of the file
DELIMITERS = (",", ";", "\t", "|")
CSV_ROWS = 20_000  # rows of a re-saved file that are handed on at a time


@dataclass(frozen=True)
class Form:
    """How a file is written: its columns by field name (`_1` for one without heading), and how they are told apart."""

    columns: tuple[str, ...]
    headings: tuple[str, ...] = ()  # as the header row prints them; empty where it has none
    encoding: str = "utf-8"
    delimiter: str = ","
    served: bool = True  # every field quoted, no escapes
    top: int = 0  # lines above the header


def split(record: str, delimiter: str = ",") -> list[str]:
    """Fields of one record as served: every field quoted, a comma after the last one. Names may hold quotes."""
    text = record.rstrip("\r\n")
    if text.endswith('"' + delimiter):
        text = text.removesuffix(delimiter)
    return text.removeprefix('"').removesuffix('"').split(f'"{delimiter}"')


def plausible(head: bytes) -> list[str] | None:
    """The fields of the header or first line of a file in any of these forms; None if it is no text of that kind."""
    try:
        text = head.decode(encoding_of_head(head), "ignore").lstrip("\ufeff")
    except LookupError:
        return None
    found = [_plain_fields(line.strip("\r")) for line in text.split("\n")[: TOP + 1]]
    return found[top_of(found)]


def _plain_fields(line: str) -> list[str]:
    if line.startswith('"') and '","' in line:
        return split(line)
    try:
        return next(csv.reader([line], delimiter=max(DELIMITERS, key=line.count)), [])
    except csv.Error:  # bytes that are no text, a DBF table for one
        return []


def records(
    file: BinaryIO, options: Mapping[str, str], name: str, size: int, aside: Aside
) -> Iterator[tuple[int, Fields]]:
    """(number of the first line, records as text by column) of about `size` bytes at a time.

    Repeated header rows (joined downloads), empty rows and empty or index columns are left out; `aside` takes records
    that have fewer or more fields than the header.
    """
    file.seek(0)
    head = file.read(4096)
    if is_workbook(head) or is_page(head):
        file.seek(0)
        pieces, form = _from_rows(rows_of(file.read(), name), options, name)
    else:
        file.seek(0)
        encoding = encoding_of(file)
        try:
            form = form_of(file, encoding, options, name)
        except (ReadError, UnicodeDecodeError):
            refuse_undecodable(file, encoding, name)
            raise
        if not form.served:
            refuse_undecodable(file, encoding, name)
        file.seek(0)
        pieces = (_served if form.served else _escaped)(file, form, name, size, aside)
    for line, frame in pieces:
        kept = _without_headers(frame, form, f"{name} rows from line {line}")
        kept = without_spare_columns(kept, form.columns, form.headings, f"{name} rows from line {line}", aside)
        if len(kept):
            yield line, kept


def form_of(file: BinaryIO, encoding: str, options: Mapping[str, str], name: str) -> Form:
    """What the first two lines of a text file tell about its form. ReadError `no_header`, `unknown_header`."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="\n")
    lines = [text.readline() for _ in range(TOP + 2)]
    old = "\r" in lines[0].rstrip("\r\n") and not any(lines[1:])  # lines end in CR alone: saved on an old Macintosh
    if old:
        lines = [*lines[0].split("\r"), *[""] * (TOP + 2)][: TOP + 2]
    text.detach()  # the file stays open
    lines[0] = lines[0].lstrip("\ufeff")
    top = top_of([_plain_fields(line.rstrip("\r\n")) for line in lines[:-1]])
    first, second = lines[top], lines[top + 1]
    quote = next((d for d in DELIMITERS if first.startswith('"') and f'"{d}"' in first), "")
    fields = split(first, quote) if quote else _plain_fields(first.rstrip("\r\n"))
    served = not old and bool(quote) and second[:1] in ('"', "") and _fits(second, quote, len(fields))
    delimiter = quote or max(DELIMITERS, key=first.count)
    if not served:
        fields = next(csv.reader([first.rstrip("\r\n")], delimiter=delimiter), [])
    columns = header(fields, options, name)
    if columns is None:
        return Form(tuple(given(options, name)), (), encoding, delimiter, served)
    return Form(tuple(columns), tuple(fields), encoding, delimiter, served, top)


def _fits(line: str, delimiter: str, width: int) -> bool:
    """Is the line a record as served? One that proper CSV reads in the right width and this way does not is none."""
    ours = len(split(line, delimiter))
    return ours == width or len(next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])) != width


def _served(file: BinaryIO, form: Form, name: str, size: int, aside: Aside) -> Iterator[tuple[int, Fields]]:
    columns, line, pending = list(form.columns), 1, b""
    if form.headings:
        line = form.top + 2
    code = "gb18030" if form.encoding == "gb18030" else "utf-8"

    def split_at_once(block: bytes) -> Fields | None:
        found = query_split.whole(block, columns, form.delimiter, code)
        return None if found is None or query_split.has_invisible(found) else found

    for block, split in query_split.ahead(_blocks(file, form, size), split_at_once):
        whole = pending + block
        begun = whole.count(b"\n") + (not whole.endswith(b"\n"))
        found, pending = split_at_once(whole) if pending else split.result(), b""
        if found is None:
            text = decoded(whole, code, name)
            shown = _without_marks(text)
            found = query_split.whole(shown.encode(code), columns, form.delimiter, code)
            if found is None:
                lines = shown.removesuffix("\n").split("\n")
                found, left = _joined(lines, columns, name, line, form.delimiter, aside)
                pending = left.encode(code)
        if len(found):
            yield line, found
        line += begun - pending.count(b"\n")
    rest = pending.decode(code)
    if rest.strip(f'{form.delimiter}\r\n "') and not _is_note(rest):
        raise _wrong_count(len(columns), f"the file ends in {rest[-120:]!r}", f"{name} line {line}", CUT)


def _blocks(file: BinaryIO, form: Form, size: int) -> Iterator[bytes]:
    """Whole lines below the header, about `size` bytes at a time, in UTF-8 or GB18030."""
    above = form.top + 1 if form.headings else 0
    if form.encoding not in ("utf-8", "utf-8-sig", "gb18030"):
        text = io.TextIOWrapper(file, form.encoding, newline="\n")
        for _ in range(above):
            text.readline()
        while found := text.read(size):
            yield (found + text.readline()).encode()
        text.detach()  # the file stays open
        return
    if form.encoding == "utf-8-sig":
        file.seek(len(codecs.BOM_UTF8))
    for _ in range(above):
        file.readline()
    while block := file.read(size):
        yield block + file.readline()


def _without_marks(block: str) -> str:
    """Without characters that nobody sees, where a program put them into each row; one alone may mark a lost digit."""
    shown = visible(block)
    return shown if len(block) - len(shown) >= block.count("\n") else block


def _is_note(text: str) -> bool:
    """A line without fields below the rows: where the file is from, what its owner noted."""
    return '"' not in text and not any(delimiter in text for delimiter in DELIMITERS)


def _joined(
    lines: list[str], columns: list[str], name: str, start: int, delimiter: str, aside: Aside
) -> tuple[Fields, str]:
    """A block in which records go on over line breaks inside a name; also what the next block must complete."""
    width, found, pending, begun = len(columns), [], "", start
    for number, piece in enumerate(lines, start):
        if pending and len(split(piece, delimiter)) == width and piece.startswith('"'):
            got = f"{len(split(pending, delimiter))}: {pending[:120]!r}"  # the next line is whole: this one is not
            aside.row(pending[:120], _wrong_count(width, got, f"{name} line {begun}"))
            pending, begun = "", number
        pending += piece + "\n"
        ends = pending.rstrip("\r\n").endswith(('"' + delimiter, '"'))
        fields = split(pending, delimiter) if ends else []
        if len(fields) < width and pending.count("\n") < MAX_LINES and pending.strip():
            continue
        if pending.strip(f'{delimiter}\r\n "'):
            if len(fields) == width:
                found.append(fields)
            else:
                got = f"{len(fields)}: {pending[:120]!r}"
                aside.row(pending[:120], _wrong_count(width, got, f"{name} line {begun}"))
        pending, begun = "", number + 1
    return Fields.of(pl.DataFrame(found, schema=dict.fromkeys(columns, pl.String), orient="row")), pending


def _escaped(file: BinaryIO, form: Form, name: str, size: int, aside: Aside) -> Iterator[tuple[int, Fields]]:
    """A file that was saved again: proper CSV."""
    text = io.TextIOWrapper(file, form.encoding, newline="")
    reader = csv.reader(map(visible, text), delimiter=form.delimiter)
    width, rows, begun = len(form.columns), [], 1
    for row in reader:
        if form.headings and reader.line_num <= form.top + 1:
            begun = form.top + 2
            continue
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < width and all(name.startswith(SPACE) for name in form.columns[len(row) :]):
            row = [*row, *[""] * (width - len(row))]
        if len(row) != width:
            words = form.delimiter.join(row)[:120]
            aside.row(words, _wrong_count(width, f"{len(row)}: {words!r}", f"{name} line {reader.line_num}"))
            continue
        rows.append(row)
        if len(rows) >= CSV_ROWS:
            yield begun, Fields.of(pl.DataFrame(rows, schema=dict.fromkeys(form.columns, pl.String), orient="row"))
            rows, begun = [], reader.line_num + 1
    if rows:
        yield begun, Fields.of(pl.DataFrame(rows, schema=dict.fromkeys(form.columns, pl.String), orient="row"))


def _from_rows(
    rows: list[list[str]], options: Mapping[str, str], name: str
) -> tuple[Iterator[tuple[int, Fields]], Form]:
    """The rows of a workbook or page below its header."""
    columns = header(rows[0], options, name) if rows else None
    if columns is None:
        form = Form(tuple(given(options, name)), served=False)
    else:
        form = Form(tuple(columns), tuple(rows[0]), served=False)
    body = rows[1:] if form.headings else rows
    width = len(form.columns)
    if wrong := next((row for row in body if len(row) != width), None):
        raise _wrong_count(width, f"{len(wrong)}", name)
    frame = pl.DataFrame(body, schema=dict.fromkeys(form.columns, pl.String), orient="row")
    return iter([(2 if form.headings else 1, Fields.of(frame))]), form


def _without_headers(fields: Fields, form: Form, where: str) -> Fields:
    """Downloads joined into one file: the same header again is left out; another one is another file."""
    if not form.headings:
        return fields
    first = fields[next((name for name in form.columns if not name.startswith(SPACE)), form.columns[0])]
    cells = first.texts.str.strip_chars()
    headings = cells.is_in([text for text in cells.unique() if is_heading(text)])
    if not headings.any():
        return fields
    known = first.rows(headings)
    wanted = [named(text) or tight(text) for text in form.headings]
    if any([named(text) or tight(text) for text in fields.row(i)] != wanted for i in known.arg_true()):
        raise ReadError(
            "joined_files", expected="one set of columns", got="a second header with other columns", where=where,
            hint="Downloads with different columns were joined: ingest them one by one.",
        )  # fmt: skip
    return fields.filter(~known)


CUT = "The file was cut, so that nobody knows how many rows are missing: download it again."


ODD = "A row is cut or doubled, or the columns are not those given: download the file again."


def _wrong_count(width: int, got: str, where: str, hint: str = ODD) -> ReadError:
    return ReadError("wrong_field_count", expected=f"{width} fields", got=got, where=where, hint=hint)
