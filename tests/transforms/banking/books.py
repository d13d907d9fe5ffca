"""Small workbooks in the Bank of Russia's layout, with figures that add up, for tests that need no downloads.

A figure is a region's number times the sheet's weight plus the month's number, so that every cell differs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from transforms import identities
from transforms.banking.areas import areas
from transforms.banking.figures import Layout, Measure
from transforms.layout import Declared
from transforms.model import ReadError, Reading
from transforms.periods import MONTHS_RU
from transforms.products import all_products
from warehouse import history

SHARED = Path(__file__).parents[4] / "shared" / "data" / "cbr"
PHRASES = {"RUB": " в рублях", "FX": " в иностранной валюте", "ALL": ""}
UNITS = {("RUB", 1000000): "млн руб.", ("count", 1): "единиц", ("months", 1): "месяцев", ("percent", 1): "%"}


def product(name: str) -> Declared:
    """A product of the Bank of Russia that a layout declares."""
    found = all_products()[f"cbr.{name}"]
    assert isinstance(found, Declared)
    return found


@cache
def shipped() -> pl.DataFrame:
    """All claims of the shipped history, read once."""
    return history.load().claims


def official(path: str) -> Path:
    """A downloaded file, where this machine has it."""
    found = sorted((SHARED / "raw").glob(f"*/{path}"))
    if not found:
        pytest.skip(f"{path} is not on this machine")
    return found[0]


def tidy(name: str) -> Iterator[Mapping[str, str]]:
    """Rows of a tidy CSV with the published figures."""
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not on this machine")
    with (SHARED / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def believed(reading: Reading) -> Reading:
    """The reading, or ReadError for what gate 1 would say of the sums that it prints."""
    for wrong in identities.broken(reading.identities).iter_rows(named=True):
        raise identities.contradiction(wrong)
    return reading


def refusal(read: Callable[[bytes], Reading], content: bytes) -> str:
    """The code of the refusal of `content`, or "aside: " and that of the one row that was set aside; "" if it is read."""
    try:
        rows = believed(read(content)).set_aside
    except ReadError as error:
        return error.code
    assert len(rows) < 2, rows
    return f"aside: {rows[0].code}" if rows else ""


def heads(kind: str, months: int) -> list[date | str]:
    """Reporting dates (1 March 2024 on) as Excel dates, or the same months as text (February 2024 on)."""
    if kind == "reporting_date":
        return [date(2024, 3 + m, 1) for m in range(months)]
    return [f"{list(MONTHS_RU)[1 + m].capitalize()}  2024" for m in range(months)]


def title(measure: Measure, currency: str) -> str:
    unit = UNITS[measure.unit.base, int(measure.unit.factor)]
    return f"{measure.title}{PHRASES[currency]}, {unit}"


def regional(layout: Layout, weights: Mapping[str, int], months: int = 3, blank_first_row: bool = True) -> bytes:
    """A book with every sheet of `layout`; `weights` make the figures of each measure (sums must hold among them)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for measure in layout.measures.values():
        for currency, name in measure.sheets.items():
            sheet = book.create_sheet(name)
            if blank_first_row:
                sheet.append([])
            sheet.append([title(measure, currency)])
            sheet.append([None, *heads(layout.header, months)])
            average = measure.unit.base in ("percent", "months")
            for area in areas().values():
                row = [_figure(area.code, currency, weights[measure.name], month, average) for month in range(months)]
                sheet.append([area.name.upper() if area.level == "federal_district" else area.name, *row])
    return save(book)


@cache
def _parts() -> dict[str, list[str]]:
    """The areas that make up each area, by code."""
    return {code: [area.code for area in areas().values() if area.parent == code] for code in areas()}


@cache
def _figure(code: str, currency: str, weight: int, month: int, average: bool) -> float:
    """Of an area with parts the sum of its parts, or, for rates and terms, their average."""
    parts = [_figure(part, currency, weight, month, average) for part in _parts()[code]]
    share = {"RUB": 7, "FX": 2, "ALL": 9}[currency] * weight
    number = list(areas()).index(code)
    if average:
        return round(sum(parts) / len(parts) if parts else 1 + share * (number + month) / 20, 1)
    return sum(parts) if parts else share * (100 * number + month)


def save(book: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def saved_as_text(content: bytes, sign: str, page: str) -> bytes:
    """The first sheet of a book as a program saves it with `sign` between the cells: a decimal comma beside semicolons."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=sign)
    for row in openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True):
        said = ["" if cell is None else f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell) for cell in row]
        writer.writerow([word.replace(".", ",") if isinstance(cell, float) and sign == ";" else word
                         for word, cell in zip(said, row, strict=True)])  # fmt: skip
    return lines.getvalue().encode(page)


def edited(content: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """The book after `change`."""
    book = openpyxl.load_workbook(BytesIO(content))
    change(book)
    return save(book)
