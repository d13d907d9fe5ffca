"""02_41: one label is printed twice, once with the wrong unit; the sums say which row is which."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.model import Payload
from transforms.products import recognise

mortgage_ihc = books.product("mortgage_ihc")

WHOLE = {"count": 22416, "new_loans": 90000, "share_of_new_loans": 12.5, "term": 300.5, "rate": 8.25}
BUILT = {"count": 20000, "new_loans": 80000, "share_of_new_loans": 11.0, "term": 301.0, "rate": 8.0}
BOUGHT = {"count": 2416, "new_loans": 10000, "share_of_new_loans": 1.5, "term": 290.0, "rate": 9.5}


def budget_book() -> bytes:
    """02_29: the unit stands in the title, the rows have none."""
    layout = books.product("budget_funds").layout
    made = openpyxl.Workbook()
    made.remove(made.active)
    parts = {"funds_federal": 100, "funds_regional": 50, "funds_other": 30, "funds_extrabudgetary": 20}
    for currency, times in (("RUB", 7), ("FX", 2), ("ALL", 9)):
        sheet = made.create_sheet(layout.sheets[currency]["name"])
        head, rest = layout.recognise.split(" (", 1)
        sheet.append([f"{head}{books.PHRASES[currency]} ({rest}, млн руб."])
        sheet.append([None, "01.02.2024", "01.03.2024"])
        for name, measure in layout.measures.items():
            figure = times * parts.get(name, sum(parts.values()))
            sheet.append(
                [
                    ("   " if name in parts else "") + measure.title,
                    figure,
                    figure + times * (5 if name == "funds" else 0),
                ]
            )
            if name == "funds_federal":
                sheet.cell(sheet.max_row, 3).value = figure + times * 5
    return books.save(made)


def book(misprint: str = "единиц") -> bytes:
    layout = mortgage_ihc.layout
    made = openpyxl.Workbook()
    made.remove(made.active)
    for currency in ("RUB", "FX", "ALL"):
        sheet = made.create_sheet(layout.sheets[currency]["name"])
        sheet.append([layout.recognise.replace("кредиты,", f"кредиты{books.PHRASES[currency]},")])
        sheet.append(["Отчетная дата", "01.02.2024", "01.03.2024"])
        for name in WHOLE:
            if currency == "ALL" and name in ("term", "rate"):
                continue
            for part, figures in (("", WHOLE), ("_built", BUILT), ("_bought", BOUGHT)):
                measure = layout.measures[f"{name}{part}"]
                label = books.title(measure, "ALL") + (", в том числе" if not part and name == "count" else "")
                if measure.name == "new_loans_bought":
                    label = f"{measure.title}, {misprint}"
                value = figures[name] if currency != "FX" else "0" if name == "share_of_new_loans" else 0
                sheet.append([("  " + label.replace(" за месяц", "\n  за месяц")) if part else label, value, value])
    return books.save(made)


@pytest.mark.slow
@pytest.mark.parametrize("misprint", ["единиц", "млн руб."])
def test_amounts_under_the_label_of_numbers_are_millions(misprint: str) -> None:
    """As printed in 2026, and as it will be when the bank has mended its label."""
    content = book(misprint)
    assert recognise(Payload(content)).PRODUCT == "cbr.mortgage_ihc"
    reading = mortgage_ihc.read(Payload(content))
    made = reading.observations.filter(
        (pl.col("product_code") == "MORTGAGE_IHC_BOUGHT") & (pl.col("currency") == "RUB")
        & (pl.col("period_end") == date(2024, 1, 31))
    )  # fmt: skip
    assert dict(made.select("measure", "value").rows()) == {
        "count": 2416.0, "new_loans": 10_000e6, "share_of_new_loans": 1.5, "term": 290.0, "rate": 9.5,
    }  # fmt: skip
    assert [r.sentence() for r in check("cbr.mortgage_ihc", reading.table, where="02_41") if not r.success] == []
    foreign = reading.observations.filter(currency="FX")
    assert set(foreign["measure"]) == {"count", "new_loans", "share_of_new_loans"}
    assert set(foreign["value"]) == {0.0}, "a term or rate of no loans is printed as the number 0 and is none"


@pytest.mark.parametrize(("cell", "value", "code"), [
    ("B8", 10003, "sum_mismatch"),  # amounts bought
    ("B5", 10000, "sum_mismatch"),  # the two rows of one label exchanged
    ("A8", "  на приобретение объектов\n  ИЖС за месяц, тыс. руб.", "aside: unit_mismatch"),
    ("A9", "Доля прочих кредитов, %", "aside: unknown_indicator"),
])  # fmt: skip
def test_refused(cell: str, value: object, code: str) -> None:
    changed = books.edited(book(), lambda made: made["в рублях"].__setitem__(cell, value))
    assert books.refusal(lambda content: mortgage_ihc.read(Payload(content)), changed) == code
