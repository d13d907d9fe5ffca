"""What must hold in a finished warehouse before readers get it: identities, ranges, keys, and nothing lost.

expectations/measures.py asks every question and gives one row per question and dataset; this suite judges those rows.
Identities are asked among values of one release: a later revision of exports alone need not add up with the total
that was printed before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from expectations.choice import asked
from expectations.losses import LOSSES
from expectations.questions import Check, rules
from expectations.rules import Expectation

if TYPE_CHECKING:
    pass

_VALUES = f"""(SELECT s.*, o.period_end, o.vintage_date, o.value, o.precision, o.release_id
    FROM vintage.observation AS o JOIN series AS s USING (series_id)
    WHERE s.dataset <> 'indicator' AND {asked("s.dataset")})"""
_DATASET = "split_part(series_id, ':', 1)"
_DIMENSIONS = ["dataset", "ref_area", "counterpart_area", "flow", "product_code", "measure", "basis", "definition",
               "currency", "unit", "freq", "adjustment"]  # fmt: skip


def _sum(dimension: str, terms: Mapping[str, int], only: str) -> str:
    """Signed terms along one dimension of one release sum to zero within their rounding."""
    keys = ", ".join([name for name in _DIMENSIONS if name != dimension] + ["period_end", "vintage_date", "release_id"])
    sign = " ".join(f"WHEN '{name}' THEN {sign}" for name, sign in terms.items())
    names = ", ".join(f"'{name}'" for name in terms)
    shown = ", ".join(n for n in ("counterpart_area", "product_code", "measure", "basis", "currency") if n != dimension)
    return f"""
        SELECT dataset AS subject,
            abs(sum(value * CASE {dimension} {sign} END)) > sum(precision) + sum(abs(value)) * 1e-12 AS bad,
            concat_ws(' ', {shown}, period_end, release_id,
                'off by', sum(value * CASE {dimension} {sign} END), 'allowed', sum(precision)) AS example
        FROM {_VALUES} WHERE {dimension} IN ({names}) AND {only} AND precision IS NOT NULL
        GROUP BY {keys} HAVING count(*) = {len(terms)}"""


_AMOUNTS = "measure IN ('value', 'quantity', 'debt', 'overdue', 'new_loans', 'count', 'acquired_claims')"
_DISTRICTS = f"""
    SELECT dataset AS subject, abs(sum(value) FILTER (ref_area LIKE 'RUS_FD_%') - sum(value) FILTER (ref_area = 'RUS'))
            > sum(precision) + sum(abs(value)) * 1e-12 AS bad,
        concat_ws(' ', product_code, measure, currency, period_end, release_id, 'districts',
            sum(value) FILTER (ref_area LIKE 'RUS_FD_%'), 'country', sum(value) FILTER (ref_area = 'RUS')) AS example
    FROM {_VALUES} WHERE (ref_area LIKE 'RUS_FD_%' OR ref_area = 'RUS') AND {_AMOUNTS} AND precision IS NOT NULL
    GROUP BY dataset, product_code, measure, basis, definition, currency, unit, freq, adjustment,
        period_end, vintage_date, release_id
    HAVING count(*) FILTER (ref_area = 'RUS') = 1 AND count(*) FILTER (ref_area LIKE 'RUS_FD_%') = 8"""
MIRROR = "history/gacc/totals_usd_mirror"
"""Its months carry the newest revisions, its years to date those of their day: 37 of 404 differ, all explained."""
_RUNNING = f"""
    WITH v AS (
        SELECT *, year(period_end) AS y, month(period_end) AS m FROM {_VALUES}
        WHERE freq = 'M' AND measure = 'value' AND flow IN ('export', 'import', 'total')
            AND precision IS NOT NULL AND NOT starts_with(release_id, '{MIRROR}'))
    SELECT ytd.dataset AS subject,
        abs(ytd.value - sum(mon.value)) > ytd.precision + sum(mon.precision) + ytd.value * 1e-12 AS bad,
        concat_ws(' ', ytd.counterpart_area, ytd.flow, ytd.currency, ytd.period_end, ytd.release_id,
            'year to date', ytd.value, 'months', sum(mon.value)) AS example
    FROM v AS ytd JOIN v AS mon ON mon.basis = 'month' AND ytd.basis = 'ytd' AND mon.y = ytd.y AND mon.m <= ytd.m
        AND mon.release_id = ytd.release_id AND mon.vintage_date = ytd.vintage_date
        AND {" AND ".join(f"mon.{name} = ytd.{name}" for name in _DIMENSIONS if name != "basis")}
    GROUP BY ytd.series_id, ytd.dataset, ytd.counterpart_area, ytd.flow, ytd.currency, ytd.period_end, ytd.release_id,
        ytd.value, ytd.precision, ytd.m
    HAVING count(*) = ytd.m"""

_GROWTH = f"""
    WITH v AS (
        SELECT *, measure || ' ' || basis AS kind,
            last_day(period_end - to_months(if(measure = 'growth_mom', 1, 12))) AS base_period FROM {_VALUES}
        WHERE dataset = 'trade_total' AND counterpart_area = 'WORLD' AND flow IN ('export', 'import', 'total')),
    fits AS (
        SELECT g.release_id, g.flow, g.currency, g.period_end, g.vintage_date, g.kind, g.value AS printed,
            100 * (arg_max(now.value, now.vintage_date) / arg_max(base.value, base.vintage_date) - 1) AS computed
        FROM v AS g
        JOIN v AS now ON now.measure = 'value' AND now.flow = g.flow AND now.currency = g.currency
            AND now.basis = g.basis AND now.period_end = g.period_end AND now.vintage_date <= g.vintage_date
        JOIN v AS base ON base.measure = 'value' AND base.flow = g.flow AND base.currency = g.currency
            AND base.basis = g.basis AND base.period_end = g.base_period AND base.vintage_date <= g.vintage_date
        WHERE g.measure IN ('growth_yoy', 'growth_mom') GROUP BY ALL)
    SELECT 'trade_total' AS subject,
        abs(x.printed - x.computed) + abs(y.printed - y.computed)
            > abs(x.printed - y.computed) + abs(y.printed - x.computed) + 0.2 AS bad,
        concat_ws(' ', x.flow, x.currency, x.period_end, x.release_id, x.kind, x.printed, y.kind, y.printed,
            'computed', round(x.computed, 1), round(y.computed, 1)) AS example
    FROM fits AS x JOIN fits AS y USING (release_id, flow, currency, period_end, vintage_date) WHERE x.kind < y.kind"""
_RISING = f"""
    WITH v AS (
        SELECT *, last_day(period_end - INTERVAL 1 MONTH) AS month_before FROM {_VALUES}
        WHERE basis = 'ytd' AND measure IN ('value', 'quantity') AND flow IN ('export', 'import', 'total')
            AND dataset IN ('trade_total', 'trade_by_commodity', 'trade_by_regime', 'trade_by_commodity_regime'))
    SELECT v.dataset AS subject, v.value < 0.9 * arg_max(b.value, b.vintage_date) - v.precision AS bad,
        concat_ws(' ', v.series_id, v.period_end, v.release_id, v.value, 'after',
            arg_max(b.value, b.vintage_date)) AS example
    FROM v JOIN v AS b ON b.series_id = v.series_id AND b.period_end = v.month_before
        AND year(b.period_end) = year(v.period_end) AND b.vintage_date <= v.vintage_date
    GROUP BY v.dataset, v.series_id, v.period_end, v.vintage_date, v.release_id, v.value, v.precision"""

_GOODS = f"""(SELECT * FROM {_VALUES}
    WHERE dataset = 'trade_by_commodity' AND measure = 'value' AND basis IN ('month', 'ytd') AND value > 0)"""
ALIKE = 5
"""Commodities that two tables must share before the middle of their ratios says something."""
_TWO_CURRENCIES = f"""
    WITH v AS {_GOODS}
    SELECT 'trade_by_commodity' AS subject, median(a.value / b.value) NOT BETWEEN 5.5 AND 8 AS bad,
        concat_ws(' ', a.flow, a.basis, a.period_end, a.release_id, 'in CNY is', round(median(a.value / b.value), 2),
            'times', b.release_id, 'in USD') AS example
    FROM v AS a JOIN v AS b USING (flow, product_code, basis, period_end, ref_area, counterpart_area)
    WHERE a.currency = 'CNY' AND b.currency = 'USD'
    GROUP BY a.flow, a.basis, a.period_end, a.release_id, b.release_id HAVING count(*) >= {ALIKE}"""
_MONTH_BEFORE = f"""
    WITH v AS {_GOODS},
    left_over AS (
        SELECT y.flow, y.product_code, y.currency, y.release_id, y.value - m.value AS value,
            last_day(y.period_end - INTERVAL 1 MONTH) AS period_end
        FROM v AS y JOIN v AS m USING (release_id, flow, product_code, currency, period_end, vintage_date)
        WHERE y.basis = 'ytd' AND m.basis = 'month' AND month(y.period_end) > 1)
    SELECT 'trade_by_commodity' AS subject, median(a.value / b.value) NOT BETWEEN 0.8 AND 1.25 AS bad,
        concat_ws(' ', a.flow, a.currency, a.release_id, 'without its month is', round(median(a.value / b.value), 3),
            'times', b.release_id) AS example
    FROM left_over AS a JOIN v AS b USING (flow, product_code, currency, period_end) WHERE b.basis = 'ytd'
    GROUP BY a.flow, a.currency, a.release_id, b.release_id HAVING count(*) >= {ALIKE}"""

CHECKS: Mapping[str, Check] = {
    "commodities_in_yuan_are_those_in_dollars": Check(
        _TWO_CURRENCIES,
        "A dollar has cost 6.0 to 7.3 yuan since 2014. Tables of one month in both currencies whose ratio is another "
        "(1, 10, 70, 0.7) bear the unit of the other one: export tables of 2025 print RMB 10,000 over USD 1,000.",
    ),
    "commodities_follow_the_month_before": Check(
        _MONTH_BEFORE,
        "A year to date without its last month is the year to date of the month before, but for revisions of a few "
        "percent: another ratio is a wrong unit, currency or month over right figures.",
    ),
    "growth_stands_in_its_column": Check(
        _GROWTH,
        "Columns of rates that changed places look right on their page: they must fit the levels known by then better "
        "where they stand than the other way round (400 printed pairs since 2008 all do).",
    ),
    "year_to_date_does_not_fall": Check(
        _RISING,
        "A year to date below nine tenths of that of a month earlier is a column or row in the wrong place, or a "
        "revision that a person should see.",
    ),
    "key_rate_is_changed_once": Check(
        """SELECT 'key_rate' AS subject, concat_ws(' ', effective_date, key_rate) AS example,
               key_rate IS NOT DISTINCT FROM lag(key_rate) OVER (ORDER BY effective_date) AS bad FROM key_rate""",
        "A change to the rate that holds already is one under two dates: the Friday of its decision beside the Monday "
        "from which it applies.",
    ),
    "export_plus_import_is_total": Check(
        _sum("flow", {"export": 1, "import": 1, "total": -1}, "measure = 'value'"),
        "The customs tables print all three; a misread column or unit breaks the sum at once.",
    ),
    "export_less_import_is_balance": Check(
        _sum("flow", {"export": 1, "import": -1, "balance": -1}, "measure = 'value'"),
        "Balance is defined as exports less imports in the same unit.",
    ),
    "roubles_plus_foreign_is_all": Check(
        _sum("currency", {"RUB": 1, "FX": 1, "ALL": -1}, f"unit IN ('RUB', 'count') AND {_AMOUNTS}"),
        "The Bank of Russia's total is roubles plus foreign currency in rouble equivalent.",
    ),
    "districts_sum_to_country": Check(
        _DISTRICTS, "The eight federal districts cover the country; regions counted twice or left out break the sum."
    ),
    "months_sum_to_year_to_date": Check(
        _RUNNING,
        "Where one release prints months and year to date they agree, unless earlier months were revised in it.",
        "warn",
    ),
    "amounts_not_negative": Check(
        f"""SELECT dataset AS subject, value < 0 AS bad, concat_ws(' ', series_id, period_end, value) AS example
            FROM {_VALUES} WHERE {_AMOUNTS} AND flow <> 'balance'
                AND (dataset <> 'federal_budget' OR product_code IN ('REVENUE', 'EXPENDITURE'))""",
        "Goods, debts and counts are never below zero; a minus is a misread dash or a shifted column. Lines of a "
        "budget may be: its balance, its financing, taxes given back.",
    ),
    "overdue_within_debt": Check(
        f"""SELECT d.dataset AS subject, o.value > d.value + o.precision + d.precision AS bad,
                concat_ws(' ', o.series_id, o.period_end, o.value, '>', d.value) AS example
            FROM {_VALUES} AS d JOIN {_VALUES} AS o ON d.measure = 'debt' AND o.measure = 'overdue'
                AND d.basis = 'stock' AND o.basis = 'stock' AND d.unit = o.unit AND d.release_id = o.release_id
                AND d.period_end = o.period_end AND d.vintage_date = o.vintage_date AND d.dataset = o.dataset
                AND d.ref_area = o.ref_area AND d.product_code = o.product_code AND d.currency = o.currency
            JOIN definition AS f ON f.definition = o.definition AND f.scope = d.definition""",
        "Overdue debt is a part of the debt of the same borrowers, as its definition names it, in the same release.",
    ),
    "rates_plausible": Check(
        f"""SELECT dataset AS subject, CASE WHEN measure = 'official_rate' THEN value <= 0
                WHEN measure IN ('overdue_share', 'provision_share') THEN value NOT BETWEEN 0 AND 100
                ELSE value NOT BETWEEN 0 AND 250 END AS bad,
                concat_ws(' ', series_id, period_end, value) AS example
            FROM {_VALUES}
            WHERE measure IN ('official_rate', 'overdue_share', 'provision_share', 'rate', 'key_rate')""",
        "Shares lie between 0 and 100, lending rates have stayed below 250 percent, exchange rates are above zero.",
    ),
    "money_in_the_currency_of_the_statistic": Check(
        f"""SELECT dataset AS subject, unit <> currency AS bad, concat_ws(' ', series_id, unit, currency) AS example
            FROM (SELECT DISTINCT series_id, dataset, unit, currency FROM {_VALUES}
                  WHERE dataset LIKE 'trade%' AND measure = 'value')""",
        "A page titled in CNY once carried USD numbers: a trade value's unit must be the currency of its table.",
    ),
    "known_after_it_happened": Check(
        f"""SELECT dataset AS subject, vintage_date < period_end AS bad,
                concat_ws(' ', series_id, period_end, 'known on', vintage_date) AS example
            FROM {_VALUES} WHERE freq IN ('M', 'Q', 'A') AND basis IN ('month', 'ytd', 'year', 'stock')""",
        "No statistic of a period is public before the period ends; a vintage before that is a misread date.",
    ),
    "periods_end_a_month": Check(
        f"""SELECT dataset AS subject, period_end <> last_day(period_end) AS bad,
                concat_ws(' ', series_id, period_end) AS example
            FROM {_VALUES} WHERE freq IN ('M', 'Q', 'A') AND basis NOT IN ('first_10_days', 'first_20_days')""",
        "Periods are dated by their last day; a first of a month is a reporting date that was not converted.",
    ),
    "values_finite": Check(
        f"""SELECT {_DATASET} AS subject, NOT isfinite(value) AS bad,
               concat_ws(' ', series_id, period_end) AS example FROM vintage.observation WHERE {asked(_DATASET)}""",
        "An infinity or not-a-number is a failed computation, never a published figure.",
    ),
    "one_value_per_vintage": Check(
        f"""SELECT {_DATASET} AS subject, count(*) > 1 AS bad,
               concat_ws(' ', series_id, period_end, vintage_date) AS example
           FROM vintage.observation WHERE {asked(_DATASET)} GROUP BY series_id, period_end, vintage_date""",
        "Two values of one day would make as-of answers depend on chance.",
    ),
    "mortgage_copies_differ_in_one_month": Check(
        """SELECT dataset AS subject, period_end <> DATE '2024-11-30' AS bad,
               concat_ws(' ', series_id, period_end, previous_value, '->', value) AS example
           FROM revision WHERE dataset = 'mortgage' AND starts_with(release_id, 'cbr.mortgage_debt/')
               AND previous_vintage_date = DATE '2025-02-28'
               AND regexp_matches(series_id, 'RESIDENTS_EXCL_ACQUIRED|RAS_OVERDUE_RESIDENTS')""",
        "02_14 of March 2025 changed four of the 432 figures of 02_02 of February, all of 1 December 2024 (overdue in "
        "roubles 91,008 to 91,121 mln): a real revision. Another month is news, or a row in the wrong place.",
        "warn",
    ),
    "breaks_are_marked": Check(
        f"""SELECT i.indicator_id AS subject, bool_or(c.lookback IS NULL OR (i.obs_status <> 'B'
                AND b.period_end > last_day(i.period_end - to_months(c.lookback)))) AS bad,
               concat_ws(' ', i.series_id, i.period_end, 'across', any_value(b.period_end)) AS example
           FROM vintage.indicator AS i JOIN series AS s USING (series_id)
           LEFT JOIN indicator_catalog AS c ON c.indicator_id = i.indicator_id
           JOIN definition_break AS b ON b.definition = s.definition AND b.period_end <= i.period_end
           WHERE i.value IS NOT NULL  -- what is known no more compares nothing
               AND {asked("i.indicator_id")}
           GROUP BY i.indicator_id, i.series_id, i.period_end, i.vintage_date""",
        "A derived value that compares amounts across a change of method says so (obs_status B), or it is no growth.",
    ),
    "banking_figures_have_one_definition": Check(
        """SELECT s.dataset AS subject, d.definition IS NULL AS bad,
               concat_ws(' ', s.series_id, s.definition) AS example
           FROM series AS s LEFT JOIN definition AS d USING (definition)
           LEFT JOIN indicator_catalog AS c ON s.dataset = 'indicator' AND c.indicator_id = s.measure
           WHERE s.dataset IN ('household_loans', 'household_lending_risk', 'loan_portfolio', 'mortgage', 'sme_loans')
               OR (s.dataset = 'indicator' AND (starts_with(s.measure, 'loan_')
                   OR (regexp_matches(c.inputs, 'household_l|loan_portfolio|mortgage|sme_loans')
                       AND NOT regexp_matches(s.measure, '^(composite|key_rate|release_)'))))""",
        "RAS overdue, 90+ days and problem loans never mix: each series, and what is derived from it, is of exactly "
        "one documented definition. Composites name their components instead; means of the key rate "
        "and lags of releases take from loan tables only the days on which they were published.",
    ),
    "every_value_has_its_series_and_release": Check(
        """SELECT split_part(o.series_id, ':', 1) AS subject, s.series_id IS NULL
               OR (r.release_id IS NULL AND s.dataset <> 'indicator') AS bad,
               concat_ws(' ', o.series_id, o.release_id) AS example
           FROM (SELECT DISTINCT series_id, release_id FROM vintage.observation) AS o
           LEFT JOIN series AS s USING (series_id) LEFT JOIN ops.release AS r USING (release_id)""",
        "Every number must lead back to what it measures and to the bytes it came from.",
    ),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return rules({**CHECKS, **{name: Check("", loss.why) for name, loss in LOSSES.items()}})
