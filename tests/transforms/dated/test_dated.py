"""Tables with dates down the rows: the same figures from a page, an export, a SOAP answer and text; rows set aside."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms import identities
from transforms.model import Payload, ReadError
from transforms.products import recognise

RUONIA = [  # 1 to 3 June 2026, as exported
    (date(2026, 6, 3), 14.17, 866.6, 78, 21, 13.3, 14.05, 14.2, 14.35, 0, datetime(2026, 6, 4, 14, 23)),
    (date(2026, 6, 2), 14.17, 783.82, 71, 22, 13.3, 14.11, 14.2, 14.4, 0, datetime(2026, 6, 3, 14, 17)),
    (date(2026, 6, 1), 14.16, 827.0, 66, 23, 13.3, 14.0, 14.2, 14.4, 0, datetime(2026, 6, 2, 14, 20)),
]
CODES = ("DT", "ruo", "vol", "T", "C", "MinRate", "Percentile25", "Percentile75", "MaxRate", "StatusXML", "DateUpdate")
WORDS = ("Дата ставки", "Ставка RUONIA, % годовых", "Объем сделок RUONIA, млрд руб.", "Количество сделок, ед.",
         "Количество участников RUONIA, заключавших сделки в соответствующий день, ед.",
         "Минимальная процентная ставка, % годовых", "25-й процентиль по процентным ставкам, % годовых",
         "75-й процентиль по процентным ставкам, % годовых", "Максимальная процентная ставка, % годовых",
         "Статус расчета", "Дата публикации")  # fmt: skip


def russian(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return f"{value:.2f}".replace(".", ",") if isinstance(value, float) else str(value)


def ruonia_book() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "RC"
    for row in (CODES, *RUONIA):
        book.active.append(row)
    return books.save(book)


def page(title: str, rows: list[list[str]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><title>{title} | Банк России</title><h1>{title}</h1><table>{body}</table></html>".encode()


def ruonia_page(across: bool = False) -> bytes:
    rows = [list(WORDS), *([russian(cell) for cell in row] for row in RUONIA)]
    turned = [list(column) for column in zip(*rows, strict=True)]
    return page("Ставка RUONIA", turned if across else rows)


def ruonia_soap() -> bytes:
    rows = "".join(
        f"<ro><D0>{d:%Y-%m-%d}T00:00:00+03:00</D0><ruo>{r}</ruo><vol>{v}</vol>"
        f"<DateUpdate>{d:%Y-%m-%d}T14:20:00</DateUpdate></ro>" for d, r, v, *_ in RUONIA
    )  # fmt: skip
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<RuoniaXMLResponse xmlns="http://web.cbr.ru/"><RuoniaXMLResult><Ruonia xmlns="">{rows}</Ruonia>'
        "</RuoniaXMLResult></RuoniaXMLResponse></s:Body></s:Envelope>"
    ).encode()


def ruonia_text(delimiter: str = ";", codes: bool = True, turned: bool = False) -> bytes:
    rows = [list(CODES if codes else WORDS), *([russian(cell) for cell in row] for row in RUONIA)]
    if not codes:
        rows = [[cell if "," not in cell or delimiter != "," else f'"{cell}"' for cell in row] for row in rows]
    return "".join(delimiter.join(reversed(row) if turned else row) + "\n" for row in rows).encode("utf-8-sig")


FORMS = {
    "export": ruonia_book(),
    "page": ruonia_page(),
    "page with dates across": ruonia_page(across=True),
    "SOAP": ruonia_soap(),
    "text with codes": ruonia_text(),
    "text with words": ruonia_text(codes=False),
    "text with tabs, columns turned": ruonia_text("\t", turned=True),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_one_table_in_all_its_forms(form: str) -> None:
    payload = Payload(FORMS[form], "x")
    product = recognise(payload)
    assert product.PRODUCT == "cbr.ruonia"
    reading = product.read(payload)
    made = reading.observations.filter(pl.col("product_code") == "RUONIA")
    rates = made.filter(measure="rate").select("period_end", "value", "precision").rows()
    assert rates == [(row[0], row[1], 0.005) for row in reversed(RUONIA)]
    assert made.filter(measure="volume")["value"].to_list() == pytest.approx([row[2] * 1e9 for row in reversed(RUONIA)])
    assert [r.sentence() for r in check("cbr.ruonia", reading.table, where=form) if not r.success] == []
    assert not reading.set_aside and reading.release.period == "2026-06-03"


def put(cell: str, value: object):
    return books.edited(ruonia_book(), lambda book: book.active.__setitem__(cell, value))


def test_a_row_that_cannot_be_read_is_set_aside() -> None:
    """A publisher's error cell costs the day; the other days load."""
    reading = books.product("ruonia").read(Payload(put("B3", "####"), "x"))
    assert [(row.code, row.where) for row in reading.set_aside] == [("not_a_number", "sheet 'RC', cell B3")]
    assert reading.table["period_end"].to_list() == [date(2026, 6, 1), date(2026, 6, 3)]


REFUSED = {
    "all rows unreadable": (books.edited(ruonia_book(), lambda b: [b.active.__setitem__(f"B{i}", "*") for i in (2, 3)]),
                            "too_many_set_aside"),
    "a day twice": (put("A3", date(2026, 6, 3)), "duplicate_row"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(ReadError, match=code):
        books.product("ruonia").read(Payload(content, "x"))


def test_a_rate_below_the_lowest_of_the_day_fails_the_gate() -> None:
    reading = books.product("ruonia").read(Payload(put("F3", 14.9), "x"))
    (wrong,) = identities.broken(reading.identities).to_dicts()
    assert (wrong["code"], wrong["identity"].partition(" (")[0]) == ("part_exceeds_whole", "minimum <= percentile_25")


REPO = [["Тип аукциона", "Срок, дни", "Дата", "Время аукциона", "Общий объем заключенных сделок, млн руб.",
         "Средневзвешенная ставка, % годовых", "Код расчета"],
        ["Репо", "7", "26.05.2026", "13:30", "4 320 000,0", "14,5132", "S1"],
        ["Репо", "7", "19.05.2026", "15:30", "10 000,0", "14,6000", "S1"],
        ["Репо", "7", "19.05.2026", "13:30", "4 410 000,0", "14,5124", "S1"]]  # fmt: skip


def repo_page() -> bytes:
    return page("Итоги аукционов репо", REPO)


def test_auctions_are_series_by_kind_and_term_and_a_second_one_of_a_day_by_its_number() -> None:
    payload = Payload(repo_page(), "x")
    reading = recognise(payload).read(payload)
    rates = (
        reading.observations.filter(measure="rate").select("product_code", "period_end", "value").sort("value").rows()
    )
    assert rates == [("REPO_7D", date(2026, 5, 19), 14.5124), ("REPO_7D", date(2026, 5, 26), 14.5132),
                     ("REPO_7D_2", date(2026, 5, 19), 14.6)]  # fmt: skip
    assert [r.sentence() for r in check("cbr.repo_auctions", reading.table, where="x") if not r.success] == []


# 23 June 2023, billion roubles, as the service answered; on the page liabilities stand without a minus.
BL = {"DT": "2023-06-23T00:00:00+03:00", "StrLiDef": "-1022.50", "claims": "1533.70", "actionBasedRepoFX": "1378.40",
      "actionBasedSecureLoans": "0.00", "standingFacilitiesRepoFX": "0.00", "standingFacilitiesSecureLoans": "155.30",
      "liabilities": "-2890.20", "depositAuctionBased": "-1828.30", "depositStandingFacilities": "-1061.90",
      "CBRbonds": "0.00", "netCBRclaims": "334.10"}  # fmt: skip
NUMBERS = ["1", "2 = 4 - 9 + 13 - 14 + 15", "3 = 4 - 9 + 13", "4 = 5 + 6 + 7 + 8", "5", "6", "7", "8",
           "9 = 10 + 11 + 12", "10", "11", "12", "13", "14", "15"]  # fmt: skip
HEADS = ["Date", "Liquidity deficit (+)/surplus (-)", "Liquidity deficit (+)/surplus (-) excluding accounts", "claims",
         "repo", "loans", "repo", "loans", "liabilities", "auctions", "standing facilities", "bonds", "non-standard",
         "Correspondent account balances", "Required reserves"]  # fmt: skip


def liquidity_soap(**changes: str) -> bytes:
    row = "".join(f"<{name}>{value}</{name}>" for name, value in (BL | changes).items())
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<BliquidityXMLResponse xmlns="http://web.cbr.ru/"><BliquidityXMLResult><Bliquidity xmlns=""><BL>{row}</BL>'
        "</Bliquidity></BliquidityXMLResult></BliquidityXMLResponse></s:Body></s:Envelope>"
    ).encode()


def liquidity_page(russian: bool = False) -> bytes:
    """English pages part thousands by commas, Russian ones by blanks, with a decimal comma."""
    row = ["23.06.2023", "-2 322,4", "-1 022,5", "1 533,7", "1 378,4", "0,0", "0,0", "155,3", "2 890,2", "1 828,3",
           "1 061,9", "0,0", "334,1", "3 300,0", "2 000,1"]  # fmt: skip
    if russian:
        heads = ["Дата", "Дефицит (+) / профицит (-) ликвидности", *HEADS[2:]]
        return page("Дефицит/профицит ликвидности банковского сектора", [heads, NUMBERS, row])
    english = [
        row[0],
        *(cell.replace(" ", ".").replace(",", ";").replace(".", ",").replace(";", ".") for cell in row[1:]),
    ]
    return page("Banking sector liquidity", [HEADS, NUMBERS, english])


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [liquidity_soap(), liquidity_page(), liquidity_page(russian=True)],
    ids=["SOAP", "English page", "Russian page"],
)
def test_liquidity_adds_up_as_the_page_says(content: bytes) -> None:
    payload = Payload(content, "x")
    reading = recognise(payload).read(payload)
    got = dict(reading.observations.select("product_code", "value").rows())
    assert got["LIABILITIES"] == pytest.approx(2890.2e9) and got["CLAIMS"] == pytest.approx(1533.7e9)
    assert got["DEFICIT_EXCL_CORRESPONDENT_ACCOUNTS"] == pytest.approx(-1022.5e9)
    assert len(identities.judged(reading.identities)) >= 3 and identities.broken(reading.identities).is_empty()
    assert [r.sentence() for r in check("cbr.bank_liquidity", reading.table, where="x") if not r.success] == []


def test_liquidity_that_does_not_add_up_is_told_by_its_sums() -> None:
    reading = books.product("bank_liquidity").read(Payload(liquidity_soap(claims="1633.70"), "x"))
    wrong = [row["identity"].partition(" (")[0] for row in identities.broken(reading.identities).to_dicts()]
    assert wrong == [
        "claims - liabilities + other_operations = deficit_excluding_accounts",
        "auction_repo + auction_loans + standing_repo + standing_loans = claims",
    ]


def inflation_book() -> bytes:
    book = openpyxl.Workbook()
    for row in (["Дата", "Ключевая ставка, % годовых", "Инфляция, % г/г", "Цель по инфляции"],
                ["07.2025", 18.0, 8.79, 4.0], ["06.2025", 20.0, 9.4, 4.0], ["12.2013", 5.5, 6.47, None]):  # fmt: skip
        book.active.append(row)
    return books.save(book)


def inflation_page() -> bytes:
    rows = [["Дата", "Ключевая ставка, % годовых", "Инфляция, % г/г", "Цель по инфляции, %"],
            ["07.2025", "18,00", "8,79", "4,00"], ["06.2025", "20,00", "9,40", "4,00"]]  # fmt: skip
    return page("Инфляция и ключевая ставка Банка России", rows)


def test_inflation_is_of_the_month_and_the_target_may_be_missing() -> None:
    payload = Payload(inflation_book(), "x")
    reading = recognise(payload).read(payload)
    assert reading.release.product == "cbr.inflation" and reading.release.period == "2025-07"
    made = reading.observations.filter(measure="inflation_yoy").select("period_end", "value", "precision").rows()
    assert made[-1] == (date(2025, 7, 31), 8.79, 0.005) and made[0][0] == date(2013, 12, 31)
    assert len(reading.observations.filter(measure="inflation_target")) == 2


OFFICIAL = {  # file: product, period, values, one of them (measure, code, day, value)
    "ruonia_trimmed.xlsx": ("cbr.ruonia", "2026-06-03", 304, ("rate", "RUONIA", date(2026, 4, 9), 14.81)),
    "repo_page.html": ("cbr.repo_auctions", "2026-05-26", 22, ("rate", "REPO_7D", date(2026, 3, 24), 15.0471)),
    "inflation_key_rate.xlsx": ("cbr.inflation", "2025-07", 389, ("inflation_yoy", "_", date(2014, 1, 31), 6.07)),
    "budget_funds_02_29.xlsx": ("cbr.budget_funds", "2026-04", 2580, ("funds", "BUDGET", date(2012, 1, 31), 48998e6)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OFFICIAL)
def test_official_files(shared: Path, name: str) -> None:
    product, period, count, (measure, code, day, value) = OFFICIAL[name]
    payload = Payload((shared.parent / "cases" / "banking" / name).read_bytes(), name)
    reading = recognise(payload).read(payload)
    assert (reading.release.product, reading.release.period, len(reading.observations)) == (product, period, count)
    one = reading.observations.filter(measure=measure, product_code=code, period_end=day)
    assert one.filter(pl.col("currency").is_in(["ALL", "_"]))["value"].to_list() == pytest.approx([value])
    assert [r.sentence() for r in check(product, reading.table, where=name) if not r.success] == []
