"""02_02, 02_03 mortgages: indicators down the rows; stock and flow under one reporting date; `0,0` is no rate."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from tests.transforms.banking import books
from transforms.model import Payload
from transforms.products import recognise

mortgage = books.product("mortgage")
mortgage_scpa = books.product("mortgage_scpa")

RUB = {"count": 300, "new_loans": 900, "debt": 5000, "overdue": 50, "acquired_claims": 100, "debt_incl_acquired": 5100,
       "term": 190.0, "rate": 9.85}  # fmt: skip
FX = {"count": 0, "new_loans": 0, "debt": 30, "overdue": 12, "acquired_claims": 10, "debt_incl_acquired": 40,
      "term": "0,0", "rate": "0,00"}  # fmt: skip


def book(module=mortgage) -> bytes:
    layout = module.layout
    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    both = {k: RUB[k] + FX[k] for k in RUB if k not in ("term", "rate")}
    for currency, figures in {"RUB": RUB, "FX": FX, "ALL": both}.items():
        sheet = wb.create_sheet(layout.sheets[currency]["name"])
        head, tail = layout.recognise[:31], layout.recognise[31:]
        sheet.append([f"{head}{books.PHRASES[currency]}{tail}"])
        sheet.append(["Отчетная дата", "01.02.2019", "01.03.2019"])
        for name, value in figures.items():
            label = books.title(layout.measures[name], "ALL") + (", в том числе" if name == "debt" else "")
            sheet.append([("     " if name == "overdue" else "") + label, value, value])
        sheet.append(["*До 01.05.2021 показатели не формировались."])
    return books.save(wb)


def test_two_books_of_one_layout_are_told_apart_by_title() -> None:
    assert recognise(Payload(book())).PRODUCT == "cbr.mortgage"
    assert recognise(Payload(book(mortgage_scpa))).PRODUCT == "cbr.mortgage_scpa"


def test_flow_under_february_is_that_of_january() -> None:
    """README 4.1: the issue count under 01.02.2019 is that of January 2019, and so is the stock of that morning."""
    made = mortgage.read(Payload(book())).observations.filter(pl.col("currency") == "RUB")
    first = made.filter(pl.col("period_end") == date(2019, 1, 31))
    assert dict(first.filter(pl.col("definition") != "RESIDENTS_INCL_ACQUIRED").select("measure", "basis").rows()) == {
        "count": "month", "new_loans": "month", "term": "month", "rate": "rate",
        "debt": "stock", "overdue": "stock", "acquired_claims": "stock",
    }  # fmt: skip


def test_comma_text_is_no_loans_that_month_and_not_a_rate_of_zero() -> None:
    reading = mortgage.read(Payload(book()))
    assert reading.table.filter(pl.col("currency") == "FX")["rate"].to_list() == [None, None]
    assert reading.observations.filter((pl.col("currency") == "FX") & (pl.col("measure") == "rate")).is_empty()
    counts = reading.observations.filter((pl.col("currency") == "FX") & (pl.col("measure") == "count"))
    assert counts["value"].to_list() == [0.0, 0.0], "a printed zero is a figure"


def test_precision_is_the_printed_place_even_where_excel_drops_the_zero() -> None:
    made = mortgage.read(Payload(book())).observations.filter(pl.col("currency") == "RUB")
    places = dict(made.select("measure", "precision").unique().rows())
    assert (places["term"], places["rate"], places["debt"]) == (0.05, 0.005, 500_000.0)


def test_footnotes_are_notes() -> None:
    assert mortgage.read(Payload(book())).notes == ("*До 01.05.2021 показатели не формировались.",)


def put(cell: str, value: object, sheet: str = "в рублях"):
    return lambda wb: wb[sheet].__setitem__(cell, value)


def exchange_sheets(wb) -> None:
    first, second = wb["в рублях"], wb["в инвалюте"]
    first.title, second.title = "прочее", "в рублях"
    first.title = "в инвалюте"


def exchange_labels(wb) -> None:
    sheet = wb["в рублях"]
    sheet["A5"], sheet["A6"] = sheet["A6"].value.strip(), books.title(mortgage.layout.measures["debt"], "ALL")


REFUSED = {
    "unknown indicator": (put("A3", "Число заемщиков, единиц"), "aside: unknown_indicator"),
    "unit of a row": (put("A4", "Объем предоставленных кредитов за месяц, тыс. руб."), "aside: unit_mismatch"),
    "row lost": (lambda wb: wb["итого"].delete_rows(3), "aside: missing_row"),
    "labels of two rows exchanged": (exchange_labels, "sum_mismatch"),
    "sum": (put("C8", 5102), "sum_mismatch"),
    "names of two sheets exchanged": (exchange_sheets, "currency_mismatch"),
    "date of another day": (put("C2", "02.03.2019"), "bad_period"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_reason_and_place(case: str) -> None:
    change, code = REFUSED[case]
    assert books.refusal(lambda content: mortgage.read(Payload(content)), books.edited(book(), change)) == code


@pytest.mark.parametrize(("module", "file", "product"), [
    (mortgage, "02_02_Mortgage.xlsx", "mortgage_all"),
    (mortgage_scpa, "02_03_Scpa_mortgage.xlsx", "mortgage_under_construction_ddu"),
])  # fmt: skip
def test_equals_the_published_figures_cell_by_cell(module, file: str, product: str) -> None:
    """Every row that the tidy file takes from the book; its zeros for `0,0` are no figures here."""
    names = {"avg_rate_pct": "rate", "avg_term_months": "term"}
    names |= {"new_loans_count": "count", "new_loans_volume": "new_loans"}
    table = module.read(Payload(books.official(file).read_bytes())).table
    cells = {(r["reporting_date"], r["currency"]): r for r in table.iter_rows(named=True)}
    compared = 0
    for row in books.tidy("mortgage_monthly.csv"):
        if row["product"] != product or file not in row["source"]:
            continue
        name = names.get(row["measure"], row["measure"])
        got = cells[date.fromisoformat(row["reporting_date"]), row["currency"].replace("TOTAL", "ALL")][name]
        scale = 1 if name in ("count", "term", "rate") else 1e6
        value = float(row["value"]) * scale if row["value"] else None
        assert got == (None if name in ("term", "rate") and value == 0 else value), row
        compared += 1
    assert compared == 1688
