"""The shipped Bank of Russia figures: equal to the published ones, contradicting themselves nowhere, one series each.

The checks are those of README section 2 of the collection they come from, with the results given there.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.banking import books
from transforms.banking import household_debt, mortgage, mortgage_debt, mortgage_scpa
from transforms.banking.definitions import definitions
from transforms.model import DIMENSIONS, Payload
from transforms.periods import before
from warehouse import history

KEY = [*DIMENSIONS, "period_end"]


@pytest.fixture(scope="module")
def shipped() -> history.History:
    return history.load()


@pytest.fixture(scope="module")
def claims(shipped: history.History) -> pl.DataFrame:
    return shipped.claims.filter(pl.col("release_id").str.starts_with("history/cbr/"))


def one(claims: pl.DataFrame, **filters: object) -> float:
    found = claims.filter(*[pl.col(k) == v for k, v in filters.items()])
    assert len(found) == 1, found
    return found["value"][0]


def wide(claims: pl.DataFrame, on: str, **filters: object) -> pl.DataFrame:
    """Values of `filters` with one column for each value of dimension `on`."""
    keys = [k for k in KEY if k != on]
    return claims.filter(*[pl.col(k) == v for k, v in filters.items()]).pivot(on, index=keys, values="value")


def test_no_figure_is_claimed_twice(claims: pl.DataFrame) -> None:
    assert claims.filter(claims.select(KEY).is_duplicated()).is_empty()


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


def test_three_bad_household_numbers_of_one_day_have_three_definitions(
    claims: pl.DataFrame, shipped: history.History
) -> None:
    """2021-01-01: 888 bn (RAS, residents), 932 bn (RAS, sector), 979 bn (90+). Never one series."""
    day = date(2020, 12, 31)
    late = {"measure": "overdue", "product_code": "HOUSEHOLD", "ref_area": "RUS", "currency": "ALL", "period_end": day}
    residents = one(claims, **late, dataset="household_loans", definition="RAS_OVERDUE_RESIDENTS")
    sector = one(claims, **late, dataset="loan_portfolio", definition="RAS_OVERDUE")
    reported = shipped.records["reported_figure"].filter(
        (pl.col("as_of") == "2021-01-01") & (pl.col("indicator") == "overdue_90d")
    )
    assert (round(residents / 1e9), round(sector / 1e9)) == (888, 932)
    assert reported.select("value", "unit", "definition").rows() == [("979.2", "bn RUB", "DPD90")]


def test_risk_table_prints_one_ratio_that_its_parts_do_not_give(claims: pl.DataFrame) -> None:
    """All ratios of the 90+ table against their parts, tolerance 0.05: one fails (2015-03-01, 91.6 for 92.6)."""
    table = claims.filter(pl.col("dataset") == "household_lending_risk")
    both = table.pivot("measure", index="period_end", values="value")
    ratios = {
        "overdue_share": ("overdue", "debt"),
        "provisions_share": ("provisions", "debt"),
        "provisions_overdue_share_of_overdue": ("provisions_overdue", "overdue"),
        "provisions_overdue_share_of_provisions": ("provisions_overdue", "provisions"),
        "interest_claims_over20_share": ("interest_claims_over20", "interest_claims"),
        "provisions_interest_share": ("provisions_interest", "interest_claims"),
        "provisions_interest_over20_share_of_claims": ("provisions_interest_over20", "interest_claims_over20"),
        "provisions_interest_over20_share_of_provisions": ("provisions_interest_over20", "provisions_interest"),
    }
    wrong, tested = [], 0
    for share, (part, whole) in ratios.items():
        rows = both.drop_nulls([share, part, whole])
        tested += len(rows)
        gap = (pl.col(part) / pl.col(whole) * 100 - pl.col(share)).abs() > 0.05 + 1e-9
        wrong += [(share, day) for day in rows.filter(gap)["period_end"]]
    assert wrong == [("provisions_interest_over20_share_of_provisions", date(2015, 2, 28))]
    assert tested == 30 * 8 + 2 * 3 + 2 + 1 + 3, "the July rows are cut short"


def test_the_printed_anomaly_is_flagged(shipped: history.History) -> None:
    notes = dict(shipped.releases.select("release_id", "note").rows())
    assert (
        "prints 91.6 in the last column where its parts give 92.6"
        in notes["history/cbr/household_lending_risk#risk_15"]
    )


@pytest.mark.parametrize("dataset", ["household_loans", "mortgage", "sme_loans"])
def test_roubles_and_foreign_currency_make_the_total(claims: pl.DataFrame, dataset: str) -> None:
    table = wide(claims, "currency", dataset=dataset, unit="RUB").drop_nulls(["RUB", "FX", "ALL"])
    assert len(table) > 400
    assert table.filter((pl.col("RUB") + pl.col("FX") - pl.col("ALL")).abs() > 1.5e6).is_empty()


def test_federal_districts_make_russia(claims: pl.DataFrame) -> None:
    table = wide(claims, "ref_area", dataset="household_loans", basis="stock")
    districts = [c for c in table.columns if c.startswith("RUS_FD_")]
    assert len(districts) == 8
    assert len(table) == 73 * 6
    assert table.filter((pl.sum_horizontal(districts) - pl.col("RUS")).abs() > 4.5e6).is_empty()


def test_loan_portfolio_adds_up_in_all_186_months(claims: pl.DataFrame) -> None:
    """Household = performing + acquired + overdue; corporate = three borrowers; RUB + FX = ALL; net = gross + ..."""
    book = claims.filter(pl.col("dataset") == "loan_portfolio")
    named = book.with_columns(name=pl.concat_str("product_code", "measure", "definition", separator=" "))
    table = named.pivot("name", index=["period_end", "currency"], values="value").fill_null(0.0)
    assert table["period_end"].n_unique() == 186
    gaps = {
        "household": pl.col("HOUSEHOLD debt SECTOR") - pl.col("HOUSEHOLD debt SECTOR_PERFORMING")
        - pl.col("HOUSEHOLD acquired_claims SECTOR_ACQUIRED_PERFORMING") - pl.col("HOUSEHOLD overdue RAS_OVERDUE"),
        "corporate": pl.col("CORPORATE debt SECTOR") - pl.col("NONFINANCIAL debt SECTOR")
        - pl.col("FINANCIAL debt SECTOR") - pl.col("ENTREPRENEUR debt SECTOR"),
    }  # fmt: skip
    for name, gap in gaps.items():
        assert table.filter(gap.abs() > 5e3).is_empty(), name
    net = table.filter(pl.col("currency") == "ALL").filter(
        (pl.col("ALL debt SECTOR_NET") - pl.col("ALL debt SECTOR") - pl.col("ALL provisions RAS_PROVISIONS")
         - pl.col("ALL revaluation IFRS9")).abs() > 5e3
    )  # fmt: skip
    assert net.is_empty()
    by_currency = wide(claims, "currency", dataset="loan_portfolio").drop_nulls(["RUB", "FX", "ALL"])
    assert by_currency.filter((pl.col("RUB") + pl.col("FX") - pl.col("ALL")).abs() > 5e3).is_empty()


def test_unlabelled_row_is_total_overdue_within_a_thousandth(claims: pl.DataFrame) -> None:
    late = wide(claims, "product_code", dataset="loan_portfolio", measure="overdue")
    parts = ["NONFINANCIAL", "FINANCIAL", "ENTREPRENEUR", "HOUSEHOLD"]
    late = late.filter(pl.col("currency") == "ALL")
    assert len(late) == 186
    assert late.filter((pl.sum_horizontal(parts) / pl.col("ALL") - 1).abs() > 0.0009).is_empty()


def test_residents_without_acquired_claims_are_less_than_the_sector(claims: pl.DataFrame) -> None:
    """02_05 debt is 97.7 to 99.5 percent and overdue 93.2 to 95.6 percent of obs_tabl20c, 2019-02 to 2023-07."""
    russia = {"product_code": "HOUSEHOLD", "ref_area": "RUS", "currency": "ALL"}
    loans = claims.filter(*[pl.col(k) == v for k, v in russia.items()])
    for measure, low, high in (("debt", 97.7, 99.5), ("overdue", 93.2, 95.6)):
        ours = loans.filter((pl.col("dataset") == "household_loans") & (pl.col("measure") == measure))
        sector = loans.filter((pl.col("dataset") == "loan_portfolio") & (pl.col("measure") == measure)
                              & pl.col("definition").is_in(["SECTOR", "RAS_OVERDUE"]))  # fmt: skip
        both = ours.join(sector, on="period_end", suffix="_sector")
        share = (both["value"] / both["value_sector"] * 100).round(1)
        assert (len(share), share.min(), share.max()) == (54, low, high)


def test_sme_statistics_before_and_after_the_break_are_two_series(claims: pl.DataFrame) -> None:
    whole = {"dataset": "sme_loans", "product_code": "SME", "measure": "debt", "currency": "ALL"}
    old = one(claims, **whole, definition="SME_TABLE_302_19", period_end=date(2018, 12, 31))
    new = one(claims, **whole, definition="SME_01_13_F", period_end=date(2019, 1, 31))
    assert (round(old / 1e9), round(new / 1e9)) == (4215, 4336)


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
