"""The shipped Bank of Russia figures: equal to the published ones, contradicting themselves nowhere, one series each.

The checks made when they were collected are the suite history_banking.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.banking import books
from tests.warehouse.history_cbr.test_books_by_area import BOOKS
from transforms.banking.definitions import comparable, definitions
from transforms.model import DIMENSIONS, Payload
from transforms.periods import before
from warehouse import history

household_debt = books.product("household_debt")
mortgage = books.product("mortgage")
mortgage_debt = books.product("mortgage_debt")
mortgage_scpa = books.product("mortgage_scpa")

KEY = [*DIMENSIONS, "period_end"]


@pytest.fixture(scope="module")
def shipped() -> history.History:
    return history.load()


@pytest.fixture(scope="module")
def claims(shipped: history.History) -> pl.DataFrame:
    """What was collected as tables; the books of 2025 have a file of their own."""
    release = pl.col("release_id")
    later = release.is_in([f"history/cbr/{block}" for block in BOOKS])
    return shipped.claims.filter(release.str.starts_with("history/cbr/"), ~later)


def one(claims: pl.DataFrame, **filters: object) -> float:
    found = claims.filter(*[pl.col(k) == v for k, v in filters.items()])
    assert len(found) == 1, found
    return found["value"][0]


@pytest.mark.slow
def test_no_figure_is_claimed_twice(claims: pl.DataFrame) -> None:
    assert claims.filter(claims.select(KEY).is_duplicated()).is_empty()


@pytest.mark.slow
def test_every_definition_is_documented(claims: pl.DataFrame, shipped: history.History) -> None:
    known = set(definitions()["definition"])
    assert set(claims["definition"]) - {"_"} <= known
    reported = shipped.records["reported_figure"].filter(pl.col("release_id") == "history/cbr/reported_figures")
    assert set(reported["definition"].drop_nulls()) <= known
    without = claims.filter((pl.col("definition") == "_") & ~pl.col("dataset").is_in(["fx_rate", "key_rate"]))
    assert without.is_empty(), "a loan figure without a definition could be mixed with others"


def test_golden_figures(claims: pl.DataFrame) -> None:
    russia = {"dataset": "household_loans", "ref_area": "RUS", "currency": "ALL", "period_end": date(2025, 1, 31)}
    assert one(claims, **russia, measure="debt") == 34_766_903e6
    assert one(claims, **russia, measure="overdue") == 1_337_460e6
    dollar = {"dataset": "fx_rate", "product_code": "USD"}
    assert one(claims, **dollar, period_end=date(2025, 9, 30)) == 82.8676
    assert one(claims, **dollar, period_end=date(2025, 12, 5)) == 76.9708
    changes = claims.filter((pl.col("dataset") == "key_rate") & (pl.col("period_end") <= date(2025, 12, 8)))
    assert changes.sort("period_end")["value"].last() == 16.5


def test_sme_statistics_before_and_after_the_break_are_two_series(claims: pl.DataFrame) -> None:
    whole = {"dataset": "sme_loans", "product_code": "SME", "measure": "debt", "currency": "ALL"}
    old = one(claims, **whole, definition="SME_TABLE_302_19", period_end=date(2018, 12, 31))
    new = one(claims, **whole, definition="SME_01_13_F", period_end=date(2019, 1, 31))
    assert (round(old / 1e9), round(new / 1e9)) == (4215, 4336)


def test_mortgages_with_acquired_claims_and_without_are_two_series(claims: pl.DataFrame) -> None:
    """1 January 2025: 20.1 trn RUB with the claims that banks acquired, 19.2 without."""
    day = {"dataset": "mortgage", "product_code": "MORTGAGE", "measure": "debt", "currency": "ALL", "adjustment": "N",
           "period_end": date(2024, 12, 31)}  # fmt: skip
    found = {code: one(claims, **day, definition=f"RESIDENTS_{code}_ACQUIRED") / 1e12 for code in ("INCL", "EXCL")}
    assert {code: round(value, 1) for code, value in found.items()} == {"INCL": 20.1, "EXCL": 19.2}


@pytest.mark.parametrize(("indicator", "segment", "days", "figures"), [
    ("overdue", "mortgage", ["2025-05-01"], {"RAS_OVERDUE_RESIDENTS": "125.5", "RAS_OVERDUE_INCL_ACQUIRED": "129.34"}),
    ("problem_share", "corporate", ["2025-05-31", "2025-07-01"], {"PROBLEM_IV_V_NARROW": "4.1", "PROBLEM_IV_V": "10.4"}),
])  # fmt: skip
def test_two_press_figures_of_one_date_are_two_definitions(
    shipped: history.History, indicator: str, segment: str, days: list[str], figures: dict[str, str]
) -> None:
    """Overdue mortgages differ by acquired claims, problem loans of companies by risky restructurings."""
    rows = shipped.records["reported_figure"].filter(pl.col("as_of").is_in(days), indicator=indicator, segment=segment)
    assert dict(rows.select("definition", "value").iter_rows()) == figures and len(rows) == 2


def test_old_roubles_are_a_series_of_their_own(claims: pl.DataFrame) -> None:
    dollar = claims.filter((pl.col("dataset") == "fx_rate") & (pl.col("product_code") == "USD")).sort("period_end")
    old = dollar.filter(pl.col("unit") == "RUR")
    assert (old["period_end"].max(), old["value"].last()) == (date(1997, 12, 30), 5960.0)
    assert dollar.filter(pl.col("unit") == "RUB")["value"].first() == 5.96


def test_story_arithmetic(claims: pl.DataFrame) -> None:
    """2.3 trn RUB is 29.88 bn USD on 2025-12-05 and 27.75 on 2025-09-30; the story's 27 implies 85.2."""
    dollar = {"dataset": "fx_rate", "product_code": "USD"}
    assert round(2300 / one(claims, **dollar, period_end=date(2025, 12, 5)), 2) == 29.88
    assert 27.75 <= 2300 / one(claims, **dollar, period_end=date(2025, 9, 30)) < 27.76
    assert (round(490 / 302, 2), round(2.3 / (2.3 - 0.49), 2)) == (1.62, 1.27)


def test_overdue_households_and_problem_unsecured_loans_of_one_date_are_two_things(shipped: history.History) -> None:
    """1 January 2025: 1,273.6 bn RUB overdue are 3.6 percent of all; 9 percent of unsecured loans are problem loans."""
    russia = {"dataset": "household_loans", "ref_area": "RUS", "currency": "ALL", "period_end": date(2024, 12, 31)}
    overdue = one(shipped.claims, **russia, measure="overdue", definition="RAS_OVERDUE_RESIDENTS")
    debt = one(shipped.claims, **russia, measure="debt", definition="RESIDENTS_EXCL_ACQUIRED")
    assert (round(overdue / 1e9, 1), round(100 * overdue / debt, 1)) == (1273.6, 3.6)
    figures = shipped.records["reported_figure"].filter(
        indicator="problem_share", segment="unsecured consumer", as_of="2025-01-01"
    )
    assert figures.select("value", "definition").rows() == [("9", "PROBLEM_IV_V")]
    assert not comparable("PROBLEM_IV_V", "RAS_OVERDUE_RESIDENTS"), "the engine joins them in no series"


@pytest.mark.slow
@pytest.mark.parametrize(("module", "file"), [
    (household_debt, "02_05_Debt_ind.xlsx"), (mortgage, "02_02_Mortgage.xlsx"),
    (mortgage_scpa, "02_03_Scpa_mortgage.xlsx"), (mortgage_debt, "02_14_Debt_mortgage.xlsx"),
])  # fmt: skip
def test_reading_the_workbook_adds_no_revision_but_the_real_one(claims: pl.DataFrame, module, file: str) -> None:
    made = module.read(Payload(books.official(file).read_bytes(), file)).observations
    both = claims.join(made, on=KEY, suffix="_read")
    assert len(both) > 600
    changed = both.filter((pl.col("value") - pl.col("value_read")).abs() > 1e-6)
    if module is mortgage_debt:
        assert set(changed["period_end"]) == {date(2024, 11, 30)}
        assert len(changed) == 8
    else:
        assert changed.is_empty()
        shared = claims.filter(pl.col("release_id").str.contains(file[:5].lower()))
        assert len(shared) == len(both), "every shipped figure of this book must meet the one that is read"


MEASURES = {
    "acquired_claims": ("acquired_claims", "ACQUIRED_CLAIMS"),
    "debt_incl_acquired": ("debt", "RESIDENTS_INCL_ACQUIRED"),
    "debt": ("debt", "RESIDENTS_EXCL_ACQUIRED"),
    "debt_seasonally_adjusted": ("debt", "RESIDENTS_EXCL_ACQUIRED"),
    "overdue": ("overdue", "RAS_OVERDUE_RESIDENTS"),
    "new_loans_count": ("count", "RESIDENTS"),
    "new_loans_volume": ("new_loans", "RESIDENTS"),
    "avg_term_months": ("term", "RESIDENTS"),
    "avg_rate_pct": ("rate", "RESIDENTS"),
}


def test_every_published_mortgage_figure_is_shipped(claims: pl.DataFrame) -> None:
    cells = {tuple(r[k] for k in ("period_end", "product_code", "currency", "measure", "definition", "adjustment")):
             r["value"] for r in claims.filter(pl.col("dataset") == "mortgage").iter_rows(named=True)}  # fmt: skip
    products = {"mortgage_all": "MORTGAGE", "mortgage_under_construction_ddu": "MORTGAGE_SCPA"}
    for row in books.tidy("mortgage_monthly.csv"):
        measure, definition = MEASURES[row["measure"]]
        end = before(date.fromisoformat(row["reporting_date"]))
        key = (end, products[row["product"]], row["currency"].replace("TOTAL", "ALL"), measure, definition,
               "SA" if "seasonally" in row["measure"] else "N")  # fmt: skip
        if not row["value"] or (measure in ("rate", "term") and float(row["value"]) == 0):
            assert key not in cells, "no loans that month is no rate of zero"
            continue
        scale = 1e6 if row["unit"] == "mln RUB" else 1
        assert cells.pop(key) == float(row["value"]) * scale, row
    assert not cells


def test_the_change_of_methodology_is_told_with_the_dollar_rates(shipped: history.History) -> None:
    """From 13 June 2024 reports of banks and trades over the counter, from 27 December 2024 with those on exchange."""
    (note,) = shipped.releases.filter(pl.col("release_id") == "history/cbr/fx_usd_daily")["note"].to_list()
    assert "from 2024-06-13 bank reports and over-the-counter trades, from 2024-12-27 exchange and OTC data" in note


def test_the_catalogue_names_the_overdue_series_of_the_data_service(shipped: history.History) -> None:
    """Households, mortgages, companies with entrepreneurs, small enterprises; ids that may move."""
    rows = shipped.records["data_service_series"].filter(pl.col("indicator").str.starts_with("Просроченная"))
    assert set(rows.select("category_id", "indicator_id").rows()) == {
        ("20", "43"),
        ("21", "47"),
        ("22", "51"),
        ("23", "54"),
    }
