"""RC_F export: recognised by its header, newest first; rates before 1998 are in old roubles."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from tests.transforms.banking import books
from transforms.banking import fx_forms
from transforms.model import DIMENSIONS, Payload, ReadError
from transforms.products import recognise

fx_export = books.product("fx_export")

ROWS = [(10, date(2022, 3, 2), 145.46, "Юань"), (10, date(2022, 3, 1), 148.134, "Юань")]


def book(rows=ROWS, header=fx_forms.EXPORT) -> bytes:
    wb = openpyxl.Workbook()
    wb.active.title = "RC"
    for row in (header, *rows):
        wb.active.append(row)
    return books.save(wb)


def test_divides_by_the_nominal() -> None:
    assert recognise(Payload(book(), "RC_F01_03_2022_T02_03_2022.xlsx")).PRODUCT == "cbr.fx_export"
    table = fx_export.read(Payload(book())).table
    assert table.select("period_end", "currency", "rate", "printed").rows() == [
        (date(2022, 3, 1), "CNY", 14.8134, 148.134), (date(2022, 3, 2), "CNY", 14.546, 145.46),
    ]  # fmt: skip


def test_another_export_of_the_same_name_is_not_recognised() -> None:
    with pytest.raises(ReadError, match="unrecognised"):
        recognise(Payload(book(header=("regn", "name", "ogrn", "bic")), "RC_F01_03_2022_T02_03_2022.xlsx"))


TEXTS = {
    "semicolons": "nominal;data;curs;cdx\n10;02.03.2022;145,46;Юань\n10;01.03.2022;148,134;Юань\n",
    "other order, tabs": "cdx\tcurs\tdata\tnominal\nЮань\t145.46\t02.03.2022\t10\nЮань\t148.134\t01.03.2022\t10\n",
    "commas, ISO days, oldest first":
        ',nominal,data,curs,cdx\n0,10,2022-03-01,148.134,Юань\n1,10,2022-03-02,"145.46",Юань\n',
}  # fmt: skip


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("page", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_text_saved_of_an_export_is_the_export(form: str, page: str) -> None:
    payload = Payload(TEXTS[form].encode(page), "rates.csv")
    assert recognise(payload).PRODUCT == "cbr.fx_export"
    made, whole = (fx_export.read(one).observations.sort("period_end") for one in (payload, Payload(book())))
    assert made.equals(whole)


@pytest.mark.parametrize(("name", "code"), [("Японских иен", "JPY"), ("Евро", "EUR"), ("Турецких лир", "TRY")])
def test_other_currencies_are_known_by_the_names_the_bank_prints(name: str, code: str) -> None:
    made = fx_export.read(Payload(book([(100, date(2022, 3, 2), 92.5, name)]))).observations
    assert made.select("product_code", "value").rows() == [(code, 0.925)]


REFUSED = {
    "nominal": ([(7, date(2022, 3, 2), 1.0, "Юань")], "bad_nominal"),
    "currency": ([(1, date(2022, 3, 2), 1.0, "Тугрик")], "unknown_currency"),
    "two currencies": ([*ROWS, (1, date(2022, 2, 26), 83.5, "Доллар США")], "bad_period"),
    "in no order": ([*ROWS, (10, date(2022, 3, 5), 145.0, "Юань")], "bad_period"),
    "text date": ([(1, "02.03.2022", 1.0, "Юань")], "bad_period"),
    "no rate": ([(1, date(2022, 3, 2), "-", "Юань")], "not_a_number"),
    "nothing": ([], "empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    rows, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        fx_export.read(Payload(book(rows), "RC.xlsx"))
    assert refusal.value.code == code


def test_official_export_makes_the_shipped_series() -> None:
    """7,605 days from 1992 to June 2025; old roubles (RUR) before 1 January 1998."""
    made = fx_export.read(Payload(books.official("RC_F01_07_1992_T10_06_2025.xlsx").read_bytes())).observations
    shipped = books.shipped().filter(pl.col("release_id").str.starts_with("history/cbr/fx_usd_daily"))
    both = shipped.join(made, on=[*DIMENSIONS, "period_end"], suffix="_read")
    assert len(both) == len(made) == len(shipped) == 7605
    assert both.filter(pl.col("value") != pl.col("value_read")).is_empty()
    assert made.filter(pl.col("unit") == "RUR")["period_end"].max() < date(1998, 1, 1)


def test_rows_fall_on_tuesday_to_saturday_and_nine_sundays_since_2015() -> None:
    """A Sunday row follows a working Saturday; a Monday has none, since nothing is set on Sunday."""
    made = fx_export.read(Payload(books.official("RC_F01_07_1992_T10_06_2025.xlsx").read_bytes())).observations
    days = made.filter(pl.col("period_end") >= date(2015, 1, 1))["period_end"].dt.weekday().value_counts()
    found = dict(days.iter_rows())
    assert set(found) == {2, 3, 4, 5, 6, 7} and found[7] == 9
