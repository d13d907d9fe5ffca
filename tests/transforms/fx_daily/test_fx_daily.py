"""XML_daily: windows-1251 bytes, decimal comma, nominal, the date of the root."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.transforms.banking import books
from transforms.banking import fx
from transforms.model import Payload, ReadError
from transforms.products import recognise

fx_daily = books.product("fx_daily")

DECLARED = '<?xml version="1.0" encoding="windows-1251"?>'


IDS = {"CNY": ("R01375", "156"), "USD": ("R01235", "840"), "JPY": ("R01820", "392")}


def valute(code: str, nominal: object, value: str, extra: str = "", name: str = "Юань") -> str:
    identity, number = IDS[code]
    return (
        f'<Valute ID="{identity}"><NumCode>{number}</NumCode><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal>'
        f"<Name>{name}</Name><Value>{value}</Value>{extra}</Valute>"
    )


def page(*valutes: str, day: str = "02.03.2022") -> bytes:
    return f'{DECLARED}<ValCurs Date="{day}" name="Foreign Currency Market">{"".join(valutes)}</ValCurs>'.encode(
        "cp1251"
    )


def test_divides_by_the_nominal_and_reads_the_decimal_comma() -> None:
    reading = fx_daily.read(Payload(page(valute("CNY", 10, "148,1340"))))
    row = reading.table.row(0, named=True)
    assert (row["rate"], row["printed"], row["nominal"], row["name"]) == (14.8134, 148.134, 10, "Юань")
    assert row["precision"] == pytest.approx(0.000005)
    assert reading.observations["product_code"].to_list() == ["CNY"]
    assert reading.observations["period_end"].to_list() == [date(2022, 3, 2)]


def test_cyrillic_bytes_without_declaration_are_windows_1251() -> None:
    body = page(valute("CNY", 1, "11,2726")).removeprefix(DECLARED.encode())
    assert fx_daily.read(Payload(body)).table["name"].to_list() == ["Юань"]


REFUSED = {
    "decimal point": (page(valute("USD", 1, "79.7296.1")), "not_a_number"),
    "two decimals": (page(valute("USD", 1, "79,72")), "not_a_number"),
    "codes of two currencies": (page(valute("USD", 1, "79,7296").replace("840", "156")), "unknown_currency"),
    "letter code of nothing": (page(valute("USD", 1, "79,7296").replace("USD", "USZ")), "unknown_currency"),
    "id of another currency": (page(valute("USD", 1, "79,7296").replace("R01235", "R01239")), "unknown_currency"),
    "digit in the name": (page(valute("USD", 1, "79,7296", name="Доллар США6")), "unknown_currency"),
    "markup in the name": (page(valute("USD", 1, "79,7296", name="Доллар&lt;b&gt;")), "unknown_currency"),
    "no value": (page(valute("USD", 1, "-")), "not_a_number"),
    "negative": (page(valute("USD", 1, "-79,7296")), "not_a_number"),
    "nominal 7": (page(valute("USD", 7, "79,7296")), "bad_nominal"),
    "unit rate": (page(valute("JPY", 1, "51,2138", "<VunitRate>0,512138</VunitRate>")), "nominal_mismatch"),
    "currency twice": (page(valute("USD", 1, "79,7296"), valute("USD", 1, "79,7297")), "duplicate_row"),
    "unknown field": (page(valute("USD", 1, "79,7296", "<Change>1</Change>")), "leftover_field"),
    "date": (page(valute("USD", 1, "79,7296"), day="2022-03-02"), "bad_period"),
    "truncated": (page(valute("USD", 1, "79,7296"))[:-30], "truncated"),
    "no rates": (page(), "empty"),
    "entity bomb": (b'<!DOCTYPE a [<!ENTITY b "c">]><ValCurs Date="02.03.2022">&b;</ValCurs>', "unsafe_xml"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        fx_daily.read(Payload(content, "XML_daily.asp"))
    assert refusal.value.code == code


@pytest.mark.parametrize(("broken", "code"), [
    (valute("JPY", 10, "51,2138", "<VunitRate>0,512138</VunitRate>"), "nominal_mismatch"),
    (valute("JPY", 100, "51,2138"), "missing_field"),
    (valute("JPY", 100, "#REF!", "<VunitRate>0,512138</VunitRate>"), "not_a_number"),
])  # fmt: skip
def test_a_currency_that_cannot_be_read_costs_itself(broken: str, code: str) -> None:
    good = valute("CNY", 1, "11,2726", "<VunitRate>11,2726</VunitRate>")
    reading = fx_daily.read(Payload(page(good, broken)))
    assert [(row.row, row.code) for row in reading.set_aside] == [("JPY", code)]
    assert reading.table["currency"].to_list() == ["CNY"]


def test_a_broken_page_is_still_recognised_so_that_its_reason_is_told() -> None:
    assert recognise(Payload(page(valute("USD", 1, "79,7296"))[:-30])).PRODUCT == "cbr.fx_daily"


def test_the_directory_is_that_of_the_official_page() -> None:
    page = books.official("XML_daily_eng_2025-12-13.xml").read_bytes()
    listed = re.findall(rb'ID="(\w+)">\s*<NumCode>(\d+)</NumCode>\s*<CharCode>(\w+)<', page)
    directory = fx._directory()["currencies"]
    assert [tuple(map(bytes.decode, row)) for row in listed] == [(i, *codes) for i, codes in directory.items()]


def test_official_page() -> None:
    """The body kept of 13.12.2025, without its declaration: 79.7296 RUB for a dollar, 100 yen for 51.2138."""
    content = books.official("XML_daily_eng_2025-12-13.xml").read_bytes()
    assert recognise(Payload(content)).PRODUCT == "cbr.fx_daily"
    reading = fx_daily.read(Payload(content))
    rates = dict(reading.table.select("currency", "rate").rows())
    assert (rates["USD"], rates["CNY"], rates["JPY"], rates["VND"]) == (79.7296, 11.2726, 0.512138, 0.00317042)
    assert len(rates) == 55
    assert reading.release.period == "2025-12-13"
