"""What the shipped customs figures satisfy among themselves, with the results found when they were collected.

`cases` is how many there were; `known` how many of them fail for the reason that `why` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.questions import Check, rules
from expectations.rules import Expectation

USD_2021, CNY_2023 = "history/gacc/totals_usd_2021_2026", "history/gacc/totals_cny_2023_2024"
MIRROR, TO_US = "history/gacc/totals_usd_mirror", "history/gacc/exports_to_us_usd"
CNY_2024, USD_2024_09 = "history/gacc/by_partner_bulletin_cny_2024", "history/gacc/by_partner_bulletin_usd_2024_09"
SELECTED, ROUNDED = (
    "history/gacc/by_partner_bulletin_cny_selected",
    "history/gacc/by_partner_bulletin_cny_selected_rounded",
)
PRELIMINARY, REGIMES = "history/gacc/by_partner_preliminary_cny", "history/gacc/by_regime_bulletin_usd"
_VALUES = "claims WHERE measure = 'value'"
_CELL = "block, currency, flow, basis, period_end, vintage_date"
_FIGURE = f"{_CELL}, value, precision"
_PLACED = "claims JOIN area ON code = counterpart_area"
_CONTINENTS = "(SELECT continent FROM area UNION VALUES ('UNKNOWN'), ('ATA'))"


def _flows(signs: Mapping[str, int], *blocks: str) -> str:
    """Flows of one cell, each with its sign, make zero within their rounding."""
    terms = ", ".join(f"('{flow}', {sign})" for flow, sign in signs.items())
    return f"""
        SELECT block AS subject, abs(sum(value * sign)) > sum(precision) + sum(abs(value)) * 1e-12 AS bad,
            concat_ws(' ', counterpart_area, basis, period_end, 'off by', sum(value * sign)) AS example
        FROM claims JOIN (VALUES {terms}) AS terms (flow, sign) USING (flow)
        WHERE measure = 'value' AND block IN {(*blocks, "")}
        GROUP BY block, counterpart_area, currency, basis, period_end, vintage_date HAVING count(*) = {len(signs)}"""


def _parts(parts: str, whole: str, *blocks: str, basis: tuple[str, ...] = ("month", "ytd")) -> str:
    """Values of `parts` make that of `whole` within the rounding of all; `name` in both says what they are parts of."""
    return f"""
        SELECT block AS subject,
            abs(sum(p.value) - w.value) > sum(p.precision) + w.precision + 2e-12 * w.value AS bad,
            concat_ws(' ', name, flow, basis, period_end, 'parts', sum(p.value), 'whole', w.value) AS example
        FROM ({parts}) AS p JOIN ({whole}) AS w USING (name, {_CELL})
        WHERE block IN {(*blocks, "")} AND basis IN {(*basis, "")}
        GROUP BY name, {_CELL}, w.value, w.precision"""


def _to_date(months: str, cases: str) -> str:
    """The year to date less that of the month before is the month, within the rounding of the three."""
    key = "counterpart_area = now.counterpart_area AND {0}.flow = now.flow AND {0}.period_end = "
    return f"""
        WITH v AS (SELECT * FROM {_VALUES} AND block = '{CNY_2024}')
        SELECT '{cases}' AS subject,
            abs(now.value - old.value - v.value)
                > now.precision + old.precision + v.precision + now.value * 1e-12 AS bad,
            concat_ws(' ', v.counterpart_area, v.flow, v.period_end, 'month', v.value,
                'difference', now.value - old.value) AS example
        FROM v AS now
        JOIN v ON v.basis = 'month' AND v.{key.format("v")} now.period_end
        JOIN v AS old ON old.basis = 'ytd' AND old.{key.format("old")} last_day(now.period_end - INTERVAL 1 MONTH)
        WHERE now.basis = 'ytd' AND {months}"""


def _copies(one: str, other: str) -> str:
    """The same figures in two blocks are the same within the rounding of both."""
    return f"""
        SELECT '{one}' AS subject, abs(a.value - b.value) > a.precision + b.precision + abs(a.value) * 1e-12 AS bad,
            concat_ws(' ', counterpart_area, flow, measure, basis, period_end, a.value, 'against', b.value) AS example
        FROM claims AS a JOIN claims AS b USING (counterpart_area, flow, measure, basis, currency, period_end)
        WHERE a.block = '{one}' AND b.block = '{other}'"""


def _growth(printed: str, base: str, points: float, only: str = "true") -> str:
    """Growth as printed is that of the levels, within `points`; the level of a year ago may stand in another block."""
    return f"""
        SELECT '{printed}' AS subject, abs(100 * (now.value / old.value - 1) - g.value) > {points} AS bad,
            concat_ws(' ', counterpart_area, flow, g.period_end, 'printed', g.value, 'levels give',
                round(100 * (now.value / old.value - 1), 2)) AS example
        FROM claims AS g JOIN claims AS now USING (block, counterpart_area, flow, basis, currency, period_end)
        JOIN claims AS old USING (counterpart_area, flow, basis, currency)
        WHERE g.block = '{printed}' AND old.block = '{base}' AND g.measure = 'growth_yoy' AND now.measure = 'value'
            AND old.measure = 'value' AND old.period_end = last_day(g.period_end - INTERVAL 1 YEAR) AND {only}"""


_NEWEST = " AND ".join(f"{at}.vintage_date = DATE '2026-08-11'" for at in ("g", "now", "old"))
_TOTAL = {"export": 1, "import": 1, "total": -1}
CHECKS: Mapping[str, Check] = {
    "exports_and_imports_make_the_total": Check(
        _flows(_TOTAL, USD_2021, CNY_2023), "63 months in dollars, 24 months and years to date in yuan.", cases=111
    ),
    "exports_less_imports_are_the_balance": Check(
        _flows({"export": 1, "import": -1, "balance": -1}, USD_2021, CNY_2023), "The same cells.", cases=111
    ),
    "months_make_the_year_to_date": Check(
        f"""
        SELECT ytd.block AS subject, abs(sum(mon.value) - ytd.value) > 1e8 AS bad,
            concat_ws(' ', flow, ytd.period_end, 'months', sum(mon.value), 'year to date', ytd.value) AS example
        FROM claims AS ytd JOIN claims AS mon USING (block, flow, measure)
        WHERE block = '{CNY_2023}' AND measure = 'value' AND flow <> 'balance' AND ytd.basis = 'ytd'
            AND mon.basis = 'month' AND year(mon.period_end) = year(ytd.period_end) AND mon.period_end <= ytd.period_end
        GROUP BY ytd.block, flow, ytd.period_end, ytd.value""",
        "The bulletin of yuan restates all months of the year: sums close to the last printed place, 100 million.",
        cases=72,
    ),
    "exports_and_imports_of_partners_make_their_total": Check(
        _flows(_TOTAL, CNY_2024, USD_2024_09, SELECTED, ROUNDED, PRELIMINARY),
        "Names lost in the copy of 2024 were restored by the order of rows; each row adds up.",
        cases=4913 + 502 + 198 + 24 + 90,
    ),
    "countries_make_continents": Check(
        _parts(f"SELECT continent AS name, {_FIGURE} FROM {_PLACED} WHERE measure = 'value' AND flow <> 'total'",
               f"SELECT counterpart_area AS name, {_FIGURE} FROM {_VALUES}", CNY_2024, USD_2024_09, basis=("month",)),
        "So the restored names hold. Only months: a partner without trade in the month has no row, though it counts in "
        "the year to date of its continent; and not totals, which China as a partner is not part of.",
        cases=120 + 12,
    ),
    "continents_make_the_world": Check(
        _parts(f"SELECT 'WORLD' AS name, {_FIGURE} FROM {_VALUES} AND counterpart_area IN {_CONTINENTS}",
               f"SELECT counterpart_area AS name, {_FIGURE} FROM {_VALUES}", CNY_2024, USD_2024_09),
        "Known: the copy has no row for Antarctica in November and December 2024, for which at most 71 of 241 million "
        "(10,000 yuan, exports of December) are missing.",
        cases=60 + 6, known=6,
    ),
    "year_to_date_less_the_last_is_the_month_in_february": Check(
        _to_date("month(now.period_end) = 2", "February"), "January and February come out the same day.", cases=739
    ),
    "year_to_date_less_the_last_is_the_month_later": Check(
        _to_date("month(now.period_end) > 2", "May to December"),
        "Known: over half of the rows of later months fail: the year to date holds revisions of earlier months.",
        cases=4505, known=3033,
    ),
    "regimes_make_the_total": Check(
        _parts(f"SELECT 'TOTAL' AS name, {_FIGURE} FROM {_VALUES} AND dataset = 'trade_by_regime'",
               f"SELECT product_code AS name, {_FIGURE} FROM {_VALUES}", REGIMES),
        "October 2019 and February 2026 are whole tables: two flows, month and year to date.",
        cases=8,
    ),
    "two_copies_of_2024_agree": Check(
        f"{_copies(SELECTED, CNY_2024)} UNION ALL {_copies(ROUNDED, CNY_2024)}",
        "January and November 2024 from two independent repositories are identical after rounding.",
        cases=36 + 45,
    ),
    "exports_to_the_us_agree_in_two_sources": Check(
        _copies(TO_US, USD_2024_09),
        "September 2024: 47,015,103 thousand dollars in the bulletin, 47,015.10 million in the other.",
        cases=1,
    ),
    "growth_of_exports_to_the_us_follows_from_levels": Check(
        _growth(TO_US, TO_US, 0.02), "Printed with two decimals, of levels with two decimals of a million.", cases=18
    ),
    "growth_of_partners_in_2025_follows_from_levels": Check(
        _growth(SELECTED, CNY_2024, 0.1, "g.period_end = DATE '2025-12-31'"),
        "Known: most agree to 0.1, but published growth uses the revised base of 2024 (Hong Kong's imports 73.4 "
        "against 71.6) and one membership for both years (APEC with China's re-imports in 2024, without them in 2025: "
        "0.3 against -6.9).",
        cases=94, known=25,
    ),
    "growth_of_exports_in_dollars_follows_from_levels": Check(
        _growth(MIRROR, MIRROR, 0.35, f"flow = 'export' AND basis = 'month' AND {_NEWEST}"),
        "Known: old growth stayed at its first print while levels were revised, 2021 and 2022 worst (December 2022: "
        "printed -9.9, levels give -12.6).",
        cases=211, known=15,
    ),
    "china_as_a_partner_has_imports_only": Check(
        f"""SELECT block AS subject, flow <> 'import' AS bad, concat_ws(' ', flow, basis, period_end, value) AS example
            FROM {_VALUES} AND ref_area = 'CHN' AND counterpart_area = 'CHN'""",
        "Goods made in China that come back: nothing is exported to itself.",
        cases=28,
    ),
}  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return rules(CHECKS)
