"""Every figure of the press digest of 8 December 2025, the query that answers it, and where reality differs.

`differs` says why the warehouse does not simply repeat the digest; queries of the newest vintage say what only later
vintages can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pytest

TRADE = "SELECT {column} FROM trade_total_as_of(DATE '2025-12-08') WHERE period_end = '{end}' AND basis = '{basis}' AND currency = 'USD'"
AMERICA = (
    "SELECT {column} FROM trade_by_partner_as_of(DATE '2025-12-08') WHERE partner = 'USA' AND period_end = '2025-11-30' "
    "AND basis = 'month' AND currency = 'USD'"
)
INDICATOR = "SELECT value FROM indicator_as_of(DATE '2025-12-08') WHERE indicator_id = '{id}' AND {where}"
LATEST = "SELECT value FROM indicator WHERE indicator_id = '{id}' AND {where}"
NOVEMBER = "period_end = '2025-11-30'"
SEPTEMBER = "period_end = '2025-09-30'"
BUREAU = "definition = 'BUREAU_DPD90' AND product_code = 'HOUSEHOLD'"


def trade(column: str, end: str = "2025-11-30", basis: str = "month") -> str:
    return TRADE.format(column=column, end=end, basis=basis)


def known(indicator: str, where: str) -> str:
    return INDICATOR.format(id=indicator, where=where)


@dataclass(frozen=True)
class Figure:
    words: str  # of the digest
    query: str
    value: float
    tolerance: float
    differs: str = ""


SURPRISE = f"{NOVEMBER} AND definition = 'BLOOMBERG' AND flow = "
FIGURES = [
    Figure("trade surplus for the first eleven months of the year to $1.08 trillion", trade("balance", basis="ytd"), 1.08e12, 5e9),
    Figure("annual trade surplus soared past $1 trillion for the first time in history",
           known("trade_balance_ytd_first_above_1trn", NOVEMBER), 1, 0,
           "first among the years this warehouse knows (from 2008), by the year-to-date balance"),
    Figure("annual trade surplus soared past $1 trillion for the first time in history",
           LATEST.format(id="trade_balance_12m_first_above_1trn", where="period_end = '2025-01-31'"), 1, 0,
           "the sum of twelve months had passed 1 trillion in January 2025; its months are kept from January 2026"),
    Figure("totaling just $33.8 billion for that month", AMERICA.format(column="exports"), 33.8e9, 0.05e9),
    Figure("28.6 percent plunge in exports to the United States", AMERICA.format(column="exports_growth_yoy"), -28.6, 0.05),
    Figure("export growth, up 5.9 percent year-on-year in November", trade("exports_growth_yoy"), 5.9, 0.05),
    Figure("exceeded Bloomberg's forecast of 4 percent", known("trade_surprise", f"{SURPRISE}'export'"), 1.9, 0.05),
    Figure("reversed a slight decline from October", trade("exports_growth_yoy", "2025-10-31"), -1.1, 0.05),
    Figure("Imports rose just 1.9 percent year-on-year in November", trade("imports_growth_yoy"), 1.9, 0.05),
    Figure("falling short of Bloomberg's predicted 3 percent increase", known("trade_surprise", f"{SURPRISE}'import'"), -1.1, 0.05),
    Figure("Weakness in exports to the United States was more than offset by shipments to other markets",
           known("export_offset_ratio", f"{NOVEMBER} AND basis = 'month' AND currency = 'USD' AND counterpart_area = 'USA'"),
           2.36, 0.01),
    Figure("a surge in shipments to other major global markets",
           "SELECT exports_growth_yoy FROM trade_by_partner_as_of(DATE '2025-12-08') WHERE partner = 'EU' "
           "AND period_end = '2025-11-30' AND basis = 'month' AND currency = 'USD'", 14.8, 0.05, "the European Union"),
    Figure("its massive trade surplus with the European Union",
           LATEST.format(id="trade_balance", where=f"{NOVEMBER} AND basis = 'ytd' AND counterpart_area = 'EU'"), 1.9115e12, 0.5e8,
           "yuan, January to November, from the bulletin of 18 December; a fifth more than the 1.5867 of a year before"),
    Figure("deflation pushes down China's real effective exchange rate",
           LATEST.format(id="reer_change_12m", where=NOVEMBER), -3.63, 0.01,
           "down on a year earlier, but only a vintage of 2026 tells: on that day the kept vintage ended in September 2024"),
    Figure("deflation pushes down China's real effective exchange rate",
           LATEST.format(id="reer_months_since_low", where=NOVEMBER), 5, 0,
           "the rate had its low in June 2025 and had risen for five months by November"),
    Figure("price competitiveness as deflation pushes down",
           "SELECT actual FROM consensus_forecast WHERE indicator = 'ppi_yoy' AND period = '2025-10' "
           "AND release_date <= DATE '2025-12-08'", -2.1, 0.05, "producer prices of October, the newest print of that day"),
    Figure("Chinese goods are becoming cheaper on the world market",
           LATEST.format(id="exchange_rate_change_12m", where=f"{NOVEMBER} AND product_code = 'USD'"), -1.35, 0.05,
           "against the dollar alone the yuan was dearer than a year before; monthly averages known from 2026"),
    Figure("clever rerouting of trade flows",
           LATEST.format(id="mirror_gap", where="period_end = '2025-12-31' AND basis = 'ytd' AND definition = 'GENERAL_IMPORTS'"),
           -26.6, 0.05, "the United States count 27 percent less from China than China counts to them, after 16 in 2024; known from 2026"),
    Figure("clever rerouting of trade flows",
           LATEST.format(id="mirror_import_growth", where=f"{NOVEMBER} AND basis = 'ytd' AND counterpart_area = 'VNM' "
                         "AND definition = 'IMPORTS_FOR_CONSUMPTION'"), 38.3, 0.1,
           "imports of the United States from Vietnam, January to November; known from 2026"),
    Figure('"bad" loans to Russian households hit approximately 2.3 trillion rubles',
           known("reported_bad_loans", BUREAU), 2.3e12, 0.05e12, "a credit bureau's 90+ figure, not the Bank of Russia's"),
    Figure("about $27 billion", known("reported_implied_usd_rate", BUREAU), 85.2, 0.05,
           "takes 85.2 roubles for a dollar, a rate no official fixing of those months reached"),
    Figure("about $27 billion", known("reported_bad_loans_usd_at_period_end", BUREAU), 27.75e9, 0.01e9,
           "at the official rate of 30 September 2025, 82.8676"),
    Figure("about $27 billion", known("reported_bad_loans_usd_at_publication", BUREAU), 29.88e9, 0.01e9,
           "at the official rate of 5 December 2025, 76.9708"),
    Figure("a 1.6-fold increase over just nine months", known("reported_bad_loans_increment_multiple", BUREAU), 1.62, 0.005,
           "the increase of nine months against that of all 2024 (490 / 302)"),
    Figure("a 1.6-fold increase over just nine months", known("reported_bad_loans_stock_multiple", BUREAU), 1.27, 0.005,
           "the stock itself grew 1.27-fold (2.3 / 1.81)"),
    Figure("more than 2.4 trillion rubles worth of loans were forcibly restructured",
           known("reported_restructured_cumulative", "product_code = 'HOUSEHOLD'"), 2.4e12, 0.05e12,
           "cumulative over 2022-2025"),
    Figure("more than 2.4 trillion rubles worth of loans were forcibly restructured",
           known("reported_restructured_ytd", "period_end = '2025-06-30'"), 532e9, 0.5e9,
           "of 2025 only the first half was published by then"),
    Figure("more than 2.4 trillion rubles worth of loans were forcibly restructured",
           known("reported_restructured_share", "product_code = 'HOUSEHOLD'"), 6.2, 0.05,
           "of the retail portfolio as its reporter states, which takes a portfolio of 38.7 trillion"),
    Figure("more than 2.4 trillion rubles worth of loans were forcibly restructured",
           known("restructured_share", "definition = 'RESTRUCTURED_STOCK_OF_RESIDENTS'"), 6.9, 0.05,
           "of what banks had lent to resident households by the newest table of that day (end of January 2025)"),
    Figure("more than 2.4 trillion rubles worth of loans were forcibly restructured",
           known("restructured_share_ytd", "period_end = '2025-06-30'"), 1.52, 0.005,
           "the part of 2025 alone, in percent of the loans of December 2024"),
    Figure("one in five business loans now requires review",
           known("reported_restructured_share", "product_code = 'SME'"), 20, 0.5,
           "a fifth of SME loans had been restructured; overdue under Russian accounting is about 5 percent"),
    Figure("high policy rates",
           "SELECT rate FROM key_rate_as_of(DATE '2025-12-08') ORDER BY effective_date DESC LIMIT 1", 16.5, 0),
    Figure("high policy rates", LATEST.format(id="key_rate_real", where=NOVEMBER), 9.84, 0.05,
           "less the inflation of twelve months; prices of November were public from the end of December"),
    Figure("mortgage and consumer lending markets, especially for loans issued at high rates",
           LATEST.format(id="bank_rate_minus_key_rate", where=f"{NOVEMBER} AND product_code = 'HOUSEHOLD_LOANS' "
                         "AND definition = 'TO_1_YEAR'"), 10.74, 0.01,
           "short loans to households over the key rate, new ones of November 2025; kept from 2026"),
    Figure("Tensions are growing in Russia's mortgage and consumer lending markets",
           known("reported_problem_share", f"product_code = 'UNSECURED' AND definition = 'PROBLEM_IV_V' AND {SEPTEMBER}"), 12.9, 0.05,
           "unsecured consumer loans of categories IV and V; 10.8 percent half a year before"),
    Figure("Tensions are growing in Russia's mortgage and consumer lending markets",
           known("reported_problem_share", f"product_code = 'MORTGAGE' AND definition = 'PROBLEM_IV_V' AND {SEPTEMBER}"), 1.7, 0.05,
           "mortgages of categories IV and V; 1.2 percent half a year before"),
    Figure("The dual pressures of falling exports",
           "SELECT value FROM observation WHERE series_id LIKE 'external_balance:RUS%export%ytd%' AND period_end = '2025-07-31'",
           234.1e9, 0.05e9, "Russian exports of goods, January to July; those of 2024 are not on record, so no fall can be shown"),
    Figure("lower real incomes",
           "SELECT value FROM observation WHERE series_id LIKE 'income:RUS%WAGE.growth_yoy%REAL%' AND period_end = '2025-09-30'",
           4.7, 0.05, "Rosstat's real wages still rose; real disposable incomes of 2025 are not on record"),
    Figure("cheap steel", known("trade_volume_growth", "product_code = 'COMMODITY_STEEL' AND period_end = '2025-10-31'"),
           6.57, 0.01, "tonnes of January to October on a year earlier"),
    Figure("cheap steel", known("trade_unit_value_growth", "product_code = 'COMMODITY_STEEL' AND period_end = '2025-10-31'"),
           -7.9, 0.05, "yuan a tonne of January to October on a year earlier"),
]  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f.words[:40]}={f.value:g}")
def test_figure_of_the_digest(publication: duckdb.DuckDBPyConnection, figure: Figure) -> None:
    rows = publication.execute(figure.query).fetchall()
    assert len(rows) == 1, f"{len(rows)} answers to {figure.query}"
    assert rows[0][0] == pytest.approx(figure.value, abs=figure.tolerance or 1e-9)


@pytest.mark.parametrize(("named", "day"), [("period_end", "d.period_end"), ("publication", "d.vintage_date")])
def test_the_rate_of_every_stated_amount_in_dollars_is_on_record(
    publication: duckdb.DuckDBPyConnection, named: str, day: str
) -> None:
    """Its name says the day: there the rate in force, at most three days old, gives back the roubles stated."""
    rows = publication.execute(f"""
        SELECT d.value * f.rate, r.value, date_diff('day', f.effective_date, {day}) FROM indicator AS d
        JOIN indicator AS r USING (product_code, definition, period_end, vintage_date)
        ASOF JOIN (FROM fx_rate WHERE currency = 'USD') AS f ON {day} >= f.effective_date
        WHERE d.indicator_id = 'reported_bad_loans_usd_at_{named}' AND r.indicator_id = 'reported_bad_loans'
        """).fetchall()
    assert len(rows) >= 3
    assert all(roubles == pytest.approx(stated) and 0 <= age <= 3 for roubles, stated, age in rows)


def test_stability_is_gradually_weakening(publication: duckdb.DuckDBPyConnection) -> None:
    """By the shares of problem loans, each against its own value of a year or three quarters before; they are stated too
    rarely for a composite, and rates alone make none."""
    shares = publication.execute(
        """SELECT product_code, arg_min(value, period_end), arg_max(value, period_end)
           FROM indicator_as_of(DATE '2025-12-08') WHERE indicator_id = 'reported_problem_share'
               AND definition = 'PROBLEM_IV_V' GROUP BY ALL HAVING count(*) > 1"""
    ).fetchall()
    assert {name for name, *_ in shares} >= {"UNSECURED", "MORTGAGE", "CORPORATE"}
    assert all(last > first for _, first, last in shares)
    query = known("composite", "ref_area = 'RUS' AND period_end = '2025-11-30'")
    assert publication.execute(query).fetchall() == []
    query = known("composite_coverage", "ref_area = 'RUS' AND period_end = '2025-11-30'")
    assert publication.execute(query).fetchall()[0][0] <= 50


def test_the_analysts_who_see_a_systemic_challenge_signal_medium(publication: duckdb.DuckDBPyConnection) -> None:
    """CMASF's own signal of 5 December 2025 is milder than the digest: medium, until October 2026."""
    query = "SELECT signal, horizon FROM early_warning_signal WHERE published_text = '2025-12-05'"
    assert publication.execute(query).fetchall() == [("medium", "until 2026-10")]


def test_the_truce_and_the_tariff_threat_are_on_record(publication: duckdb.DuckDBPyConnection) -> None:
    rows = publication.execute(
        "SELECT kind FROM policy_event WHERE date BETWEEN '2025-10-25' AND '2025-12-08'"
    ).fetchall()
    assert {"trade truce", "tariff threat"} <= {kind for (kind,) in rows}


def test_before_the_release_none_of_it_was_known(publication: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*) FROM trade_total_as_of(DATE '2025-12-07') WHERE period_end >= '2025-11-30'"
    assert publication.execute(query).fetchall() == [(0,)]
