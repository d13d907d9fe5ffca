"""02_02_SME_Borrowers_info: how many small and medium enterprises borrow, and how many loans they have.

One sheet of titled blocks, each with its own header: dates as text over stocks, months as text over flows. In each
block all enterprises and, in merged cells of three rows, legal entities and entrepreneurs by size, which make up all.
Table: one row a month and borrower, a column for each block; counts.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import workbook
from transforms.banking.areas import plain
from transforms.banking.statistic import Figures, Layout, Measure, check, tall, with_dimensions
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release
from transforms.units import Unit

PRODUCT, SOURCE, EXTENSION = "cbr.sme_borrowers", "cbr", "xlsx"
TOTAL, FIRST = "SME", 2  # row of all enterprises; the first column with a period


@cache
def _words() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


@cache
def layout() -> Layout:
    blocks = _words()["blocks"].items()
    made = {name: Measure(name, b["title"], Unit("count"), 0, b["basis"], "SME_REGISTER", {}, name, TOTAL)
            for name, b in blocks}  # fmt: skip
    parents = {code: TOTAL for code in _words()["rows"] if code != TOTAL}
    return Layout("sme_borrowers", _words()["title"], _words()["recognise"], "", "", made, [],
                  list(_words()["at_most"].items()), parents=parents)  # fmt: skip


def recognise(payload: Payload) -> bool:
    return _title(workbook.first_title(payload)) == plain(layout().recognise)


def _title(printed: str) -> str:
    """A title without its number."""
    return plain(re.sub(r"^\d\. ", "", printed))


def read(payload: Payload) -> Reading:
    """All blocks. Raises ReadError with sheet, row and cell."""
    sheets = workbook.open_workbook(payload)
    if len(sheets) != 1:
        raise ReadError("unknown_sheet", expected="one sheet", got=str([s.name for s in sheets]), where=payload.name)
    figures, last = _figures(sheets[0])
    wanted = {(block, code) for block in layout().measures for code in _words()["rows"]}
    missing = wanted - {(block, code) for (block, _), cells in figures.values.items() for code, _ in cells}
    if missing:
        raise ReadError("missing_row", expected="every row of every block", got=f"none for {sorted(missing)[:5]}",
                        where=payload.name)  # fmt: skip
    if len(set(last.values())) != 1:
        raise ReadError("stale_sheet", expected="all blocks up to one month", got=str(last), where=payload.name)
    check(layout(), figures)
    return _reading(figures)


def _figures(sheet: Sheet) -> tuple[Figures, dict[str, date]]:
    """Figures by block and row, and the last month of each block."""
    titles = {plain(measure.title): name for name, measure in layout().measures.items()}
    codes = {plain(label): code for code, label in _words()["rows"].items()}
    figures, last = Figures(), {}
    said = block = group = ""
    ends: list[date] = []
    for index, row in enumerate(sheet.rows):
        label, size = ([workbook.text(cell) for cell in row[:FIRST]] + ["", ""])[:FIRST]
        if not any(cell != "" for cell in row[FIRST:]):
            if label:
                said, block, group = label, "", ""
        elif not label and not size:
            title, unit = workbook.split_unit(_title(said), sheet.where(index))
            block = titles.get(title, "")
            if not block or block in last or unit.base != "count":
                raise ReadError("unknown_title", expected="the title of a block of sme_borrowers.yaml, each once",
                                got=repr(said), where=sheet.where(index))  # fmt: skip
            ends = workbook.period_ends(sheet, index, _words()["blocks"][block]["header"], FIRST)
            last[block] = ends[-1]
        else:
            group = label or group
            code = codes.get(plain(f"{group} / {size}"))
            if not block or code is None:
                raise ReadError("unknown_label", expected="a row of sme_borrowers.yaml under the header of its block",
                                got=f"{group} / {size}", where=sheet.where(index))  # fmt: skip
            _put(sheet, index, (block, code), ends, figures)
    return figures, last


def _put(sheet: Sheet, index: int, key: tuple[str, str], ends: list[date], figures: Figures) -> None:
    row = sheet.rows[index]
    if any(cell != "" for cell in row[FIRST + len(ends) :]):
        raise ReadError("leftover_column", expected=f"{len(ends)} figures", got="more", where=sheet.where(index))
    for column, end in enumerate(ends, start=FIRST):
        where = sheet.where(index, column)
        value = workbook.number(row[column], where, decimals=0)
        figures.put((key[0], "ALL"), key[1], end, value, where)


def _reading(figures: Figures) -> Reading:
    long = tall(layout(), figures)
    wide = long.pivot("name", index=["period_end", "row"], values="value").sort("period_end", "row")
    table = wide.select(
        "period_end", pl.col("period_end").dt.offset_by("1d").alias("reporting_date"), pl.col("row").alias("borrower"),
        *layout().measures, pl.lit(0.5).alias("precision"),
    )  # fmt: skip
    end = long["period_end"].max()
    assert isinstance(end, date)
    made = with_dimensions(layout(), long.rename({"row": "product_code"}).with_columns(ref_area=pl.lit("RUS")))
    return Reading(Release(PRODUCT, f"{end:%Y-%m}", title=layout().title, language="ru"), table, made)
