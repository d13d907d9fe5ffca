"""XML_dynamic: one currency over a range; nominals change within it; an empty range is an empty root."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.banking import books
from transforms.model import Payload, ReadError
from transforms.products import recognise

fx_dynamic = books.product("fx_dynamic")


def page(*records: str, identity: str = "R01375", first: str = "01/03/2022", last: str = "05/03/2022") -> bytes:
    return (
        f'<?xml version="1.0" encoding="windows-1251"?><ValCurs ID="{identity}" DateRange1="{first}" '
        f'DateRange2="{last}" name="Foreign Currency Market Dynamic">{"".join(records)}</ValCurs>'
    ).encode("cp1251")


def record(day: str, nominal: int, value: str, identity: str = "R01375") -> str:
    return f'<Record Date="{day}" Id="{identity}"><Nominal>{nominal}</Nominal><Value>{value}</Value></Record>'


GOOD = page(record("01.03.2022", 10, "148,1340"), record("02.03.2022", 1, "14,5460"))


def test_nominal_changes_within_the_range() -> None:
    assert recognise(Payload(GOOD)).PRODUCT == "cbr.fx_dynamic"
    reading = fx_dynamic.read(Payload(GOOD))
    assert reading.table.select("period_end", "currency", "nominal", "rate").rows() == [
        (date(2022, 3, 1), "CNY", 10, 14.8134), (date(2022, 3, 2), "CNY", 1, 14.546),
    ]  # fmt: skip
    assert reading.release.period == "2022-03-02"


@pytest.mark.parametrize(("identity", "code"), [("R01235", "USD"), ("R01239", "EUR"), ("R01375", "CNY")])
def test_the_banks_own_id_names_the_currency(identity: str, code: str) -> None:
    content = page(record("01.03.2022", 1, "93,5589", identity), identity=identity)
    assert fx_dynamic.read(Payload(content)).observations["product_code"].to_list() == [code]


def test_a_rate_for_one_unit_is_held_against_the_others_where_it_is_printed() -> None:
    """VunitRate is newer and may be absent."""
    newer = GOOD.replace(b"148,1340</Value>", b"148,1340</Value><VunitRate>14,8134</VunitRate>")
    assert fx_dynamic.read(Payload(newer)).observations.equals(fx_dynamic.read(Payload(GOOD)).observations)
    with pytest.raises(ReadError, match="nominal_mismatch"):
        fx_dynamic.read(Payload(newer.replace(b"14,8134", b"148,134")))


def test_same_series_as_the_daily_page() -> None:
    made = fx_dynamic.read(Payload(GOOD)).observations
    row = made.row(0, named=True)
    got = tuple(row[k] for k in ("dataset", "ref_area", "product_code", "measure", "basis", "currency", "unit", "freq"))
    assert got == ("fx_rate", "RUS", "CNY", "official_rate", "rate", "RUB", "RUB", "D")


REFUSED = {
    "empty range": (page(), "empty"),
    "unknown currency id": (page(record("01.03.2022", 1, "1,0000"), identity="R09999"), "unknown_currency"),
    "record of another currency": (page(record("01.03.2022", 1, "1,0000", "R01235")), "unknown_currency"),
    "outside the range": (page(record("01.04.2022", 1, "1,0000")), "bad_period"),
    "not in order": (page(record("02.03.2022", 1, "1,0000"), record("01.03.2022", 1, "1,0000")), "bad_period"),
    "nominal": (page(record("01.03.2022", 1, "148,1340"), record("02.03.2022", 1, "14,5460")), "nominal_mismatch"),
    "truncated": (GOOD[:-25], "truncated"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        fx_dynamic.read(Payload(content, "XML_dynamic.asp"))
    assert refusal.value.code == code
