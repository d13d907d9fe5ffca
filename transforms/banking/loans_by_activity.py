"""Loans to companies and entrepreneurs by economic activity: 01_01_A/C, 01_02_A/C, 01_10_F, 01_11, 01_11_F/I.

One sheet a measure and currency, told by its title (titled.py); the heading of column A says what the rows are: the
publisher's own list of activities (A books), the classes of OKVED2 (C, F and I books), or, where it is empty, all small
and medium enterprises and the entrepreneurs among them (01_11). Every row must be there. Table: one row a period,
borrower, activity and currency; amounts in RUB. OKVED2 classes make no printed total; the A books do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
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
from transforms.banking.statistic import tall, with_dimensions
from transforms.banking.sums import check
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release

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
    layout = replace(book.layout("Loans by economic activity"), dataset="loans_by_activity", parents=rows["parents"])
    check(layout, book.figures)
    return _reading(layout, book, rows["name"])


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


def product_code(kind: str, name: str) -> pl.Expr:
    """Whose loans to the `activity` of the list `name`: CORPORATE_AND_ENTREPRENEURS_ACTIVITY_TRADE."""
    activity = pl.col("activity")
    return pl.when(activity == TOTAL).then(pl.lit(kind)).otherwise(pl.concat_str(pl.lit(f"{kind}_{name}_"), activity))


def _reading(layout: Any, book: titled.Book, name: str) -> Reading:
    long = tall(layout, book.figures).rename({"row": "activity"})
    last = long["period_end"].max()
    assert isinstance(last, date)
    wide = long.pivot("name", index=["period_end", "activity", "currency"], values="value")
    table = (
        wide.with_columns(*(pl.lit(None, pl.Float64).alias(n) for n in AMOUNTS if n not in wide.columns))
        .with_columns(
            reporting_date=pl.col("period_end") + timedelta(days=1),
            borrower=pl.lit(book.kind),
            classification=pl.lit(name),
            precision=pl.lit(layout.measures["debt"].precision),
        )
        .select("period_end", "reporting_date", "borrower", "classification", "activity", "currency", *AMOUNTS,
                "precision")
        .sort("period_end", "activity", "currency")
    )  # fmt: skip
    coded = long.with_columns(product_code=product_code(book.kind, name), ref_area=pl.lit("RUS"))
    made = with_dimensions(layout, coded.drop("activity"))
    release = Release(PRODUCT, f"{last:%Y-%m}", title="Loans by economic activity", language="ru", currency="RUB")
    return Reading(release, table, made, notes=tuple(book.figures.notes), set_aside=tuple(book.figures.aside))
