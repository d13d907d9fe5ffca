"""GetCursDynamic and GetCursOnDate: the same rates as by XML, whatever the nominal."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.model import Payload
from transforms.products import recognise

fx_soap = books.product("fx_soap")

ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<Response xmlns="http://web.cbr.ru/"><Result><ValuteData xmlns="" {}>{}</ValuteData></Result></Response>'
    "</soap:Body></soap:Envelope>"
)


def dynamic(*rows: tuple[str, str, str, str]) -> bytes:
    nodes = "".join(
        f"<ValuteCursDynamic><CursDate>{day}T00:00:00+03:00</CursDate><Vcode>{code}      </Vcode><Vnom>{nominal}</Vnom>"
        f"<Vcurs>{value}</Vcurs></ValuteCursDynamic>"
        for day, code, nominal, value in rows
    )
    return ENVELOPE.format("", nodes).encode()


NUMBERS = {"VND": "704", "USD": "840", "AUD": "36"}


def on_date(*rows: tuple[str, str, str, str], day: str = "20251213") -> bytes:
    nodes = "".join(
        f"<ValuteCursOnDate><Vname>{code}   </Vname><Vnom>{nominal}</Vnom><Vcurs>{value}</Vcurs><Vcode>{NUMBERS[code]}</Vcode>"
        f"<VchCode>{code}</VchCode><VunitRate>{unit}</VunitRate></ValuteCursOnDate>"
        for code, nominal, value, unit in rows
    )
    return ENVELOPE.format(f'OnDate="{day}"', nodes).encode()


def read(content: bytes):
    return fx_soap.read(Payload(content, "DailyInfo.asmx"))


@pytest.mark.slow
def test_dynamic_in_any_order_equals_the_shipped_rates() -> None:
    content = dynamic(("2024-11-27", "R01235", "1", "105.0604"), ("2024-11-26", "R01235", "1", "103.7908"))
    assert recognise(Payload(content)).PRODUCT == "cbr.fx_soap"
    reading = read(content)
    assert reading.release.period == "2024-11-27"
    made = reading.observations.select("period_end", "product_code", "value")
    shipped = books.shipped().filter((pl.col("dataset") == "fx_rate") & (pl.col("product_code") == "USD"))
    both = made.join(shipped, on=["period_end", "product_code"], suffix="_shipped")
    assert both.height == 2
    assert both.filter(pl.col("value") != pl.col("value_shipped")).is_empty()
    assert [r.sentence() for r in check("cbr.fx_soap", reading.table, where="x") if not r.success] == []


def test_a_nominal_is_divided_by() -> None:
    (row,) = read(on_date(("VND", "10000", "31.5650", "0.0031565"))).table.to_dicts()
    assert (row["period_end"], row["currency"], row["nominal"]) == (date(2025, 12, 13), "VND", 10000)
    assert row["rate"] == pytest.approx(0.0031565)
    assert row["precision"] == pytest.approx(0.00005 / 10000)


USD = ("2025-12-05", "R01235", "1", "76.9708")
REFUSED = {
    "currency": (dynamic((USD[0], "R99999", "1", "1.0")), "unknown_currency"),
    "nominal": (dynamic((USD[0], "R01235", "3", "1.0")), "bad_nominal"),
    "comma": (dynamic((*USD[:3], "76,9708")), "not_a_number"),
    "day": (dynamic(("12/05/2025", *USD[1:])), "bad_period"),
    "twice": (dynamic(USD, USD), "duplicate_row"),
    "unit rate": (on_date(("VND", "10000", "31.5650", "0.31565")), "nominal_mismatch"),
    "codes of two currencies": (
        on_date(("USD", "1", "79.7296", "79.7296")).replace(b">840<", b">156<"),
        "unknown_currency",
    ),
    "no date": (on_date(("USD", "1", "79.7296", "79.7296"), day=""), "bad_period"),
    "nothing": (dynamic(), "empty"),
    "cut": (dynamic(USD)[:-20], "truncated"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    assert books.refusal(read, content) == code
