"""Customs tables as people keep them: saved again, copied, annotated, with one row at fault. What loads is right, what is
at fault costs one row, and what is refused says what to do."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import polars as pl
import pytest
from openpyxl import Workbook

from tests.fuzz.customs_mutants import Rows, body, copied
from tests.transforms.customs_pages import Cell, english
from tests.transforms.customs_products import (
    by_partner_bulletin,
    by_partner_preliminary,
    by_trade_mode_preliminary,
    major_exports_preliminary,
    major_imports_preliminary,
)
from tests.transforms.customs_tables import (
    by_partner_rows,
    commodity_rows,
    partner_bulletin_rows,
    trade_mode_rows,
)
from transforms.model import Payload, ReadError
from transforms.products import Product

pytestmark = pytest.mark.slow
TABLES: list[tuple[Product, tuple[str, Rows]]] = [
    (by_partner_preliminary, by_partner_rows("2026-03")),
    (by_partner_preliminary, by_partner_rows("2025-02")),
    (by_trade_mode_preliminary, trade_mode_rows("2024-05", "month", "CNY")),
    (major_exports_preliminary, commodity_rows("export", "2025-03")),
    (major_imports_preliminary, commodity_rows("import", "2025-12")),
    (by_partner_bulletin, partner_bulletin_rows("2024-09", "USD")),
]
IDS = [f"{product.PRODUCT}-{i}" for i, (product, _) in enumerate(TABLES)]


def figures(product: Product, payload: Payload) -> pl.DataFrame:
    """Series, day and value; the precision of a figure may be coarser where a file has lost its zeros."""
    rows = product.read(payload).observations.drop("native_title", "precision")
    return rows.sort(pl.all())


def flat(rows: Rows) -> list[list[str]]:
    """What is left of the rows where no cell is merged: each text in the first place of its cell."""
    taken: set[tuple[int, int]] = set()
    found: list[list[str]] = []
    for y, row in enumerate(rows):
        line: list[str] = []
        for cell in row:
            while (y, len(line)) in taken:
                line.append("")
            text, wide, high = cell if isinstance(cell, tuple) else (cell, 1, 1)
            taken |= {(y + dy, len(line) + dx) for dy in range(1, high) for dx in range(wide)}
            line += [text, *[""] * (wide - 1)]
        while (y, len(line)) in taken:
            line.append("")
        found.append(line)
    return found


def as_number(text: str) -> float | str:
    plain = text.replace(",", "").strip("\xa0 ")
    return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else text


def sheet(rows: list[list[str]], *, numbers: bool = True, top: int = 0, left: int = 0, notes: str = "") -> bytes:
    book = Workbook()
    page = book.active
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            if text:
                page.cell(top + y + 1, left + x + 1, as_number(text) if numbers else text)
    if notes:
        book.create_sheet("notes")["A1"] = notes
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding, "replace")


def bare(title: str, rows: Rows) -> bytes:
    page = english(title, rows)
    return page[page.index(b"<table") : page.index(b"</table>") + 8]


AGAIN: dict[str, Callable[[str, Rows], bytes]] = {
    "numbers": lambda _, rows: sheet(flat(rows)),
    "texts": lambda _, rows: sheet(flat(rows), numbers=False),
    "below and beside empty cells": lambda _, rows: sheet(flat(rows), top=3, left=2),
    "with notes": lambda _, rows: sheet(flat(rows), notes="mine"),
    "commas": lambda _, rows: text(flat(rows), ",", "utf-8-sig"),
    "semicolons": lambda _, rows: text(flat(rows), ";", "gb18030"),
    "tabs": lambda _, rows: text(flat(rows), "\t", "utf-16"),
    "copied": lambda title, rows: bare(title, rows),
    "utf-16": lambda title, rows: english(title, rows).decode().encode("utf-16"),
    "empty columns": lambda title, rows: english(title, [["", *row, ""] for row in rows]),
    "laid out": lambda title, rows: b"<html><body><table><tr><td>" + bare(title, rows) + b"</td></tr></table></body>",
    "footer": lambda title, rows: english(title, rows).replace(b"</table>", b"</table><table><tr><td>GACC</td></tr></table>"),
    "noted": lambda title, rows: english(title, [*rows, [("Compiled by me", len(flat(rows)[0]), 1)]]),
    "headed again": lambda title, rows: english(title, [*rows[: body(rows)[4]], *rows[2 : body(rows)[0]],
                                                         *rows[body(rows)[4] :]]),
}  # fmt: skip


@pytest.mark.parametrize("way", AGAIN)
@pytest.mark.parametrize(("product", "table"), TABLES, ids=IDS)
def test_a_table_saved_again_says_the_same(product: Product, table: tuple[str, Rows], way: str) -> None:
    title, rows = table
    truth = figures(product, Payload(english(title, rows), "page.html"))
    content = AGAIN[way](title, rows)
    payload = Payload(content, "copy.xlsx" if content[:2] == b"PK" else "copy")
    assert product.recognise(payload)
    assert figures(product, payload).equals(truth)


def cell(new: str, column: int) -> Callable[[Rows, int], Rows]:
    def change(rows: Rows, k: int) -> Rows:
        rows[k][column] = new
        return rows

    return change


def without_cell(rows: Rows, k: int) -> Rows:
    del rows[k][2]
    return rows


def with_cell(rows: Rows, k: int) -> Rows:
    rows[k].insert(3, "1.0")
    return rows


def twice(rows: Rows, k: int) -> Rows:
    rows.insert(k, list(rows[k]))
    return rows


def merged(rows: Rows, k: int) -> Rows:
    row = rows[k]
    rows[k] = [row[0], (str(row[-2]), 2, 1), *row[3:]]
    return rows


def between(rows: Rows, k: int) -> Rows:
    blank: list[Cell] = [""] * (len(rows[k]) - 1)
    rows.insert(k, ["continued", *blank])
    return rows


FAULTS: dict[str, Callable[[Rows, int], Rows]] = {
    **{f"{new} in {column}": cell(new, column) for new in ("#REF!", "####", "#N/A", "*REF!", "n.a.", "1.234,5")
       for column in (3, -1)},
    "marked": lambda rows, k: cell(str(rows[k][3]) + "*", 3)(rows, k),
    "cell lost": without_cell, "cell too many": with_cell, "twice": twice, "merged": merged, "between": between,
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("product", "table"), TABLES, ids=IDS)
def test_one_row_at_fault_costs_that_row_alone(product: Product, table: tuple[str, Rows], fault: str) -> None:
    title, rows = table
    truth = figures(product, Payload(english(title, rows), "page.html"))
    places = body(rows)
    k = places[len(places) * 2 // 3]
    payload = Payload(english(title, FAULTS[fault](copied(rows), k)), "page.html")
    try:
        reading = product.read(payload)
    except ReadError as error:  # a row that every issue has
        assert error.hint and error.got and "headline" in error.hint, error
        return
    found = figures(product, payload)
    assert found.join(truth, on=found.columns, how="anti", nulls_equal=True).is_empty()
    (aside,) = [row for row in reading.set_aside if row.code != "possibly_cut"]  # official rows at hand are not all
    assert aside.reason
    assert truth.height - found.height <= truth.height // len(places) + 9
