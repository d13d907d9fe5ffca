"""obs_tabl20c: codes with and without dots, labels that wander, x and dashes, three sheets that add up to six decimals."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import sector_balance
from transforms.banking.definitions import breaks
from transforms.model import DIMENSIONS, Payload
from transforms.products import recognise

loan_portfolio = books.product("loan_portfolio")
LAYOUT = loan_portfolio.layout
CODES = {name: line.code for name, line in loan_portfolio.layout.measures.items()}
SHARES = {"RUB": 0.75, "FX": 0.25, "ALL": 1.0}
LEAVES = {
    "performing": 100.5, "acquired": " -", "other_placed": 8.25, "overdue": 4.5, "government_debt": 10, "regional_government_debt": 9,
    "all_acquired": 7, "other_debt": 3, "all_fair_value": -2, "all_value_adjustment": -1, "all_provision_adjustment": 6,
    "all_provisions": -40, "all_overdue_interest": 2,
}  # fmt: skip


def figure(name: str, currency: str) -> object:
    sums = {one.total: one.parts for one in LAYOUT.sums}
    if currency != "ALL" and name in ("all_net", "all_provisions", "all_revaluation", "all_provision_adjustment"):
        return "x"
    if name in sums:
        parts = [figure(part, currency) for part in sums[name]]
        return sum(part for part in parts if not isinstance(part, str))
    if name == "all_overdue":
        return 4 * 4.5 * SHARES[currency]
    leaf = LEAVES.get(name) if name in LEAVES else LEAVES[name.split("_", 1)[1]]
    return leaf if isinstance(leaf, str) else leaf * SHARES[currency]


def balance_sheets(wb: openpyxl.Workbook) -> None:
    """The other sheets of the book: each line 1, each sum as many as its parts; roubles 7, foreign currency 2 of it."""
    for statement in sector_balance.statements().values():
        parents = sector_balance._parents(statement)

        def amount(line: str, parents: dict[str, str] = parents) -> int:
            return sum(amount(part) for part, whole in parents.items() if whole == line) or 1

        for currency, name in statement["sheets"].items():
            sheet = wb.create_sheet(name)
            by_term = len(statement["sheets"]) == 1
            sheet.append([f"{statement['recognise']} (млрд руб.)"])
            sheet.append(([None] if by_term else [None, "Активы"]) + [date(2021, 1, 1), date(2021, 2, 1)])
            for line, (code, label) in statement["lines"].items():
                cells = [amount(line) * SHARES[currency]] * 2
                mark = "1" if line.endswith(("_TOTAL", "_BY_TERM")) else ""
                sheet.append([f"    {label}{mark}", *cells] if by_term else [f"{code}." if code else label + mark, label if code else None, *cells])  # fmt: skip
            sheet.append(["1 С 01.02.21 приобретенные права требования отражаются в составе показателей"])


def book(balance: bool = False) -> bytes:
    wb = openpyxl.Workbook()
    wb.active.title = "MAIN"
    for currency, words in LAYOUT.sheets.items():
        sheet = wb.create_sheet(words["name"])
        said = {"ALL": ("в рублях и иностранной валюте", "Всего"), "RUB": ("в рублях", "Рубли"), "FX": ("в иностранной валюте", "Валюта")}[currency]  # fmt: skip
        sheet.append([f'{LAYOUT.recognise} - {said[0]} (Таблица сборника "Показатели", графа "{said[1]}", млрд руб.)'])
        sheet.append([None, None, date(2021, 1, 1), date(2021, 2, 1)])
        for name, code in CODES.items():
            label, cell = LAYOUT.measures[name].title, figure(name, currency)
            if name == "all_overdue_interest":
                sheet.append(["Справочно:"])
                sheet.append([label, None, cell, cell])
            else:
                printed = 1 if code == "1" else f"{code}." if code.endswith(".2") else code
                sheet.append([printed or None, label + ("3" if code == "1.1" else ""), cell, cell])
        sheet.append(["1 Без учета кредитов, предоставленных кредитным организациям."])
        sheet.append([])
        sheet.append(["Департамент банковского регулирования и аналитики Банка России"])
    if balance:
        balance_sheets(wb)
    return books.save(wb)


def test_balance_sheet_and_terms_are_series_of_their_own() -> None:
    made = loan_portfolio.read(Payload(book(balance=True))).observations.filter(pl.col("dataset") == "sector_balance")
    household = made.filter((pl.col("product_code") == "A7_1_3") & (pl.col("period_end") == date(2020, 12, 31)))
    assert household.sort("currency").select("currency", "definition", "value").rows() == [
        (c, "SECTOR_BALANCE", SHARES[c] * 1e9) for c in ("ALL", "FX", "RUB")
    ]
    terms = made.filter(
        pl.col("product_code").str.starts_with("HOUSEHOLD_"), pl.col("period_end") == date(2020, 12, 31)
    )
    assert dict(terms.select("product_code", "value").rows())["HOUSEHOLD_BY_TERM"] == 8 * SHARES["ALL"] * 1e9


@pytest.mark.parametrize(("sheet", "cell", "value", "code"), [
    ("Активы - всего", "C5", 99, "sum_mismatch"),
    ("Активы - в рублях", "B5", "Долговые бумаги", "aside: unknown_indicator"),
    ("Пассивы - всего", "A1", "Структура обязательств и капитала кредитных организаций (млрд $ США)", "unknown_title"),
    ("Кредиты физ.лицам по срокам", "C3", 99, "sum_mismatch"),
])  # fmt: skip
def test_other_sheets_are_refused_as_strictly(sheet: str, cell: str, value: object, code: str) -> None:
    changed = books.edited(book(balance=True), lambda wb: wb[sheet].__setitem__(cell, value))
    assert books.refusal(lambda content: loan_portfolio.read(Payload(content)), changed) == code


def test_recognised_behind_a_sheet_that_a_user_added() -> None:
    assert recognise(Payload(book())).PRODUCT == "cbr.loan_portfolio"


@pytest.mark.slow
def test_lines_are_found_by_code_and_label() -> None:
    reading = loan_portfolio.read(Payload(book()))
    row = reading.table.filter(pl.col("currency") == "ALL").row(0, named=True)
    assert row["period_end"] == date(2020, 12, 31)
    assert row["household_debt"] == 105e9
    assert row["household_acquired"] is None, "a dash is no figure"
    assert row["all_overdue_interest"] == 2e9
    assert len(reading.notes) == 2, "the footnote and the signature"
    assert set(reading.observations["precision"]) == {500.0}, "six decimals of a billion"
    assert [r.sentence() for r in check("cbr.loan_portfolio", reading.table, where="obs") if not r.success] == []


@pytest.mark.slow
def test_the_breaks_of_the_file_are_data_and_show_in_its_figures() -> None:
    """IFRS 9 starts on 1 February 2019; acquired claims stand within the borrowers from 1 February 2021 on."""
    shipped = books.shipped().filter(dataset="loan_portfolio")
    first = dict(shipped.group_by("definition").agg(pl.col("period_end").min()).iter_rows())
    broken = {code: set(of["period_end"]) for (code,), of in breaks().group_by("definition")}
    assert first["IFRS9"] == date(2019, 1, 31) in broken["SECTOR_NET"]
    assert first["SECTOR_ACQUIRED_PERFORMING"] == date(2021, 1, 31) in broken["SECTOR"] & broken["RAS_OVERDUE"]
    interest = {"SECTOR", "SECTOR_NET", "SECTOR_PERFORMING", "RAS_OVERDUE"}
    assert all(date(2023, 12, 31) in broken[code] for code in interest), "accrued interest is included in several lines"
    assert shipped.filter(pl.col("value") < 0)["measure"].unique().sort().to_list() == ["provisions", "revaluation"]
    assert shipped.filter(measure="provisions")["value"].max() < 0


@pytest.mark.slow
def test_acquired_claims_shown_apart_end_with_an_x() -> None:
    made = loan_portfolio.read(Payload(books.official("obs_tabl20c.xlsx").read_bytes())).observations
    apart = made.filter(dataset="loan_portfolio", product_code="ALL", measure="acquired_claims")
    assert apart["period_end"].max() == date(2020, 12, 31)


def put(sheet: str, cell: str, value: object):
    return lambda wb: wb[sheet].__setitem__(cell, value)


REFUSED = {
    "line renamed": (put("Кредиты - всего", "B7", "Физические лица"), "aside: unknown_indicator"),
    "line lost": (lambda wb: wb["Кредиты - в валюте"].delete_rows(24), "aside: missing_row"),
    "digit": (put("Кредиты - в рублях", "C9", 1.0), "sum_mismatch"),
    "sheet of another column": (put("Кредиты - в рублях", "A1", "Структура кредитного портфеля банковского сектора - в рублях (графа \"Валюта\", млрд руб.)"), "unknown_title"),
    "million": (put("Кредиты - в рублях", "A1", "Структура кредитного портфеля банковского сектора - в рублях (графа \"Рубли\", млн руб.)"), "unknown_title"),
    "a headline lost": (lambda wb: wb["Кредиты - в валюте"].delete_rows(4), "missing_row"),
    "an empty sheet more": (lambda wb: wb.create_sheet("Капитал"), ""),
    "month of one sheet": (put("Кредиты - в валюте", "D2", date(2021, 3, 1)), "period_gap"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    assert books.refusal(lambda content: loan_portfolio.read(Payload(content)), books.edited(book(), change)) == code


@pytest.mark.slow
def test_official_book_repeats_every_shipped_figure() -> None:
    """186 months, three currencies, 8,382 published cells; nothing but confirmations."""
    reading = loan_portfolio.read(Payload(books.official("obs_tabl20c.xlsx").read_bytes()))
    keys = [*DIMENSIONS, "period_end"]
    shipped = books.shipped().filter(pl.col("dataset") == "loan_portfolio")
    both = shipped.join(reading.observations, on=keys, suffix="_read")
    assert len(both) == len(shipped) == 8382
    assert both.filter((pl.col("value") - pl.col("value_read")).abs() > 1).is_empty()
    lines = reading.observations.filter(pl.col("currency") == "ALL").select("product_code", "definition", "period_end", "value")  # fmt: skip
    for line, borrower in {"A7_1_3": "HOUSEHOLD", "A7_1_1": "CORPORATE", "A7_1_2": "GOVERNMENT"}.items():
        balance = lines.filter(product_code=line, definition="SECTOR_BALANCE")
        portfolio = lines.filter(product_code=borrower, definition="SECTOR").join(balance, on="period_end", suffix="_b")
        assert len(portfolio) == 186
        assert portfolio.filter((pl.col("value") - pl.col("value_b")).abs() > 1000).is_empty(), "one line in two sheets"
    assert [r.sentence() for r in check("cbr.loan_portfolio", reading.table, where="obs") if not r.success] == []
