"""Books of one month, with dated names: areas down the rows, and across them activities (01_05_A), sections of OKVED2
(01_03_C, 01_12_A) or the borrowers' districts (02_12). What heads the columns is read by cross_heads.py.

Table: one row an area, column and (where there is a sheet of each) currency; amounts in RUB. Observations of loans by
activity are of districts and regions: Russia as a whole is in 01_02_A with the same numbers, and is revised there.
A sheet of loans granted that does not name one month is left out with a note: it may run from January on. Overdue debt
without a date of its own is a part of the debt beside it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import polars as pl

from transforms import layout as base
from transforms.banking import cross_heads, titled, workbook
from transforms.banking.areas import areas, is_area, resolve
from transforms.banking.cross_heads import Told
from transforms.banking.figures import Figures, Measure
from transforms.banking.loans_by_activity import product_code
from transforms.banking.rows import COUNTRY, Wanted, cells
from transforms.banking.sheets import collect
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading


class Layout(base.Layout):
    columns: Literal["activities", "sections", "borrowers"]  # what heads the columns
    dataset: str
    sheets: dict[str, dict[str, str]]  # measure -> currency -> what its sheet is called: these must be there
    also: list[str] = []  # measures that may be there as well
    rows: Literal["areas", "districts", "columns"]  # areas that must be there: all, the districts, those of the columns
    definition: str = ""  # of the amounts, where it is not that of titles.yaml
    filled: bool = False  # every cell is an amount
    set_aside: float = 0.0  # share of a sheet's rows that may be set aside
    words: dict[str, Any] = {}  # what cross_heads.py looks for


def recognise(payload: Payload, layout: Layout) -> bool:
    sheets = workbook.figure_sheets(payload) if workbook.has_sheets(payload) else ()
    return bool(sheets) and cross_heads.RECOGNISE[layout.columns](payload, layout.words)


def read(payload: Payload, layout: Layout) -> Reading:
    """Every sheet of one month. Raises ReadError with sheet, row and cell."""
    book = titled.Book()

    def tell(sheet: Sheet) -> tuple[tuple[str, str], date | None, Told]:
        told = cross_heads.TELL[layout.columns](sheet, layout.words)
        return (told.measure, told.currency), told.end, told

    wanted = {(name, currency): said for name, sheets in layout.sheets.items() for currency, said in sheets.items()}
    sheets = collect(payload, book.figures, tell, wanted=wanted)
    book.say(payload, {(name, told.kind): told.title for (name, _), (_, told) in sheets.items()}, sheets,
             {currency for _, currency in wanted})  # fmt: skip
    (month,) = {told.end for _, told in sheets.values()} - {None}
    assert month is not None
    for (name, _), (sheet, told) in sheets.items():
        if told.end or name != "new_loans":
            _take(sheet, told, month, layout, book.figures)
        else:
            note = f"sheet {sheet.name!r} not read: it names no single month in which its loans were granted"
            book.figures.notes.append(note)
    parents = cross_heads.activities()["parents"] if layout.columns == "activities" else {}
    more = {"parents": {}, "within": layout.words["within"]} if layout.columns == "borrowers" else {}
    known = book.layout(layout.title, [*layout.also, *layout.sheets], dataset=layout.dataset, column_parents=parents,
                        **more)  # fmt: skip
    if layout.definition:
        measures = {name: m.model_copy(update={"definition": layout.definition}) for name, m in known.measures.items()}
        known = known.model_copy(update={"measures": measures})
    row, column, currency, kind = pl.col("row"), pl.col("column"), pl.col("currency"), pl.lit(book.kind)
    if layout.columns == "borrowers":
        return reading(layout.product, known, book.figures, {"borrower": column, "lender": row, "currency": currency},
                       ref_area=column, counterpart_area=row)  # fmt: skip
    if layout.columns == "activities":
        return reading(
            layout.product, known, book.figures,
            {"borrower": kind, "ref_area": row, "activity": column, "currency": currency}, observed=row != COUNTRY,
            ref_area=row, product_code=product_code(book.kind, "ACTIVITY", column),
        )  # fmt: skip
    return reading(layout.product, known, book.figures, {"borrower": kind, "ref_area": row, "section": column},
                   ref_area=row, product_code=product_code(book.kind, "OKVED2_SECTION", column))  # fmt: skip


def _take(sheet: Sheet, told: Told, month: date, layout: Layout, figures: Figures) -> None:
    """Put the cells of a sheet into `figures`, a row an area, under the codes of its columns."""
    measure = titled.measures()[told.measure]
    levels = {area.code: area.level for area in areas().values()}
    districts = {code for code, level in levels.items() if level == "federal_district"}
    body = range(told.top + 1, len(sheet.rows))
    there = {resolve(sheet.label(i)).code for i in body if is_area(sheet.label(i))} & {COUNTRY}
    wanted = {"areas": list(levels), "districts": districts | there, "columns": set(told.columns.values())}[layout.rows]
    heads = {} if layout.rows == "columns" else {code for code in wanted if code == COUNTRY or code in districts}

    def place(index: int) -> tuple[Measure, str] | None:
        if all(cell == "" for cell in sheet.rows[index][1:]) and not is_area(sheet.label(index)):
            return None  # a footnote
        return measure, resolve(sheet.label(index), sheet.where(index)).code

    keys = Wanted([(told.measure, area) for area in wanted], {(told.measure, area) for area in heads}, layout.set_aside)
    below = cells(sheet, told.top + 1, told.columns, {}, told.currency, figures, place, keys)
    for _, area, code, value, where in below:
        if layout.filled and (value is None or value.is_nan() or value < 0):
            raise ReadError("not_a_number", expected="an amount for each pair of districts", got=repr(value),
                            where=where)  # fmt: skip
        figures.put(told.measure, told.currency, area, month, value, where, code)
