"""risk_YY pages: a header of two rows with stray hyphens, dates such as 1.03.15, sixteen values that check each other."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import household_lending_risk as risk
from transforms.model import DIMENSIONS, Payload
from transforms.products import recognise
from warehouse import history

OFFICIAL = Path(history.__file__).parent / "cbr" / "household_lending_risk.csv"
HEADS = {
    "en": "Total (millions of rubles)|Over-due loans in excess of 90 days (millions of rubles)|"
    "Over-due loans in excess of 90 days in total loans, %|Total (millions of rubles)|LLP as % of total loans|"
    "For overdue loans in excess of 90 days (mil-lions of rubles)|"
    "LLP for overdue loans in excess of 90 days as % of relevant loans|"
    "LLP for overdue loans in excess of 90 days in total LLP, %|Total (millions of rubles)|"
    "For homo-geneous claims and loans with provisions in excess of 20%|"
    "Homogene-ous claims and loans with provi-sions in excess of 20% in total claims, %|Total (mil-lions of rubles)|"
    "LLP as % of total claims on interest income|"
    "For claims and loans with provi-sions in excess of 20% (mil-lions of rubles)|"
    "LLP for claims and loans with provi-sions in excess of 20% as % of relevant claims|"
    "LLP for claims and loans with provi-sions in excess of 20% in total LLP, %",
    "ru": "всего (млн руб.)|просроченные свыше 90 дней (млн руб.)|доля просроченных свыше 90 дней, %|всего (млн руб.)|"
    "РВП в % от ссуд|по просроченным свыше 90 дней|РВП по просроченным свыше 90 дней в %|"
    "РВП по просроченным свыше 90 дней в РВП, %|всего|с резервом более 20%|доля с резервом более 20%, %|всего|РВП в %|"
    "с резервом более 20%|с резервом более 20%, в %|с резервом более 20% в РВП, %",
}
GROUPS = {
    "en": ["Loans", "Actual LLP for loans", "Claims on interest income", "Actual LLP for claims on interest income"],
    "ru": ["Ссуды", "Фактически сформированный РВП", "Требования по процентным доходам", "Резервы по процентам"],
}
TITLES = {"en": "Information on Household Lending Risks", "ru": "Информация о рисках кредитования физических лиц"}


def rows_of(year: str) -> list[list[str]]:
    """Complete official rows of a year as (date, 16 values) in plain digits."""
    with OFFICIAL.open(encoding="utf-8") as lines:
        rows = [r for r in csv.reader(lines) if r[0].startswith(year) and not r[-1].startswith("the stored copy")]
    return [[r[0], *r[3:19]] for r in rows]


def page(rows: list[list[str]], language: str = "en") -> bytes:
    """The table as the site lays it out; numbers as each language prints them."""
    spans = "".join(f'<th colspan="{n}">{words}</th>' for n, words in zip((3, 5, 3, 5), GROUPS[language], strict=True))
    second = "".join(f"<th>{words}</th>" for words in HEADS[language].split("|"))
    body = ""
    for day, *values in rows:
        year, month, _ = day.split("-")
        cells = [f"{float(v):,.1f}" if "." in v else f"{int(v):,}" for v in values]
        if language == "ru":
            cells = [c.replace(",", "\xa0").replace(".", ",") for c in cells]
        body += f"<tr><td>1.{month}.{year[2:]}</td>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
    return (
        f"<html><body><h1>{TITLES[language]}</h1><table><tr><th rowspan=2></th>{spans}</tr><tr>{second}</tr>{body}"
        "</table></body></html>"
    ).encode()


def read(content: bytes):
    return risk.read(Payload(content, "risk_15_e"))


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("year", ["2014", "2015", "2016", "2017", "2018"])
def test_official_rows_make_the_shipped_series(year: str, language: str) -> None:
    content = page(rows_of(year), language)
    assert recognise(Payload(content)).PRODUCT == "cbr.household_lending_risk"
    reading = read(content)
    shipped = books.shipped().filter(pl.col("dataset") == "household_lending_risk")
    both = shipped.join(reading.observations, on=[*DIMENSIONS, "period_end"], suffix="_read")
    assert len(both) == len(rows_of(year)) * 16 == len(reading.observations)
    assert both.filter(pl.col("value") != pl.col("value_read")).is_empty()


def test_the_morning_of_1_january_2015_is_the_end_of_december_2014() -> None:
    table = read(page(rows_of("2015"))).table
    assert (table["period_end"][0], table["reporting_date"][0]) == (date(2014, 12, 31), date(2015, 1, 1))
    assert table["overdue"][0] == 865_268e6


def test_a_year_in_the_title_changes_nothing() -> None:
    """Only the page of 2014 names its year in the title; dates come from the rows."""
    content = page(rows_of("2014"))
    titled = content.replace(b"Risks</h1>", b"Risks in 2014</h1>")
    assert titled != content
    assert recognise(Payload(titled)).PRODUCT == "cbr.household_lending_risk"
    assert read(titled).observations.equals(read(content).observations)


def test_the_printed_anomaly_is_kept_and_noted() -> None:
    """2015-03-01 prints 91.6 in the last column; its parts give 92.6."""
    reading = read(page(rows_of("2015")))
    march = reading.table.row(2, named=True)
    assert march["provisions_interest_over20_share_of_provisions"] == 91.6
    assert len(reading.notes) == 1
    assert "is printed 91.6, its parts give 92.6; kept as printed" in reading.notes[0]
    assert "1.03.15" in reading.notes[0]


@pytest.mark.slow
def test_passes_its_suite() -> None:
    table = read(page(rows_of("2017"))).table
    assert [r.sentence() for r in check(risk.PRODUCT, table, where="risk_17_e") if not r.success] == []


def changed(old: str, new: str) -> bytes:
    content = page(rows_of("2017"))
    assert old.encode() in content
    return content.replace(old.encode(), new.encode(), 1)


REFUSED = {
    "cell lost, row shifted": (changed("<td>9.3</td>", ""), "not_a_number"),
    "amounts exchanged": (changed("<td>10,494,118</td><td>977,559</td>", "<td>977,559</td><td>10,494,118</td>"), "shifted_row"),
    "digit": (changed("10,494,118", "16,494,118"), "shifted_row"),
    "decimal in an amount": (changed("10,494,118", "10,494.118"), "not_a_number"),
    "heading": (changed("LLP as % of total loans", "LLP as % of total assets"), "unknown_heading"),
    "group": (changed("Claims on interest income", "Claims on fees"), "unknown_heading"),
    "day": (changed("1.03.17", "2.03.17"), "bad_period"),
    "month repeated": (changed("1.03.17", "1.02.17"), "period_gap"),
    "cut": (page(rows_of("2017"))[:-40], "truncated"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    assert books.refusal(read, content) == code
