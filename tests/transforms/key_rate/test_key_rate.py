"""Key rate: page, SOAP answer and export say the same; only changes become observations, dated by the first day."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import key_rate
from transforms.model import Payload, ReadError
from transforms.products import recognise

DAYS = {"25.10.2024": "19,00", "28.10.2024": "21,00", "29.10.2024": "21,00"}


def page(days=DAYS) -> bytes:
    rows = "".join(f"<tr><td>{day}</td><td>{rate}</td></tr>" for day, rate in reversed(days.items()))
    head = "<tr><th>Дата</th><th>Ставка</th></tr>"
    return f"<html><h1>Ключевая ставка Банка России</h1><table class='data'>{head}{rows}</table></html>".encode()


def soap(days=DAYS) -> bytes:
    """Rows in no particular order, times with a zone, decimal points."""
    rows = ""
    for day, rate in days.items():
        iso = "-".join(reversed(day.split(".")))
        rows += f"<KR><DT>{iso}T00:00:00+03:00</DT><Rate>{rate.replace(',', '.')}</Rate></KR>"
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        '<soap:Body><KeyRateResponse xmlns="http://web.cbr.ru/"><KeyRateResult><KeyRate xmlns="">'
        f"{rows}</KeyRate></KeyRateResult></KeyRateResponse></soap:Body></soap:Envelope>"
    ).encode()


def export(days=DAYS) -> bytes:
    rows = "".join(f"{day}\t{rate.replace(',', '.')}\n" for day, rate in reversed(days.items()))
    return f"Дата\tСтавка\n{rows}".encode()


def inside(days=DAYS) -> bytes:
    """The part of the answer that programs take out of it."""
    whole = soap(days)
    return whole[whole.index(b"<KeyRate ") : whole.index(b"</KeyRateResult>")]


@pytest.mark.parametrize("form", [page, soap, inside, export])
def test_three_forms_of_one_table(form) -> None:
    assert recognise(Payload(form())).PRODUCT == "cbr.key_rate"
    reading = key_rate.read(Payload(form()))
    assert reading.table.select("period_end", "key_rate", "change").rows() == [
        (date(2024, 10, 25), 19.0, False), (date(2024, 10, 28), 21.0, True), (date(2024, 10, 29), 21.0, False),
    ]  # fmt: skip
    assert reading.observations.select("period_end", "value", "precision").rows() == [(date(2024, 10, 28), 21.0, 0.005)]
    assert "first day here, not a change" in reading.notes[0]
    assert [r.sentence() for r in check("cbr.key_rate", reading.table, where="key rate") if not r.success] == []


@pytest.mark.slow
def test_export_makes_the_shipped_changes() -> None:
    """Every change 2013 to 2023, the first row of the published series among them."""
    made = key_rate.read(Payload(books.official("key_rate.csv").read_bytes())).observations
    claims = books.shipped()
    shipped = claims.filter(pl.col("release_id") == "history/cbr/key_rate#export").sort("period_end")
    assert made.select("period_end", "value").rows() == shipped.select("period_end", "value").rows()
    assert made["period_end"][0] == date(2013, 9, 17)


@pytest.mark.slow
def test_changes_are_dated_by_the_monday_they_apply_from_and_not_by_the_friday_of_the_decision() -> None:
    """The 13 changes from transcripts (2024 on); one that used the days of the decisions would be three days early, and is refused."""
    shipped = books.shipped().filter(pl.col("release_id") == "history/cbr/key_rate#table")
    assert set(shipped["period_end"].dt.weekday()) == {1} and len(shipped) == 13
    decided = {"25.07.2025": "18,00", "12.09.2025": "17,00", "24.10.2025": "16,50"}
    for form in (page, soap, export):
        assert books.refusal(lambda content: key_rate.read(Payload(content)), form(decided)) == "period_gap"


REFUSED = {
    "rate of 2100": (page(DAYS | {"28.10.2024": "2100"}), "not_a_number"),
    "no quarter of a percent": (soap(DAYS | {"28.10.2024": "21,10"}), "unlikely_rate"),
    "a rate for one day": (export(DAYS | {"28.10.2024": "27,00"}), "unlikely_rate"),
    "broken closing tag": (page().replace(b"</td><td>21,00</td></tr><tr><td>28", b"</td28", 1), "broken_tag"),
    "day of the change lost": (export({day: rate for day, rate in DAYS.items() if day[:2] != "28"}), "period_gap"),
    "line lost in part": (export().replace(b"28.10.2024\t21.00", b""), "period_gap"),
    "comment in a rate": (soap().replace(b"21.00", b"2<!-- 7 -->1.00"), "leftover_field"),
    "element in a rate": (soap().replace(b"21.00", b"21.00<b>5</b>"), "leftover_field"),
    "day without its time": (soap().replace(b"2024-10-29T00:00:00+03:00", b"2024-10-29"), "bad_period"),
    "whole number": (page(DAYS | {"28.10.2024": "21"}), "not_a_number"),
    "no rate": (page(DAYS | {"28.10.2024": "-"}), "not_a_number"),
    "three decimals": (export(DAYS | {"28.10.2024": "21,005"}), "not_a_number"),
    "date": (page({"2024-10-28": "21,00"}), "bad_period"),
    "weeks missing": (page({"25.09.2024": "19,00", "28.10.2024": "21,00"}), "period_gap"),
    "day twice": (soap().replace(b"2024-10-29", b"2024-10-28"), "duplicate_row"),
    "cut page": (page()[:-20], "truncated"),
    "broken tag of a row": (page().replace(b"<tr><td>28", b"<xr><td>28"), "loose_text"),
    "broken tag of a cell": (page().replace(b"<td>28.10.2024<", b"<xd>28.10.2024<"), "loose_text"),
    "cut answer": (soap()[:-20], "truncated"),
    "no rows": (page({}), "empty"),
    "third column": (export().replace(b"\t21.0", b"\t21.0\t1"), "leftover_column"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        key_rate.read(Payload(content, "KeyRate"))
    assert refusal.value.code == code


def test_words_above_and_below_a_text_and_marks_of_footnotes_are_no_figures() -> None:
    noted = "Ключевая ставка Банка России\n".encode() + export().replace("Ставка".encode(), "Ставка*".encode())
    noted += "\n* в процентах годовых\n".encode()
    assert recognise(Payload(noted)).PRODUCT == "cbr.key_rate"
    assert key_rate.read(Payload(noted)).table.equals(key_rate.read(Payload(export())).table)


def test_a_day_that_cannot_be_read_costs_itself_where_the_rate_did_not_change() -> None:
    days = DAYS | {"30.10.2024": "#REF!", "31.10.2024": "21,00"}
    whole, reading = key_rate.read(Payload(page())), key_rate.read(Payload(page(days)))
    assert [(row.row, row.code) for row in reading.set_aside] == [("2024-10-30", "not_a_number")]
    assert reading.observations.equals(whole.observations)


def test_a_change_after_a_holiday_is_of_the_first_day_listed() -> None:
    """The rate of 31 October 2014 took effect on Wednesday, 5 November: Monday and Tuesday were days off."""
    reading = key_rate.read(Payload(page({"31.10.2014": "8,00", "05.11.2014": "9,50", "06.11.2014": "9,50"})))
    assert reading.observations.select("period_end", "value").rows() == [(date(2014, 11, 5), 9.5)]


def test_a_guard_page_is_no_key_rate() -> None:
    """Since 2022 a DDoS-guard page may come with status 200."""
    guard = b"<html><head><title>DDOS-GUARD</title></head><body>Checking your browser - ddos-guard.net</body></html>"
    with pytest.raises(ReadError) as refusal:
        recognise(Payload(guard))
    assert refusal.value.code == "challenge_page"


def excel(days=DAYS) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Дата", "Ставка"])
    for day, rate in reversed(days.items()):
        book.active.append([date(*map(int, reversed(day.split(".")))), float(rate.replace(",", "."))])
    return books.save(book)


def text_form(delimiter: str, *, turned: bool = False, comma: bool = True, head: str = "Дата,Ставка") -> str:
    rows = [head.split(","), *([day, rate if comma else rate.replace(",", ".")] for day, rate in DAYS.items())]
    return "".join(delimiter.join(reversed(row) if turned else row) + "\r\n" for row in rows)


EXPORTS = {
    "xlsx": excel(),
    "semicolons": text_form(";").encode(),
    "semicolons of Excel": text_form(";").encode("cp1251"),
    "its own line for Excel": ("sep=;\r\n" + text_form(";")).encode("utf-8-sig"),
    "commas and decimal points": text_form(",", comma=False).encode(),
    "commas in the numbers as well": text_form(",").encode(),
    "quoted": "".join(f'"{a}","{b}"\n' for a, b in [("Дата", "Ставка"), *DAYS.items()]).encode(),
    "tabs in UTF-16": text_form("\t").encode("utf-16"),
    "columns turned": text_form(";", turned=True).encode(),
    "English": text_form(";", head="Date,Rate").encode(),
    "ISO days and an index": (
        ",Date,Rate\n" + "".join(f"{i},{'-'.join(reversed(day.split('.')))},{rate.replace(',', '.')}\n"
                                 for i, (day, rate) in enumerate(DAYS.items()))
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", EXPORTS)
def test_exports_as_people_keep_them(form: str) -> None:
    content = EXPORTS[form]
    assert recognise(Payload(content, "x")).PRODUCT == "cbr.key_rate"
    made = key_rate.read(Payload(content, "x")).observations
    assert made.select("period_end", "value").rows() == [(date(2024, 10, 28), 21.0)]


def test_an_export_of_2022_with_both_decimal_signs(shared) -> None:
    made = key_rate.read(
        Payload((shared.parent / "cases/banking/key_rate_2022_semicolon.csv").read_bytes())
    ).observations
    assert made.select("period_end", "value").rows() == [
        (date(2022, 5, 4), 14.0), (date(2022, 5, 27), 11.0), (date(2022, 6, 14), 9.5),
    ]  # fmt: skip
