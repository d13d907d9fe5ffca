"""02_12: mortgages granted in one month by federal district of the borrower and of the lender. Dated file names.

Table: one row a borrower's area, lender's area and currency; `new_loans` in RUB. Moscow is printed beside its district,
of which it is a part, on both sides.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import areas, headers, workbook
from transforms.banking.figures import CURRENCIES, Figures, Layout, Measure
from transforms.banking.labels import plain, unmarked
from transforms.banking.rows import Wanted, cells
from transforms.banking.sheets import collect
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading
from transforms.units import Unit

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_by_lender", "cbr", "xlsx"
MILLION = Unit("RUB", Decimal(10**6), "RUB")
PART, WHOLE = "RU-MOW", "RUS_FD_CENTRAL"
AMOUNT = "new_loans"
SET_ASIDE = 0.12
"""Share of a sheet's rows that may be set aside: one of nine."""
MEASURE = Measure(
    name=AMOUNT, unit=MILLION, basis="month", definition="RESIDENTS_BY_LENDER_DISTRICT", product_code="MORTGAGE"
)


@cache
def _layout() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


def recognise(payload: Payload) -> bool:
    start = _layout()["stem"].casefold() + ","
    return any(workbook.split_currency(title)[0].casefold().startswith(start) for title in workbook.titles(payload))


def read(payload: Payload) -> Reading:
    """The three sheets of one month. Raises ReadError with sheet, row and cell."""
    names, figures = {plain(name): currency for currency, name in _layout()["sheets"].items()}, Figures()

    def tell(sheet: Sheet) -> tuple[tuple[str, str], date, int]:
        top, currency, end = _heading(sheet)
        if names.get(plain(sheet.name), currency) != currency:
            raise ReadError("currency_mismatch", expected="the currency that its name says", got=currency,
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        return (AMOUNT, currency), end, top

    wanted = {(AMOUNT, currency): _layout()["sheets"][currency] for currency in CURRENCIES}
    for (_, currency), (sheet, top) in collect(payload, figures, tell, wanted=wanted).items():
        _take(sheet, top, currency, figures)
    row, column = pl.col("row"), pl.col("column")
    layout = Layout(
        dataset="mortgage", measures={AMOUNT: MEASURE}, title=_layout()["title"], parents={}, within={PART: WHOLE}
    )
    keys = {"borrower": column, "lender": row, "currency": pl.col("currency")}
    return reading(PRODUCT, layout, figures, keys, ref_area=column, counterpart_area=row,
                   native_title=pl.lit(_layout()["stem"]))  # fmt: skip


def _heading(sheet: Sheet) -> tuple[int, str, date]:
    """The row of the headings, currency, month."""
    top = next((i for i in range(len(sheet.rows)) if unmarked(sheet.label(i)) == _layout()["corner"]), None)
    words = [sheet.label(i) for i in range(top or 0) if sheet.label(i)]
    if top is None or len(words) != 2:
        raise ReadError("no_header", expected="a title, a month and the headings of districts", got=str(words),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    head, unit = workbook.split_unit(words[0], f"sheet {sheet.name!r}, title")
    stem, currency = workbook.split_currency(head)
    end = headers.month(unmarked(words[1]))
    if stem.casefold() != _layout()["stem"].casefold() or unit != MILLION or end is None:
        raise ReadError("unknown_title", expected=f"{_layout()['stem']}, млн руб., a month",
                        got=str(words), where=f"sheet {sheet.name!r}, title")  # fmt: skip
    return top, currency, end


def _take(sheet: Sheet, top: int, currency: str, figures: Figures) -> None:
    """Put the cells of a sheet into `figures`."""
    columns = {i: _borrower(cell, sheet.where(top, i)) for i, cell in enumerate(sheet.rows[top]) if i and cell != ""}
    places = {*_layout()["borrowers"].values(), PART}
    if sorted(columns.values()) != sorted(places):
        raise ReadError("unknown_heading", expected="the eight districts and Moscow, each once",
                        got=", ".join(columns.values()), where=sheet.where(top))  # fmt: skip

    def place(index: int) -> tuple[Measure, str]:
        return MEASURE, areas.resolve(sheet.label(index), sheet.where(index)).code

    below = cells(sheet, top + 1, columns, {}, currency, figures, place,
                  Wanted([(AMOUNT, lender) for lender in places], (), SET_ASIDE))  # fmt: skip
    end = _heading(sheet)[2]
    for _, lender, borrower, value, where in below:
        if value is None or value.is_nan() or value < 0:
            raise ReadError("not_a_number", expected="an amount for each pair of districts", got=repr(value),
                            where=where)  # fmt: skip
        figures.put(AMOUNT, currency, lender, end, value, where, borrower)


def _borrower(cell: workbook.Cell, where: str) -> str:
    words = unmarked(workbook.text(cell))
    code = PART if words == _layout()["moscow"] else _layout()["borrowers"].get(
        words.removeprefix(_layout()["column"]).strip())  # fmt: skip
    if code is None:
        raise ReadError("unknown_heading", expected="a federal district", got=repr(words), where=where)
    return str(code)
