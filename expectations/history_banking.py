"""What the shipped banking figures satisfy among themselves, with the results found when they were collected.

Every question is one of the checks that were made then; `why` gives its result, of the Bank of Russia's tables that it
names. What one release can answer is asked of each new one as well, by the suite of its product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.questions import Check, rules
from expectations.rules import Expectation
from transforms.banking import household_lending_risk

_RATIOS = ", ".join(f"('{share}', '{part}', '{whole}')"
                    for share, (part, whole) in household_lending_risk.ratios().items())  # fmt: skip
_RISK = "(SELECT * FROM claims WHERE dataset = 'household_lending_risk')"
_CELL = "dataset, product_code, measure, basis, definition, unit, adjustment, period_end, vintage_date, block"
_AMOUNTS = "basis <> 'rate' AND measure <> 'term'"
_BOOK = "(SELECT * FROM claims WHERE dataset = 'loan_portfolio')"


def _amount(product: str, measure: str, definition: str) -> str:
    """A line of obs_tabl20c in a group of (period_end, currency); a dash or x counts as nothing in a sum."""
    where = f"product_code = '{product}' AND measure = '{measure}' AND definition = '{definition}'"
    return f"coalesce(sum(value) FILTER ({where}), 0)"


def _lines_add_up(name: str, whole: str, *parts: str, only: str = "true") -> str:
    """The line `whole` is the sum of `parts` to the thousand roubles that the workbook is exact to."""
    return f"""
        SELECT '{name}' AS subject, abs({whole} - {" - ".join(parts)}) > 5e3 AS bad,
            concat_ws(' ', period_end, currency, 'whole', {whole}, 'parts', {" + ".join(parts)}) AS example
        FROM {_BOOK} WHERE {only} GROUP BY period_end, currency"""


def _stated(item: str, **filters: str) -> str:
    """The one reported figure with these dimensions."""
    where = " AND ".join(f"{name} = '{value}'" for name, value in filters.items())
    return f"(SELECT value::DOUBLE FROM reported_figure WHERE indicator = '{item}' AND {where})"


def _households(dataset: str, definition: str) -> str:
    return f"""(SELECT value FROM claims WHERE dataset = '{dataset}' AND definition = '{definition}'
        AND ref_area = 'RUS' AND measure = 'overdue' AND product_code = 'HOUSEHOLD' AND currency = 'ALL'
        AND period_end = DATE '2020-12-31')"""


def _is(subject: str, computed: str, printed: float, places: int) -> str:
    return f"""SELECT '{subject}' AS subject, round({computed}, {places}) IS DISTINCT FROM {printed} AS bad,
        concat_ws(' ', round({computed}, {places}), 'for', {printed}) AS example"""


def _share(measure: str, sector: str, least: float, most: float) -> str:
    """02_05 in percent of obs_tabl20c, month by month."""
    return f"""
        SELECT '{measure}: ' || min(share) OVER () || ' to ' || max(share) OVER () || ' percent' AS subject,
            share NOT BETWEEN {least} AND {most} AS bad, concat_ws(' ', period_end, share) AS example
        FROM (SELECT r.period_end, round(100 * r.value / s.value, 1) AS share FROM claims AS r
            JOIN claims AS s USING (period_end, product_code, ref_area, currency, measure)
            WHERE r.dataset = 'household_loans' AND s.dataset = 'loan_portfolio' AND s.definition = '{sector}'
                AND measure = '{measure}' AND product_code = 'HOUSEHOLD' AND ref_area = 'RUS' AND currency = 'ALL')"""


CHECKS: Mapping[str, Check] = {
    "risk_ratios_follow_from_their_parts": Check(
        f"""SELECT p.release_id AS subject, abs(100 * a.value / b.value - p.value) > 0.05 + 1e-9 AS bad,
                concat_ws(' ', p.period_end, p.measure, 'prints', p.value, 'parts give',
                    round(100 * a.value / b.value, 1), 'obs_status', p.obs_status) AS example
            FROM (VALUES {_RATIOS}) AS r (share, part, whole) JOIN {_RISK} AS p ON p.measure = r.share
            JOIN {_RISK} AS a ON a.measure = r.part AND a.period_end = p.period_end
            JOIN {_RISK} AS b ON b.measure = r.whole AND b.period_end = p.period_end""",
        "Eight ratios a row, printed to 0.1 percent: one fails. 2015-03-01 prints 91.6 in the last column where its "
        "parts give 92.6; it is kept as printed and flagged (obs_status U).",
        cases=252,
        known=1,
    ),
    "what_contradicts_its_parts_is_flagged": Check(
        f"""SELECT release_id AS subject, (obs_status = 'U') <> (value = 91.6 AND period_end = DATE '2015-02-28'
                    AND measure = 'provisions_interest_over20_share_of_provisions') AS bad,
                concat_ws(' ', period_end, measure, value, obs_status) AS example FROM {_RISK}""",
        "The printed anomaly of 2015-03-01, and no other figure of the table, is marked as not to be relied on.",
        cases=511,
    ),
    "roubles_and_foreign_currency_make_the_total": Check(
        f"""SELECT block AS subject, abs(sum(value * if(currency = 'ALL', -1, 1))) > sum(precision) * (1 + 1e-9) AS bad,
                concat_ws(' ', ref_area, measure, period_end, sum(value * if(currency = 'ALL', -1, 1))) AS example
            FROM claims WHERE dataset IN ('household_loans', 'mortgage', 'sme_loans', 'loan_portfolio') AND {_AMOUNTS}
            GROUP BY ref_area, {_CELL} HAVING count(*) = 3""",
        "02_02, 02_03, 02_05, 02_04, 302-19, 01_13_F, obs_tabl20c and the month of 02_14: all pass, to rounding.",
        cases=432 + 378 + 1314 + 73 + 472 + 64 + 2634 + 2,
    ),
    "federal_districts_make_russia": Check(
        f"""SELECT block AS subject,
                abs(sum(value * if(ref_area = 'RUS', -1, 1))) > sum(precision) * (1 + 1e-9) AS bad,
                concat_ws(' ', currency, measure, period_end, sum(value * if(ref_area = 'RUS', -1, 1))) AS example
            FROM claims WHERE dataset = 'household_loans' AND (ref_area = 'RUS' OR ref_area LIKE 'RUS_FD_%')
                AND {_AMOUNTS}
            GROUP BY currency, {_CELL} HAVING count(*) = 9""",
        "02_05: all 73 months of debt and overdue debt in three currencies pass, to rounding.",
        cases=73 * 6,
    ),
    "lines_of_the_loan_book_add_up": Check(
        " UNION ALL BY NAME ".join(
            (
                _lines_add_up(
                    "household = performing + acquired + overdue",
                    _amount("HOUSEHOLD", "debt", "SECTOR"),
                    _amount("HOUSEHOLD", "debt", "SECTOR_PERFORMING"),
                    _amount("HOUSEHOLD", "acquired_claims", "SECTOR_ACQUIRED_PERFORMING"),
                    _amount("HOUSEHOLD", "overdue", "RAS_OVERDUE"),
                ),
                _lines_add_up(
                    "corporate = its three parts",
                    _amount("CORPORATE", "debt", "SECTOR"),
                    *(_amount(p, "debt", "SECTOR") for p in ("NONFINANCIAL", "FINANCIAL", "ENTREPRENEUR")),
                ),
                _lines_add_up(
                    "net = gross + provisions + revaluation",
                    _amount("ALL", "debt", "SECTOR_NET"),
                    _amount("ALL", "debt", "SECTOR"),
                    _amount("ALL", "provisions", "RAS_PROVISIONS"),
                    _amount("ALL", "revaluation", "IFRS9"),
                    only="currency = 'ALL'",
                ),
            )
        ),
        "obs_tabl20c, sheets Кредиты: all 186 months pass; provisions are negative as printed.",
        cases=186 * 7,
    ),
    "row_without_a_label_is_total_overdue": Check(
        f"""SELECT 'row 5, largest gap ' || max(gap) OVER () || ' percent' AS subject, gap > 0.09 AS bad,
                concat_ws(' ', period_end, gap) AS example
            FROM (SELECT period_end, round(100 * abs(
                    sum(value) FILTER (product_code IN ('NONFINANCIAL', 'FINANCIAL', 'ENTREPRENEUR', 'HOUSEHOLD'))
                    / sum(value) FILTER (product_code = 'ALL') - 1), 2) AS gap
                FROM {_BOOK} WHERE measure = 'overdue' AND definition = 'RAS_OVERDUE' AND currency = 'ALL'
                GROUP BY period_end)""",
        "Row 5 of obs_tabl20c has no label: it is within 0.09 percent of the four borrowers' overdue debt.",
        cases=186,
    ),
    "residents_are_less_than_the_sector": Check(
        f"{_share('debt', 'SECTOR', 97.7, 99.5)} UNION ALL BY NAME {_share('overdue', 'RAS_OVERDUE', 93.2, 95.6)}",
        "2019-02 to 2023-07, debt of 02_05 is 97.7 to 99.5 percent of obs_tabl20c and overdue debt 93.2 to 95.6: 02_05 "
        "leaves out non-residents and acquired claims.",
        cases=2 * 54,
    ),
    "key_rate_changes_are_changes": Check(
        """SELECT block AS subject, value IS NOT DISTINCT FROM lag(value) OVER (ORDER BY period_end) AS bad,
               concat_ws(' ', period_end, value) AS example FROM claims WHERE dataset = 'key_rate'""",
        "The daily export to 2023 and four transcripts agree: where one takes over from the other nothing repeats.",
        cases=66,
    ),
    "press_quotes_the_official_dollar": Check(
        """SELECT block AS subject, value <> printed AS bad, concat_ws(' ', period_end, value, printed) AS example
           FROM (VALUES (DATE '2022-10-25', 61.1629), (DATE '2024-11-26', 103.7908)) AS quoted (period_end, printed)
           JOIN claims USING (period_end) WHERE dataset = 'fx_rate' AND product_code = 'USD'""",
        "Two rates quoted by the press are those of the Bank of Russia's export to four decimals.",
        cases=2,
    ),
    "problem_loans_of_three_segments": Check(
        _is(
            "2025-07-01: 1.4 % x 20.4 + 12.1 % x 13.4 + 4.2 % x 2.7 trn RUB",
            " + ".join(
                f"{_stated('problem_share', segment=s, as_of='2025-07-01')} / 100 * "
                f"{_stated('portfolio', segment=s, as_of='2025-07-01')}"
                for s in ("mortgage", "unsecured consumer", "car loans")
            ),
            2.02,
            2,
        ),
        "2.02 trn RUB of problem retail loans; the article says just over 2.",
        cases=1,
    ),
    "overdue_share_of_small_enterprises": Check(
        _is(
            "2025-07-01: 767 of 16,000 bn RUB",
            f"""100 * {_stated("overdue", segment="SME", as_of="2025-07-01")}
            / (1000 * {_stated("debt", segment="SME", as_of="2025-07-01")})""",
            4.8,
            1,
        ),
        "4.8 percent; printed as 5.",
        cases=1,
    ),
    "three_bad_numbers_are_three_series": Check(
        " UNION ALL BY NAME ".join(
            (
                _is(
                    "RAS overdue of residents (02_05), bn RUB",
                    _households("household_loans", "RAS_OVERDUE_RESIDENTS") + " / 1e9",
                    888,
                    0,
                ),
                _is(
                    "RAS overdue of the sector (obs_tabl20c), bn RUB",
                    _households("loan_portfolio", "RAS_OVERDUE") + " / 1e9",
                    932,
                    0,
                ),
                _is(
                    "90+ of homogeneous portfolios, bn RUB",
                    _stated("overdue_90d", segment="households", as_of="2021-01-01", definition="DPD90"),
                    979,
                    0,
                ),
            )
        ),
        "2021-01-01: 888, 932 and 979 bn RUB by three definitions; none may stand in for another.",
        cases=3,
    ),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return rules(CHECKS)
