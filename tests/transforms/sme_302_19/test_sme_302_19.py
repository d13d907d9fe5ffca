"""302-19, the old table of small enterprises: a header of five rows with merged cells, dates down the rows."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.model import Payload, ReadError
from transforms.products import recognise

sme_302_19 = books.product("sme_302_19")

BORROWERS = ["субъектов малого и среднего предпринимательства", "индивидуальным предпринимателей"]
CURRENCIES = ["в рублях", "в иностранной валюте и драгоценных металлах", "всего"]
ROW = [2287747, 276335, 235248, 8697, 2522995, 285032, 101982, 10876, 5829, 131, 107811, 11007]


def book() -> bytes:
    """The official layout with the first row of the official table, for two months."""
    wb = openpyxl.Workbook()
    sheet = wb.active
    sheet.title = "Таблица 302-19"
    sheet["A1"], sheet["A2"] = sme_302_19.layout.recognise, "млн.руб."
    sheet["A4"], sheet["B4"], sheet["H5"] = (
        "Отчетная дата",
        "Задолженность,  в том числе:",
        "Просроченная задолженность",
    )
    for merge in ("A4:A8", "B4:M4", "H5:M5"):
        sheet.merge_cells(merge)
    for first, top in ((2, 5), (8, 6)):
        for i, currency in enumerate(CURRENCIES):
            column = first + 2 * i
            sheet.cell(top, column, currency)
            sheet.merge_cells(start_row=top, end_row=top, start_column=column, end_column=column + 1)
            sheet.cell(top + 1, column, BORROWERS[0])
            sheet.cell(top + 1, column + 1, "из них:")
            sheet.cell(top + 2, column + 1, BORROWERS[1])
    for day in (date(2009, 4, 1), date(2009, 5, 1)):
        sheet.append([day, *ROW])
    return books.save(wb)


def test_columns_are_found_by_their_headings() -> None:
    assert recognise(Payload(book())).PRODUCT == "cbr.sme_302_19"
    table = sme_302_19.read(Payload(book())).table
    foreign = table.row(1, named=True)
    assert (foreign["currency"], foreign["period_end"]) == ("FX", date(2009, 3, 31))
    columns = ("debt", "debt_entrepreneurs", "overdue", "overdue_entrepreneurs")
    assert [foreign[c] / 1e6 for c in columns] == [235248, 8697, 5829, 131]
    assert [r.sentence() for r in check("cbr.sme_302_19", table, where="302-19") if not r.success] == []


REFUSED = {
    "unknown heading": (lambda s: s.__setitem__("F5", "в юанях"), "unknown_heading"),
    "unit": (lambda s: s.__setitem__("A2", "тыс. руб."), "unit_mismatch"),
    "month lost": (lambda s: s.__setitem__("A10", date(2009, 6, 1)), "bad_period"),
    "digit": (lambda s: s.__setitem__("F10", 2522905), "sum_mismatch"),
    "borrowers more than all": (lambda s: [s.__setitem__(c, v) for c, v in {"C10": 2287748, "G10": 2296445}.items()], "part_exceeds_whole"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        books.believed(sme_302_19.read(Payload(books.edited(book(), lambda wb: change(wb.active)))))
    assert refusal.value.code == code


def test_equals_the_published_figures_cell_by_cell() -> None:
    table = sme_302_19.read(Payload(books.official("302-19.xlsx").read_bytes())).table
    cells = {(r["reporting_date"].isoformat(), r["currency"]): r for r in table.iter_rows(named=True)}
    compared = 0
    for row in books.tidy("sme_loans_monthly.csv"):
        if row["table"] == "old table 302-19":
            name = row["measure"] + ("_entrepreneurs" if row["borrower"] != "sme" else "")
            assert (
                cells[row["reporting_date"], row["currency"].replace("TOTAL", "ALL")][name] == float(row["value"]) * 1e6
            )
            compared += 1
    assert compared == 118 * 12
