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
from transforms.banking.figures import Figures, Measure
from transforms.banking.labels import plain, unmarked
from transforms.banking.rows import Wanted, cells
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import Unit, half_last_place, to_base

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_by_lender", "cbr", "xlsx"
MILLION = Unit("RUB", Decimal(10**6), "RUB")
PART, WHOLE = "RU-MOW", "RUS_FD_CENTRAL"
AMOUNT = "new_loans"
SET_ASIDE = 0.12
"""Share of a sheet's rows that may be set aside: one of nine."""
Cells = dict[tuple[str, str], Decimal]  # borrower, lender


@cache
def _layout() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


def recognise(payload: Payload) -> bool:
    start = _layout()["stem"].casefold() + ","
    return any(workbook.split_currency(title)[0].casefold().startswith(start) for title in workbook.titles(payload))


def read(payload: Payload) -> Reading:
    """The three sheets of one month. Raises ReadError with sheet, row and cell."""
    names, figures = {plain(name): currency for currency, name in _layout()["sheets"].items()}, Figures()
    found: dict[str, tuple[date, Cells]] = {}
    for sheet in workbook.figure_sheets(payload):
        currency, end, pairs = _sheet(sheet, figures)
        if currency in found or names.get(plain(sheet.name), currency) != currency:
            raise ReadError("currency_mismatch", expected="one sheet a currency, as its name says", got=currency,
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        found[currency] = end, pairs
    if len(found) < len(names) or len({end for end, _ in found.values()}) != 1:
        raise ReadError("missing_sheet", expected=f"sheets {sorted(names)} of one month", got=str(sorted(found)),
                        where=payload.name)  # fmt: skip
    _check({currency: cells for currency, (_, cells) in found.items()})
    end = found["ALL"][0]
    rows = [(end, borrower, lender, currency, to_base(value, MILLION), half_last_place(value, MILLION))
            for currency, (_, cells) in found.items() for (borrower, lender), value in cells.items()]  # fmt: skip
    columns = ["period_end", "borrower", "lender", "currency", "new_loans", "precision"]
    table = pl.DataFrame(rows, schema=columns, orient="row").sort(columns[:4])
    made = observations(
        table.rename({"borrower": "ref_area", "lender": "counterpart_area", "new_loans": "value"}),
        dataset="mortgage", product_code="MORTGAGE", measure="new_loans", basis="month", unit="RUB",
        definition="RESIDENTS_BY_LENDER_DISTRICT", native_title=_layout()["stem"],
    )  # fmt: skip
    return Reading(
        Release(PRODUCT, f"{end:%Y-%m}", title=_layout()["title"], language="ru", currency="RUB"), table, made,
        notes=tuple(figures.notes), set_aside=tuple(figures.aside),
    )  # fmt: skip


def _sheet(sheet: Sheet, figures: Figures) -> tuple[str, date, Cells]:
    """Currency, month and cells of a sheet."""
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
    columns = {i: _borrower(cell, sheet.where(top, i)) for i, cell in enumerate(sheet.rows[top]) if i and cell != ""}
    measure = Measure(AMOUNT, "", MILLION, 0, "month", "", {}, AMOUNT, "")
    places = {*_layout()["borrowers"].values(), PART}
    if sorted(columns.values()) != sorted(places):
        raise ReadError("unknown_heading", expected="the eight districts and Moscow, each once",
                        got=", ".join(columns.values()), where=sheet.where(top))  # fmt: skip

    def place(index: int) -> tuple[Measure, str]:
        return measure, areas.resolve(sheet.label(index), sheet.where(index)).code

    below = cells(sheet, top + 1, columns, {}, currency, figures, place,
                  Wanted([(AMOUNT, lender) for lender in places], (), SET_ASIDE))  # fmt: skip
    made: Cells = {}
    for _, lender, borrower, value, where in below:
        if value is None or value < 0:
            raise ReadError("not_a_number", expected="an amount for each pair of districts", got=repr(value),
                            where=where)  # fmt: skip
        made[borrower, lender] = value
    return currency, end, made


def _borrower(cell: workbook.Cell, where: str) -> str:
    words = unmarked(workbook.text(cell))
    code = PART if words == _layout()["moscow"] else _layout()["borrowers"].get(
        words.removeprefix(_layout()["column"]).strip())  # fmt: skip
    if code is None:
        raise ReadError("unknown_heading", expected="a federal district", got=repr(words), where=where)
    return str(code)


def _check(cells: dict[str, Cells]) -> None:
    """Roubles and foreign currency make the total; Moscow is no more than its district, on either side."""
    for pair, total in cells["ALL"].items():
        parts = [cells[currency].get(pair) for currency in ("RUB", "FX")]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts) and abs(sum(known) - total) > Decimal("1.5"):
            raise ReadError("sum_mismatch", expected=f"RUB + FX = {total} for borrowers and lenders of {pair}",
                            got=str(sum(known)))  # fmt: skip
    for currency, values in cells.items():
        for (borrower, lender), value in values.items():
            for whole in ((WHOLE, lender) if borrower == PART else None, (borrower, WHOLE) if lender == PART else None):
                if whole in values and value > values[whole]:
                    raise ReadError("part_exceeds_whole", expected=f"Moscow up to {values[whole]} ({currency})",
                                    got=str(value))  # fmt: skip
