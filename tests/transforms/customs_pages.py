"""Pages and sheets in the official layout of GACC, built from real figures: for tests and for the loopback replica.

`english()` and `chinese()` give a page's bytes, `workbook()` an Excel 97 attachment. A cell is a text, or a tuple
(text, colspan, rowspan). customs_tables builds the rows of whole products.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import openpyxl
import xlwt

FIGURES = Path(__file__).parent / "customs_figures"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
"""The unabridged official pages; tests that compare with them skip where the folder is absent."""

Cell = str | tuple[str, int, int]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def figures(name: str, **where: str) -> list[dict[str, str]]:
    """Rows of customs_figures/NAME.csv whose columns have these values."""
    with (FIGURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[k] == v for k, v in where.items())]


def _tr(cells: Iterable[Cell], tag: str = "b") -> str:
    parts = []
    for cell in cells:
        text, wide, high = cell if isinstance(cell, tuple) else (cell, 1, 1)
        spans = (f' colspan="{wide}"' if wide > 1 else "") + (f' rowspan="{high}"' if high > 1 else "")
        body = escape(text, quote=False).replace("\xa0", "&nbsp;")
        parts.append(f"\t\t\t<td{spans}>\n\t\t\t\t<span><{tag}>{body}</{tag}></span>\n\t\t\t</td>")
    return "\t\t<tr>\n" + "\n".join(parts) + "\n\t\t</tr>"


def english(title: str, rows: Sequence[Sequence[Cell]], *, stamp: str = "2026/04/08", head: str | None = None) -> bytes:
    """A release page of english.customs.gov.cn. `rows` holds every row of the table, its title and unit rows too."""
    table = "\n".join(_tr(row) for row in rows)
    shown = escape(head or title, quote=False)
    return f"""<!DOCTYPE html>
<html>
<head>
    <meta charset="UTF-8">
    <title>{shown}</title>
    <script type="text/javascript" src="/Scripts/Global.js"></script>
</head>
<body>
    <div class="g-nav"><a href="/statics/report/preliminary.html">Statistics<img src="/Images/a.gif"></a></div>
    <div class="atcl"><div class="atcl-main"><div class="atcl-ttl">{shown}</div></div>
    <div class="atcl-layout"><div class="atcl-main">
    <div class="atcl-date">{stamp}</div>
    <div class="atcl-cnt" style="overflow-x:auto"><table border="0" cellspacing="0" class="ke-zeroborder">
\t<tbody>
{table}
\t</tbody>
</table></div></div></div></div>
    <div class="atcl-rct"><a href='http://english.customs.gov.cn\\Excel\\1_7-en.xls'>{shown}</a></div>
    <p>General Administrator of Customs of the People's Republic of China
</body>
</html>
""".encode()


def chinese(
    title: str, rows: Sequence[Sequence[Cell]], *, published: str = "2026-04-14 10:30", unit: str = ""
) -> bytes:
    """An article of the Chinese sites with an inline table; `unit` stands above the table where its rows lack it."""
    table = "\n".join(_tr(row, "span") for row in rows)
    return f"""<!DOCTYPE html><html>
 <head>
  <meta http-equiv="Content-Type" content="text/html; charset=utf-8">  <title>{title} </title>
<meta name="PubDate" content="{published[:10]}">
 </head>
 <body>
<div class="news_detail"><div class="news_detail_tit">
  <h1>{title}</h1>
  <div class="func"><span>发布时间：{published}</span> <span>文章来源：统计分析司</span></div>
 </div>
 <div class="news_detail_con"><p>{unit}</p>
 <table border="1"><tbody>
{table}
 </tbody></table></div>
</div>
 </body>
</html>
""".encode()


def xlsx(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook as programs save it again: names of sheets and their rows."""
    book = openpyxl.Workbook()
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def workbook(sheet: str, rows: Sequence[Sequence[Cell | float]], *, left: int = 0, top: int = 0) -> bytes:
    """An attachment: Excel 97, code page 936. `left`/`top`: empty columns/rows before the table, as in some months."""
    book = xlwt.Workbook(encoding="cp936")
    page = book.add_sheet(sheet)
    taken: set[tuple[int, int]] = set()
    for i, row in enumerate(rows):
        j = 0
        for cell in row:
            while (i, j) in taken:
                j += 1
            value, wide, high = cell if isinstance(cell, tuple) else (cell, 1, 1)
            taken |= {(i + a, j + b) for a in range(high) for b in range(wide)}
            if wide > 1 or high > 1:
                page.write_merge(top + i, top + i + high - 1, left + j, left + j + wide - 1, value)
            else:
                page.write(top + i, left + j, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def spaced(value: str) -> str:
    """A figure as the English pages print it: a trailing blank after levels."""
    return value + "\xa0" if value[-1:].isdigit() else value
