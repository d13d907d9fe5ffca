"""Balance sheet of the banking sector and loans by term: the other sheets of obs_tabl20c, read with the loan portfolio.

Observations of dataset `sector_balance`: product_code is the line (A7_1_3 is line 7.1.3 of the assets), RUB, FX and ALL
in RUB; the sheets in dollars are the FX ones converted and not read. Lines are known by code and label together, as
sector_balance.yaml lists them: a book with other lines is refused. Loans by term are ALL alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import workbook
from transforms.banking.areas import plain
from transforms.banking.statistic import Figures, Layout, Measure, check, tall, with_dimensions
from transforms.banking.workbook import Sheet
from transforms.model import ReadError
from transforms.units import Unit

BILLION = Unit("RUB", Decimal(10**9))
DECIMALS = 6
_MARK = re.compile(r"(?<=[^\d ])[12]$|(?<= )1$")  # footnotes: "активов1", "всего 1"
_PROSE = re.compile(r"обязательства|балансовый капитал|в том числе:?|[12] ?[СсПпРрВв]|департамент", re.IGNORECASE)


@cache
def statements() -> Mapping[str, Mapping[str, Any]]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


def sheet_names() -> set[str]:
    return {name for statement in statements().values() for name in statement["sheets"].values()}


def read(sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    """Every statement whose sheets the book has. Raises ReadError with sheet, row and cell."""
    made = []
    for name, statement in statements().items():
        present = {c: sheets[s] for c, s in statement["sheets"].items() if s in sheets}
        if not present:
            continue
        if missing := set(statement["sheets"]) - set(present):
            raise ReadError("missing_sheet", expected=f"{name} in {sorted(missing)} as well", got="none")
        layout, figures = _layout(name, statement), Figures()
        for currency, sheet in present.items():
            _sheet(sheet, statement, currency, figures)
        check(layout, _without(figures, statement.get("as_printed", {})))
        labels = {line: label for line, (_, label) in statement["lines"].items()}
        long = tall(layout, figures).rename({"row": "product_code"})
        long = long.with_columns(ref_area=pl.lit("RUS"), native_title=pl.col("product_code").replace_strict(labels))
        made.append(with_dimensions(layout, long))
    return pl.concat(made)


def _layout(name: str, statement: Mapping[str, Any]) -> Layout:
    by_term = name.endswith("_by_term")
    measure, definition = ("debt", "SECTOR_BY_TERM") if by_term else ("balance", "SECTOR_BALANCE")
    column = Measure("balance", statement["recognise"], BILLION, DECIMALS, "stock", definition, {}, measure, "")
    return Layout("sector_balance", "", "", "", "", {"balance": column}, [], [], parents=_parents(statement))


def _without(figures: Figures, printed: Mapping[str, date]) -> Figures:
    """Figures without the cells of the sums that are known not to hold; these are kept as printed."""
    cells = {key: {at: v for at, v in there.items() if (key[1], printed.get(at[0])) != ("ALL", at[1])}
             for key, there in figures.values.items()}  # fmt: skip
    return Figures(cells, figures.where)


def _parents(statement: Mapping[str, Any]) -> dict[str, str]:
    """Line -> the line that it is a part of: by its code, or by the totals below which it stands."""
    sums = set(statement["sums"])
    parents: dict[str, str] = {}
    since: list[str] = []  # lines of the first order below no total yet
    for line, (code, _) in statement["lines"].items():
        above = line.rpartition("_")[0]
        if code and "." in code:
            if above in sums:
                parents[line] = above
        elif line.endswith("_BY_TERM") and line in sums:
            parents |= {part: line for part in statement["lines"] if part != line}
        elif not code and line in sums:
            parents |= dict.fromkeys(since, line)
            since = []
        elif code:
            since.append(line)
    return parents


def _sheet(sheet: Sheet, statement: Mapping[str, Any], currency: str, figures: Figures) -> None:
    by_term = len(statement["sheets"]) == 1
    first = 1 if by_term else 2
    header = workbook.find_header(sheet, "reporting_date", first=first)
    if not header.title.startswith(statement["recognise"]) or not re.search(r"млрд\.? ?руб", header.title):
        raise ReadError("unknown_title", expected=f"{statement['recognise']} ..., млрд руб.", got=repr(header.title),
                        where=f"sheet {sheet.name!r}, title")  # fmt: skip
    lines = {(code, plain(label)): line for line, (code, label) in statement["lines"].items()}
    missing = dict.fromkeys(statement["lines"])
    for index in range(header.row + 1, len(sheet.rows)):
        row, label = sheet.rows[index], sheet.label(index)
        if all(cell == "" for cell in row[1:]) and (not label or _PROSE.match(label)):
            continue
        code, text = line_code(row[0]), workbook.text(row[first - 1])
        key = (code, text) if not by_term and re.match(r"\d", code) else ("", label.rstrip("."))
        line = lines.get((key[0], plain(_MARK.sub("", key[1]).rstrip())))
        if line is None:
            raise ReadError("unknown_indicator", expected="a line of sector_balance.yaml", got=f"{code!r} {text!r}",
                            where=sheet.where(index))  # fmt: skip
        missing.pop(line, None)
        for column, end in enumerate(header.period_ends, start=first):
            where = sheet.where(index, column)
            value = workbook.number(row[column], where, decimals=None)
            figures.put(("balance", currency), line, end, None if value is None else round(value, DECIMALS), where)
    if missing:
        raise ReadError("missing_row", expected="a row for every line", got=f"none for {list(missing)[:5]}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip


def line_code(cell: object) -> str:
    """1.4.1 from text with or without a closing dot, or from a number (Excel keeps 1 as 1.0)."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return f"{cell:g}"
    return workbook.text(cell).rstrip(". ")
