"""Loans to companies and entrepreneurs by economic activity: 01_01_A/C, 01_02_A/C, 01_10_F, 01_11, 01_11_F/I.

One sheet a measure and currency, told by its title (titled.py); the heading of column A says what the rows are: the
publisher's own list of activities (A books), the classes of OKVED2 (C, F and I books), or, where it is empty, all small
and medium enterprises and the entrepreneurs among them (01_11). Every row must be there. Table: one row a period,
borrower, activity and currency; amounts in RUB. OKVED2 classes make no printed total; the A books do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file
from transforms.banking import titled, workbook
from transforms.banking.areas import plain
from transforms.banking.statistic import Figures, Measure, check, tall, with_dimensions
from transforms.banking.workbook import Header, Sheet
from transforms.model import Payload, ReadError, Reading, Release

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_activity", "cbr", "xlsx"
TOTAL = "TOTAL"
AMOUNTS = ("new_loans", "debt", "overdue")


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
    return re.sub(r",? (из них|в том числе):?$", "", plain(printed))


def recognise(payload: Payload) -> bool:
    """Is the first title one of titles.yaml, over rows of a list of loans_by_activity.yaml?"""
    return titled.is_titled(payload) and _heading(payload) is not None


def _heading(payload: Payload) -> str | None:
    """The heading of column A, if the first row below it belongs to its list."""
    sheet = workbook.open_workbook(payload)[0]
    for index in range(1, min(10, len(sheet.rows))):
        heading = plain(sheet.label(index - 1)) if index > 1 else ""
        entry = lists().get(heading)
        if entry and activity_label(sheet.label(index)) in entry["rows"]:
            return heading
    return None


def read(payload: Payload) -> Reading:
    """Every sheet of the book. Raises ReadError with sheet, row and cell."""
    heading = _heading(payload)
    if heading is None:
        raise ReadError("no_header", expected=f"one of {sorted(lists())} over its rows", got="none",
                        where=payload.name)  # fmt: skip
    rows = lists()[heading]

    def take(sheet: Sheet, header: Header, measure: Measure, currency: str, figures: Figures) -> None:
        _take(sheet, header, measure, currency, figures, rows["rows"])

    sheet = workbook.open_workbook(payload)[0]
    corner = next(label for label in map(sheet.label, range(len(sheet.rows))) if plain(label) == heading)
    book = titled.read(payload, corner if heading else "", take)
    layout = replace(book.layout("Loans by economic activity"), dataset="loans_by_activity", parents=rows["parents"])
    check(layout, book.figures)
    return _reading(layout, book, rows["name"])


def _take(
    sheet: Sheet, header: Header, measure: Measure, currency: str, figures: Figures, rows: dict[str, str]
) -> None:
    missing = dict.fromkeys(rows.values())
    width = len(header.period_ends) + 1
    for index in range(header.row + 1, len(sheet.rows)):
        row, name = sheet.rows[index], activity_label(sheet.label(index))
        if workbook.is_note(row):
            continue
        if name not in rows:
            raise ReadError("unknown_label", expected="a row of loans_by_activity.yaml", got=repr(sheet.label(index)),
                            where=sheet.where(index))  # fmt: skip
        if any(cell != "" for cell in row[width:]):
            raise ReadError("leftover_column", expected=f"{width - 1} figures", got=repr(row[width:][:3]),
                            where=sheet.where(index, width))  # fmt: skip
        missing.pop(rows[name], None)
        for column, end in enumerate(header.period_ends, start=1):
            where = sheet.where(index, column)
            cell = row[column] if column < len(row) else ""
            value = measure.number(cell, where)
            figures.put((measure.name, currency), rows[name], end, value, where)
    if missing:
        raise ReadError("missing_row", expected="a row for every activity", got=f"none for {', '.join(missing)}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip


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
    return Reading(release, table, made)
