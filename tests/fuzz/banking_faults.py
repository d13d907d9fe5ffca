"""What goes wrong with a file of the Bank of Russia, by name: each fault takes a good file and a random source, and gives
a spoiled one, or None where it does not apply.

The first seven of each kind are those that every reader must notice or survive; a changed figure is one that only a
second figure beside it can tell.
"""

from __future__ import annotations

import json
import pickle
import random
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.transforms.banking import books
from tests.transforms.form_123.test_form_123 import zipped

Fault = Callable[[bytes, random.Random], bytes | None]
REQUIRED = ("dropped cells", "swapped columns", "changed units", "truncated", "wrong encoding", "duplicated rows",
            "injected markup")  # fmt: skip
CHANGED = "changed figures"
TEXTS = ["", "x", "-", "0,0", "нет", "1 000", "1.000,5", "РОССИЙСКАЯ ФЕДЕРАЦИЯ", "Белгородская область", "01.02.2019", "Январь 2019"]  # fmt: skip
MARKUP = [
    "<sup>1</sup>",
    "<b>4</b>",
    "<!-- 7 -->5",
    "&nbsp;2",
    "<br>6",
    "\u200b1",
    "</td><td>9",
    "<i></i>8",
    "%",
    "e3",
    "*",
]
UNITS = ["млн руб.", "тыс. руб.", "млрд руб.", "млн долл. США", "единиц", "тыс. единиц", "месяцев", "% годовых", "%",
         "millions of rubles", "mil-lions of rubles", "thousands of rubles"]  # fmt: skip
NOMINALS = (b"1", b"10", b"100", b"1000")
_UNIT = re.compile("|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True)))


UNTOLD = {"loans_by_district_activity": "swapped columns", "rates_by_term": "swapped columns"}
"""Two sections of a book that prints no sums change places without a trace."""


def of_book(change: Callable[[Workbook, random.Random], bool]) -> Fault:
    def fault(content: bytes, rng: random.Random) -> bytes | None:
        book: Workbook = pickle.loads(_opened(content))
        return books.save(book) if change(book, rng) else None

    return fault


@lru_cache(maxsize=1)
def _opened(content: bytes) -> bytes:
    """The book, pickled: a copy of it costs a quarter of opening the file again for each of its mutants."""
    return pickle.dumps(openpyxl.load_workbook(BytesIO(content)))


def _sheet(book: Workbook, rng: random.Random) -> Worksheet:
    """One that has figures."""
    return rng.choice([sheet for sheet in book.worksheets if _figures(sheet)])


def _figures(sheet: Worksheet) -> list[tuple[int, int]]:
    """Places of the numbers."""
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return [(c.row, c.column) for c in cells if isinstance(c.value, int | float) and not isinstance(c.value, bool)]


def _put(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Write a cell; a place that a merged one covers holds nothing."""
    if type(cell := sheet.cell(row, column)).__name__ != "MergedCell":
        cell.value = value  # type: ignore[assignment]


def drop_cell(book: Workbook, rng: random.Random) -> bool:
    """A figure is gone; those to its right move up, or its cell stays empty."""
    sheet = _sheet(book, rng)
    row, column = rng.choice(_figures(sheet))
    last = sheet.max_column if rng.random() < 0.5 else column
    for at in range(column, last):
        _put(sheet, row, at, sheet.cell(row, at + 1).value)
    _put(sheet, row, last, None)
    return True


def swap_columns(book: Workbook, rng: random.Random) -> bool:
    """Two columns of figures change places below their headings, in one sheet; or labels and figures.

    Two months of a book of one sheet leave no trace: there it is the latter.
    """
    sheet = _sheet(book, rng)
    figures = _figures(sheet)
    columns = sorted({column for _, column in figures})
    alone = len([1 for other in book.worksheets if _figures(other)]) == 1 and columns[0] > 1
    one, other = (columns[0] - 1, rng.choice(columns)) if alone or len(columns) < 2 else rng.sample(columns, 2)
    for row in {row for row, _ in figures}:
        left, right = sheet.cell(row, one).value, sheet.cell(row, other).value
        _put(sheet, row, one, right)
        _put(sheet, row, other, left)
    return True


def change_unit(book: Workbook, rng: random.Random) -> bool:
    """A title, or the sheet's only mention of a unit, says another one."""
    places = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
              if isinstance(cell.value, str) and _UNIT.search(cell.value)]  # fmt: skip
    if not places:
        return False
    cell = rng.choice(places)
    old = _UNIT.search(cell.value)[0]  # type: ignore[index]
    cell.value = cell.value.replace(old, rng.choice([unit for unit in UNITS if unit != old]), 1)
    return True


def garble(book: Workbook, rng: random.Random) -> bool:
    """The words of a sheet, read in another code page."""
    for row in rng.choice(book.worksheets).iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.encode("utf-8").decode("cp1251", "replace")
    return True


def repeat_row(book: Workbook, rng: random.Random) -> bool:
    """A row comes twice, side by side or at the end."""
    sheet = _sheet(book, rng)
    row, _ = rng.choice(_figures(sheet))
    values = [cell.value for cell in sheet[row]]
    at = rng.choice([row + 1, sheet.max_row + 1])
    if at <= sheet.max_row:
        sheet.insert_rows(at)
    for column, value in enumerate(values, start=1):
        _put(sheet, at, column, value)
    return True


def mark_up(book: Workbook, rng: random.Random) -> bool:
    sheet = _sheet(book, rng)
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    cell = rng.choice(filled)
    cell.value = f"{cell.value}{rng.choice(MARKUP)}"
    return True


def move(book: Workbook, rng: random.Random) -> bool:
    """A row or column is gone, or an empty one between others."""
    sheet = rng.choice(book.worksheets)
    row, column = rng.randint(1, sheet.max_row), rng.randint(1, sheet.max_column)
    change, at = rng.choice([(sheet.delete_rows, row), (sheet.delete_cols, column), (sheet.insert_rows, row),
                             (sheet.insert_cols, column)])  # fmt: skip
    change(at)
    return True


def lose_sheet(book: Workbook, rng: random.Random) -> bool:
    sheet = rng.choice(book.worksheets)
    if rng.random() < 0.5:
        sheet.title = "Лист1"
    else:
        book.remove(sheet)
        if not book.worksheets:
            book.create_sheet("x")
    return True


def write_over(book: Workbook, rng: random.Random) -> bool:
    sheet = rng.choice(book.worksheets)
    _put(sheet, rng.randint(1, sheet.max_row), rng.randint(1, sheet.max_column), rng.choice(TEXTS))
    return True


def change_figure(book: Workbook, rng: random.Random) -> bool:
    sheet = _sheet(book, rng)
    row, column = rng.choice(_figures(sheet))
    cell = sheet.cell(row, column)
    cell.value = cell.value * rng.choice([-1, 1, 10, 100, 0.001]) + rng.choice([0, 7, 1000])
    return True


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


BOOK_FAULTS: dict[str, Fault] = {
    "dropped cells": of_book(drop_cell),
    "swapped columns": of_book(swap_columns),
    "changed units": of_book(change_unit),
    "truncated": cut,
    "wrong encoding": of_book(garble),
    "duplicated rows": of_book(repeat_row),
    "injected markup": of_book(mark_up),
    "rows and columns gone or in between": of_book(move),
    "sheets gone or renamed": of_book(lose_sheet),
    "other text in a cell": of_book(write_over),
    CHANGED: of_book(change_figure),
}

ROWS = {  # in text: a row, a cell of it, and a cell with its tag, key or tab
    "xml": (rb"<(Valute|Record|KR|ValuteCursDynamic)\b.*?</\1>", rb"(?<=>)[^<>]+(?=</)", rb"<\w+>[^<>]*</\w+>"),
    "page": (rb"<tr>\s*<td>.*?</tr>", rb"(?<=<td>).*?(?=</td>)", rb"<td>.*?</td>"),
    "json": (rb'\{"(?:id|colId|indicator_id)"[^{}]*\}', rb'(?<=": )[^,{}]+', rb'"\w+": [^,{}]+,? ?'),
    "line": (rb"\d[^\n]*\n", rb"[^\t\n]+", rb"[^\t\n]+\t?"),
}
BLIND: dict[str, list[set[str]]] = {  # columns of a DBF whose figures change places without a trace in the file
    "form_102": [{"SIM_R", "SIM_V"}],  # roubles and foreign currency
    "form_135": [{"C2_3", "C3_3"}],  # what a ratio is and what it has to be
}


def _form(content: bytes) -> str | None:
    if content[:1] == b"{":
        return "json"
    if content[:1] == b"\x03" or not re.search(rb"[<\t]", content):
        return None
    return "page" if b"<table" in content else "xml" if b"<" in content else "line"


def _spans(pattern: bytes, content: bytes, within: tuple[int, int] | None = None) -> list[tuple[int, int]]:
    start, end = within or (0, len(content))
    return [match.span() for match in re.compile(pattern, re.DOTALL).finditer(content, start, end)]


def drop_text(content: bytes, rng: random.Random) -> bytes | None:
    """What a cell says is gone, in half the cases its tag, key or tab as well; of a DBF, a field is blank."""
    if table := _dbf(content):
        at, (start, size, _) = rng.randrange(table.count), rng.choice(table.fields)
        place = table.first + at * table.width + start
        return content[:place] + b" " * size + content[place + size :]
    if (form := _form(content)) is None:
        return None
    row, cell, tagged = ROWS[form]
    start, end = rng.choice(_spans(rng.choice([cell, tagged]), content, rng.choice(_spans(row, content))))
    return content[:start] + content[end:]


def swap_text(content: bytes, rng: random.Random) -> bytes | None:
    """Two fields change places in every row; their names and headings stay."""
    if table := _dbf(content):
        blind = [pair for pairs in BLIND.values() for pair in pairs]
        pairs = [
            (one, other)
            for one in table.fields
            for other in table.fields
            if one[0] < other[0] and one[1] == other[1] and {one[2], other[2]} not in blind
        ]
        if not pairs:
            return None
        one, other = rng.choice(pairs)
        body = bytearray(content)
        for at in range(table.count):
            a, b = (table.first + at * table.width + field[0] for field in (one, other))
            body[a : a + one[1]], body[b : b + one[1]] = body[b : b + one[1]], body[a : a + one[1]]
        return bytes(body)
    if (form := _form(content)) is None:
        return None
    row, cell, _ = ROWS[form]
    rows = _spans(row, content)
    width = len(_spans(cell, content, rows[0]))
    one, other = sorted(rng.sample(range(width), 2))
    keys = re.findall(rb'"(\w+)": ', content[slice(*rows[0])])
    if form == "json" and {keys[one], keys[other]} == {b"id", b"obs_val"}:
        return None  # the number of a row and what it says: both are whole numbers
    for span in reversed(rows):
        if len(cells := _spans(cell, content, span)) == width:
            (a, b), (c, d) = cells[one], cells[other]
            content = content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]
    return content


def repeat_text(content: bytes, rng: random.Random) -> bytes | None:
    """A row comes twice, side by side or at the end."""
    if table := _dbf(content):
        at = table.first + rng.randrange(table.count) * table.width
        end = rng.choice([at + table.width, table.first + table.count * table.width])
        head = content[:4] + struct.pack("<I", table.count + 1) + content[8:end]
        return head + content[at : at + table.width] + content[end:]
    if (form := _form(content)) is None:
        return None
    rows = _spans(ROWS[form][0], content)
    start, end = rng.choice(rows)
    at = rng.choice([end, rows[-1][1]])
    return content[:at] + (b", " if form == "json" else b"") + content[start:end] + content[at:]


def change_text_unit(content: bytes, rng: random.Random) -> bytes | None:
    """Another unit; where a rate is of so many units of a currency, another number of them."""
    if nominals := _spans(rb"(?<=<Nominal>)\d+|(?<=<Vnom>)\d+", content):
        start, end = rng.choice(nominals)
        return content[:start] + rng.choice([n for n in NOMINALS if n != content[start:end]]) + content[end:]
    form = _form(content)
    if form not in ("json", "page"):
        return None  # a table without units, or prose that says each once
    text = json.dumps(json.loads(content), ensure_ascii=False) if form == "json" else content.decode()
    if not (places := [match.span() for match in _UNIT.finditer(text)]):
        return None
    start, end = rng.choice(places)
    return (text[:start] + rng.choice([unit for unit in UNITS if unit != text[start:end]]) + text[end:]).encode()


def recode(content: bytes, rng: random.Random) -> bytes | None:
    """Written in one code page under the declaration of another."""
    for encoding in ("utf-8", "cp1251"):
        try:
            return content.decode(encoding).encode(rng.choice(["cp1251", "utf-16", "koi8-r", "utf-8-sig"]))
        except (UnicodeDecodeError, UnicodeEncodeError):
            continue
    return None


def mark_text_up(content: bytes, rng: random.Random) -> bytes:
    digits = [at for at, byte in enumerate(content) if chr(byte).isdigit()]
    at = rng.choice(digits) + 1
    return content[:at] + rng.choice(MARKUP).encode() + content[at:]


def lose_bytes(content: bytes, rng: random.Random) -> bytes:
    at, length = rng.randrange(len(content)), rng.randint(1, 30)
    return content[:at] + content[at + length :]


def repeat_bytes(content: bytes, rng: random.Random) -> bytes:
    at, length = rng.randrange(len(content)), rng.randint(1, 30)
    return content[:at] + content[at : at + length] + content[at:]


def change_byte(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + bytes([rng.choice(b'0123456789,.-<>"/ xZ')]) + content[at + 1 :]


def change_digit(content: bytes, rng: random.Random) -> bytes:
    at = rng.choice([at for at, byte in enumerate(content) if chr(byte).isdigit()])
    return content[:at] + str(rng.randrange(10)).encode() + content[at + 1 :]


def in_archive(fault: Fault) -> Fault:
    """The fault in one file of a .zip, packed again: an archive that is itself spoiled has checksums against it."""

    def inside(content: bytes, rng: random.Random) -> bytes | None:
        if content[:2] != b"PK":
            return fault(content, rng)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = rng.choice(list(members))
        spoiled = fault(members[name], rng)
        return None if spoiled is None else zipped(members | {name: spoiled})

    return inside


@dataclass(frozen=True)
class Dbf:
    count: int
    first: int
    width: int
    fields: list[tuple[int, int, str]]  # first byte in a record, size, name


def _dbf(content: bytes) -> Dbf | None:
    if content[:1] != b"\x03":
        return None
    count, first, width = struct.unpack("<IHH", content[4:12])
    fields, start = [], 1
    for at in range(32, first - 1, 32):
        fields.append((start, content[at + 16], content[at : at + 11].partition(b"\0")[0].decode()))
        start += content[at + 16]
    return Dbf(count, first, width, fields)


BYTE_FAULTS: dict[str, Fault] = {
    name: in_archive(fault)
    for name, fault in {
        "dropped cells": drop_text,
        "swapped columns": swap_text,
        "changed units": change_text_unit,
        "truncated": cut,
        "wrong encoding": recode,
        "duplicated rows": repeat_text,
        "injected markup": mark_text_up,
        "bytes gone": lose_bytes,
        "bytes twice": repeat_bytes,
        "another character": change_byte,
        CHANGED: change_digit,
    }.items()
}
