"""Loans to companies and entrepreneurs by economic activity: 01_01_A/C, 01_02_A/C, 01_10_F, 01_11, 01_11_F/I.

One sheet a measure and currency, told by its title (titled.py); the heading of column A says what the rows are: the
publisher's own list of activities (A books), the classes of OKVED2 (C, F and I books), or, where it is empty, all small
and medium enterprises and the entrepreneurs among them (01_11). Every row must be there. Table: one row a period,
borrower, activity and currency; amounts in RUB. OKVED2 classes make no printed total; the A books do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import titled, workbook
from transforms.banking.figures import Figures, Measure
from transforms.banking.headers import Header
from transforms.banking.labels import found, plain, unmarked
from transforms.banking.rows import Wanted, take
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_activity", "cbr", "xlsx"
TOTAL = "TOTAL"
AMOUNTS = ("new_loans", "debt", "overdue")
SET_ASIDE = 0.05
"""Share of a sheet's rows that may be set aside: one of some 26 activities, four of some 90 classes."""


@cache
def lists() -> dict[str, Any]:
    """Heading of column A -> code of the list, its rows (plain label -> code) and their parents."""
    data = yaml_file.load(Path(__file__).with_suffix(".yaml"))
    return {
        plain(entry["heading"]): {
            "name": name,
            "rows": {activity_label(printed): code for code, printed in entry["rows"].items()},
            "parents": entry.get("parents", {}),
        }
        for name, entry in data.items()
    }


def activity_label(printed: str) -> str:
    """A label without what announces the rows below it."""
    return re.sub(r",? (из них|в том числе):?$", "", unmarked(plain(printed)))


def recognise(payload: Payload) -> bool:
    """Is a title one of titles.yaml, over rows of a list of loans_by_activity.yaml?"""
    return bool(titled.matches(payload)) and _list(payload) is not None


def _list(payload: Payload) -> tuple[str, dict[str, Any]] | None:
    """The heading of column A as printed, and its list, if the first row below it belongs to that."""
    sheet = workbook.figure_sheets(payload)[0]
    for index in range(1, min(10, len(sheet.rows))):
        heading = sheet.label(index - 1) if index > 1 else ""
        entry = found(lists(), heading)
        if entry and activity_label(sheet.label(index)) in entry["rows"]:
            return heading, entry
    return None


def read(payload: Payload) -> Reading:
    """Every sheet of the book. Raises ReadError with sheet, row and cell."""
    if (known := _list(payload)) is None:
        raise ReadError("no_header", expected=f"one of {sorted(lists())} over its rows", got="none",
                        where=payload.name)  # fmt: skip
    heading, rows = known
    book = titled.read(payload, heading, partial(_take, rows["rows"], rows["parents"]))
    layout = book.layout("Loans by economic activity", AMOUNTS, dataset="loans_by_activity", parents=rows["parents"])
    keys = {"borrower": pl.lit(book.kind), "classification": pl.lit(rows["name"]), "activity": pl.col("row"),
            "currency": pl.col("currency")}  # fmt: skip
    return reading(PRODUCT, layout, book.figures, keys, ref_area=pl.lit("RUS"),
                   product_code=product_code(book.kind, rows["name"], pl.col("row")))  # fmt: skip


def _take(
    rows: Mapping[str, str], parents: Mapping[str, str], sheet: Sheet, header: Header, measure: Measure, currency: str,
    figures: Figures,
) -> None:  # fmt: skip
    def place(index: int) -> tuple[Measure, str]:
        if (code := rows.get(activity_label(sheet.label(index)))) is None:
            raise ReadError("unknown_label", expected="a row of loans_by_activity.yaml", got=repr(sheet.label(index)),
                            where=sheet.where(index))  # fmt: skip
        return measure, code

    wholes = [(measure.name, code) for code in {*parents.values(), TOTAL}]
    take(sheet, header, currency, figures, place,
         Wanted([(measure.name, code) for code in rows.values()], wholes, SET_ASIDE))  # fmt: skip


def product_code(kind: str, name: str, activity: pl.Expr) -> pl.Expr:
    """Whose loans to the `activity` of the list `name`: CORPORATE_AND_ENTREPRENEURS_ACTIVITY_TRADE."""
    return pl.when(activity == TOTAL).then(pl.lit(kind)).otherwise(pl.concat_str(pl.lit(f"{kind}_{name}_"), activity))
