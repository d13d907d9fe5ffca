"""02_12: mortgages granted in one month by federal district of the borrower and of the lender. Dated file names.

Table: one row a borrower's area, lender's area and currency; `new_loans` in RUB. Moscow is printed beside its district,
of which it is a part, on both sides.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import areas, workbook
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release, observations
from transforms.units import Unit, half_last_place, to_base

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_by_lender", "cbr", "xlsx"
MILLION = Unit("RUB", Decimal(10**6), "RUB")
PART, WHOLE = "RU-MOW", "RUS_FD_CENTRAL"
Cells = dict[tuple[str, str], Decimal]  # borrower, lender


@cache
def _layout() -> dict[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml")))


def recognise(payload: Payload) -> bool:
    title, _ = workbook.split_currency(workbook.first_title(payload))
    return title.casefold().startswith(_layout()["stem"].casefold() + ",")


def read(payload: Payload) -> Reading:
    """The three sheets of one month. Raises ReadError with sheet, row and cell."""
    wanted = {areas.plain(name): currency for currency, name in _layout()["sheets"].items()}
    found: dict[str, tuple[date, Cells]] = {}
    for sheet in workbook.open_workbook(payload):
        currency = wanted.get(areas.plain(sheet.name))
        if currency is None or currency in found:
            raise ReadError("unknown_sheet", expected=f"one of {sorted(wanted)}", got=repr(sheet.name),
                            where=f"sheet {sheet.name!r}")  # fmt: skip
        found[currency] = _sheet(sheet, currency)
    if len(found) < len(wanted) or len({end for end, _ in found.values()}) != 1:
        raise ReadError("missing_sheet", expected=f"sheets {sorted(wanted)} of one month", got=str(sorted(found)),
                        where=payload.name)  # fmt: skip
    _check({currency: cells for currency, (_, cells) in found.items()})
    end = found["ALL"][0]
    rows = [(end, borrower, lender, currency, to_base(value, MILLION), half_last_place(value, MILLION))
            for currency, (_, cells) in found.items() for (borrower, lender), value in cells.items()]  # fmt: skip
    names = ("period_end", "borrower", "lender", "currency", "new_loans", "precision")
    table = pl.DataFrame(rows, schema=list(names), orient="row").sort(list(names)[:4])
    made = observations(
        table.rename({"borrower": "ref_area", "lender": "counterpart_area", "new_loans": "value"}),
        dataset="mortgage", product_code="MORTGAGE", measure="new_loans", basis="month", unit="RUB",
        definition="RESIDENTS_BY_LENDER_DISTRICT", native_title=_layout()["stem"],
    )  # fmt: skip
    return Reading(
        Release(PRODUCT, f"{end:%Y-%m}", title=_layout()["title"], language="ru", currency="RUB"), table, made
    )


def _sheet(sheet: Sheet, currency: str) -> tuple[date, Cells]:
    top = next((i for i in range(len(sheet.rows)) if sheet.label(i) == _layout()["corner"]), None)
    words = [sheet.label(i) for i in range(top or 0) if sheet.label(i)]
    if top is None or len(words) != 2:
        raise ReadError("no_header", expected="a title, a month and the headings of districts", got=str(words),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    head, unit = workbook.split_unit(words[0], f"sheet {sheet.name!r}, title")
    stem, titled = workbook.split_currency(head)
    end = workbook.month(words[1])
    if stem.casefold() != _layout()["stem"].casefold() or titled != currency or unit != MILLION or end is None:
        raise ReadError("unknown_title", expected=f"{_layout()['stem']}, {currency}, млн руб., a month",
                        got=str(words), where=f"sheet {sheet.name!r}, title")  # fmt: skip
    borrowers = [_borrower(cell, sheet.where(top, i)) for i, cell in enumerate(sheet.rows[top][1:], start=1)]
    cells: Cells = {}
    for index in range(top + 1, len(sheet.rows)):
        if workbook.is_note(sheet.rows[index]):
            continue
        lender = areas.resolve(sheet.label(index), sheet.where(index)).code
        for column, borrower in enumerate(borrowers, start=1):
            where = sheet.where(index, column)
            value = workbook.number(sheet.rows[index][column], where, decimals=0)
            if value is None or value < 0 or (borrower, lender) in cells:
                raise ReadError(
                    "not_a_number", expected="one amount for each pair of districts", got=repr(value), where=where
                )
            cells[borrower, lender] = value
    places = {*_layout()["borrowers"].values(), PART}
    if set(cells) != set(product(places, places)):
        raise ReadError("missing_area", expected="every pair of the eight districts and Moscow",
                        got=f"{len(cells)} pairs", where=f"sheet {sheet.name!r}")  # fmt: skip
    return end, cells


def _borrower(cell: workbook.Cell, where: str) -> str:
    words = workbook.text(cell)
    code = PART if words == _layout()["moscow"] else _layout()["borrowers"].get(
        words.removeprefix(_layout()["column"]).strip())  # fmt: skip
    if code is None:
        raise ReadError("unknown_heading", expected="a federal district", got=repr(words), where=where)
    return str(code)


def _check(cells: dict[str, Cells]) -> None:
    """Roubles and foreign currency make the total; Moscow is no more than its district, on either side."""
    for pair, total in cells["ALL"].items():
        if abs(cells["RUB"][pair] + cells["FX"][pair] - total) > Decimal("1.5"):
            raise ReadError("sum_mismatch", expected=f"RUB + FX = {total} for borrowers and lenders of {pair}",
                            got=str(cells["RUB"][pair] + cells["FX"][pair]))  # fmt: skip
    for currency, values in cells.items():
        for (borrower, lender), value in values.items():
            for whole in ((WHOLE, lender) if borrower == PART else None, (borrower, WHOLE) if lender == PART else None):
                if whole and value > values[whole]:
                    raise ReadError("part_exceeds_whole", expected=f"Moscow up to {values[whole]} ({currency})",
                                    got=str(value))  # fmt: skip
