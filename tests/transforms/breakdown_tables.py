"""Bulletin tables (3), (4), (8), (9) and (11) in the form that public copies show, with invented figures that add up."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tests.transforms.customs_pages import Cell, chinese, english, workbook
from transforms.layout import Declared
from transforms.model import Payload, Reading

Rows = tuple[str, list[list[Cell]]]
Figures = Sequence[tuple[str, tuple[int, ...]]]


def by_flows(title: str, head: str, rows: Figures, unit: str = "Unit:US$1,000", zh: bool = False) -> Rows:
    """Ten columns: total, exports and imports of the month and the year to date, and their growth. A row is given by
    its exports and imports of May and of January to May; each grew by 10 percent."""
    flows = ("进出口", "出口", "进口") if zh else ("Total", "Exports", "Imports")
    months = ("5月", "1至5月") if zh else ("5", "1to5")
    growth = "累计比去年同期±%" if zh else "Percentage Change"
    heads: list[list[Cell]] = [
        [(head, 1, 2), *[(flow, 2, 1) for flow in flows], (growth, 3, 1)],
        [*[month for _ in flows for month in months], *flows],
    ]
    body: list[list[Cell]] = [
        [label, *map(_comma, (e + i, es + is_, e, es, i, is_)), "10.0", "10.0", "10.0"]
        for label, (e, es, i, is_) in rows
    ]
    return title, [[(title, 10, 1)], [(unit, 10, 1)], *heads, *body]


def by_goods(title: str, head: str, rows: Figures, unit: str = "Unit:US$1,000", zh: bool = False) -> Rows:
    """Seven columns: exports and imports of the month and the year to date, and their growth."""
    flows = ("出口", "进口") if zh else ("Exports", "Imports")
    months = ("5月", "1至5月") if zh else ("5", "1to5")
    growth = "累计比去年同期±%" if zh else "Percentage Change"
    heads: list[list[Cell]] = [
        [(head, 1, 2), *[(flow, 2, 1) for flow in flows], (growth, 2, 1)],
        [*[month for _ in flows for month in months], *flows],
    ]
    body: list[list[Cell]] = [[label, *map(_comma, figures), "10.0", "-1.5"] for label, figures in rows]
    return title, [[(title, 7, 1)], [(unit, 7, 1)], *heads, *body]


def _comma(figure: int) -> str:
    return f"{figure:,}" if figure else "-"


def readings(product: Declared, english_rows: Rows, chinese_rows: Rows) -> tuple[Reading, Reading]:
    """The same table as English page and sheet, and as Chinese article; the sheet says what the page says."""
    page = Payload(english(*english_rows), "page.html")
    sheet = Payload(workbook("Sheet1", english_rows[1]), "table.xls")
    article = Payload(chinese(*chinese_rows), "article.html")
    assert all(product.recognise(payload) for payload in (page, sheet, article))
    first = product.read(page)
    assert product.read(sheet).observations.equals(first.observations)
    return first, product.read(article)


def value(reading: Reading, **where: str) -> float:
    """The one value of the year to date with these dimensions."""
    where = {"measure": "value", "basis": "ytd"} | where
    found = reading.observations.filter(pl.all_horizontal(pl.col(name) == text for name, text in where.items()))
    return float(found["value"].item())
